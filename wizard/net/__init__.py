"""HTTP to the services: where they are, how they are asked, what their answers mean."""

"""What is done through Microsoft Graph, one module for each step."""

"""What provisioning would do to whom, before anything happens: the engine, without an interface."""

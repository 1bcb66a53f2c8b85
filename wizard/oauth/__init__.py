"""OAuth as Webex asks for it here: the implicit grant and its loopback redirect."""

"""Webex's implicit grant (RFC 6749 section 4.2), and its redirect to this machine."""

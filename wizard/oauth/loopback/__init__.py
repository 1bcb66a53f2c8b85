"""What every loopback redirect shares (RFC 8252 section 7.3)."""

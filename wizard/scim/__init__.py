"""SCIM (RFC 7643, RFC 7644) as Webex's facade for Entra speaks it."""

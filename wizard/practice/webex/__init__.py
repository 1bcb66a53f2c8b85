"""The Webex half of the practice tenants: sign-in, accounts, tokens, SCIM."""

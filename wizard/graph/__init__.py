"""Microsoft Graph v1.0, as far as provisioning Webex needs it."""

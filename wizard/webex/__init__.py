"""Webex as an administrator meets it: organization IDs, tokens, accounts and their roles."""

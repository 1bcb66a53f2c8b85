"""The hand-over between the administrator of the Webex side and the one of the Entra side."""

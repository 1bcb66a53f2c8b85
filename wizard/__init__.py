"""Everything webex-wizard does without a terminal interface; nothing in here imports Textual."""

__version__ = "0.1.0"

SUMMARY = "Automatic provisioning of Cisco Webex users from Microsoft Entra ID"
"""What this program is about, as the first thing that is read."""

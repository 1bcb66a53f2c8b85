"""Everything webex-wizard does without a terminal interface; nothing in here imports Textual."""

__version__ = "0.1.0"

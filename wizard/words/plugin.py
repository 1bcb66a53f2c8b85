"""The line of a plugin of Nagios, and its codes.

Source: the Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Plugin Return
Codes".
"""

from enum import IntEnum

from wizard.words.text import plain_line


class PluginCode(IntEnum):
    """How what is checked stands, as the exit code of a plugin."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


_LONGEST = 480
"""Characters of the text: some agents pass on a thousand bytes, figures included."""


def plugin_line(code: PluginCode, text: str) -> str:
    """Return a line without figures; a bar would begin them, and shells read some signs."""
    line = plain_line(text, 4 * _LONGEST).replace("|", "/").replace("`", "").replace("$", "")
    line = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
    return f"WEBEX {code.name} - {line}"

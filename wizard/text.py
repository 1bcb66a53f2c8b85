"""Text from outside, made harmless once, at the border where it becomes ours; and days in words."""

import re

MAX_TEXT = 2000
"""Characters kept of one text from outside; the rest is cut and marked."""

_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks and overrides
    "\u2028\u2029\ufeff\ud800-\udfff]"  # line separators, byte order mark, lone surrogates
)


def plain(text: object, limit: int = MAX_TEXT) -> str:
    """Return text without control characters and bidirectional overrides, capped at `limit`.

    Every removed character becomes U+FFFD, so that nothing disappears unseen.
    """
    full = str(text)
    short = full[:limit].replace("\r\n", "\n")
    harmless = _HOSTILE.sub("\N{REPLACEMENT CHARACTER}", short)
    return harmless + "…" if len(full) > limit else harmless


def plain_line(text: object, limit: int = 300) -> str:
    """Return text as one harmless line: runs of white space become one blank."""
    full = str(text)
    read = full[: 2 * limit]
    line = plain(" ".join(read.split()), limit)
    return line if len(read) == len(full) or line.endswith("…") else line + "…"


def days(count: int) -> str:
    """Return a number of days in words: `1 day`, `30 days`."""
    return "1 day" if count == 1 else f"{count} days"

"""Text from outside, made harmless once, where it becomes ours; and lengths of time in words."""

import re
import unicodedata
from collections.abc import Sequence

MAX_TEXT = 2000
"""Characters kept of one text from outside; the rest is cut and marked."""

_NAMED = 3
"""Names that are told of many."""

_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks and overrides
    "\u2028\u2029\ud800-\udfff"  # line separators, lone surrogates
    "\xad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb"  # what takes no place on the screen
    "\U000e0000-\U000e007f]"  # tags, which spell whole texts unseen
)
_JOINER = re.compile("[\u200c\u200d]")

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_TRACKING_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
"""`ROUTERGW_` and a UUID at Webex (reference/webex.md 4.5), a UUID at Microsoft; no token is as
short as this allows (reference/webex.md 2.1)."""


def plain(text: object, limit: int = MAX_TEXT) -> str:
    """Return text without control, override and invisible characters, capped at `limit`.

    Every removed character becomes U+FFFD, so that nothing disappears unseen. The two joiners stay
    between letters, where names of Persian, Hindi or Sinhala need them. Bytes are read as UTF-8.
    """
    full = _text(text)
    short = full[:limit].replace("\r\n", "\n")
    is_harmless = short.isascii() and short.isprintable()
    harmless = (
        short
        if is_harmless
        else _JOINER.sub(_joiner, _HOSTILE.sub("\N{REPLACEMENT CHARACTER}", short))
    )
    return harmless + "…" if len(full) > limit else harmless


def plain_line(text: object, limit: int = 300) -> str:
    """Return text as one harmless line: runs of white space become one blank."""
    full = _text(text)
    read = full[: 2 * limit]
    line = plain(" ".join(read.split()), limit)
    return line if len(read) == len(full) or line.endswith("…") else line + "…"


def cut(text: str, limit: int, start: int = 0) -> str:
    """Return a text; of a long one so many characters, marked where it is cut, and its length."""
    if len(text) <= limit:
        return text
    part = text[start : start + limit]
    head, tail = "…" if start else "", "…" if start + limit < len(text) else ""
    return f"{head}{part}{tail} ({len(text):,} characters)"


def fitted(text: str, width: int) -> str:
    """Return a text that fits into so many characters; a longer one is cut in its middle."""
    if len(text) <= width:
        return text
    kept = max(width - 1, 0)
    return text[: kept - kept // 2] + "…" + text[len(text) - kept // 2 :]


def briefly(names: Sequence[str], least: str = "") -> str:
    """Return the first names, and how many more there are.

    Args:
        names: At least one.
        least: What stands before the number of the others, where not all are known.
    """
    more = len(names) - _NAMED
    told = [*names[:_NAMED], *([f"{least}{more} more"] if more > 0 else [])]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def support_id(text: object) -> str | None:
    """Return an id that a server's support asks for; None for what does not have its form."""
    return text if isinstance(text, str) and _TRACKING_ID.fullmatch(text) else None


def _text(given: object) -> str:
    if isinstance(given, bytes | bytearray):
        return given.decode("utf-8", "replace")
    return str(given)


def _joiner(found: re.Match[str]) -> str:
    """Return a joiner that stands between two letters, marks of a letter included."""
    around = (
        found.string[max(found.start() - 1, 0) : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    joins = all(side and unicodedata.category(side)[0] in "LM" for side in around)
    return found[0] if joins else "\N{REPLACEMENT CHARACTER}"


def lasting(seconds: float) -> str:
    """Return a time in words, in the unit that suits it: `45 seconds`, `5 hours`, `30 days`."""
    for unit, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"


def days(count: int) -> str:
    """Return a number of days in words: `1 day`, `30 days`."""
    return "1 day" if count == 1 else f"{count} days"


def in_words(code: str) -> str:
    """Return a code that nobody explained as words: `SomeNewCode` as `Some new code`."""
    words = _HUMP.sub(" ", code.replace("_", " ")).split()
    return " ".join([*words[:1], *(word if word.isupper() else word.lower() for word in words[1:])])

"""The part of an expression around one character, as a line that any terminal can show."""

from wizard.words.text import plain

MARK = "…"
"""Stands where something was cut."""


def excerpt(text: str, position: int, width: int) -> tuple[str, int]:
    """Return one harmless line around a character, and the column of the character within it.

    Each character of the line stands for one of the text: white space becomes a blank, and
    where the line is cut it begins or ends with `MARK`.

    Args:
        text: An expression, from anywhere.
        position: Which character of it; the one behind the end is where something is missing,
            and its column may be one behind the line.
        width: Most columns of the line, at least 8.
    """
    width = max(width, 8)
    position = min(max(position, 0), len(text))
    start = max(min(position - width // 2, len(text) + 1 - width), 0)
    shown = text[start : start + width]
    line = "".join(" " if each.isspace() else plain(each) for each in shown)
    if start > 0:
        line = MARK + line[1:]
    if start + width < len(text):
        line = line[:-1] + MARK
    return line, position - start

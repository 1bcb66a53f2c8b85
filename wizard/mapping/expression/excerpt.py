"""The part of an expression that a line can show, around the character where something is wrong."""

from wizard.text import plain

MARK = "…"
"""Stands where something was cut."""

_BLANKS = str.maketrans("\t\n\r", "   ")


def excerpt(text: str, position: int, width: int) -> tuple[str, int]:
    """Return one harmless line around a character, and the character's column in it.

    Args:
        text: The expression; line breaks and tabs are shown as blanks.
        position: The character, from 0; one behind the end is where something is missing.
        width: Characters of the line, at least 8; what is cut is marked at either end.
    """
    width = max(width, 8)
    position = min(max(position, 0), len(text))
    start = 0
    if len(text) >= width and position >= width // 2:
        start = min(position - width // 2, len(text) + 1 - width)
    shown = plain(text[start : start + width].translate(_BLANKS))
    if start:
        shown = MARK + shown[1:]
    if start + width < len(text):
        shown = shown[:-1] + MARK
    return shown, position - start

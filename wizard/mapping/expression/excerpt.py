"""The part of an expression around one character, as a line that any terminal can show."""

from wizard.text import plain


def excerpt(text: str, position: int, width: int) -> tuple[str, int]:
    """Return one harmless line around a character, and the column of the character within it.

    Each character of the line stands for one of the text: white space becomes a blank, and
    where the line is cut it begins or ends with …. The end of the text is a place as well, and
    is shown as a blank.

    Args:
        text: An expression, from anywhere.
        position: Which character of it; beyond either end counts as that end.
        width: Most characters of the line; fewer than 3 count as 3.
    """
    position = min(max(position, 0), len(text))
    width = max(width, 3)
    length = max(len(text), position + 1)
    start = max(min(position - width // 2, length - width), 0)
    line = text[start : start + width] + " " * (start + width >= length > len(text))
    line = "".join(" " if each.isspace() else plain(each) for each in line)
    if start > 0:
        line = "…" + line[1:]
    if start + width < length:
        line = line[:-1] + "…"
    return line, position - start

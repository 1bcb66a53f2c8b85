"""Texts in the room there is: no word is broken, and what does not fit is cut in its middle."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

_CUT = "…"


def middle_cut(text: str, width: int) -> str:
    """Return a text in so many cells: whole, or its beginning and its end."""
    if cell_len(text) <= width:
        return text
    if width < 3:
        return _CUT[:width]
    end = (width - 1) // 2
    head = set_cell_size(text, width - 1 - end).rstrip()
    tail = text[-end:]
    while cell_len(tail) > end:
        tail = tail[1:]
    return f"{head}{_CUT}{tail.lstrip()}"


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """Return the width of each column: what it wants, or an even share of what others leave."""
    given = [0] * len(wanted)
    left = max(room, len(wanted))
    for at, place in enumerate(sorted(range(len(wanted)), key=lambda each: wanted[each])):
        given[place] = max(min(wanted[place], left // (len(wanted) - at)), 1)
        left -= given[place]
    return given

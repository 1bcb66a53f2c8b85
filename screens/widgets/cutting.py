"""Texts in the room there is: what does not fit is cut, in its middle or at its end."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from wizard.machine.glyphs import shows_signs

_CUT, _CUT_IN_LETTERS = "…", ".."


def cut_sign() -> str:
    """Return what stands where something was cut, as far as the terminal can show it."""
    return _CUT if shows_signs() else _CUT_IN_LETTERS


def middle_cut(text: str, width: int) -> str:
    """Return a text in so many cells: whole, or its beginning and its end around a sign."""
    if cell_len(text) <= width:
        return text
    cut = cut_sign()
    room = width - len(cut)
    if room < 2:
        return cut[:width]
    end = room // 2
    head = set_cell_size(text, room - end).rstrip()
    tail = text[-end:]
    while cell_len(tail) > end:
        tail = tail[1:]
    return f"{head}{cut}{tail.lstrip()}"


def end_cut(text: str, width: int) -> str:
    """Return a text in so many cells: whole, or its beginning and a sign."""
    if cell_len(text) <= width:
        return text
    cut = cut_sign()
    head = set_cell_size(text, max(width - len(cut), 0)).rstrip()
    return head + cut[:width]


def shares(wanted: Sequence[int], room: int) -> list[int]:
    """Return the width of each column: what it wants, or an even share of what others leave."""
    given = [0] * len(wanted)
    left = max(room, len(wanted))
    for at, place in enumerate(sorted(range(len(wanted)), key=lambda each: wanted[each])):
        given[place] = max(min(wanted[place], -(-left // (len(wanted) - at))), 1)
        left -= given[place]
    return given

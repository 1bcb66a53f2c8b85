"""Text as lines of a terminal: no word is broken, addresses and commands stay in one piece."""

import re
import unicodedata
from collections.abc import Iterator

IN_ONE_PIECE = "(The next line is in one piece.)"
"""Said before what is longer than a line and must not be broken, whatever the terminal shows."""

_SEPARATOR = " >"
"""Behind each place of a path in the portal but the last."""

_UNIT = re.compile(r"(?:(?:[^\s`]*`[^`\n]+`[^\s`]*)+|\S+)(?: >(?= ))?")
"""A word, or a command between backticks with what touches it, and a path's separator after it."""

_PIECE = re.compile(rf"(\s*)({_UNIT.pattern})")
"""The same, with the blanks before it."""

_WORD = re.compile(r"(\s*)(\S+)")

_HEAD = re.compile(r" *(?:[-!] |[\d,]+ +|(?:added|removed|changed) +\w+ +)?")
"""What a line begins with that later ones do not go under."""

_ADDRESS = re.compile(r"https?://[^\s`]*[^\s`.,;:!?)\]}>'\"]")

_COMMAND = re.compile(r"  \S")
"""How a line begins that is to be copied as it stands."""

_TOLD = re.compile(r"([A-Z][A-Za-z ]*:) (webex-wizard\b.*)")
"""A command of ours to be copied, after a few words that lead to it."""

_ALOUD = str.maketrans(
    {
        "\t": " ",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MULTIPLICATION SIGN}": "x",
        "\N{RIGHTWARDS ARROW}": "to",
        "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}": ">",
        "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}": " (new line) ",
        "\N{RIGHTWARDS ARROW TO BAR}": " (tab) ",
    }
)
_JOINERS = "\u200c\u200d"
"""Parts of names in Persian, Hindi or Sinhala."""


def lines_of(text: str, width: int) -> list[str]:
    """Return a text as lines of at most so many columns.

    An address stands alone on its line, and so does each command: a line that begins with two
    blanks, or what is between backticks, where it does not fit beside other words. What is longer
    than a line comes unbroken, after a line that says so.

    Args:
        text: Sentences; a line of theirs is a paragraph.
        width: Columns of the terminal.
    """
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width)]


def hung_lines(text: str, width: int) -> list[str]:
    """Return lines as lines of at most so many columns, each of which hangs where its words begin.

    That is behind blanks, a dash, a number, or the first columns of what differs.

    Args:
        text: Lines.
        width: Columns of the terminal.
    """
    found: list[str] = []
    for line in text.split("\n"):
        if columns_of(line) <= width:
            found.append(line)
        else:
            head = _HEAD.match(line)
            at = head.end() if head else 0
            found += hanging_lines(line[:at], line[at:], width)
    return found


def hanging_lines(head: str, text: str, width: int) -> list[str]:
    """Return a text as lines behind a head, whose later lines begin where the text begins.

    Where a word of it does not fit beside the head, the text begins on a line of its own. No word
    is broken, not even one that is longer than a line; nor is a command that fits.

    Args:
        head: What stands before the text, with the blanks after it.
        text: Words; all white space counts as blanks.
        width: Columns of the terminal.
    """
    indent = columns_of(head)
    pieces = list(_hanging_pieces(" ".join(text.splitlines()), width - indent))
    lines = [head]
    if any(indent + columns_of(unit) > width for _, unit in pieces):
        indent = len(head) - len(head.lstrip()) + 4
        lines = [head.rstrip(), " " * indent]
    is_first = True
    for blanks, unit in pieces:
        longer = f"{lines[-1]}{'' if is_first else blanks}{unit}"
        if is_first or columns_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(f"{' ' * indent}{unit}")
        is_first = False
    return [line.rstrip() for line in lines if line.strip()]


def aloud(text: str) -> str:
    """Return a text without the signs that a screen reader stumbles over.

    Letters and digits of every language stay. A sign that has no words here becomes a question
    mark.
    """
    if text.isascii():
        return text.replace("\t", " ")
    return "".join(map(_read, text.translate(_ALOUD)))


def columns_of(text: str) -> int:
    """Return how many columns a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _paragraph(text: str, width: int) -> Iterator[str]:
    if _COMMAND.match(text):
        yield from _whole(text.rstrip(), width)
        return
    if columns_of(text) <= width and "://" not in text:
        yield text.rstrip()
        return
    if told := _TOLD.fullmatch(text.rstrip()):
        yield told[1]
        yield from _whole(f"  {told[2]}", width)
        return
    words = text.lstrip()
    indent = text[: len(text) - len(words)]
    line = ""
    for piece, is_alone in _pieces(words):
        longer = f"{line} {piece}" if line else f"{indent}{piece}"
        if not is_alone and columns_of(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = "" if is_alone else f"{indent}{piece}"
        if is_alone:
            yield from _whole(piece, width)
        elif columns_of(line) > width:
            yield from _whole(piece, width)
            line = ""
    if line:
        yield line


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield words, each with whether it stands alone; the full stop of an address is left out."""
    for unit in _UNIT.findall(text):
        address = None if "`" in unit else _ADDRESS.search(unit)
        if address is None:
            yield unit, False
            continue
        before, after = unit[: address.start()], unit[address.end() :]
        if any(map(str.isalnum, before)):
            yield before, False
        yield address[0], True
        if any(map(str.isalnum, after)) or after.endswith(_SEPARATOR):
            yield after.lstrip(), False


def _hanging_pieces(text: str, room: int) -> Iterator[tuple[str, str]]:
    """Yield blanks and what stands behind them: a command as a whole, where there is room."""
    for blanks, unit in _PIECE.findall(text):
        if columns_of(unit) <= room:
            yield blanks, unit
        else:
            yield from _WORD.findall(f"{blanks}{unit}")


def _whole(text: str, width: int) -> Iterator[str]:
    if columns_of(text) > width and text.endswith(_SEPARATOR):
        yield from _whole(text.removesuffix(_SEPARATOR), width)
        text = _SEPARATOR.strip()
    if columns_of(text) > width:
        yield IN_ONE_PIECE
    yield text


def _read(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isascii() or kind[0] in "LMN" or sign in _JOINERS:
        return sign
    return " " if kind[0] == "Z" else "?"


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or sign in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1

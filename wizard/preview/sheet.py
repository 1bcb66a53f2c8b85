"""A preview as a table for spreadsheets: comma-separated values, one line for each."""

import csv
import io
from collections.abc import Iterable, Iterator

from wizard.preview.fate import Fate
from wizard.preview.rules import reason_words
from wizard.words.text import plain_line

HEAD = ("outcome", "kind", "id", "account", "name", "why", "changes", "dangers")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would work out."""


def sheet_of(fates: Iterable[Fate]) -> Iterator[str]:
    """Yield the lines of the table, its head first."""
    yield _line(HEAD)
    for fate in fates:
        changes = (f"{target}: {before or ''} -> {after}" for target, before, after in fate.changes)
        yield _line(
            (
                str(fate.outcome),
                fate.kind,
                fate.id,
                fate.account,
                fate.name,
                "; ".join(reason_words(each, fate.kind) for each in fate.reasons),
                "; ".join(changes),
                " ".join(fate.dangers),
            )
        )


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(map(_harmless, cells))
    return text.getvalue()


def _harmless(cell: str) -> str:
    if not cell:
        return ""  # half of the cells
    line = plain_line(cell, 4000)
    return f"'{line}" if line.startswith(_FORMULA) else line

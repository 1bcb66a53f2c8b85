"""Many small rows in little memory, and none on the disk: 64 at a time, column by column."""

import marshal
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, Final

StoredRow = tuple[Any, ...]
Chunk = tuple[int, bytes, bytes]
"""Some rows: how many, their columns of ids, and the others."""
PackedRows = tuple[tuple[Any, ...], list[Chunk]]
"""Columns that have to be seen, and all as chunks: what one process makes and another keeps."""

_CHUNK: Final = 64
_TEXTS: Final = frozenset({str, type(None)})
"""What is the same where it is equal; True equals 1."""


def packed(rows: list[StoredRow], whole: tuple[int, ...]) -> list[Chunk]:
    """Return rows in little memory.

    Args:
        rows: The rows.
        whole: As `RowStore` takes it.
    """
    return [_chunk(rows[at : at + _CHUNK], whole) for at in range(0, len(rows), _CHUNK)]


def _chunk(rows: list[StoredRow], whole: tuple[int, ...]) -> Chunk:
    """Return some rows; of columns of texts that are the same, one."""
    columns: list[Any] = list(zip(*rows, strict=True))
    others = [
        first
        if (first := columns.index(each)) < at and _TEXTS.issuperset(map(type, each))
        else each
        for at, each in enumerate(columns)
    ]
    for at in whole:
        others[at] = None
    ids = [columns[at] for at in whole]
    return len(rows), marshal.dumps(ids), zlib.compress(marshal.dumps(others), 1)


class RowStore:
    """Rows of plain values (texts, numbers, tuples, None), all of one width, by their place.

    Args:
        whole: Columns of ids, which are kept as they are: to compress them takes twice as long as
            all others together, and saves little.
    """

    def __init__(self, whole: tuple[int, ...] = ()) -> None:
        self._whole = whole
        self._chunks: list[Chunk] = []
        self._firsts = array("I")
        """The place of the first row of each chunk."""
        self._packed = 0
        self._open: list[StoredRow] = []
        self._last: tuple[int, list[Any]] = (-1, [])

    def __len__(self) -> int:
        return self._packed + len(self._open)

    def append(self, row: StoredRow) -> None:
        """Add a row at the end."""
        self._open.append(row)
        if len(self._open) == _CHUNK:
            self.extend(())

    def extend(self, rows: Iterable[StoredRow]) -> None:
        """Add rows at the end."""
        self._open += rows
        whole = len(self._open) // _CHUNK * _CHUNK
        self._add(packed(self._open[:whole], self._whole))
        del self._open[:whole]

    def add(self, chunks: list[Chunk]) -> None:
        """Add rows at the end that were packed already."""
        self._add(packed(self._open, self._whole))
        self._open.clear()
        self._add(chunks)

    def __getitem__(self, place: int) -> StoredRow:
        """Return a row; those beside it come cheaply after it."""
        if place >= self._packed:
            return self._open[place - self._packed]
        chunk = bisect_right(self._firsts, place) - 1
        if self._last[0] != chunk:
            self._last = chunk, self._columns(chunk)
        at = place - self._firsts[chunk]
        return tuple([column[at] for column in self._last[1]])

    def __iter__(self) -> Iterator[StoredRow]:
        for chunk in range(len(self._chunks)):
            yield from zip(*self._columns(chunk), strict=True)
        yield from self._open

    def _add(self, chunks: list[Chunk]) -> None:
        for chunk in chunks:
            self._firsts.append(self._packed)
            self._packed += chunk[0]
        self._chunks += chunks

    def _columns(self, chunk: int) -> list[Any]:
        _, ids, others = self._chunks[chunk]
        columns: list[Any] = marshal.loads(zlib.decompress(others))  # noqa: S302 - our own
        for at, each in zip(self._whole, marshal.loads(ids), strict=True):  # noqa: S302 - our own
            columns[at] = each
        return [columns[each] if each.__class__ is int else each for each in columns]

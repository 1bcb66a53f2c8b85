"""Many small rows in little memory, and none on the disk: 64 at a time, column by column."""

import marshal
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

Row = tuple[Any, ...]

_CHUNK: Final = 64
_TEXTS: Final = frozenset({str, type(None)})
"""What is the same where it is equal; True equals 1."""


class RowStore:
    """Rows of plain values (texts, numbers, tuples, None), all of one width, by their place.

    Args:
        whole: Columns of ids, which are kept as they are: to compress them takes twice as long as
            all others together, and saves little.
    """

    def __init__(self, whole: tuple[int, ...] = ()) -> None:
        self._whole = whole
        self._chunks: list[tuple[bytes, bytes]] = []
        self._open: list[Row] = []
        self._last: tuple[int, list[Any]] = (-1, [])

    def __len__(self) -> int:
        return len(self._chunks) * _CHUNK + len(self._open)

    def append(self, row: Row) -> None:
        """Add a row at the end."""
        self._open.append(row)
        if len(self._open) == _CHUNK:
            self.extend(())

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows at the end."""
        self._open += rows
        whole = len(self._open) // _CHUNK * _CHUNK
        for first in range(0, whole, _CHUNK):
            self._chunks.append(self._packed(self._open[first : first + _CHUNK]))
        del self._open[:whole]

    def __getitem__(self, place: int) -> Row:
        """Return a row; those beside it come cheaply after it."""
        chunk, at = divmod(place, _CHUNK)
        if chunk == len(self._chunks):
            return self._open[at]
        if self._last[0] != chunk:
            self._last = chunk, self._columns(chunk)
        return tuple([column[at] for column in self._last[1]])

    def __iter__(self) -> Iterator[Row]:
        for chunk in range(len(self._chunks)):
            yield from zip(*self._columns(chunk), strict=True)
        yield from self._open

    def _packed(self, rows: list[Row]) -> tuple[bytes, bytes]:
        """Return the columns of ids, and all others; of texts that are the same, one."""
        columns: list[Any] = list(zip(*rows, strict=True))
        others = [
            first
            if (first := columns.index(each)) < at and _TEXTS.issuperset(map(type, each))
            else each
            for at, each in enumerate(columns)
        ]
        whole = []
        for at in self._whole:
            whole.append(columns[at])
            others[at] = None
        return marshal.dumps(whole), zlib.compress(marshal.dumps(others), 1)

    def _columns(self, chunk: int) -> list[Any]:
        whole, others = self._chunks[chunk]
        columns: list[Any] = marshal.loads(zlib.decompress(others))  # noqa: S302 - our own
        for at, each in zip(self._whole, marshal.loads(whole), strict=True):  # noqa: S302 - our own
            columns[at] = each
        return [columns[each] if each.__class__ is int else each for each in columns]

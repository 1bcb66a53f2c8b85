"""Many small rows in little memory, and none on the disk: compressed, 64 at a time."""

import marshal
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

_CHUNK: Final = 64


class RowStore:
    """Rows of plain values (texts, numbers, tuples, None), by their place."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._open: list[Any] = []
        self._last: tuple[int, list[Any]] = (-1, [])

    def __len__(self) -> int:
        return len(self._chunks) * _CHUNK + len(self._open)

    def append(self, row: Any) -> None:
        """Add a row at the end."""
        self._open.append(row)
        if len(self._open) == _CHUNK:
            self.extend(())

    def extend(self, rows: Iterable[Any]) -> None:
        """Add rows at the end."""
        self._open += rows
        first = 0
        while len(self._open) - first >= _CHUNK:
            some = self._open[first : first + _CHUNK]
            self._chunks.append(zlib.compress(marshal.dumps(some), 1))
            first += _CHUNK
        del self._open[:first]

    def __getitem__(self, place: int) -> Any:
        """Return a row; those beside it come cheaply after it."""
        chunk, at = divmod(place, _CHUNK)
        if chunk == len(self._chunks):
            return self._open[at]
        if self._last[0] != chunk:
            self._last = chunk, self._loaded(chunk)
        return self._last[1][at]

    def __iter__(self) -> Iterator[Any]:
        for chunk in range(len(self._chunks)):
            yield from self._loaded(chunk)
        yield from self._open

    def _loaded(self, chunk: int) -> list[Any]:
        rows: list[Any] = marshal.loads(zlib.decompress(self._chunks[chunk]))  # noqa: S302 - our own
        return rows

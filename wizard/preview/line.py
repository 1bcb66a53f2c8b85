"""Pages of both sides, kept in the order in which they came, whichever process reads them."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from wizard.errors import PreviewError
from wizard.preview.beside import WORTH, PageReader, started
from wizard.preview.reading import Basis
from wizard.preview.row_store import PackedRows, StoredRow

_LARGE: Final = 50_000
"""Bytes of a page that is worth its way there and back."""
_AHEAD: Final = 2_500_000
"""Bytes of pages that the other process has at once, so that it never waits for one."""
_LONGEST: Final = 6_000_000
"""Bytes of pages that wait at most until the one before them was read."""


class Side(Protocol):
    """What pages of people, or of accounts, are taken by."""

    def passes(self) -> bool:
        """Count the next page, if it may be read elsewhere."""

    def read(self, page: bytes) -> list[StoredRow]:
        """Return what the next page holds; raises PreviewError where it is none."""

    def reread(self, page: bytes) -> list[StoredRow]:
        """Return what a page holds that was counted; raises as `read`."""

    def keep(self, rows: list[StoredRow]) -> None:
        """Add what was read."""

    def keep_packed(self, rows: PackedRows) -> None:
        """Add what was read elsewhere."""


@dataclass
class _Waiting:
    """A page that is not yet kept."""

    side: Side
    page: bytes
    size: int
    rows: list[StoredRow] = field(default_factory=list)
    packed: PackedRows | None = None
    error: PreviewError | None = None

    def fill(self, read: Callable[[bytes], list[StoredRow]]) -> None:
        """Read it, and hold what comes of that until those before it are kept."""
        page, self.page = self.page, b""
        try:
            self.rows = read(page)
        except PreviewError as error:
            self.error = error


class PageLine:
    """Takes pages; those of a large directory are shared with a second process.

    Args:
        beside: The other process; where there is none, it is started when it is worth it.
    """

    def __init__(self, beside: PageReader | None) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._there: deque[_Waiting] = deque()
        self._beside = beside
        self._came = 0

    def take(self, part: str, page: bytes, side: Side, basis: Basis) -> None:
        """Add a page.

        Args:
            part: What it is of.
            page: The page.
            side: What it is taken by.
            basis: What people are read by.

        Raises:
            PreviewError: It is no page of that part, or one before it was none.
        """
        beside = self._free(page, basis)
        if beside is not None and side.passes():
            waiting = _Waiting(side, page, len(page))
            self._there.append(waiting)
            beside.give(part, page)
        elif not self._waiting:
            side.keep(side.read(page))
            return
        else:
            waiting = _Waiting(side, page, len(page))
            waiting.fill(side.read)
        self._waiting.append(waiting)
        self._keep(_LONGEST)

    def settle(self) -> None:
        """Wait for what is read elsewhere; raises as `take`."""
        self._keep(0)

    def close(self) -> None:
        """End the other process, and forget what it has."""
        beside, self._beside = self._beside, None
        if beside is not None:
            beside.close()

    def _free(self, page: bytes, basis: Basis) -> PageReader | None:
        """Return the other process, where it has room for a page that is worth the way."""
        if self._beside is None and self._came < WORTH <= self._came + len(page):
            self._beside = started()
        self._came += len(page)
        if self._beside is None or len(page) < _LARGE:
            return None
        self._beside.begin(basis.as_json)
        is_free = self._beside.has_begun() and _size(self._there) < _AHEAD
        return self._beside if is_free else None

    def _keep(self, most: int) -> None:
        """Add all that was read, in its order; wait where more would be held than this."""
        while self._waiting:
            first = self._waiting[0]
            if self._there and self._there[0] is first:
                if _size(self._waiting) <= most and not self._is_ready():
                    return
                self._hear()
                continue
            self._waiting.popleft()
            if first.error is not None:
                self.close()
                raise first.error
            if first.packed is not None:
                first.side.keep_packed(first.packed)
            else:
                first.side.keep(first.rows)

    def _is_ready(self) -> bool:
        return self._beside is None or self._beside.is_ready()

    def _hear(self) -> None:
        """Take what the other process read; what it left, or took along, is read here."""
        waiting = self._there.popleft()
        if self._beside is not None:
            try:
                waiting.packed = self._beside.take()
            except EOFError:
                self.close()
        if waiting.packed is None:
            waiting.fill(waiting.side.reread)


def _size(pages: Iterable[_Waiting]) -> int:
    return sum([each.size for each in pages])

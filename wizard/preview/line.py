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
_TOGETHER: Final = 250_000
"""Bytes of pages from where on they go there, and come back, together."""
_AHEAD: Final = 2_600_000
"""Bytes of pages that the other process has at once, so that it never waits for one."""
_LONGEST: Final = 8_000_000
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
    """Pages of one side, one after another, that are not yet kept."""

    part: str
    side: Side
    pages: list[bytes]
    size: int
    rows: list[StoredRow] = field(default_factory=list)
    packed: PackedRows | None = None
    error: PreviewError | None = None

    def fill(self, read: Callable[[bytes], list[StoredRow]]) -> None:
        """Read them, and hold what comes of that until those before them are kept."""
        try:
            for page in self.pages:
                self.rows += read(page)
        except PreviewError as error:
            self.error = error
        self.pages.clear()

    def keep(self) -> None:
        """Add them to their side; raises what was wrong with them."""
        self.side.keep(self.rows)
        if self.packed is not None:
            self.side.keep_packed(self.packed)
        if self.error is not None:
            raise self.error


class PageLine:
    """Takes pages; those of a large directory are shared with a second process.

    Args:
        beside: The other process; where there is none, it is started when it is worth it.
    """

    def __init__(self, beside: PageReader | None) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._there: deque[_Waiting] = deque()
        self._grows: _Waiting | None = None
        """The last of those, as long as more may go there with it."""
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
        if self._may_go(part, page, basis) and side.passes():
            self._send(part, page, side)
        else:
            self._give()  # nothing that comes after this page may go with what came before
            waiting = _Waiting(part, side, [page], len(page))
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

    def _may_go(self, part: str, page: bytes, basis: Basis) -> bool:
        """Tell whether a page is worth the way to the other process, and there is room."""
        if self._beside is None and self._came < WORTH <= self._came + len(page):
            self._beside = started()
        self._came += len(page)
        if self._beside is None or len(page) < _LARGE:
            return False
        self._beside.begin(basis.as_json)
        if self._grows is not None and self._grows.part == part:
            return True
        return self._beside.has_begun() and _size(self._there) < _AHEAD

    def _send(self, part: str, page: bytes, side: Side) -> None:
        grows = self._grows
        if grows is not None and grows.part == part:
            grows.pages.append(page)
            grows.size += len(page)
        else:
            self._give()
            grows = self._grows = _Waiting(part, side, [page], len(page))
            self._waiting.append(grows)
            self._there.append(grows)
        if grows.size >= _TOGETHER:
            self._give()

    def _give(self) -> None:
        """Hand over what was to go together."""
        grows, self._grows = self._grows, None
        if grows is not None and self._beside is not None:
            self._beside.give(grows.part, grows.pages)

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
            try:
                first.keep()
            except PreviewError:
                self.close()
                raise

    def _is_ready(self) -> bool:
        return self._beside is None or self._beside.is_ready()

    def _hear(self) -> None:
        """Take what the other process read; what it left, or took along, is read here."""
        waiting = self._there.popleft()
        if waiting is self._grows:
            self._give()
        if self._beside is not None:
            try:
                waiting.packed = self._beside.take()
            except EOFError:
                self.close()
        if waiting.packed is None:
            waiting.fill(waiting.side.reread)
        waiting.pages.clear()


def _size(pages: Iterable[_Waiting]) -> int:
    return sum([each.size for each in pages])

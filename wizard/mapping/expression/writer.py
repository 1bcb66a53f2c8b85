"""Lines of Python source with their indentation, within what Python compiles well."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

DEEPEST: Final = 40
"""Levels of blocks, and of calls inside each other; Python ends at 100 levels of indentation."""

LARGEST: Final = 500_000
"""Characters of one function; Python needs a hundred times as many bytes to compile them. A real
mapping has a few thousand."""


class NotGenerated(Exception):
    """A tree that is too deep or too large to be written, and is left to the evaluator."""


class Writer:
    """Collects the lines of one function."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._indent = 0
        self._names = 0
        self._size = 0

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Take back what is written inside when not all of it can be."""
        lines, size = len(self.lines), self._size
        try:
            yield
        except NotGenerated:
            del self.lines[lines:]
            self._indent, self._size = 0, size
            raise

    @contextmanager
    def _block(self, opening: str) -> Iterator[None]:
        self._line(opening)
        self._indent += 1
        yield
        self._indent -= 1

    def _line(self, text: str) -> None:
        if self._indent > DEEPEST:
            raise NotGenerated
        self._grow(4 * self._indent + len(text))
        self.lines.append("    " * self._indent + text)

    def _grow(self, characters: int) -> None:
        if self._size + characters > LARGEST:
            raise NotGenerated
        self._size += characters

    def _name(self) -> str:
        """Return a name that nothing has yet."""
        self._names += 1
        return f"v{self._names}"

"""Where something is, by a hash of what it is: a table of places, a tenth of the memory of a dict.

The lowest bits of a hash are where its place is looked for, and then in the next ones, until one is
free. With 64 bits, no two hashes of a million texts meet.
"""

from array import array
from collections.abc import Iterable, Iterator
from struct import pack
from typing import Final

SEVERAL: Final = -1
"""More than one place has it."""
NONE: Final = -2
"""No place has it."""
_FREE: Final = -1


def add_hashes(column: "array[int]", things: Iterable[object]) -> None:
    """Add the hash of each; to extend an array by numbers takes three times as long."""
    hashes = list(map(hash, things))
    column.frombytes(pack(f"{len(hashes)}q", *hashes))


def in_any_case(texts: Iterable[str | None]) -> Iterator[str]:
    """Yield what the hash is taken of where case does not count; that of nothing is 0."""
    return map(str.casefold, [text or "" for text in texts])


class Index:
    """Places by hashes.

    Attributes:
        repeated: The places of what was there before: all but the first of each hash.

    Args:
        hashes: Of each place, in their order; 0 stands for nothing.
        without: Places that do not count.
    """

    def __init__(
        self, hashes: "array[int]", without: frozenset[int] | set[int] = frozenset()
    ) -> None:
        lowest = (2 << len(hashes).bit_length()) - 1
        table = array("i", [_FREE]) * (lowest + 1)
        repeated: set[int] = set()
        for place, key in enumerate(hashes):
            if not key or place in without:
                continue
            at = key & lowest
            while (other := table[at]) != _FREE:
                if hashes[other] == key:
                    repeated.add(place)
                at = at + 1 & lowest
            table[at] = place
        self.repeated = repeated
        self._hashes, self._table, self._lowest = hashes, table, lowest

    def get(self, key: int) -> int:
        """Return the place of a hash, `SEVERAL` or `NONE`."""
        return self.each((key,))[0]

    def each(self, keys: Iterable[int]) -> "array[int]":
        """Return of each of these what `get` does."""
        hashes, table, lowest, found = self._hashes, self._table, self._lowest, array("i")
        for key in keys:
            at, place = key & lowest, NONE
            while (other := table[at]) != _FREE:
                if hashes[other] == key:
                    place = other if place == NONE else SEVERAL
                at = at + 1 & lowest
            found.append(place)
        return found

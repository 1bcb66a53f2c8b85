"""Where something is, by a hash of what it is: two sorted arrays, a tenth of the memory of a dict.

With 64 bits, no two hashes of a million texts meet.
"""

from array import array
from bisect import bisect_left
from typing import Final

SEVERAL: Final = -1
"""More than one place has it."""
NONE: Final = -2
"""No place has it."""


class Index:
    """Places by hashes.

    Args:
        hashes: Of each place, in their order; 0 stands for nothing.
        without: Places that do not count.
    """

    def __init__(self, hashes: "array[int]", without: frozenset[int] = frozenset()) -> None:
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        if without:
            order = [place for place in order if place not in without]
        self._places = array("q", order)
        self._hashes = array("q", [hashes[place] for place in order])

    def get(self, key: int) -> int:
        """Return the place of a hash, `SEVERAL` or `NONE`."""
        hashes = self._hashes
        at = bisect_left(hashes, key)
        if at == len(hashes) or hashes[at] != key or not key:
            return NONE
        if at + 1 < len(hashes) and hashes[at + 1] == key:
            return SEVERAL
        return self._places[at]

    def repeated(self) -> frozenset[int]:
        """Return the places of what was there before: all but the first of each hash."""
        found: set[int] = set()
        hashes, places = self._hashes, self._places
        for at in range(1, len(hashes)):
            if hashes[at] == hashes[at - 1]:
                found.add(places[at])  # sorting keeps the order of equal ones
        return frozenset(found)

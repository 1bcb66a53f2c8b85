"""Where something is, by a hash of what it is: one sorted array, a tenth of the memory of a dict.

A sorted number is the upper bits of a hash with the place in the lower ones; what the place takes
away of the hash is compared afterwards. With 64 bits, no two hashes of a million texts meet.
"""

from array import array
from bisect import bisect_left
from functools import cached_property
from typing import Final

SEVERAL: Final = -1
"""More than one place has it."""
NONE: Final = -2
"""No place has it."""
_PARTS: Final = 4
"""A dict of everything would take more memory than all that is kept."""


class Index:
    """Places by hashes.

    Args:
        hashes: Of each place, in their order; 0 stands for nothing.
        without: Places that do not count.
    """

    def __init__(self, hashes: "array[int]", without: frozenset[int] = frozenset()) -> None:
        self._hashes, self._without = hashes, without
        self._upper = -1 << len(hashes).bit_length()

    def get(self, key: int) -> int:
        """Return the place of a hash, `SEVERAL` or `NONE`."""
        packed, hashes, upper = self._packed, self._hashes, self._upper
        first, place = key & upper, NONE
        at = bisect_left(packed, first)
        while at < len(packed) and packed[at] & upper == first:
            found = packed[at] & ~upper
            if hashes[found] == key:
                place = SEVERAL if place != NONE else found
            at += 1
        return place

    def each(self, keys: "array[int]") -> "array[int]":
        """Return of each of many what `get` does: by dicts, of a part of the hashes at a time."""
        found, hashes, known = array("q", [NONE]) * len(keys), self._hashes, 0
        for part in range(_PARTS):
            table = {key: place for place, key in enumerate(hashes) if key % _PARTS == part}
            table.pop(0, None)
            known += len(table)
            for at, key in enumerate(keys):
                if key in table:
                    found[at] = table[key]
        if self._without or known < len(hashes) - hashes.count(0):
            return array("q", map(self.get, keys))
        return found

    @cached_property
    def _packed(self) -> "array[int]":
        upper, without = self._upper, self._without
        packed = [key & upper | place for place, key in enumerate(self._hashes) if key]
        if without:
            packed = [each for each in packed if each & ~upper not in without]
        packed.sort()
        return array("q", packed)


def repeated(hashes: "array[int]") -> frozenset[int]:
    """Return the places of what was there before: all but the first of each hash."""
    each = (len({key for key in hashes if key % _PARTS == part}) for part in range(_PARTS))
    if sum(each) == len(hashes):
        return frozenset()
    seen: set[int] = set()
    found: set[int] = set()
    for place, key in enumerate(hashes):
        if key in seen:
            found.add(place)
        seen.add(key)
    return frozenset(found)

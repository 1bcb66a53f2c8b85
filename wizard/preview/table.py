"""A preview as the lines of a table: chosen, counted, found by name; a few at a time."""

from array import array
from collections.abc import Generator, Iterable
from typing import Final

from wizard.preview.desk import PreviewRow, Selection
from wizard.preview.document import Told
from wizard.preview.fate import Fate
from wizard.preview.in_words import said_of
from wizard.preview.outcome import Prospect
from wizard.words.text import plain_line

_TOGETHER: Final = 1_000
"""Names that are kept as one text."""
_REMEMBERED: Final = 8
_SHOWN: Final = 100


class PreviewTable:
    """Finds lines by what is chosen, and remembers the places of the last choices.

    Args:
        told: The preview.
    """

    def __init__(self, told: Told) -> None:
        self._told, self._preview = told, told.preview
        self._known: dict[Selection, array[int]] = {}
        self._names: list[bytes] = []
        """All names without case, a line each; made when somebody first searches."""

    def places(self, chosen: Selection) -> "Generator[int, None, array[int]]":
        """Return the places of what is chosen, riskiest first; yield how many were looked at."""
        found = self._known.pop(chosen, None)
        if found is None:
            found = self._of(chosen)
            if wanted := _without_case(chosen.text):
                holds = yield from self._holding(wanted)
                found = array("I", (place for place in found if holds[place]))
        self._known[chosen] = found
        for oldest in list(self._known)[:-_REMEMBERED]:
            del self._known[oldest]
        return found

    def row(self, place: int) -> PreviewRow:
        """Return the line of a place."""
        fate = self._preview[place]
        name = plain_line(fate.name, _SHOWN)
        return PreviewRow(place, fate.outcome, fate.kind, name, said_of(fate))

    def fate(self, place: int) -> Fate | None:
        """Return what would become of the one in a place; None where nobody is."""
        return self._preview[place] if 0 <= place < len(self._preview) else None

    def _of(self, chosen: Selection) -> "array[int]":
        """Return the places of what is chosen, whatever its name."""
        preview, patterns = self._preview, self._told.patterns
        outcomes: Iterable[Prospect] = Prospect if chosen.outcome is None else (chosen.outcome,)
        if chosen.pattern is None:
            found = array("I")
            for outcome in outcomes:
                found.extend(preview.places(outcome))
            return found
        pattern = patterns[chosen.pattern] if 0 <= chosen.pattern < len(patterns) else None
        if pattern is None or pattern.outcome not in set(outcomes):
            return array("I")
        return preview.places_of(pattern.ways, pattern.eventful)

    def _holding(self, wanted: bytes) -> Generator[int, None, bytearray]:
        """Return for each place whether its name holds a text."""
        holds = bytearray(len(self._preview))
        for first in range(0, len(holds), _TOGETHER):
            names = self._names_from(first)
            if wanted in names:
                for place, name in enumerate(names.split(b"\n"), first):
                    holds[place] = wanted in name
            yield first
        return holds

    def _names_from(self, first: int) -> bytes:
        if first // _TOGETHER == len(self._names):
            names = map(_without_case, self._preview.names(first, _TOGETHER))
            self._names.append(b"\n".join(names))
        return self._names[first // _TOGETHER]


def _without_case(text: str) -> bytes:
    return " ".join(text.split()).casefold().encode("utf-8", "surrogatepass")

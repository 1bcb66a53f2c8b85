"""What a look for drift found: one frozen document, from which JSON and sentences both come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

from wizard.drift.base import DriftBase
from wizard.drift.comparing import Drifted
from wizard.drift.items import Watched, WatchedItem
from wizard.drift.mapping_items import MAPPED
from wizard.errors import WizardError

DRIFT_VERSION: Final = 1
_SHOWN: Final = 25
"""Lines of one part that are told; the document has all."""

WATCHED_TITLES: Final = MappingProxyType(
    {
        Watched.APPLICATION: "The application",
        Watched.JOB: "Provisioning",
        Watched.CREDENTIALS: "Credentials",
        Watched.SCOPE: "Who is in scope",
        Watched.MAPPING: "Mapping",
        Watched.FILTERS: "Filters",
        Watched.ASSIGNMENTS: "Assigned people and groups",
        Watched.NOTIFICATION: "Mails and the deletion limit",
        Watched.TEMPLATE: "Microsoft's template for new jobs",
    }
)


@dataclass(frozen=True)
class DriftReport:
    """What differs, and what was not seen.

    Attributes:
        profile: The profile.
        base: What was compared with; None where there was none to compare with.
        looked_at: When the tenant was looked at.
        differences: What differs, gravest first.
        unread: What could not be read, and why.
        notes: What is to be known of that, as sentences.
        taken: What was taken as the new base; None where nothing was.
        accept: The command that takes it.
    """

    profile: str
    base: DriftBase | None
    looked_at: datetime
    differences: tuple[Drifted, ...]
    unread: tuple[tuple[Watched, WizardError], ...]
    notes: tuple[str, ...]
    taken: tuple[WatchedItem, ...] | None
    accept: str

    @property
    def is_whole(self) -> bool:
        """Whether all of it was read, so that what is not told does not differ."""
        return not self.unread

    @property
    def is_same(self) -> bool | None:
        """Whether nothing differs; None where that is not known."""
        if self.differences:
            return False
        return True if self.is_whole and self.base is not None else None

    def to_json(self) -> dict[str, Any]:
        """Return it as a document."""
        base = self.base
        return {
            "version": DRIFT_VERSION,
            "command": "drift",
            "profile": self.profile,
            "base": base and {"at": base.at.isoformat(), "how": base.how},
            "looked_at": self.looked_at.isoformat(),
            "same": self.is_same,
            "differences": [
                {
                    "part": each.part,
                    "name": each.name,
                    "how": each.how,
                    "before": each.before,
                    "after": each.after,
                    "consequence": each.meant.text,
                    "next": each.meant.hint,
                    "pressing": each.meant.is_pressing,
                }
                for each in self.differences
            ],
            "not_read": [
                {"part": part, "code": error.code, "message": error.message, "hint": error.hint}
                for part, error in self.unread
            ],
            "notes": [*self.notes],
            "accepted": self.taken is not None,
        }

    def lines(self) -> Iterator[str]:
        """Yield it for a person: what was found, and what became of it, or can."""
        yield from self.found_lines()
        yield from self.taken_lines()

    def found_lines(self) -> Iterator[str]:
        """Yield what was found: what could not be read first, as nothing is said of it."""
        yield from self._not_read()
        if self.base is not None:
            yield self._summary(self.base)
        for _, group in groupby(self.differences, _heading):
            yield from _told(tuple(group))
        yield from self.notes

    def taken_lines(self) -> Iterator[str]:
        """Yield that it is the new base, or how it can be."""
        if self.taken is not None:
            yield from _taken(self.taken, show=self.base is None)
        elif self.differences and self.is_whole:
            yield ""
            yield self._closing

    @property
    def _closing(self) -> str:
        told = f"`{self.accept}` takes what there is as the new base."
        if all(each.part is Watched.TEMPLATE for each in self.differences):
            return f"Once you have read it, {told}"
        return f"Entra's audit log tells who did it. If it is meant, {told}"

    def _not_read(self) -> Iterator[str]:
        for error, group in groupby(self.unread, lambda each: each[1]):
            parts = ", ".join(WATCHED_TITLES[part] for part, _ in group)
            yield f"Not read: {parts}. {error.message} {error.hint}".rstrip()
            yield ""

    def _summary(self, base: DriftBase) -> str:
        since = f"what was {base.how} on {base.at:%Y-%m-%d %H:%M} UTC"
        more = " in what was read" if self.unread else ""
        count = len(self.differences)
        if not count:
            return f"Nothing differs{more} from {since}."
        things = "1 thing differs" if count == 1 else f"{count:,} things differ"
        return f"{things}{more} from {since}."


def _heading(each: Drifted) -> str:
    return WATCHED_TITLES[each.part]


def _told(found: tuple[Drifted, ...]) -> Iterator[str]:
    """Yield one part: what means the same stands together, and what to do stands once."""
    yield ""
    yield f"{_heading(found[0])}:"
    groups = [(meant, tuple(each)) for meant, each in groupby(found, lambda each: each.meant)]
    hints = [meant.hint for meant, _ in groups]
    left = _SHOWN
    for place, (meant, each) in enumerate(groups):
        yield from (one.words for one in each[: max(left, 0)])
        if len(each) > left:
            yield f"and {len(each) - max(left, 0):,} more, which --json tells"
        left -= len(each)
        yield f"Means: {meant.text}"
        if meant.hint and meant.hint not in hints[place + 1 :]:
            yield f"Next: {meant.hint}"


def _taken(items: tuple[WatchedItem, ...], *, show: bool) -> Iterator[str]:
    if not show:
        yield ""
        yield "Taken as the new base, which `drift` compares with from now on."
        return
    yield "There was nothing to compare with. What Entra has is the base from now on:"
    for part, group in groupby(items, lambda each: each.part):
        every = tuple(each for each in group if each.value != MAPPED)
        yield ""
        yield f"{WATCHED_TITLES[part]}:"
        yield from (f"{each.name}: {each.value}" for each in every[:_SHOWN])
        if len(every) > _SHOWN:
            yield f"and {len(every) - _SHOWN:,} more"

"""Where a tenant differs from a base, each thing with what that means."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from wizard.drift.consequences import consequence_of
from wizard.drift.items import Watched, WatchedItems, changed_between, owners_of
from wizard.drift.looking import TenantSeen
from wizard.drift.meaning import Consequence, JudgedChange
from wizard.mapping.comparing import rows_apart
from wizard.options import CommandLine
from wizard.words.differences import HowItDiffers, difference_line, how_it_differs


@dataclass(frozen=True)
class Drifted:
    """One thing that is another than it was; all texts are harmless."""

    key: str
    part: Watched
    name: str
    before: str
    """Empty where nothing was there."""
    after: str
    """Empty where nothing is there any more."""
    meant: Consequence

    @property
    def how(self) -> HowItDiffers:
        """What became of it."""
        return how_it_differs(self.before, self.after)

    @property
    def words(self) -> str:
        """It as one line."""
        told = self.before, self.after
        return difference_line(self.name, *(rows_apart(*told) if "/row/" in self.key else told))


def drifted(
    before: WatchedItems, seen: TenantSeen, line: CommandLine, *, until: str = ""
) -> tuple[Drifted, ...]:
    """Return what differs, gravest first; of what came or went, nothing that is a part of it.

    Args:
        before: What was set up or accepted.
        seen: What there is; of what could not be read nothing is said.
        line: Makes the command lines that are told.
        until: The day on which the token ends; empty where that is not known.
    """
    order = list(Watched)
    found = _drifted(before, seen, line, until)
    return tuple(
        sorted(found, key=lambda each: (not each.meant.is_pressing, order.index(each.part)))
    )


def _drifted(
    before: WatchedItems, seen: TenantSeen, line: CommandLine, until: str
) -> Iterator[Drifted]:
    after = seen.items
    changed = changed_between(_known(before, seen.unread), _known(after, seen.unread))
    moved = {key for key in changed if (key in before) is not (key in after)}
    for key in changed:
        if moved.intersection(owners_of(key)):
            continue
        found = JudgedChange(key, before.get(key), after.get(key), after, line, until)
        item = found.after or found.before
        if item is not None:
            was = "" if found.before is None else found.before.value
            meant = consequence_of(found)
            yield Drifted(key, item.part, item.name, was, found.value, meant)


def _known(items: WatchedItems, unread: Collection[Watched]) -> WatchedItems:
    return {key: item for key, item in items.items() if item.part not in unread}

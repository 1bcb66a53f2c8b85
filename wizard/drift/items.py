"""What is watched of a tenant, one thing at a time: what it is called, and how it is."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

from wizard.store.fields import Made, Record
from wizard.words.redact import redact
from wizard.words.text import plain_line

_LONGEST: Final = 10_000
"""Characters of a text; more than Microsoft takes of an expression."""

WatchedText = Annotated[str, Made(lambda text: redact(plain_line(text, _LONGEST)))]


class Watched(StrEnum):
    """The parts of a tenant that are watched, those first whose change is gravest."""

    APPLICATION = "application"
    JOB = "job"
    CREDENTIALS = "credentials"
    SCOPE = "scope"
    MAPPING = "mapping"
    FILTERS = "filters"
    ASSIGNMENTS = "assignments"
    NOTIFICATION = "notification"
    TEMPLATE = "template"


class WatchedItem(Record):
    """One thing that is watched."""

    part: Watched
    name: WatchedText
    value: WatchedText
    """How it is, in the administrator's words."""
    same: WatchedText = ""
    """What is compared where the words tell more or less than that; empty: the words are."""

    @property
    def is_as(self) -> str:
        """What is compared."""
        return self.same or self.value


WatchedItems = Mapping[str, WatchedItem]
"""By a key that stays the same whatever becomes of the thing."""

APPLICATION_KEY: Final = "application"
JOB_KEY: Final = "job"
JOB_ON_KEY: Final = "job/on"
OTHER_JOB_KEY: Final = "job/other/"
ADDRESS_KEY: Final = "credentials/address"
SAVED_KEY: Final = "credentials/saved/"
EVERYBODY_KEY: Final = "scope/everybody"
LEAVERS_KEY: Final = "scope/leavers"
MAIL_KEY: Final = "notification/mail"
LIMIT_KEY: Final = "notification/limit"
ASSIGNED_KEY: Final = "assignments/"
TEMPLATE_KEY: Final = "template"
ASKS_KEY: Final = "template/credentials"
OF_TEMPLATE: Final = "template/"

NO_MAIL: Final = "nobody"
UNKNOWN_FORM: Final = "in a form that is not known"
NOTHING_SET: Final = "none"

_OWNERS: Final = (
    (JOB_KEY, ("job/on", "mapping/", "filters/")),
    (TEMPLATE_KEY, (OF_TEMPLATE,)),
)


def owners_of(key: str) -> tuple[str, ...]:
    """Return the keys of what something is a part of: with that, it comes and goes."""
    if key == APPLICATION_KEY:
        return ()
    above = (owner for owner, prefixes in _OWNERS if key.startswith(prefixes))
    return (APPLICATION_KEY, *above)


def differs(before: WatchedItem | None, after: WatchedItem | None) -> bool:
    """Tell whether something is another than before; what it is called does not count."""
    if before is None or after is None:
        return before is not after
    return before.is_as != after.is_as


def changed_between(before: WatchedItems, after: WatchedItems) -> dict[str, WatchedItem | None]:
    """Return what a change made of what, by key; None where it made it go away."""
    return {
        key: after.get(key)
        for key in {**before, **after}
        if differs(before.get(key), after.get(key))
    }


def changed_by(
    items: WatchedItems, changes: Mapping[str, WatchedItem | None]
) -> dict[str, WatchedItem]:
    """Return things with changes made to them; all others stay."""
    changed = {**items, **changes}
    return {key: item for key, item in changed.items() if item is not None}

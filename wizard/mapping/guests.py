"""Guests: under which name provisioning knows somebody who was invited.

A guest's user principal name is `alias_their.domain#EXT#@our.domain`. The service takes the mark
and the tenant's domain away before anything is mapped, so that `[userPrincipalName]` is the address
at home; `[originalUserPrincipalName]` keeps the whole (reference/graph-entra.md 11).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from wizard.words.text import plain_line

UPN: Final = "userPrincipalName"
WHOLE_NAME: Final = "originalUserPrincipalName"

_MARK: Final = re.compile("#EXT#", re.IGNORECASE)


def has_mark(text: str) -> bool:
    """Tell whether a text holds the mark of guests, in any case."""
    return "#" in text and bool(_MARK.search(text))


def address_at_home(name: str) -> str:
    """Return a user principal name as provisioning hands it on; a member's stays as it is."""
    if not has_mark(name):
        return name
    alias = _MARK.split(name, 1)[0]
    return "@".join(alias.rsplit("_", 1))  # a domain has no underscore


def with_both_names(person: dict[str, Any]) -> dict[str, Any]:
    """Return a person with the name that is mapped, and the whole one beside it."""
    name = person.get(UPN)
    if isinstance(name, str):
        person.setdefault(WHOLE_NAME, name)
        person[UPN] = address_at_home(name)
    return person


def name_at_home(person: Mapping[str, Any]) -> str:
    """Return what provisioning makes of a guest's name, in a sentence; empty for a member."""
    whole = person.get(WHOLE_NAME)
    if not (isinstance(whole, str) and has_mark(whole)):
        return ""
    return (
        f"This is a guest: Entra takes #EXT# and the tenant's domain out of [{UPN}] before it "
        f"maps it, so it is {plain_line(person.get(UPN) or 'empty', 80)} here."
    )


def people_at_home(people: int) -> str:
    """Return the same of several people; empty where there are none."""
    if not people:
        return ""
    guests = "1 guest" if people == 1 else f"{people:,} guests"
    return (
        f"Among them: {guests}. Entra takes #EXT# and the tenant's domain out of their [{UPN}] "
        "before it maps it, so what is mapped is their address at home. It finds them in Webex by "
        f"that; [{WHOLE_NAME}] keeps the whole."
    )

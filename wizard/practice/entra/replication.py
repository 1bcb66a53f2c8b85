"""Replication: what was just made is not in every list yet (reference/graph-entra.md 2.3)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from wizard.practice.entra.call import Call
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.directory import ServicePrincipal
from wizard.practice.entra.synchronization import Job

LATE = "late"
"""The fault that lets lists lag behind."""

_SECONDS = 60.0

Made = TypeVar("Made", dict[str, Any], ServicePrincipal, Job)


def listed(call: Call, place: str, made: Iterable[Made]) -> list[Made]:
    """Return what a list shows: with the fault `late`, only what is so many seconds old.

    Args:
        call: The question, which meets the fault.
        place: Where the fault is looked for.
        made: Everything there is.
    """
    fault = call.services.faults.take(place, "GET", frozenset({LATE}))
    if fault is None:
        return list(made)
    seconds = _SECONDS if fault.amount is None else fault.amount
    newest = stamp(call.services.clock.now() - timedelta(seconds=seconds))
    return [one for one in made if _created(one) <= newest]


def _created(one: dict[str, Any] | ServicePrincipal | Job) -> str:
    if isinstance(one, Job):
        return one.created
    resource = one.resource if isinstance(one, ServicePrincipal) else one
    return str(resource["createdDateTime"])

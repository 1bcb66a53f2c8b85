"""Secrets of other hosts, met by the commands without screens: refused, or asked about once."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from wizard.commands.output import asked, can_ask, narrate
from wizard.errors import HostsError
from wizard.net.endpoints import load
from wizard.options import Options
from wizard.store.binding import UNKNOWN, place_of

T = TypeVar("T")


def asking_once(options: Options, work: Callable[[], T]) -> T:
    """Do work; again, where it met secrets without a binding and somebody named their hosts.

    Raises:
        HostsError: The secrets are of other hosts, or nobody said that they are of these.
        WizardError: What the work raises.
    """
    try:
        return work()
    except HostsError as error:
        if not is_bound_now(options, error):
            raise
    return work()


def is_bound_now(options: Options, error: HostsError, name: str | None = None) -> bool:
    """Ask once, in a terminal, whether a profile's secrets are of these hosts, and bind them.

    Raises:
        WizardError: They could not be bound.
    """
    if error.code != UNKNOWN or not can_ask(options):
        return False
    narrate(error.message)
    place = place_of(load(options.endpoints))
    # Outside of an event loop, which would swallow the first Ctrl-C.
    if asked(place.question) != place.words:
        return False
    asyncio.run(_bind(options, name))
    return True


async def _bind(options: Options, name: str | None) -> None:
    from wizard.workspace import open_workspace

    with closing(await open_workspace(options, narrate)) as space:
        await space.bind(space.session(name))

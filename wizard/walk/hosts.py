"""Secrets of other hosts: refused, or asked about once where nobody noted their hosts."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Protocol, TypeVar

from wizard.errors import HostsError
from wizard.net.endpoints import load_endpoints
from wizard.options import Options
from wizard.store.binding import HOSTS_UNKNOWN, Place, place_of
from wizard.walk.front_end import FrontEnd

if TYPE_CHECKING:
    from wizard.flow.session import Session
    from wizard.workspace import Opening, Workspace

T = TypeVar("T")


async def require_here(front: FrontEnd, space: "Workspace", session: "Session") -> None:
    """Refuse a profile whose secrets are of other hosts; ask once where nobody noted their hosts.

    Raises:
        HostsError: They are, or nobody said that they are of these.
    """
    try:
        await space.keystore.require_here(session.profile)
    except HostsError as error:
        place = space.keystore.place
        if not _may_ask(error, front.can_ask):
            raise
        if not _names(await front.typed(error.message, place.question), place):
            raise
        await space.bind(session)


class Prompt(Protocol):
    """What a command without an event loop asks with; a loop would swallow the first Ctrl-C."""

    def can_ask(self, options: Options) -> bool:
        """Tell whether somebody sits there who can be asked."""

    def narrate(self, text: str) -> None:
        """Tell something beside what was asked for."""

    def asked(self, question: str) -> str:
        """Ask for a line, and return it."""


def asking_once(
    options: Options, prompt: Prompt, work: Callable[[], T], opening: "Opening | None" = None
) -> T:
    """Do work; again, where it met secrets without a binding and somebody named their hosts.

    Args:
        options: What was asked for.
        prompt: What asks.
        work: Begins anew each time.
        opening: Puts the workspace together, as the work does; None is `open_workspace`.

    Raises:
        HostsError: The secrets are of other hosts, or nobody said that they are of these.
        WizardError: What the work raises.
    """
    try:
        return work()
    except HostsError as error:
        if not is_bound_now(options, prompt, error, opening):
            raise
    return work()


def is_bound_now(
    options: Options,
    prompt: Prompt,
    error: HostsError,
    opening: "Opening | None" = None,
    name: str | None = None,
) -> bool:
    """Ask once whether a profile's secrets are of these hosts, and bind them.

    Args:
        options: What was asked for.
        prompt: What asks.
        error: What says that nobody noted their hosts.
        opening: Puts the workspace together; None is `open_workspace`.
        name: The profile; None is the one that the options name.

    Raises:
        WizardError: They could not be bound.
    """
    if not _may_ask(error, prompt.can_ask(options)):
        return False
    prompt.narrate(error.message)
    place = place_of(load_endpoints(options.endpoints))
    if not _names(prompt.asked(place.question), place):
        return False
    asyncio.run(_bind(options, prompt, opening, name))
    return True


async def _bind(
    options: Options, prompt: Prompt, opening: "Opening | None", name: str | None
) -> None:
    from wizard.workspace import open_workspace

    with closing(await (opening or open_workspace)(options, prompt.narrate)) as space:
        await space.bind(space.session(name))


def _may_ask(error: HostsError, can_ask: bool) -> bool:
    return error.code == HOSTS_UNKNOWN and can_ask


def _names(answer: str, place: Place) -> bool:
    """Tell whether an answer names the hosts, so that nobody binds by a careless Enter."""
    return answer == place.words

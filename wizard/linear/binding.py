"""Secrets of other hosts, met in plain prompts."""

from wizard.errors import HostsError
from wizard.flow.session import Session
from wizard.linear.console import Console
from wizard.store.binding import UNKNOWN
from wizard.workspace import Workspace


async def require_here(console: Console, session: Session, space: Workspace) -> None:
    """Refuse a profile whose secrets are of other hosts; ask once where nobody noted their hosts.

    Raises:
        HostsError: They are, or nobody said that they are of these.
        LeftByUser: The administrator leaves.
    """
    try:
        await space.keystore.require_here(session.profile)
    except HostsError as error:
        if error.code != UNKNOWN or not console.is_terminal:
            raise
        console.say(error.message)
        place = space.keystore.place
        if await console.ask(place.question) != place.words:
            raise
        await space.bind(session)

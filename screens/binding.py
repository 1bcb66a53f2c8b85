"""Secrets of other hosts, met by the screens."""

from typing import TYPE_CHECKING

from screens.ask_line import AskLine
from wizard.errors import HostsError
from wizard.store.binding import UNKNOWN

if TYPE_CHECKING:
    from screens.app import WizardApp
    from wizard.flow.session import Session
    from wizard.workspace import Workspace


async def require_here(app: "WizardApp", space: "Workspace", session: "Session") -> None:
    """Refuse a profile whose secrets are of other hosts; ask once where nobody noted their hosts.

    Raises:
        HostsError: They are, or nobody said that they are of these.
    """
    try:
        await space.keystore.require_here(session.profile)
    except HostsError as error:
        if error.code != UNKNOWN:
            raise
        place = space.keystore.place
        question = f"{error.message}\n\n{place.question}"
        if await app.push_screen_wait(AskLine(question, "")) != place.words:
            raise
        await space.bind(session)

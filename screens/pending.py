"""What was left by an earlier renewal: a new token that waits, or an old one to revoke."""

from typing import TYPE_CHECKING

from screens.confirm import Confirm
from wizard.errors import LeftByUser

if TYPE_CHECKING:
    from screens.app import WizardApp
    from wizard.flow.session import Session
    from wizard.workspace import Workspace


async def settle_pending(app: "WizardApp", space: "Workspace", session: "Session") -> None:
    """Ask what to do with a new token that waits; begin a fresh renewal when there is none.

    Raises:
        KeystoreError: The keyring cannot be used.
        LeftByUser: Nothing was decided; the token goes on waiting.
    """
    if outcome := await space.settle(session):
        app.notify(outcome, markup=False, timeout=10)
    waiting = await space.waiting_token(session)
    if not waiting:
        return
    go_on = await app.push_screen_wait(
        Confirm(waiting, "Go on with it", "Throw it away", yes_first=True)
    )
    if go_on is None:
        raise LeftByUser("The new token waits.")
    if not go_on:
        await _throw_away(app, space, session)


async def _throw_away(app: "WizardApp", space: "Workspace", session: "Session") -> None:
    sure = await app.push_screen_wait(
        Confirm(
            "The new token will be revoked. If you have pasted it into Entra already, "
            "provisioning stops.",
            "Throw it away",
            "Keep it",
        )
    )
    if not sure:
        raise LeftByUser("The new token waits.")
    app.notify(await space.discard_waiting_token(session), markup=False)

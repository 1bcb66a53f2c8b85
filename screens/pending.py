"""What was left by an earlier renewal: a new token that waits, or an old one to revoke."""

from typing import TYPE_CHECKING

from screens.confirm import Confirm

if TYPE_CHECKING:
    from screens.app import WizardApp
    from wizard.flow import Session
    from wizard.workspace import Workspace


async def settle_pending(app: "WizardApp", space: "Workspace", session: "Session") -> None:
    """Ask what to do with a new token that waits; begin a fresh renewal when there is none.

    Raises:
        KeystoreError: The keyring cannot be used.
    """
    if outcome := await space.settle(session):
        app.notify(outcome, markup=False, timeout=10)
    facts = await space.waiting_token(session)
    if facts is None:
        return
    go_on = await app.push_screen_wait(
        Confirm(
            f"A new token from {facts.obtained_at:%Y-%m-%d %H:%M} UTC is waiting "
            f"(account {facts.email or 'not known'}). The old one is still in force.",
            "Go on with it",
            "Throw it away",
        )
    )
    if not go_on:
        app.notify(await space.discard_waiting_token(session), markup=False)

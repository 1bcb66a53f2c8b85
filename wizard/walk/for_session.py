"""Where no keyring can be used: the token for this session only, never without asking."""

from typing import TYPE_CHECKING

from wizard.errors import KeystoreError
from wizard.flow.session import Finding, Session, State
from wizard.steps.token import TokenStep
from wizard.walk.front_end import EitherOr, FrontEnd

if TYPE_CHECKING:
    from wizard.workspace import Workspace

FOR_SESSION = "For this session only"
WHAT_IT_MEANS = (
    "For this session only means: the token is put into Entra, nothing is stored here, and a "
    "renewal will need a new sign-in. The report says so."
)


async def found(front: FrontEnd, space: "Workspace", step: TokenStep, session: Session) -> Finding:
    """Return how the token stands, once there is a place where one can be kept.

    Raises:
        GoBack, LeftByUser: The administrator goes.
        KeystoreError: No keyring can be used, and the token is not wanted for this session only.
    """
    try:
        return await _ready(step, session)
    except KeystoreError as error:
        await _offer(front, space, session, error)
    return await step.check(session)


async def offered(front: FrontEnd, space: "Workspace", session: Session) -> None:
    """Offer the same before a renewal of a token that was kept for a session only.

    Raises:
        GoBack, LeftByUser: The administrator goes.
        KeystoreError: No keyring can be used, and the token is not wanted for this session only.
    """
    if not space.may_keep_for_session(session):
        return
    try:
        await space.keystore.probe()
    except KeystoreError as error:
        await _offer(front, space, session, error)


async def _ready(step: TokenStep, session: Session) -> Finding:
    finding = await step.check(session)
    if finding.state is not State.DONE:
        await step.ready()
    return finding


async def _offer(
    front: FrontEnd, space: "Workspace", session: Session, error: KeystoreError
) -> None:
    told = f"{error.message}\n{error.hint}\n{WHAT_IT_MEANS}"
    choice = EitherOr(told, "Keep the token for this session only", "Leave")
    if not space.may_keep_for_session(session) or not await front.choose(choice):
        raise error
    space.keep_for_session(session)

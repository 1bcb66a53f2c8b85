"""How a walk begins: the profile that may be worked on here, and where it was left."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from wizard.errors import KeystoreError, LeftByUser, ProfileError
from wizard.flow.plan import ORGANIZATION, RENEWAL, SETUP, STEPS
from wizard.flow.renewal import begin_again, discard_pending, waiting_token
from wizard.flow.session import Flow, Session
from wizard.machine.threads import to_its_end
from wizard.steps.token import TokenStep
from wizard.store.verification import lacking_of
from wizard.walk.for_session import offered
from wizard.walk.front_end import EitherOr, FrontEnd
from wizard.walk.hosts import require_here
from wizard.webex.organization import understand

if TYPE_CHECKING:
    from wizard.workspace import Workspace

_GO_ON = EitherOr("", "Go on with it", "Throw it away", default=True)
_THROW_AWAY = EitherOr(
    "The new token will be revoked. If you have pasted it into Entra already, provisioning stops.",
    "Throw it away",
    "Keep it",
)


async def opened(
    front: FrontEnd, space: "Workspace", name: str | None = None, command: str = ""
) -> Session:
    """Return the session of a profile, and tell what is to be known before.

    Args:
        front: Tells and asks.
        space: What everything works with.
        name: The profile; None for that of the options.
        command: What it is opened for; empty for the command that was asked for.

    Raises:
        HostsError: Its secrets are of other hosts, or nobody said that they are of these.
        InvalidInput: `--organization` names none, or `--profile` (`no-such-profile`).
        ProfileError: It names another one than the profile; or the profile cannot be read.
    """
    space.require_profile(name, command)
    session = space.work_on(name)
    if told := space.profiles.newly(session.profile.name):
        front.say(told)
    require_organization(space, session)
    await require_here(front, space, session)
    if space.note:
        front.say(space.note)
    if lacking := await _lacking(space, session):
        front.explain(lacking)
    return session


async def _lacking(space: "Workspace", session: Session) -> ProfileError | None:
    """Return what the journal lacks; the keyring is not asked about a profile that is a new one."""
    if not space.profiles.exists(session.profile.name) and not session.journal.file.exists():
        return None
    return await to_its_end(partial(lacking_of, session.journal))


def require_organization(space: "Workspace", session: Session) -> None:
    """Let `--organization` name no other organization than that of the profile.

    Raises:
        InvalidInput: It names none.
        ProfileError: It names another (`profile-of-another-organization`).
    """
    profile, asked = session.profile, space.options.organization
    known = profile.organization_id or (profile.token.organization_id if profile.token else "")
    if not (asked and known):
        return
    base = space.endpoints.webex.scim_base
    if understand(asked, base).organization_id == known:
        return
    raise ProfileError(
        f"The profile {profile.name} is about organization {known}, and --organization names "
        "another one.",
        "Keep one profile for each organization: start again with --profile and another name. "
        "To go on with this one, leave --organization out.",
        code="profile-of-another-organization",
    )


async def setup(space: "Workspace", session: Session) -> Flow:
    """Return the flow of the setup where it was left, or before what the keyring has lost."""
    flow = Flow(SETUP, session)
    if session.is_done("token") or session.profile.storing is not None:
        try:
            await TokenStep(STEPS["token"], space).check(session)
        except KeystoreError:  # the step that needs it says so
            if session.profile.token is not None and session.profile.token.in_memory:
                session.untick("token")
    while lacking := flow.missing(flow.current):
        flow.go(lacking[0].id)
    return flow


async def renewal(front: FrontEnd, space: "Workspace", session: Session) -> Flow:
    """Return the flow of a renewal, once it is decided about a new token that waits.

    It begins with the organization, where the profile does not know it.

    Raises:
        InvalidInput: Entra may have the token that shall be thrown away (`renewal-in-entra`).
        KeystoreError: The keyring cannot be used.
        LeftByUser: Nothing was decided; the token goes on waiting.
    """
    await offered(front, space, session)
    if outcome := await space.settle(session):
        front.say(outcome)
    told = await waiting_token(session, space.keystore)
    if told and not await front.choose(replace(_GO_ON, text=told)):
        if not await front.choose(_THROW_AWAY):
            raise LeftByUser("The new token waits.")
        front.say(await discard_pending(session, space.keystore, space.revoke))
        told = ""
    if not told:
        begin_again(session)
    if session.profile.organization_id is not None:
        return Flow(RENEWAL, session)
    asked_first = replace(ORGANIZATION, group=RENEWAL[0].group)
    flow = Flow((asked_first, *RENEWAL), session)
    if not flow.is_first:  # of an earlier version, which did not ask for it everywhere
        flow.go(ORGANIZATION.id)
    return flow

"""Step `sign-in`: the Microsoft sign-in, or the decision to do the Entra side by hand."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wizard.errors import AuthorizationError, InvalidInput, WizardError
from wizard.flow.marks import record_of
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.steps.base import Step, Tools
from wizard.steps.remembered import REFUSED
from wizard.store.journal import Action
from wizard.store.marks import Mark
from wizard.words.progress import Progress, Report, silent, telling
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.oauth.entra.device_code import DeviceCode
    from wizard.oauth.entra.sign_in import BrowserSignIn, EntraSignIn
    from wizard.oauth.entra.signed_in import SignedIn

BY_HAND, SIGNED_IN = "by hand", "signed in"
"""What is noted of how the Entra side is done."""

ENDED = "Your Microsoft sign-in ended: sign in again, or go on by hand."

REMEMBER = "Remember this sign-in in the keyring of this machine"
CANNOT_REMEMBER = (
    "This machine has no keyring that can be used, so the sign-in ends with this program."
)


class SignInStep(Step):
    """Signs in to Microsoft Entra; the tokens stay in memory unless they shall be remembered."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self.tenant, self.remembered = tools.tenant, tools.remembered

    @staticmethod
    def consequence(session: Session) -> str:
        """Return what it means that a sign-in is remembered, as sentences."""
        return (
            "Whoever can use this keyring can act as you in Entra until the sign-in ends. "
            f"Take it back here, or with `{session.line('forget')}`."
        )

    @property
    def can_remember(self) -> bool:
        """Whether there is a keyring that outlives the program."""
        return self.tools.keeps_secrets

    async def check(self, session: Session) -> Finding:
        """Tell who is signed in, or that by hand was chosen."""
        if self.tenant.signed_in is not None:
            return Finding(State.DONE, f"{_signed_in_as(self.tenant.signed_in)}.")
        record = session.profile.steps.get(self.info.id)
        if record is not None and record.note == BY_HAND:
            return Finding(State.DONE, "You chose to do the Entra side by hand.")
        if self.has_ended(session):
            return Finding(State.ATTENTION, self.ended(session))
        return Finding(State.OPEN, f"Nobody is signed in.{_last(session)}")

    def ended(self, session: Session) -> str:
        """Return that the sign-in has ended, and whose it was, in sentences."""
        return f"{ENDED}{_last(session)}"

    def has_ended(self, session: Session) -> bool:
        """Tell whether the Entra side is done through Graph, and nobody is signed in any more."""
        record = record_of(session.profile, self.info.id)
        is_so = record is not None and record.note == SIGNED_IN
        return is_so and self.tenant.signed_in is None

    def note_ended(self, session: Session) -> None:
        """Let the step not stand as seen while nobody is signed in.

        Raises:
            ProfileError: It could not be saved.
        """
        record = session.profile.steps.get(self.info.id)
        if record is not None:
            ended = record.model_copy(update={"mark": Mark.ATTENTION})
            session.change(ticked={self.info.id: ended})

    def client(self, client_id: str = "") -> str:
        """Say in whose name a sign-in is, and what consenting to it means.

        Args:
            client_id: A registration of the administrator's own; empty is that of the endpoints.
        """
        from wizard.oauth.entra import consent

        named = client_id or self.tenant.endpoints.entra.client_id
        try:
            name = consent.client_in_words(consent.client_id(named))
        except InvalidInput:  # it is being typed
            name = "your registration"
        return (
            f"The sign-in is that of {name}. What you consent to stays granted to it in the whole "
            "tenant."
        )

    def request(self, tenant: str, client_id: str = "", report: Report = silent) -> "EntraSignIn":
        """Return a sign-in to a tenant.

        Args:
            tenant: Its id or one of its domains; empty lets the account decide.
            client_id: A registration of the administrator's own; empty is that of the endpoints.
            report: Is told who is asked first, and when somebody has to be asked again.

        Raises:
            InvalidInput: Tenant or client id cannot be one.
            AuthorizationError: The sign-in is switched off.
        """
        from wizard.oauth.entra.sign_in import EntraSignIn

        entra = self.tenant.endpoints.entra
        connect = self.tenant.connect
        request = EntraSignIn(entra, tenant, client_id, connect=connect, tell=telling(report))
        host = plain_line(urlsplit(entra.authority).hostname or "Microsoft", 80)
        report(Progress(f"Asking {host} how to sign in."))
        return request

    async def by_browser(
        self,
        session: Session,
        request: "EntraSignIn",
        show: "Callable[[BrowserSignIn], object]",
        rejected: Callable[[WizardError], None],
    ) -> None:
        """Sign in with a browser on this machine; waits until cancelled.

        Raises:
            WizardError: Nobody signed in.
        """
        claims = self.tenant.claims
        signed_in = await request.by_browser(show, rejected=rejected, claims=claims)
        await self._arrived(session, signed_in)

    async def by_device_code(
        self, session: Session, request: "EntraSignIn", show: "Callable[[DeviceCode], object]"
    ) -> None:
        """Sign in with a code that is typed into a browser anywhere.

        Raises:
            WizardError: Nobody signed in, or not in time.
        """
        claims = self.tenant.claims
        await self._arrived(session, await request.by_device_code(show, claims=claims))

    async def _arrived(self, session: Session, signed_in: "SignedIn") -> None:
        """Take a new sign-in; it takes the place of a remembered one, or ends that of another."""
        account, entra = signed_in.account, session.profile.entra
        is_remembered = entra.is_remembered
        if self.is_remembered(session):
            is_remembered = await self.remembered.follow_up(session.profile.name, signed_in)
        if entra.tenant_id and entra.tenant_id != account.tenant_id:
            # What was found in another tenant means nothing in this one.
            entra = type(entra)()
        session.change(entra=entra.model_copy(update={"is_remembered": is_remembered}))
        self._signed_in(session, signed_in)

    def _signed_in(self, session: Session, signed_in: "SignedIn") -> None:
        self.tenant.signed_in = signed_in
        account = signed_in.account
        own = signed_in.client_id
        facts = {
            "tenant_id": account.tenant_id,
            "account": account.username,
            "client_id": "" if own == self.tenant.endpoints.entra.client_id else own,
        }
        session.change(entra=session.profile.entra.model_copy(update=facts))
        session.tick(self.info.id, SIGNED_IN)

    @property
    def signed_in_but(self) -> str:
        """What is known of a sign-in about which Graph could not be asked."""
        assert self.tenant.signed_in is not None  # noqa: S101 - asked only after a sign-in
        return f"{_signed_in_as(self.tenant.signed_in)}, but Graph did not tell the rest."

    async def described(
        self, report: Report = silent
    ) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Return who is signed in as label and text, and what may be missing, in sentences.

        Args:
            report: Is told when there is something to wait for.

        Raises:
            WizardError: Graph cannot be asked.
        """
        from wizard.graph.organization import judge_roles
        from wizard.oauth.entra import consent

        async with self.tenant.graph(report) as graph:
            organization = await graph.organization.get()
            roles = judge_roles(await graph.organization.directory_roles())
        assert self.tenant.signed_in is not None  # noqa: S101 - graph() has looked
        account = self.tenant.signed_in.account
        rows = (
            ("Account", account.known_as or "not told"),
            ("Organization", organization.display_name),
            ("Tenant id", account.tenant_id),
            ("Client", consent.client_in_words(self.tenant.signed_in.client_id)),
            ("Roles", ", ".join(role.display_name for role in roles.roles) or "none"),
        )
        warnings = [] if roles.is_enough else [f"{roles.message} {roles.hint}"]
        warnings += [f"Not granted: {scope.name}. {scope.why}" for scope in account.missing]
        return rows, tuple(warnings)

    def is_remembered(self, session: Session) -> bool:
        """Tell whether the keyring may hold a sign-in of this profile; it is not asked.

        Where the keyring cannot be used, what may be in it is of no use here, and stays noted.
        """
        return self.can_remember and session.profile.entra.is_remembered

    async def recall(self, session: Session, report: Report = silent) -> bool:
        """Sign in again where that is remembered and nobody is signed in; return whether it did.

        Args:
            session: Whose sign-in it is.
            report: Is told when Microsoft has to be asked again.

        Raises:
            WizardError: The remembered one was refused and removed, or nobody could be asked.
        """
        if self.tenant.signed_in is not None or not self.is_remembered(session):
            return False
        try:
            signed_in = await self.remembered.recall(session.profile, report)
        except AuthorizationError as error:
            if error.code == REFUSED:
                note_remembered(session, is_remembered=False)
            raise
        if signed_in is None:
            note_remembered(session, is_remembered=False)
            return False
        self._signed_in(session, signed_in)
        return True

    async def remember(self, session: Session) -> None:
        """Keep the sign-in in the keyring.

        Raises:
            KeystoreError: It does not fit, or the keyring cannot be used.
            AuthorizationError: There is nothing that could be kept.
        """
        assert self.tenant.signed_in is not None  # noqa: S101 - asked only after a sign-in
        # First, so that whatever is in the keyring is known of, wherever a run is cut off.
        note_remembered(session, is_remembered=True)
        try:
            await self.remembered.keep(session.profile.name, self.tenant.signed_in)
        except WizardError:
            # A write that failed may be done all the same.
            if not await self.remembered.may_be_held(session.profile.name):
                note_remembered(session, is_remembered=False)
            raise
        await session.log(self.info.id, Action.REMEMBERED, self.tenant.signed_in.account.known_as)

    async def forget(self, session: Session) -> bool:
        """Take a remembered sign-in out of the keyring; return whether there was one.

        Raises:
            KeystoreError: The keyring cannot be used; forgetting the profile can do it later.
        """
        if not self.is_remembered(session):
            return False
        if self.tenant.signed_in is not None:
            self.tenant.signed_in.renewed = None
        was_there = await self.remembered.drop(session.profile.name)
        note_remembered(session, is_remembered=False)
        await session.log(self.info.id, Action.FORGOTTEN, "remembered sign-in")
        return was_there

    async def by_hand(self, session: Session) -> bool:
        """Note that the Entra side is done by hand; whoever was signed in is forgotten.

        Returns:
            Whether a remembered sign-in was taken out of the keyring: nobody would use it.

        Raises:
            ProfileError: It could not be saved.
            KeystoreError: The keyring cannot be used; the rest is done.
        """
        self.tenant.signed_in = None
        session.tick(self.info.id, BY_HAND, Mark.SAID)
        return await self.forget(session)


def _last(session: Session) -> str:
    known = session.profile.entra.account
    return f" The last time it was {known}." if known else ""


def _signed_in_as(signed_in: "SignedIn") -> str:
    """Return who is signed in, for the beginning of a sentence."""
    account = signed_in.account.known_as
    return f"Signed in as {account}" if account else "Signed in"


def note_remembered(session: Session, *, is_remembered: bool) -> None:
    """Note whether the keyring may hold a sign-in of the profile.

    Raises:
        ProfileError: It could not be saved.
    """
    changed = {"is_remembered": is_remembered}
    session.change(entra=session.profile.entra.model_copy(update=changed))

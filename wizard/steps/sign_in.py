"""Step `sign-in`: the Microsoft sign-in, or the decision to do the Entra side by hand."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.flow import Finding, Session, State
from wizard.journal import JournalEntry
from wizard.plan import StepInfo
from wizard.steps.tenant import EntraTenant

if TYPE_CHECKING:
    from wizard.oauth.device_code import DeviceCode
    from wizard.oauth.entra import BrowserSignIn, EntraSignIn
    from wizard.oauth.signed_in import SignedIn

BY_HAND = "by hand"
"""What is noted when the Entra side is done by hand."""


class SignInStep:
    """Signs in to Microsoft Entra; the tokens stay in memory.

    Attributes:
        tenant: Who is signed in, for the steps that follow.
    """

    def __init__(self, info: StepInfo, *, tenant: EntraTenant) -> None:
        self.info = info
        self.tenant = tenant

    async def check(self, session: Session) -> Finding:
        """Tell who is signed in, or that the Entra side is done by hand."""
        if self.tenant.signed_in is not None:
            account = self.tenant.signed_in.account
            return Finding(State.DONE, f"Signed in as {account.username or account.name}.")
        record = session.profile.steps.get(self.info.id)
        if record is not None and record.note == BY_HAND:
            return Finding(State.DONE, "The Entra side is done by hand.")
        known = session.profile.entra.account
        again = f" The last time it was {known}." if known else ""
        return Finding(State.OPEN, f"Nobody is signed in.{again}")

    def request(self, tenant: str, client_id: str = "") -> "EntraSignIn":
        """Return a sign-in to a tenant.

        Args:
            tenant: Its id or one of its domains; empty lets the account decide.
            client_id: A registration of the administrator's own; empty is Microsoft's client.

        Raises:
            InvalidInput: Tenant or client id cannot be one.
            AuthorizationError: The sign-in is switched off.
        """
        from wizard.oauth.entra import EntraSignIn

        entra = self.tenant.endpoints.entra
        return EntraSignIn(entra, tenant, client_id, connect=self.tenant.connect)

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
        self._arrived(session, await request.by_browser(show, rejected=rejected, claims=claims))

    async def by_device_code(
        self, session: Session, request: "EntraSignIn", show: "Callable[[DeviceCode], object]"
    ) -> None:
        """Sign in with a code that is typed into a browser anywhere.

        Raises:
            WizardError: Nobody signed in, or not in time.
        """
        claims = self.tenant.claims
        self._arrived(session, await request.by_device_code(show, claims=claims))

    def _arrived(self, session: Session, signed_in: "SignedIn") -> None:
        self.tenant.signed_in = signed_in
        account = signed_in.account
        entra = session.profile.entra
        if entra.tenant_id and entra.tenant_id != account.tenant_id:
            # What was found in another tenant means nothing in this one.
            entra = type(entra)()
        facts = {"tenant_id": account.tenant_id, "account": account.username}
        session.change(entra=entra.model_copy(update=facts))
        session.tick(self.info.id, "signed in")

    async def described(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Return who is signed in as label and text, and what may be missing, in sentences.

        Raises:
            WizardError: Graph cannot be asked.
        """
        from wizard.graph.organization import judge_roles

        async with self.tenant.graph() as graph:
            organization = await graph.organization.get()
            roles = judge_roles(await graph.organization.directory_roles())
        assert self.tenant.signed_in is not None  # noqa: S101 - graph() has looked
        account = self.tenant.signed_in.account
        rows = (
            ("Account", account.username or account.name),
            ("Organization", organization.display_name),
            ("Tenant id", account.tenant_id),
            ("Roles", ", ".join(role.display_name for role in roles.roles) or "none"),
        )
        warnings = [] if roles.is_enough else [f"{roles.message} {roles.hint}"]
        warnings += [f"Not granted: {scope.name}. {scope.why}" for scope in account.missing]
        return rows, tuple(warnings)

    def by_hand(self, session: Session) -> None:
        """Remember that the Entra side is done by hand; whoever was signed in is forgotten.

        Raises:
            ProfileError: It could not be saved.
        """
        self.tenant.signed_in = None
        session.tick(self.info.id, BY_HAND)

    async def undo(self, session: Session, made: JournalEntry) -> None:
        """Forget who is signed in; a consent that was given stays, and is taken back in Entra."""
        self.tenant.signed_in = None
        session.untick(self.info.id)

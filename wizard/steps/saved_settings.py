"""The tenant URL and the token, which every saving of settings in Entra has to give anew."""

from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from wizard.errors import InvalidInput, KeystoreError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.secrets import BASE_ADDRESS, NO_SECRETS, SECRET_TOKEN, Secrets
from wizard.steps.base import CopyValue, Tools
from wizard.steps.ownership import changing
from wizard.steps.target import principal_of
from wizard.store.keystore import Slot
from wizard.store.profiles import TokenFacts
from wizard.webex.tenant_url import is_same, keeping, other_base

NOT_OURS_HINT = (
    "Do the step Credentials first: there you type the application's name to let this program's "
    "token replace the other one. Or change these settings by hand in the portal."
)


def why_no_token(known: TokenFacts | None, *, keeps_secrets: bool) -> str:
    """Return why there is no token, as far as that is known, as a sentence.

    Args:
        known: What the profile knows of it; None where it knows of none.
        keeps_secrets: Whether there is a keyring.
    """
    if known is None:
        return "There is no token in the keyring."
    if known.in_memory:
        return "The token was in memory only, and went with the program that got it."
    if not keeps_secrets:
        return "The keyring with the token cannot be used."
    return "The token is not in the keyring any more."


class Given:
    """What this program gives Entra: the profile's tenant URL, and the token of a slot."""

    def __init__(self, tools: Tools, slot: Slot = Slot.CURRENT) -> None:
        self._tools = tools
        self._slot = slot

    def tenant_url(self, session: Session) -> str:
        """Return the tenant URL of the profile's organization.

        Raises:
            InvalidInput: The organization is not known yet.
        """
        organization_id = session.profile.organization_id
        if organization_id is None:
            raise InvalidInput(
                "The organization is not known yet.", "Go back to the organization first."
            )
        return self._tools.endpoints.tenant_url(organization_id)

    def are_saved_by_us(self, session: Session) -> bool:
        """Tell whether the credentials in Entra are ours, as far as the journal knows.

        Raises:
            InvalidInput: The application is not chosen yet.
        """
        return session.history.saved_by_us(principal_of(session))

    async def secrets(self, session: Session) -> Secrets:
        """Return both as Graph's list of secrets.

        Raises:
            InvalidInput: The organization is not known yet.
            KeystoreError: The token is not in the keyring, or it cannot be read.
        """
        token = await self._token(session)
        url = SecretStr(self.tenant_url(session))
        return NO_SECRETS.replacing({BASE_ADDRESS: url, SECRET_TOKEN: token})

    def to_paste(
        self, session: Session, copied: Callable[[SecretStr], None] = lambda _: None
    ) -> tuple[CopyValue, ...]:
        """Return both for the portal, telling which token was copied.

        Raises:
            InvalidInput: The organization is not known yet.
        """

        async def token() -> SecretStr:
            found = await self._token(session)
            copied(found)
            return found

        return (
            CopyValue("Tenant URL", self.tenant_url(session)),
            CopyValue("Secret token", secret=token),
        )

    async def _token(self, session: Session) -> SecretStr:
        stored = await self._tools.keystore.read(session.profile.name, self._slot)
        if stored is None:
            is_current = self._slot is Slot.CURRENT
            known = session.profile.token if is_current else None
            line = session.line("setup" if is_current else "renew")
            raise KeystoreError(
                why_no_token(known, keeps_secrets=self._tools.keeps_secrets),
                f"Run `{line}`, which gets another one.",
                code="no-token",
            )
        return stored.token

    async def saved(self, session: Session, graph: GraphClient) -> Secrets:
        """Return what is saved in Entra.

        Raises:
            InvalidInput: No credentials are saved yet, or another organization's.
        """
        found = await graph.secrets.read(principal_of(session))
        if found.base_address != self.tenant_url(session):
            organization_id = session.profile.organization_id or ""
            base = other_base(found.base_address, organization_id)
            is_ours = is_same(found.base_address, self.tenant_url(session), organization_id)
            use_theirs = keeping(base) if base and not is_ours else ""
            raise InvalidInput(
                f"Entra has another tenant URL of this organization: {found.base_address}"
                if base
                else "Entra does not have the credentials of this organization yet.",
                f"Do the step Credentials first. {use_theirs}".rstrip(),
                code="credentials-first",
            )
        return found

    async def save(
        self,
        session: Session,
        graph: GraphClient,
        step_id: str,
        subject: str,
        change: Callable[[Secrets], Secrets],
        **details: Any,
    ) -> None:
        """Save changed settings, with the credentials beside them; the journal comes first.

        Raises:
            InvalidInput: No credentials are saved yet, or they are not ours
                (`credentials-not-ours`).
            WizardError: Keyring or Graph cannot be used.
        """
        changed = await self._beside_ours(session, graph, change)
        principal_id = principal_of(session)
        facts = {"service_principal_id": principal_id, **details}
        async with changing(session, step_id, subject, **facts):
            await graph.secrets.write(principal_id, changed)

    async def put_back(
        self, session: Session, graph: GraphClient, change: Callable[[Secrets], Secrets]
    ) -> None:
        """Save settings as they were, with the credentials beside them.

        Raises:
            InvalidInput: The credentials there are not ours (`credentials-not-ours`).
            WizardError: Keyring or Graph cannot be used.
        """
        changed = await self._beside_ours(session, graph, change)
        await graph.secrets.write(principal_of(session), changed)

    async def _beside_ours(
        self, session: Session, graph: GraphClient, change: Callable[[Secrets], Secrets]
    ) -> Secrets:
        """Return the changed list with our credentials, which may replace only our own."""
        saved = await self.saved(session, graph)
        if not self.are_saved_by_us(session):
            raise InvalidInput(
                "Entra has a token that this program did not save there. Saving settings replaces "
                "the token too, because Entra never shows it.",
                NOT_OURS_HINT,
                code="credentials-not-ours",
            )
        given = await self.secrets(session)
        return change(saved).replacing(given.values)

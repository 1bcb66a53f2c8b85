"""Steps `credentials` and `replacement`: tenant URL and secret token into Entra."""

from collections.abc import Callable

from pydantic import SecretStr

from wizard.errors import InvalidInput, KeystoreError
from wizard.flow.session import Session
from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide, Value, portal_link
from wizard.store.keystore import Keystore, Slot


def applications_link(endpoints: Endpoints) -> str:
    """Return the deep link to the list of enterprise applications."""
    view = "Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AppAppsPreview"
    return portal_link(endpoints, view)


def guide(session: Session, endpoints: Endpoints, keystore: Keystore) -> Guide:
    """Return what to do by hand with the current token (reference/graph-entra.md 1)."""
    return Guide(
        purpose="Entra needs to know where your Webex organization is, and a token to write there.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > New configuration.",
            "Paste the Tenant URL and the Secret token; choose Test connection.",
            "When it succeeds, choose Create.",
        ),
        older_portal=(
            "Open Cisco Webex > Provisioning and set Provisioning Mode to Automatic.",
            "Under Admin Credentials paste the Tenant URL and the Secret Token.",
            "Choose Test Connection; when it succeeds, choose Save.",
        ),
        values=values(session, endpoints, keystore, Slot.CURRENT),
        cautions=(
            "If Entra's test fails although ours passed, copy both again: a missing character is "
            "the usual cause.",
        ),
        done="Entra's own test succeeded and the credentials are saved",
    )


def replacement_guide(
    session: Session, endpoints: Endpoints, keystore: Keystore, copied: Callable[[SecretStr], None]
) -> Guide:
    """Return what to do by hand with the pending token of a renewal, telling which was copied."""
    return Guide(
        purpose="The new token is proved and waits in the keyring. Nothing else changes until "
        "you confirm here that Entra has it; then the token before it is revoked.",
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Connectivity.",
            "Paste the new Secret token; the Tenant URL stays the same.",
            "Choose Test connection; when it succeeds, choose Save.",
        ),
        older_portal=(
            "Open Cisco Webex > Provisioning > Edit provisioning > Admin Credentials.",
            "Paste the new Secret Token, choose Test Connection, then Save.",
        ),
        values=values(session, endpoints, keystore, Slot.PENDING, copied),
        cautions=(
            "If provisioning was in quarantine, choose Start provisioning afterwards. "
            "Restart is not needed.",
        ),
        done="Entra's own test succeeded with the new token and it is saved",
    )


def values(
    session: Session,
    endpoints: Endpoints,
    keystore: Keystore,
    slot: Slot,
    copied: Callable[[SecretStr], None] = lambda _: None,
) -> tuple[Value, ...]:
    """Return the two values that Entra asks for."""
    organization_id = session.profile.organization_id
    if organization_id is None:
        raise InvalidInput(
            "The organization is not known yet.", "Go back to the organization first."
        )

    async def token() -> SecretStr:
        stored = await keystore.read(session.profile.name, slot)
        if stored is None:
            raise KeystoreError(
                "The token is not in the keyring any more.",
                "Go back to the secret token and sign in again.",
                code="no-token",
            )
        copied(stored.token)
        return stored.token

    return (
        Value("Tenant URL", endpoints.tenant_url(organization_id)),
        Value("Secret token", secret=token),
    )

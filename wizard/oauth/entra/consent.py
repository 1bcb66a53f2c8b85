"""What a Microsoft sign-in asks for, in whose name, and what that means for the tenant."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from wizard.errors import InvalidInput
from wizard.net.endpoints import EntraEndpoints

ANY_TENANT = "organizations"
"""Lets the account decide which tenant it is; personal accounts are refused."""

MICROSOFTS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
MICROSOFTS_NAME = "Microsoft Graph Command Line Tools"
"""The client that Microsoft made and every tenant knows (reference/graph-entra.md 7)."""

REGISTERED_REDIRECT = "http://localhost"
"""What a registration must hold; Microsoft then takes any port (RFC 8252 section 7.3)."""

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+")


@dataclass(frozen=True)
class Scope:
    """A delegated permission of Microsoft Graph (reference/graph-entra.md 2.0)."""

    name: str
    why: str
    """One sentence for the administrator."""


SCOPES = (
    Scope(
        "Application.ReadWrite.All",
        "Finds the Cisco Webex application in your tenant, or adds it from the gallery.",
    ),
    Scope(
        "Synchronization.ReadWrite.All",
        "Sets up provisioning: the Webex token, the attribute mapping, the scope, start and pause.",
    ),
    Scope(
        "AppRoleAssignment.ReadWrite.All",
        "Assigns the users and groups you choose to the application.",
    ),
    Scope(
        "User.Read.All",
        "Searches users to assign, and reads their attributes to show what would be provisioned.",
    ),
    Scope(
        "GroupMember.Read.All",
        "Searches groups to assign, and reads who is in them and which roles you hold.",
    ),
    Scope(
        "ProvisioningLog.Read.All",
        "Reads the provisioning log, so that every failure can be explained.",
    ),
)
"""Everything asked for; MSAL adds `openid`, `profile` and `offline_access`."""


def tenant(text: str) -> str:
    """Return the tenant that was typed: an id, a domain or `organizations`; empty is any tenant.

    Of a mail address the domain counts.

    Raises:
        InvalidInput: It is none of these.
    """
    name = text.strip().strip("{}").rpartition("@")[2].lower().rstrip(".")
    if name in {"", ANY_TENANT}:
        return ANY_TENANT
    if name in {"common", "consumers"}:
        raise InvalidInput(
            "Personal Microsoft accounts have no tenant to provision from.",
            "Give the tenant id or a domain of your organization.",
            code="tenant-personal",
        )
    if not _GUID.fullmatch(name) and not _DOMAIN.fullmatch(name):
        raise InvalidInput(
            "This is neither a tenant id nor a domain.",
            "Entra shows both under Overview, such as contoso.onmicrosoft.com. Left empty, the "
            "account you sign in with decides.",
            code="tenant-malformed",
        )
    return name


def client_id(text: str) -> str:
    """Return the application (client) id that was typed.

    Raises:
        InvalidInput: It is none.
    """
    name = text.strip().strip("{}").lower()
    if not _GUID.fullmatch(name):
        raise InvalidInput(
            "This is not an application (client) id: it has 32 digits and letters in five groups.",
            "Entra shows it under App registrations, on the Overview of the registration.",
            code="client-id-malformed",
        )
    return name


def client_in_words(client_id: str) -> str:
    """Return a client as an administrator finds it in Entra."""
    return MICROSOFTS_NAME if client_id == MICROSOFTS else f"the registration {client_id}"


def requested(endpoints: EntraEndpoints) -> list[str]:
    """Return the scopes as they are asked for, with this cloud's Graph before each."""
    graph = urlsplit(endpoints.graph_base)
    return [f"{graph.scheme}://{graph.netloc}/{scope.name}" for scope in SCOPES]


def missing(granted: Iterable[str]) -> tuple[Scope, ...]:
    """Return what was asked for and is not among the granted scopes, however these are written."""
    names = {scope.rpartition("/")[2].lower() for scope in granted}
    return tuple(scope for scope in SCOPES if scope.name.lower() not in names)


def admin_consent_url(endpoints: EntraEndpoints, tenant: str, client_id: str) -> str:
    """Return the page on which an administrator consents for the whole tenant.

    Source: Microsoft identity platform, "Admin consent". Afterwards the browser goes to
    http://localhost, where nobody listens; by then the consent is given.
    """
    question = {
        "client_id": client_id,
        "redirect_uri": REGISTERED_REDIRECT,
        "scope": " ".join(requested(endpoints)),
    }
    base = f"{endpoints.authority.rstrip('/')}/{tenant}/v2.0/adminconsent"
    return f"{base}?{urlencode(question, quote_via=quote)}"


def grant_url(endpoints: EntraEndpoints, tenant: str, client_id: str) -> str:
    """Return the page on which the permissions of a registration are granted for the tenant.

    Source: "Grant tenant-wide admin consent to an application", the URL for it.
    """
    base = f"{endpoints.authority.rstrip('/')}/{tenant}/adminconsent"
    return f"{base}?{urlencode({'client_id': client_id})}"

"""The delegated permissions of Graph that the practice authority knows."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from wizard.practice.entra.refusal import SignInRefused

OPENID = frozenset({"openid", "profile", "email", "offline_access"})
"""Scopes of OpenID Connect; they are no permissions of Graph."""

ADMIN_CONSENT = frozenset(
    {
        "Application.Read.All",
        "Application.ReadWrite.All",
        "AppRoleAssignment.ReadWrite.All",
        "AuditLog.Read.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
        "Domain.Read.All",
        "Group.Read.All",
        "GroupMember.Read.All",
        "Organization.Read.All",
        "ProvisioningLog.Read.All",
        "Synchronization.Read.All",
        "Synchronization.ReadWrite.All",
        "User.Read.All",
    }
)
"""Permissions that an administrator must consent to (reference/graph-entra.md 2.0)."""

USER_CONSENT = frozenset({"LicenseAssignment.Read.All", "User.Read", "User.ReadBasic.All"})
"""Permissions that everybody can consent to."""

AS_USER = "Directory.AccessAsUser.All"
"""Permission for whatever the person may do."""

REGISTERED = ADMIN_CONSENT - {"Directory.Read.All", "Directory.ReadWrite.All"}
"""What an administrator consented to for the practice tenant's own client."""

CONSENTED = frozenset({"Application.ReadWrite.All", "Synchronization.ReadWrite.All", "User.Read"})
"""The same for any other program."""

OWN_CLIENT = "6f0c2b9e-7d34-4c58-a1e6-20b94d7f5c83"
"""A client that the practice tenant registered for itself."""

READER_CLIENT = "c05e8d37-91b4-4f6a-8e2d-7a43f1b6950c"
"""A client that the practice tenant registered for a machine without a person."""

READER_GRANTED = frozenset(
    {
        "Application.Read.All",
        "GroupMember.Read.All",
        "ProvisioningLog.Read.All",
        "Synchronization.Read.All",
        "User.Read.All",
    }
)
"""The application permissions that an administrator granted it at first."""

PREAUTHORIZED = frozenset(
    {"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "1950a258-227b-4e31-a9cf-717495945fc2"}
)
"""Azure's command line and PowerShell: what Microsoft gave them, and no other permission."""

GRAPH_APPLICATION = "00000003-0000-0000-c000-000000000000"
"""Graph's own name as a resource."""

_REAL = "https://graph.microsoft.com"
_KNOWN = {name.casefold(): name for name in ADMIN_CONSENT | USER_CONSENT | {AS_USER}}
_DEFAULT = ".default"


def graph_names(*addresses: str) -> frozenset[str]:
    """Return what may stand before a permission of Graph.

    Args:
        addresses: Scheme, host and port of where Graph is here; some libraries leave the port out.
    """
    hosts = {urlsplit(address).hostname for address in addresses} | {"localhost"}
    bare = {f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts}
    return frozenset({*addresses, *bare, _REAL, GRAPH_APPLICATION})


def is_default(scope: str) -> bool:
    """Tell whether a scope asks for nothing but what was consented to before."""
    return scope.rpartition("/")[2].casefold() in OPENID | {_DEFAULT}


def graph_scopes(asked: Iterable[str], names: frozenset[str], client_id: str) -> frozenset[str]:
    """Return the permissions of Graph among the scopes asked for, in Graph's own spelling.

    Args:
        asked: Scopes as a program writes them, with or without Graph's name before them.
        names: What may stand before a permission.
        client_id: The program, which `.default` means something else of.

    Raises:
        SignInRefused: A scope has another name before it, or names no permission.
    """
    found: set[str] = set()
    for scope in asked:
        host, slash, name = scope.rpartition("/")
        if slash and host.rstrip("/").casefold() not in names:
            raise SignInRefused(500011)
        if name.casefold() in OPENID:
            continue
        if name.casefold() == _DEFAULT:
            found |= _consented(client_id.lower())
        elif name.casefold() in _KNOWN:
            found.add(_KNOWN[name.casefold()])
        else:
            raise SignInRefused(70011)
    return frozenset(found)


def _consented(client_id: str) -> frozenset[str]:
    if client_id in PREAUTHORIZED:
        return frozenset({AS_USER, "AuditLog.Read.All"})
    return REGISTERED | USER_CONSENT if client_id == OWN_CLIENT else CONSENTED


def granted(asked: Iterable[str], kept: frozenset[str]) -> list[str]:
    """Return the scopes asked for, in their own spelling, whose permission was kept."""
    known = OPENID | {_DEFAULT} | {name.casefold() for name in kept}
    return [scope for scope in asked if scope.rpartition("/")[2].casefold() in known]

"""The delegated permissions of Graph that the practice authority knows."""

from collections.abc import Iterable

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

_KNOWN = {name.casefold(): name for name in ADMIN_CONSENT | USER_CONSENT}
_DEFAULT = ".default"

CONSENTED = ("Application.ReadWrite.All", "Synchronization.ReadWrite.All", "User.Read")
"""What `.default` means: what was consented to for the program before."""


def graph_scopes(asked: Iterable[str], graph: str) -> frozenset[str]:
    """Return the permissions of Graph among the scopes asked for, in Graph's own spelling.

    Args:
        asked: Scopes as a program writes them, with or without Graph's host before them.
        graph: Scheme and host of this cloud's Graph.

    Raises:
        SignInRefused: A scope has another host before it, or names no permission.
    """
    found: set[str] = set()
    for scope in asked:
        host, slash, name = scope.rpartition("/")
        if slash and host.rstrip("/").casefold() != graph.casefold():
            raise SignInRefused(500011)
        if name.casefold() in OPENID:
            continue
        if name.casefold() == _DEFAULT:
            found.update(CONSENTED)
        elif name.casefold() in _KNOWN:
            found.add(_KNOWN[name.casefold()])
        else:
            raise SignInRefused(70011)
    return frozenset(found)


def granted(asked: Iterable[str], kept: frozenset[str]) -> list[str]:
    """Return the scopes asked for, in their own spelling, whose permission was kept."""
    known = OPENID | {_DEFAULT} | {name.casefold() for name in kept}
    return [scope for scope in asked if scope.rpartition("/")[2].casefold() in known]

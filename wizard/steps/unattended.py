"""What an application may read in the place of a person, and what to do where it may not."""

from dataclasses import dataclass, replace

from wizard.graph.errors import GraphError
from wizard.words.text import plain_line


@dataclass(frozen=True)
class ApplicationPermission:
    """An application permission of Microsoft Graph (reference/graph-entra.md 2.0, PERM)."""

    name: str
    why: str
    """What is read with it."""


PERMISSIONS = (
    ApplicationPermission("Synchronization.Read.All", "the job, its mapping and its templates"),
    ApplicationPermission("Application.Read.All", "the application, and who is assigned"),
    ApplicationPermission("ProvisioningLog.Read.All", "the provisioning log"),
    ApplicationPermission("User.Read.All", "people, for a preview"),
    ApplicationPermission("GroupMember.Read.All", "groups and their members, for a preview"),
)
"""All that anything here is read with; nothing can be written with them."""

_MAY_NOT = frozenset(
    {"graph-directory-unread", "graph-not-allowed-or-not-ready", "graph-role-missing",
     "graph-scope-missing"}
)  # fmt: skip
"""Refusals that tell a person to take a role or to consent, which an application cannot."""


def explained(error: GraphError, grant: str) -> GraphError:
    """Return a refusal as one that a program alone is told, where it may not read something.

    Args:
        error: What Graph said.
        grant: The page on which permissions are granted.
    """
    if error.code not in _MAY_NOT:
        return error
    source = ", ".join(filter(None, (error.graph_code, f"HTTP {error.status}")))
    words = plain_line(error.words.strip().partition("\n\n")[0])
    said = f" Microsoft says: “{words}” ({source})." if words else f" ({source})"
    names = "; ".join(f"{each.name}: {each.why}" for each in PERMISSIONS)
    return replace(
        error,
        message=f"This application may not read all that was asked for.{said}",
        hint="Let a Privileged Role Administrator grant it what is missing of these application "
        f"permissions of Microsoft Graph, which only read ({names}): {grant}",
        code="application-permission-missing",
    )

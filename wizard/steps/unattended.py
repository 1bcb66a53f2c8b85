"""What an application may read in the place of a person, and what to do where it may not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from wizard.graph.errors import GraphError
from wizard.net.endpoints import Endpoints
from wizard.steps.portal import portal_link
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.oauth.entra.client_credentials import ReadingApplication


@dataclass(frozen=True)
class ApplicationPermission:
    """An application permission of Microsoft Graph (reference/graph-entra.md 2.0, PERM)."""

    name: str
    why: str
    """What is read with it."""


PERMISSIONS = (
    ApplicationPermission("Application.Read.All", "the application and its assignments"),
    ApplicationPermission("Synchronization.Read.All", "the job and its mapping"),
    ApplicationPermission("ProvisioningLog.Read.All", "the log"),
    ApplicationPermission("User.Read.All", "people, for a preview"),
    ApplicationPermission("GroupMember.Read.All", "groups, for a preview"),
)
"""All that anything here is read with; nothing can be written with them."""

_MAY_NOT = frozenset(
    {"graph-directory-unread", "graph-forbidden", "graph-not-allowed-or-not-ready",
     "graph-role-missing", "graph-scope-missing"}
)  # fmt: skip
"""Refusals that tell a person to take a role or to consent, which an application cannot."""


def refusals_told(
    endpoints: Endpoints, application: "ReadingApplication"
) -> Callable[[GraphError], GraphError]:
    """Return what makes of a refusal one that is told of an application, not of a person."""
    view = "Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/CallAnAPI/appId/"
    link = portal_link(endpoints, view + application.client_id) or application.grant_url
    return partial(explained, link=link)


def explained(error: GraphError, link: str) -> GraphError:
    """Return a refusal as one that a program alone is told, where it may not read something.

    Args:
        error: What Graph said.
        link: The page on which permissions are given.
    """
    if error.code not in _MAY_NOT:
        return error
    source = ", ".join(filter(None, (error.graph_code, f"HTTP {error.status}")))
    words = plain_line(error.words.strip().partition("\n\n")[0])
    said = f" Microsoft says: “{words}” ({source})." if words else f" ({source})"
    names = ", ".join(f"{each.name} ({each.why})" for each in PERMISSIONS)
    return replace(
        error,
        message=f"This application may not read all that was asked for.{said}",
        hint="A Privileged Role Administrator adds what is missing and grants it, under API "
        f"permissions: {link} All that is read takes these application permissions of Microsoft "
        f"Graph, which cannot write: {names}.",
        code="application-permission-missing",
    )

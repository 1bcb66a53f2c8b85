"""The organization, and the directory roles of whoever is signed in."""

from dataclasses import dataclass

from wizard.errors import AnswerError
from wizard.graph.connection import COUNTING, Connection
from wizard.graph.models import GraphLine, GraphModel, Id
from wizard.graph.operations import Operation

APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
CLOUD_APPLICATION_ADMINISTRATOR = "158c047a-c907-4556-b7ef-446551a6b5f7"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"

MAY_SET_UP = frozenset(
    {APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR, GLOBAL_ADMINISTRATOR}
)
"""Template ids of the roles that may do all of the setup (reference/graph-entra.md 2.0)."""

_SELECT_ORGANIZATION = {"$select": "id,displayName"}
_SELECT_ROLES = {"$select": "displayName,roleTemplateId"}


class Organization(GraphModel):
    """The tenant."""

    id: Id = ""
    """The tenant id."""
    display_name: GraphLine = ""


class DirectoryRole(GraphModel):
    """A directory role that is active for an account."""

    display_name: GraphLine = ""
    role_template_id: Id = ""


@dataclass(frozen=True)
class RoleCheck:
    """Whether the active directory roles allow the setup; a hint, never a proof."""

    roles: tuple[DirectoryRole, ...]
    is_enough: bool
    message: str
    hint: str = ""


class OrganizationRequests:
    """Questions about the tenant and whoever is signed in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self) -> Organization:
        """Return the tenant.

        Raises:
            AnswerError: There is none in the answer.
        """
        found = await self._connection.several(
            Operation.GET_ORGANIZATION.at(), Organization, query=_SELECT_ORGANIZATION
        )
        if not found.items:
            raise AnswerError(
                "Microsoft Graph names no organization for this sign-in.",
                "Sign in with an account of the organization, not with a personal one.",
                code="graph-no-organization",
            )
        return found.items[0]

    async def directory_roles(self) -> tuple[DirectoryRole, ...]:
        """Return the active directory roles of whoever is signed in.

        Roles that are eligible in Privileged Identity Management and not activated are missing.
        """
        call = Operation.LIST_MY_ROLES.at()
        try:
            found = await self._connection.several(call, DirectoryRole, query=_SELECT_ROLES)
        except AnswerError as error:
            if error.status != 400:
                raise
            # Some tenants treat this cast as an advanced query (reference/graph-entra.md 2.0).
            found = await self._connection.several(
                call, DirectoryRole, query={**_SELECT_ROLES, "$count": "true"}, headers=COUNTING
            )
        return found.items


def judge_roles(roles: tuple[DirectoryRole, ...]) -> RoleCheck:
    """Return whether these roles are enough for the setup, and what to do if not."""
    if any(role.role_template_id.lower() in MAY_SET_UP for role in roles):
        return RoleCheck(roles, True, "Your account has a role that may do all of this.")
    names = ", ".join(role.display_name for role in roles if role.display_name)
    return RoleCheck(
        roles,
        False,
        f"Your account has {f'only these active roles: {names}' if names else 'no active role'}. "
        "The setup needs Application Administrator or Cloud Application Administrator.",
        "If you hold the role in Privileged Identity Management (PIM), activate it, wait some "
        "minutes and check again. A role given by other ways may not show here, so you may also "
        "go on.",
    )

"""Service principals, which the portal calls enterprise applications: finding and hiding one."""

from wizard.graph.connection import Connection
from wizard.graph.models import Flag, GraphLine, GraphLines, GraphModel, Id, Several
from wizard.graph.odata import odata_text
from wizard.graph.operations import Operation

DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""The role id of an assignment without a role."""

HIDDEN_TAG = "HideApp"

_SELECT = {"$select": "id,appId,displayName,tags,appRoles,accountEnabled"}


class AppRole(GraphModel):
    """A role that people or groups can be assigned to."""

    id: Id = ""
    display_name: GraphLine = ""
    value: GraphLine = ""
    is_enabled: Flag = False
    allowed_member_types: GraphLines = ()


class ServicePrincipal(GraphModel):
    """An enterprise application, as the portal calls it."""

    id: Id = ""
    app_id: Id = ""
    display_name: GraphLine = ""
    tags: Several[str] = ()
    """As they came, because they are written back."""
    app_roles: Several[AppRole] = ()
    account_enabled: Flag = False

    @property
    def is_hidden(self) -> bool:
        """Whether people do not see it among their apps."""
        return HIDDEN_TAG in self.tags

    @property
    def roles(self) -> tuple[AppRole, ...]:
        """The roles for people, the one named User first."""
        usable = (
            role
            for role in self.app_roles
            if role.is_enabled and role.id != DEFAULT_ACCESS and "User" in role.allowed_member_types
        )
        return tuple(sorted(usable, key=lambda role: role.display_name != "User"))

    @property
    def recommended_role_id(self) -> str:
        """The id of the role to assign; default access only where there is no role at all."""
        return self.roles[0].id if self.roles else DEFAULT_ACCESS


class ServicePrincipalRequests:
    """Finding and hiding enterprise applications."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of_template(self, template_id: str) -> tuple[ServicePrincipal, ...]:
        """Return the enterprise applications made from a gallery template."""
        return await self._where(f"applicationTemplateId eq {odata_text(template_id)}")

    async def of_app(self, app_id: str) -> tuple[ServicePrincipal, ...]:
        """Return the enterprise application with that client id."""
        return await self._where(f"appId eq {odata_text(app_id)}")

    async def named(self, display_name: str) -> tuple[ServicePrincipal, ...]:
        """Return the enterprise applications of that name, also those not from the gallery."""
        return await self._where(f"displayName eq {odata_text(display_name)}")

    async def get(self, principal_id: str) -> ServicePrincipal:
        """Return one enterprise application."""
        return await self._connection.one(
            Operation.GET_SERVICE_PRINCIPAL.at(service_principal=principal_id),
            ServicePrincipal,
            query=_SELECT,
        )

    async def hide(self, principal_id: str) -> bool:
        """Hide it from people's app lists; return whether that changed anything.

        A PATCH replaces the list of tags, so all of them are written.
        """
        principal = await self.get(principal_id)
        if principal.is_hidden:
            return False
        await self._connection.send(
            Operation.UPDATE_SERVICE_PRINCIPAL.at(service_principal=principal_id),
            body={"tags": [*principal.tags, HIDDEN_TAG]},
        )
        return True

    async def _where(self, condition: str) -> tuple[ServicePrincipal, ...]:
        found = await self._connection.several(
            Operation.LIST_SERVICE_PRINCIPALS.at(),
            ServicePrincipal,
            query={"$filter": condition, **_SELECT},
        )
        return found.items

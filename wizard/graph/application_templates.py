"""The application gallery, and making an application from it."""

from wizard.graph.connection import Connection
from wizard.graph.models import GraphLine, GraphLines, GraphModel, Id
from wizard.graph.odata import odata_text
from wizard.graph.operations import Operation

WEBEX = "Cisco Webex"
"""The display name of the gallery application; its neighbours only begin alike."""


class ApplicationTemplate(GraphModel):
    """An application of the gallery."""

    id: Id = ""
    display_name: GraphLine = ""
    supported_provisioning_types: GraphLines = ()

    @property
    def can_provision(self) -> bool:
        """Whether it has a connector for provisioning."""
        return "sync" in (kind.lower() for kind in self.supported_provisioning_types)


class ApplicationTemplateRequests:
    """Questions about the gallery."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def named(self, display_name: str = WEBEX) -> tuple[ApplicationTemplate, ...]:
        """Return the templates of exactly that name, those that can provision first."""
        found = await self._connection.several(
            Operation.LIST_APPLICATION_TEMPLATES.at(),
            ApplicationTemplate,
            query={"$filter": f"displayName eq {odata_text(display_name)}"},
        )
        exact = (item for item in found.items if item.display_name == display_name)
        return tuple(sorted(exact, key=lambda template: not template.can_provision))

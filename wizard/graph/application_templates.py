"""The application gallery, and making an application from it."""

from wizard.graph.connection import Connection
from wizard.graph.models import GraphLine, GraphLines, GraphModel, Id
from wizard.graph.odata import odata_text
from wizard.graph.operations import Operation

WEBEX = "Cisco Webex"
"""The display name of the gallery application; its neighbours only begin alike."""

_NON_GALLERY = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""The template of an application of one's own (reference/graph-entra.md 2.1)."""


class ApplicationTemplate(GraphModel):
    """An application of the gallery."""

    id: Id = ""
    display_name: GraphLine = ""
    publisher: GraphLine = ""
    home_page_url: GraphLine = ""
    supported_provisioning_types: GraphLines = ()
    supported_single_sign_on_modes: GraphLines = ()

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

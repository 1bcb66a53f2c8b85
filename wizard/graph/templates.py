"""Synchronization templates: which connector an application has, and what it wants to know."""

from wizard.errors import AnswerError
from wizard.graph.connection import Connection
from wizard.graph.models import Flag, GraphLine, GraphModel, Id
from wizard.graph.operations import Operation

_APPEARS_WITHIN = 120.0


class Template(GraphModel):
    """A connector with its default mapping; the mapping is read on its own."""

    id: Id = ""
    description: GraphLine = ""
    default: Flag = False


class TemplateRequests:
    """Questions about the connectors of an application."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, principal_id: str) -> tuple[Template, ...]:
        """Return the connectors, the default one first; a new application has none at first."""
        found = await self._connection.several(
            Operation.LIST_SYNC_TEMPLATES.at(service_principal=principal_id),
            Template,
            query={"$select": "id,description,default"},
        )
        return tuple(sorted(found.items, key=lambda template: not template.default))

    async def wait_for(self, principal_id: str) -> Template:
        """Return the connector to use, waiting until the application has one.

        Raises:
            AnswerError: There is none after two minutes (`graph-no-template`).
        """
        patience = self._connection.patience
        found = await patience.until(
            lambda: self._first(principal_id),
            seconds=_APPEARS_WITHIN,
            message="Waiting until Microsoft has prepared provisioning for the application",
        )
        if found is None:
            raise AnswerError(
                "This application has no connector for provisioning, or not yet.",
                "If it was just added, wait some minutes and try again. Otherwise choose the "
                "application Cisco Webex from the gallery.",
                code="graph-no-template",
            )
        return found

    async def _first(self, principal_id: str) -> Template | None:
        found = await self.list(principal_id)
        return found[0] if found else None

"""Synchronization templates: which connector an application has, and what it wants to know."""

import json
from collections.abc import Mapping

from wizard.errors import AnswerError
from wizard.graph.connection import Connection
from wizard.graph.models import Flag, GraphModel, Id, Line, Several, Text
from wizard.graph.operations import Operation
from wizard.graph.schema import SCHEMA_LIMIT, read_schema
from wizard.mapping.schema import SynchronizationSchema

_APPEARS_WITHIN = 120.0
_FIELDS = "configurationFields"


class _Entry(GraphModel):
    key: Line = ""
    value: Text = ""


class Template(GraphModel):
    """A connector with its default mapping; the mapping is read on its own."""

    id: Id = ""
    description: Line = ""
    factory_tag: Line = ""
    default: Flag = False
    metadata: Several[_Entry] = ()

    @property
    def credential_keys(self) -> Mapping[str, bool]:
        """The credentials the connector wants, in lower case, and whether each is secret.

        Empty when the template does not tell. A connector that stops asking for
        `baseaddress` and `secrettoken` has changed its way of signing in.
        """
        stated = next((entry.value for entry in self.metadata if entry.key == _FIELDS), "")
        try:
            fields = json.loads(stated) if stated else []
        except (ValueError, RecursionError):
            return {}
        return {
            field["name"].lower(): field.get("secret") is True
            for field in (fields if isinstance(fields, list) else [])
            if isinstance(field, dict) and isinstance(field.get("name"), str)
        }


class TemplateRequests:
    """Questions about the connectors of an application."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, principal_id: str) -> tuple[Template, ...]:
        """Return the connectors, the default one first; a new application has none at first."""
        found = await self._connection.several(
            Operation.LIST_SYNC_TEMPLATES.at(service_principal=principal_id),
            Template,
            query={"$select": "id,description,factoryTag,default,metadata"},
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

    async def default_schema(self, principal_id: str, template_id: str) -> SynchronizationSchema:
        """Return the mapping that a new job of this connector begins with."""
        call = Operation.GET_TEMPLATE_SCHEMA.at(
            service_principal=principal_id, sync_template=template_id
        )
        return read_schema(await self._connection.send(call, limit=SCHEMA_LIMIT))

    async def _first(self, principal_id: str) -> Template | None:
        found = await self.list(principal_id)
        return found[0] if found else None

"""Synchronization templates: which connector an application has, and what it wants to know."""

import json
from contextlib import suppress

from wizard.errors import AnswerError
from wizard.graph.connection import Connection
from wizard.graph.models import Flag, GraphLine, GraphModel, Id, Several
from wizard.graph.operations import Operation
from wizard.words.text import plain_line

_APPEARS_WITHIN = 120.0
_ASKS, _OAUTH = "configurationfields", "isoauthenabled"
"""Keys of metadata, in small letters (reference/graph-entra.md 2.7)."""


class TemplateEntry(GraphModel):
    """One thing that a connector tells of itself."""

    key: GraphLine = ""
    value: str | None = None
    """As it came: it may be JSON."""


class Template(GraphModel):
    """A connector with its default mapping; the mapping is read on its own."""

    id: Id = ""
    description: GraphLine = ""
    default: Flag = False
    metadata: Several[TemplateEntry] = ()

    @property
    def asks_for(self) -> tuple[str, ...]:
        """What it wants to sign in to the application with, in small letters, sorted.

        Nothing where that is not told in a form that is known.
        """
        named = {"oauth"} if self._told(_OAUTH).strip().lower() == "true" else set()
        with suppress(ValueError, RecursionError, TypeError, KeyError):
            asked = json.loads(self._told(_ASKS))
            named |= {plain_line(each["name"], 60).lower() for each in asked}
        return tuple(sorted(named))

    def _told(self, key: str) -> str:
        found = (each.value for each in self.metadata if each.key.lower() == key)
        return next(found, None) or ""


class TemplateRequests:
    """Questions about the connectors of an application."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, principal_id: str) -> tuple[Template, ...]:
        """Return the connectors, the default one first; a new application has none at first."""
        found = await self._connection.several(
            Operation.LIST_SYNC_TEMPLATES.at(service_principal=principal_id),
            Template,
            query={"$select": "id,description,default,metadata"},
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

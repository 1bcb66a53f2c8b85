"""What is seen of Entra with the Microsoft sign-in that there is."""

import re
import uuid
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from wizard.errors import MappingError
from wizard.flow.session import Session
from wizard.graph.application_templates import WEBEX
from wizard.graph.odata import odata_text
from wizard.graph.operations import Operation, Query
from wizard.graph.secrets import NOTIFICATION, Notification
from wizard.mapping import attributes, schema
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.objects import switches_of
from wizard.mapping.sources import find_source
from wizard.net.transport import HttpAnswer
from wizard.reports.facts.looking import Look, entries, good_json
from wizard.store.journal import Action

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient

_PAGE = 999
NO_IDS: Mapping[str, str] = MappingProxyType({})
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONNECTOR = re.compile(r"[A-Za-z]{1,40}")
"""What Microsoft calls a connector; no id and no address is of this form."""
_OPERATOR = re.compile(r"[A-Za-z][A-Za-z_ ]{1,39}")
_FUNCTION = re.compile(r"([A-Za-z]\w{0,39})\s*\(")
_ATTRIBUTE = re.compile(r"\[([^\[\]]{1,80})\]")
_APPLIED = frozenset({"Always", "Only on creation"})
_KEYS = frozenset({"BaseAddress", "SecretToken", "SyncAll", NOTIFICATION})


class EntraLook:
    """Asks Graph, reading only; what the profile does not know is not looked for.

    Args:
        look: Takes what is seen.
        graph: A conversation as whoever is signed in.
        session: Whose application it is.
    """

    def __init__(self, look: Look, graph: "GraphClient", session: Session) -> None:
        self._look = look
        self._graph = graph
        self._session = session

    async def see(self) -> None:
        """Look at everything.

        Raises:
            InvalidInput: An id of the profile cannot be one.
        """
        await self._people()
        await self._get(Operation.GET_SERVICE_PRINCIPAL, {"service_principal": str(uuid.uuid4())})
        templates = await self._gallery()
        known = self._session.profile.entra
        if not known.service_principal_id:
            return
        own = {"service_principal": known.service_principal_id}
        await self._template_in_use(templates, own)
        await self._connector(own)
        self._secrets(await self._get(Operation.GET_SECRETS, own))
        if known.job_id:
            await self._job(own | {"job": known.job_id})

    async def _get(
        self, operation: Operation, ids: Mapping[str, str] = NO_IDS, query: Query | None = None
    ) -> HttpAnswer | None:
        asking = self._graph.answers.whole(operation.at(**ids), query=query)
        return await self._look.at(f"GET {operation.template}", asking)

    async def _people(self) -> None:
        page = await self._get(Operation.LIST_USERS, query={"$select": "id", "$top": str(_PAGE)})
        if isinstance(people := good_json(page), dict):
            self._look.seen["graph-page-size"] = {
                "came": len(entries(page)),
                "there are more": "@odata.nextLink" in people,
            }

    async def _gallery(self) -> list[str]:
        named = {"$filter": f"displayName eq {odata_text(WEBEX)}"}
        found = entries(await self._get(Operation.LIST_APPLICATION_TEMPLATES, query=named))
        ids = [each for each in _texts(found, "id") if _UUID.fullmatch(each.lower())]
        if ids:
            self._look.seen["gallery-template"] = {"ids": [*ids]}
        return ids

    async def _template_in_use(self, templates: list[str], own: dict[str, str]) -> None:
        asked = {"$select": "applicationTemplateId"}
        mine = good_json(await self._get(Operation.GET_SERVICE_PRINCIPAL, own, asked))
        if templates and isinstance(mine, dict):
            is_one = mine.get("applicationTemplateId") in templates
            self._look.seen["gallery-template"] = {"ids": [*templates], "is in use": is_one}

    async def _connector(self, own: dict[str, str]) -> None:
        names = _texts(entries(await self._get(Operation.LIST_SYNC_TEMPLATES, own)), "id")
        if not names:
            return
        shown: list[JsonValue] = [
            name if _CONNECTOR.fullmatch(name) else "another" for name in names
        ]
        self._look.seen["synchronization-template"] = shown
        document = _schema(
            await self._get(Operation.GET_TEMPLATE_SCHEMA, own | {"sync_template": names[0]})
        )
        if document is not None:
            self._look.seen["default-mapping"] = mapping_facts(document)
            self._look.seen["group-switch"] = {"connector": _switches(document)}

    async def _job(self, ids: dict[str, str]) -> None:
        await self._get(Operation.GET_JOB, ids)
        document = _schema(await self._get(Operation.GET_SCHEMA, ids))
        if document is not None:
            before = self._look.seen.get("group-switch")
            connector = before if isinstance(before, dict) else {}
            self._look.seen["group-switch"] = connector | {"job": _switches(document)}
        listed = entries(await self._get(Operation.LIST_FILTER_OPERATORS, ids))
        if names := {*_texts(listed, "name"), *_texts(listed, "id")}:
            of_service = {name for name in names if _OPERATOR.fullmatch(name)}
            self._look.seen["filter-operators"] = {
                "names": [*sorted(of_service)],
                "others": len(names - of_service),
            }

    def _secrets(self, answer: HttpAnswer | None) -> None:
        pairs = {str(each.get("key")): str(each.get("value") or "") for each in entries(answer)}
        if not pairs:
            return
        masked = {key for key, value in pairs.items() if value and not value.strip("*")}
        self._look.seen["masked-keys"] = {
            "names": [*sorted(masked & _KEYS)],
            "others": len(masked - _KEYS),
        }
        try:
            settings = Notification.model_validate_json(pairs.get(NOTIFICATION) or "null")
        except ValueError:
            return
        self._look.seen["deletion-limit"] = {
            "on": settings.limits_deletions,
            "limit": settings.deletion_limit,
            "changed by this program": bool(
                self._session.history.last("notification", Action.CHANGED)
            ),
        }
        if between := [mark for mark in ",;|" if mark in settings.recipients]:
            self._look.seen["recipients-separator"] = [*between]


def mapping_facts(document: schema.SynchronizationSchema) -> JsonValue:
    """Return a mapping in names that documentation gives, and where it is not the bundled one."""
    try:
        shown = MappingDocument(document)
        rows: list[JsonValue] = [_row(row) for row in shown.rows]
        differs: list[JsonValue] = [
            f"{each.kind}: {_target(each.target)}" for each in shown.difference_from_default
        ]
    except MappingError as error:
        return {"cannot be read": error.code}
    return {"rows": rows, "differs from the bundled one": differs}


def _row(row: Row) -> JsonValue:
    named = [] if row.kind == "constant" else _ATTRIBUTE.findall(row.source)
    known = {name.lower(): name for name in FUNCTIONS}
    functions = {name.lower() for name in _FUNCTION.findall(row.source)} & known.keys()
    found = (find_source(name) for name in named)
    return {
        "target": _target(row.target),
        "kind": row.kind,
        "attributes": [source.name if source else "another" for source in found],
        "functions": [*sorted(known[name] for name in functions)],
        "applied": row.apply if row.apply in _APPLIED else "otherwise",
        "matching": row.matching_priority,
        "has a default value": row.default_value is not None,
    }


def _target(target: str) -> str:
    found = attributes.find(target)
    return found.path if found else "another"


def _schema(answer: HttpAnswer | None) -> schema.SynchronizationSchema | None:
    if good_json(answer) is None or answer is None:
        return None
    try:
        return schema.read_schema(answer.body)
    except MappingError:
        return None


def _switches(document: schema.SynchronizationSchema) -> JsonValue:
    return {**switches_of(document)}


def _texts(found: Iterable[dict[str, Any]], name: str) -> list[str]:
    return [each[name] for each in found if isinstance(each.get(name), str) and each[name]]

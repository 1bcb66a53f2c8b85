"""One resource, and lists of them: filter, search, order, select, expand, count and pages.

What Graph does not know or not support is refused as Graph does it (reference/graph-entra.md 2.6
and 11; Microsoft Graph, "Use query parameters" and "Advanced query capabilities").
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from wizard.errors import InvalidInput
from wizard.practice.entra.call import (
    GRAPH_PATH,
    Call,
    Permission,
    Refused,
    Route,
    bad_request,
    not_found,
)
from wizard.practice.entra.directory import Resource
from wizard.practice.entra.filters import ADVANCED, ODataFilter, predicate, value_at
from wizard.practice.entra.relations import expansion
from wizard.practice.entra.selection import Select, not_there, selected, unsupported
from wizard.practice.entra.shapes import (
    ASSIGNMENTS,
    AUDIT_LOG,
    BY_TYPE,
    PROVISIONING_LOG,
    Shape,
)
from wizard.practice.messages import Answer, json_answer

_CLAUSE = re.compile(r'\s*"(?P<name>\w+):(?P<text>(?:[^"\\]|\\.)*)"\s*(?:(?P<joined>AND|OR)\b|$)')
_NEEDS_HEADER = (
    "Request with {what} query parameter only works through MSGraph with a special request "
    "header: 'ConsistencyLevel: eventual'"
)
_TYPES = {"boolean": "Edm.Boolean", "time": "Edm.DateTimeOffset"}
"""Types of properties that no text is compared with."""

_REPEATS = frozenset({"repeats-page"})
"""The fault of a list whose first page comes again for ever, each time with a new link."""

_UNORDERED = frozenset({"unordered"})
"""The fault of a list that does not heed `$orderby`."""

_OF_ONE = frozenset({"$select", "$expand", "$format"})
_OF_LISTS = _OF_ONE | {"$filter", "$search", "$orderby", "$top", "$skip", "$skiptoken", "$count"}


def one(call: Call, resource: Resource, shape: Shape, status: int = 200) -> Answer:
    """Answer one resource, reduced to what `$select` names, with the relations of `$expand`.

    Raises:
        Refused: A query option cannot be used here.
    """
    if call.counts or call.cast:
        raise bad_request("Only a list is counted, or reduced to one type.", "BadRequest")
    _check_options(call.query, _OF_ONE)
    select = selected(call.query, shape)
    content = {"@odata.context": f"{call.context}#{shape.kind}/$entity"} | select.of(resource)
    return json_answer(content | expansion(call, shape)(resource), status)


def collection(call: Call, rows: Iterable[Resource], shape: Shape) -> Answer:
    """Answer a list, or how many there are in it.

    Raises:
        Refused: A query option cannot be used here.
    """
    query = call.query
    _check_options(query, _OF_LISTS)
    rows = list(rows)
    if call.cast:
        rows, shape = _cast(rows, call.cast), BY_TYPE[call.cast]
    condition = _condition(query, shape)
    _check_index(call, query, shape, condition)
    select, expand = selected(query, shape, of_a_list=True), expansion(call, shape)
    rows = rows if condition is None else _passing(rows, condition)
    found = _searched(rows, query, shape)
    place = _place(shape)
    if not call.services.faults.take(place, "GET", _UNORDERED):
        found = _ordered(found, call, shape)
    if call.counts:
        return Answer(200, str(len(found)).encode(), {"Content-Type": "text/plain"})
    size = _number(query, "$top", shape.page)
    if not 0 < size <= shape.largest:
        raise bad_request(
            f"Invalid page size specified: '{size}'. Must be between 1 and "
            f"{shape.largest} inclusive.",
            "Request_UnsupportedQuery",
        )
    start = _number(query, "$skiptoken", 0) or _number(query, "$skip", 0)
    shown = found[start : start + size]
    goes_on = start + size < len(found)
    if call.services.faults.take(place, "GET", _REPEATS):
        shown, goes_on = found[:size], True
    content: dict[str, Any] = {"@odata.context": f"{call.context}#{shape.kind}"}
    if query.get("$count", "").casefold() == "true":
        content["@odata.count"] = len(found)
    if goes_on:
        content["@odata.nextLink"] = _next_link(call, start + size)
    content["value"] = [_shown(row, select, expand) for row in shown]
    return json_answer(content)


def _place(shape: Shape) -> str:
    """Return where the faults of a list are."""
    if shape in {PROVISIONING_LOG, AUDIT_LOG}:
        return "logs"
    return "assignments" if shape is ASSIGNMENTS else "directory" if shape.indexed else "graph"


def table(
    path: str,
    place: str,
    needs: Permission,
    rows: Callable[[Call], Sequence[Resource]],
    shape: Shape,
) -> tuple[Route, Route]:
    """Return the two operations of resources that are only read: the list, and each by its id."""

    def each(call: Call) -> Answer:
        wanted = call.parameters["item"]
        found = next((row for row in rows(call) if row["id"] == wanted), None)
        if found is None:
            raise not_found(wanted)
        return one(call, found, shape)

    return (
        Route("GET", path, place, needs, lambda call: collection(call, rows(call), shape)),
        Route("GET", f"{path}/{{item}}", place, needs, each),
    )


def _check_options(query: Mapping[str, str], known: frozenset[str]) -> None:
    for name in query:
        if name[:1] != "$" or name in known:
            continue
        if name in _OF_LISTS:
            raise bad_request(f"The query option '{name}' is for lists alone.", "BadRequest")
        raise bad_request(f"The query parameter '{name[:40]}' is not supported.", "BadRequest")


def _cast(rows: list[Resource], wanted: str) -> list[Resource]:
    """Return the objects of one type; they do not say of which, where there is no other."""
    mark = f"#microsoft.graph.{wanted}"
    if rows and not any("@odata.type" in row for row in rows):
        raise bad_request(f"The type '{wanted}' is not one of this list.", "BadRequest")
    return [
        {name: value for name, value in row.items() if name != "@odata.type"}
        for row in rows
        if row.get("@odata.type") == mark
    ]


def _condition(query: Mapping[str, str], shape: Shape) -> ODataFilter | None:
    """Return what `$filter` asks for, if everything that it names is there and can be asked."""
    text = query.get("$filter", "")
    if not text:
        return None
    try:
        condition = predicate(text, shape.property)
    except InvalidInput as error:
        raise bad_request(str(error), "BadRequest") from error
    for name in condition.named:
        if shape.property(name) is None:
            raise not_there("Invalid filter clause", name, shape)
        if shape.filterable is not None and name not in shape.filterable:
            raise bad_request("Invalid filter clause", "BadRequest")
    for name in sorted(condition.texts):
        for kind in shape.uses(name) & _TYPES.keys():
            told = "A binary operator with incompatible types was detected. Found operand types"
            text = f"Invalid filter clause: {told} '{_TYPES[kind]}' and 'Edm.String'."
            raise bad_request(text, "BadRequest")
    for name, operator in condition.uses if shape.indexed else ():
        # Of what is inside of something, the description says nothing.
        if "/" not in name and operator not in shape.uses(name) | _always(name):
            raise unsupported("query filter clause specified for property", name, shape)
    return condition


def _always(name: str) -> frozenset[str]:
    """Return the operators that every id supports, although its description does not tell."""
    return frozenset({"eq", "ne", "not", "in"}) if name == "id" else frozenset()


def _check_index(
    call: Call, query: Mapping[str, str], shape: Shape, condition: ODataFilter | None
) -> None:
    if not shape.indexed:
        return
    counts = query.get("$count", "").casefold() == "true"
    advanced = condition is not None and any(use in ADVANCED for _, use in condition.uses)
    sorts = bool(query.get("$orderby")) and condition is not None
    if "$skip" in query:
        raise bad_request("'$skip' is not supported by the service.")
    if sorts and not (call.eventual and counts):
        raise _unsupported_query("Sorting not supported for current query.")
    if "$search" in query and query.get("$expand"):
        raise _unsupported_query("$expand is not supported together with $search.")
    asked = {"$search": "$search" in query, "$count": counts or call.counts, "$filter": advanced}
    for name, used in asked.items():
        if used and not call.eventual:
            raise _unsupported_query(_NEEDS_HEADER.format(what=name))
    if advanced and not (counts or call.counts or "$search" in query):
        raise _unsupported_query(_NEEDS_HEADER.format(what="$filter") + " and $count=true.")


def _unsupported_query(text: str) -> Refused:
    return bad_request(text, "Request_UnsupportedQuery")


def _passing(rows: Sequence[Resource], condition: ODataFilter) -> list[Resource]:
    try:
        return [row for row in rows if condition(row)]
    except TypeError as error:
        raise bad_request(f"Invalid filter clause: {error}", "BadRequest") from error


def _searched(rows: list[Resource], query: Mapping[str, str], shape: Shape) -> list[Resource]:
    text = query.get("$search")
    if text is None:
        return rows
    alternatives = _alternatives(text)
    for name, _ in (clause for clauses in alternatives for clause in clauses):
        if shape.property(name) is None:
            raise not_there("Invalid search clause", name, shape)
    return [
        row
        for row in rows
        if any(all(_matches(row, *clause) for clause in clauses) for clauses in alternatives)
    ]


def _alternatives(text: str) -> list[list[tuple[str, str]]]:
    """Return the clauses of a search: of any list inside, all must be met."""
    found: list[list[tuple[str, str]]] = []
    position, joined = 0, ""
    while True:
        match = _CLAUSE.match(text, position)
        if match is None:
            told = f"Syntax error: character at position {position} is not valid in '{text[:40]}'."
            raise bad_request(told, "BadRequest")
        clause = match["name"], re.sub(r"\\(.)", r"\1", match["text"]).casefold()
        if joined == "AND":
            found[-1].append(clause)
        else:
            found.append([clause])
        position, joined = match.end(), match["joined"] or ""
        if not joined and position == len(text):
            return found


def _matches(row: Resource, name: str, wanted: str) -> bool:
    """Tell whether a value, or one of the words of a display name, begins with a text."""
    value = str(value_at(row, name) or "").casefold()
    if name != "displayName":
        return value.startswith(wanted)
    words = re.split(r"[\s._'-]+", value)
    return all(any(word.startswith(part) for word in words) for part in wanted.split())


def _ordered(rows: list[Resource], call: Call, shape: Shape) -> list[Resource]:
    for part in reversed(call.query.get("$orderby", "").split(",")):
        text, _, direction = part.strip().partition(" ")
        if not text:
            continue
        name = shape.property(text)
        if name is None:
            raise not_there("Invalid orderby clause", text, shape)
        if shape.indexed and not call.eventual and "orderby" not in shape.uses(name):
            raise unsupported("sort property", name, shape)
        backwards = direction.strip().casefold() == "desc"
        rows = sorted(rows, key=_text_at(name), reverse=backwards)
    return rows


def _text_at(name: str) -> Callable[[Resource], str]:
    return lambda row: str(value_at(row, name) or "").casefold()


def _shown(row: Resource, select: Select, expand: Callable[[Resource], Resource]) -> dict[str, Any]:
    annotations = {name: value for name, value in row.items() if name.startswith("@odata.")}
    return {**annotations, **select.of(row), **expand(row)}


def _number(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, "")
    if not text:
        return otherwise
    if not text.isdecimal():
        raise bad_request(f"Invalid value '{text[:40]}' for {name}.", "BadRequest")
    return int(text)


def _next_link(call: Call, start: int) -> str:
    options = [
        (name, value)
        for name, value in parse_qsl(call.request.query_string, keep_blank_values=True)
        if name not in {"$skiptoken", "$skip"}
    ]
    below = call.request.path.removeprefix(GRAPH_PATH)
    query = urlencode([*options, ("$skiptoken", str(start))], quote_via=quote, safe="$")
    return f"{call.base_url}{quote(below)}?{query}"

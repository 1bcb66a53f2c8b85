"""Lists of Graph: filter, search, order, select, count and pages (reference/graph-entra.md 2.6)."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from wizard.errors import InvalidInput
from wizard.practice.entra.call import Call, bad_request
from wizard.practice.entra.directory import Resource
from wizard.practice.entra.filters import ADVANCED, predicate, value_at
from wizard.practice.messages import Answer, json_answer

_CLAUSE = re.compile(r'\s*"(?P<name>\w+):(?P<text>(?:[^"\\]|\\.)*)"\s*(?:(?P<joined>AND|OR)\b|$)')
_NEEDS_HEADER = (
    "Request with {what} query parameter only works through MSGraph with a special request "
    "header: 'ConsistencyLevel: eventual'"
)


@dataclass(frozen=True)
class Shape:
    """How one kind of list behaves."""

    kind: str
    """What stands behind `#` in the context."""
    page: int = 100
    """Rows of a page where the caller does not say."""
    largest: int = 999
    default: tuple[str, ...] = ()
    """Properties that come where `$select` names none; empty means all."""
    indexed: bool = False
    """Whether searching, counting and negation need the header of the lagging index."""
    filterable: frozenset[str] | None = None
    """The only properties that a filter may name; None means any."""


def collection(call: Call, rows: Iterable[Resource], shape: Shape) -> Answer:
    """Answer a list.

    Raises:
        Refused: A query option cannot be used here.
    """
    query = call.query
    _check_index(call, query, shape)
    found = _ordered(_searched(_filtered(list(rows), query, shape), query), query)
    size = _number(query, "$top", shape.page)
    if not 0 < size <= shape.largest:
        raise bad_request(
            f"Invalid page size specified: '{size}'. Must be between 1 and "
            f"{shape.largest} inclusive.",
            "Request_UnsupportedQuery",
        )
    start = _number(query, "$skiptoken", 0) or _number(query, "$skip", 0)
    content: dict[str, Any] = {"@odata.context": f"{call.context}#{shape.kind}"}
    if query.get("$count", "").casefold() == "true":
        content["@odata.count"] = len(found)
    if start + size < len(found):
        content["@odata.nextLink"] = _next_link(call, start + size)
    content["value"] = [_selected(row, query, shape) for row in found[start : start + size]]
    return json_answer(content)


def count(call: Call, rows: Iterable[Resource], shape: Shape) -> Answer:
    """Answer `$count` behind a list: a number as plain text.

    Raises:
        Refused: The header of the index is missing.
    """
    if not call.eventual:
        raise bad_request(_NEEDS_HEADER.format(what="$count"), "Request_UnsupportedQuery")
    number = len(_filtered(list(rows), call.query, shape))
    return Answer(200, str(number).encode(), {"Content-Type": "text/plain"})


def _check_index(call: Call, query: Mapping[str, str], shape: Shape) -> None:
    if not shape.indexed or call.eventual:
        return
    advanced = {
        "$search": "$search" in query,
        "$count": query.get("$count", "").casefold() == "true",
        "$filter": bool(ADVANCED.search(re.sub(r"'(?:[^']|'')*'", "", query.get("$filter", "")))),
    }
    for name, used in advanced.items():
        if used:
            raise bad_request(_NEEDS_HEADER.format(what=name), "Request_UnsupportedQuery")


def _filtered(rows: Sequence[Resource], query: Mapping[str, str], shape: Shape) -> list[Resource]:
    text = query.get("$filter", "")
    if not text:
        return list(rows)
    if shape.filterable is not None:
        named = set(re.findall(r"[A-Za-z/]+", re.sub(r"'(?:[^']|'')*'", "", text)))
        words = {"eq", "ne", "and", "or", "not", "contains", "startswith", "tolower", "any", "c"}
        if named - words - shape.filterable:
            raise bad_request("Invalid filter clause", "BadRequest")
    try:
        test = predicate(text)
        return [row for row in rows if test(row)]
    except (InvalidInput, TypeError) as error:
        raise bad_request(str(error), "BadRequest") from error


def _searched(rows: list[Resource], query: Mapping[str, str]) -> list[Resource]:
    text = query.get("$search")
    if text is None:
        return rows
    alternatives = _alternatives(text)
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


def _ordered(rows: list[Resource], query: Mapping[str, str]) -> list[Resource]:
    for part in reversed(query.get("$orderby", "").split(",")):
        name, _, direction = part.strip().partition(" ")
        if name:
            backwards = direction.strip().casefold() == "desc"
            rows = sorted(rows, key=_text_at(name), reverse=backwards)
    return rows


def _text_at(name: str) -> Callable[[Resource], str]:
    return lambda row: str(value_at(row, name) or "").casefold()


def _selected(row: Resource, query: Mapping[str, str], shape: Shape) -> dict[str, Any]:
    names = [name.strip() for name in query.get("$select", "").split(",") if name.strip()]
    wanted = names or shape.default
    kept = {name: row.get(name) for name in wanted} if wanted else dict(row)
    annotations = {name: value for name, value in row.items() if name.startswith("@odata.")}
    return annotations | kept


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
    origin = call.services.base_url.removesuffix("/graph/v1.0")
    query = urlencode([*options, ("$skiptoken", str(start))], quote_via=quote, safe="$")
    return f"{origin}{quote(call.request.path)}?{query}"

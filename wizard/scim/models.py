"""The SCIM ListResponse (RFC 7644 section 3.4.2), read leniently and with its oddities named."""

from dataclasses import dataclass, field
from typing import Any

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

_MEDIA_TYPES = frozenset({"application/scim+json", "application/json"})


@dataclass(frozen=True)
class ListResponse:
    """One page of a list, and what was odd about how it was written."""

    total_results: int
    items_per_page: int | None
    start_index: int | None
    resources: tuple[Any, ...] = field(repr=False)
    """As they came; whoever shows one makes its texts harmless."""
    oddities: tuple[str, ...] = ()
    """Sentences; each names a departure from RFC 7644 that we tolerated."""


def read_list_response(
    document: Any, content_type: str = "application/scim+json"
) -> ListResponse | None:
    """Return the list in a JSON document, or None when it is not a ListResponse at all.

    Args:
        document: Parsed JSON.
        content_type: The media type it was labelled with.
    """
    if not isinstance(document, dict):
        return None
    oddities: list[str] = []
    values = {str(key).lower(): value for key, value in document.items()}
    resources = values.get("resources")
    listed = resources if isinstance(resources, list) else None
    total = _number("totalResults", document, values, oddities)
    if total is None and listed is None:
        return None
    if total is None:
        oddities.append("totalResults is missing; the users in the answer were counted.")
        total = len(listed or ())
    oddities += _oddities(document, values, total, listed, content_type)
    return ListResponse(
        total_results=total,
        items_per_page=_number("itemsPerPage", document, values, oddities),
        start_index=_number("startIndex", document, values, oddities),
        resources=tuple(listed or ()),
        oddities=tuple(oddities),
    )


def _number(
    name: str, document: dict[str, Any], values: dict[str, Any], oddities: list[str]
) -> int | None:
    value = values.get(name.lower())
    if value is None:
        return None
    if name not in document:
        oddities.append(f"{name} is spelled with other capitals.")
    if isinstance(value, str) and value.isascii() and value.isdigit():
        oddities.append(f"{name} is text instead of a number.")
        return int(value[:12])
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    oddities.append(f"{name} is not a number.")
    return None


def _oddities(
    document: dict[str, Any],
    values: dict[str, Any],
    total: int,
    listed: list[Any] | None,
    content_type: str,
) -> list[str]:
    found: list[str] = []
    if content_type not in _MEDIA_TYPES:
        found.append("The answer is not labelled as JSON.")
    schemas = values.get("schemas")
    if not isinstance(schemas, list) or LIST_RESPONSE not in schemas:
        found.append("schemas does not name the SCIM 2.0 ListResponse.")
    if "resources" in values and "Resources" not in document:
        found.append("Resources is spelled with other capitals.")
    if values.get("resources") is not None and listed is None:
        found.append("Resources is not a list.")
    if listed is None and total:
        found.append("Resources is missing although there are results.")
    if listed and len(listed) > total:
        found.append("There are more users in the answer than totalResults says.")
    return found

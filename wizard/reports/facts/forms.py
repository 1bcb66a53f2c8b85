"""The form of an answer: its names, kinds and lengths, and nothing that somebody wrote there.

What comes out is made of this program's own words, of names that documentation gives, and of
numbers that count the answer itself. A name that is not known is counted, because a directory may
have names of its own, with its domain in them.
"""

import json
import re
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import JsonValue

from wizard.assets import asset
from wizard.graph.catalogue import REFUSALS
from wizard.net.transport import HttpAnswer
from wizard.scim.models import LIST_RESPONSE

_DEEPEST = 8
MOST_KINDS = 3
"""Entries of a list that are told; further ones differ from each of them, and are counted."""

MEDIA_TYPES = frozenset(
    {"application/json", "application/scim+json", "text/html", "text/plain", "text/xml", ""}
)

_SAID = frozenset({"code", "error", "errorcode", "schemas", "scimtype", "status"})
"""Names whose values are words of a standard, or of the service."""

_COUNTED = frozenset({"itemsperpage", "startindex", "status"})
"""Names whose numbers are about the answer, and not about the directory."""

_OTHERS = """
access_token active attributeName authValue client_id client_name created data
description Description detail details displayName email emails enterprise error
error_description errorCode errorMessage errors Errors expires_in externalId familyName
field first formatted givenName groups id innerError innererror itemsPerPage lastModified
lastName location machine_type message meta
middleName name nickName oauth2scope operation operations orgId organizationID organizationId path
phoneNumbers photos preferredLanguage primary reason refresh_token refresh_token_expires_in
request-id client-request-id Resources resources resourceType roles schemas scimType scope scopes
startIndex status target timezone title token_type totalResults trackingId trackingID type userName
userType value version code date
@odata.context @odata.count @odata.nextLink @odata.deltaLink @odata.type
"""
"""Names of SCIM (RFC 7643, RFC 7644), OAuth (RFC 6749), OData, and of both services' errors."""

_WORDS_OF_STANDARDS = """
invalidFilter tooMany uniqueness mutability invalidSyntax invalidPath noTarget invalidValue
invalidVers sensitive urn:ietf:params:scim:api:messages:2.0:Error urn:scim:schemas:core:1.0
urn:ietf:params:scim:schemas:core:2.0:User urn:ietf:params:scim:schemas:core:2.0:Group
urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
urn:scim:schemas:extension:cisco:webexidentity:2.0:User
"""

_KINDS = (
    ("digits", re.compile(r"[0-9]{1,40}")),
    ("time", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{4,20}(Z|[+-][0-9:]{4,6})?)?")),
    ("address", re.compile(r"https?://\S{1,2000}")),
)


@cache
def known_names() -> frozenset[str]:
    """Return every name that may be told."""
    described = json.loads(asset("practice/graph.json"))
    paths = (path for properties in described.values() for path in properties)
    return frozenset(_OTHERS.split()).union(*(path.split("/") for path in paths))


@cache
def known_words() -> frozenset[str]:
    """Return every value that may be told: codes of the services, and words of standards."""
    codes = (code for row in REFUSALS for code in row.theirs.split() if "*" not in code)
    return frozenset({*codes, *_WORDS_OF_STANDARDS.split(), LIST_RESPONSE})


def form_of(value: Any, name: str = "", depth: int = _DEEPEST) -> JsonValue:
    """Return the form of JSON.

    Args:
        value: Any JSON.
        name: The name it has in the object it is in.
        depth: Levels that are told.
    """
    if isinstance(value, dict | list) and depth == 0:
        return "deeper"
    if isinstance(value, dict):
        return _of_object(value, depth)
    if isinstance(value, list):
        return _of_list(value, name, depth)
    return _of_text(value, name) if isinstance(value, str) else _of_scalar(value, name)


def media_type(answer: HttpAnswer) -> str:
    """Return the media type of an answer, if it is one of the usual ones."""
    return answer.content_type if answer.content_type in MEDIA_TYPES else "another"


def _of_object(value: dict[Any, Any], depth: int) -> JsonValue:
    told: dict[str, JsonValue] = {
        name: form_of(value[name], name, depth - 1)
        for name in value
        if isinstance(name, str) and name in known_names()
    }
    if others := len(value) - len(told):
        told["other names"] = others
    return told


def _of_list(value: list[Any], name: str, depth: int) -> JsonValue:
    kinds: list[JsonValue] = []
    for entry in value:
        form = form_of(entry, name, depth - 1)
        if form not in kinds:
            kinds.append(form)
        if len(kinds) == MOST_KINDS:
            break
    return {"entries": len(value), "such as": kinds}


def _of_scalar(value: object, name: str) -> JsonValue:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true or false"
    counts = name.lower() in _COUNTED and isinstance(value, int) and 0 <= value < 1_000_000
    return value if counts and isinstance(value, int) else "number"


def _of_text(value: str, name: str) -> JsonValue:
    if not value:
        return "empty text"
    if name.lower() in _SAID and (value in known_words() or re.fullmatch(r"[1-5][0-9]{2}", value)):
        return value
    try:
        return "id" if str(UUID(value)) == value.lower() else "text"
    except ValueError:
        return next((kind for kind, form in _KINDS if form.fullmatch(value)), "text")

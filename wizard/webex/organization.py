"""The Webex organization ID, understood in every form in which people paste it."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import SplitResult, unquote, urlsplit

from wizard.errors import InvalidInput
from wizard.net.endpoints import bundled
from wizard.webex.tenant_url import about_the_cluster, about_the_host
from wizard.words.text import plain_line

MISPLACED = "organization-is-token"
"""The code of a text that must leave the field it was put into."""

_LONGEST = 4000
_HEX = "[0-9a-f]"
_UUID = re.compile(
    rf"(?<![0-9a-z]){_HEX}{{8}}(-?){_HEX}{{4}}\1{_HEX}{{4}}\1{_HEX}{{4}}\1{_HEX}{{12}}(?![0-9a-z])"
)
_NEARLY = re.compile(r"(?<![0-9a-z])[0-9a-z]{7,9}(?:-[0-9a-z]{3,5}){3}-[0-9a-z]{11,13}(?![0-9a-z])")
_PRINTED_EXAMPLE = "a35bfbc6ccbd4a17a48872gf46c5420c"
_TOKEN = re.compile(
    r"(?i)[a-z0-9+/=_-]{40,}_[a-z0-9]{4}_[0-9a-f]{8}-|\beyJ[\w-]{8,}\.[\w-]{8,}"
    r"|access_token|\bbearer\s"
)
_OPAQUE = re.compile(r"[A-Za-z0-9._~+/=-]{60,}")
"""Longer than any ID, and without a blank: other servers' tokens, or a line of a wrapped one."""
_LONG_ID = "Y2lzY29zcGFyazov"
"""How a long ID of Webex begins: `ciscospark:/` in base64."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")
_EMAIL = re.compile(r"[^\s@/]+@[^\s@/]+")
_DOMAIN = re.compile(r"(?i)(?:https?://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+/?")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_ID_KEYS = frozenset({"orgid", "org_id", "org", "organizationid", "organisationid", "tenantid"})
_OTHER_THINGS = {
    "people": "a person",
    "users": "a user",
    "user": "a user",
    "groups": "a group",
    "devices": "a device",
    "places": "a workspace",
    "workspaces": "a workspace",
    "locations": "a location",
}
_KINDS = {
    "PEOPLE": "a person",
    "ROLE": "a role",
    "APPLICATION": "an app",
    "ROOM": "a space",
    "TEAM": "a team",
    "LICENSE": "a licence",
    "LOCATION": "a location",
    "DEVICE": "a device",
    "PLACE": "a workspace",
    "GROUP": "a group",
}
_WHERE = (
    "In Control Hub, open Management > Account and copy the Organization ID: "
    "36 characters such as 0a1b2c3d-0000-4000-8000-000000000000."
)


@dataclass(frozen=True)
class Understood:
    """An organization ID and how we came to it."""

    organization_id: str
    """The UUID in lower case, as it stands in a tenant URL."""
    explanation: str
    """What was pasted, such as `the base64 ID of the REST API`."""
    corrections: tuple[str, ...] = ()
    """Sentences about what was set right on the way."""


def understand(text: str, scim_base: str | None = None) -> Understood:
    """Return the organization ID in whatever the administrator pasted.

    Source: reference/webex.md 3.

    Args:
        text: What was pasted.
        scim_base: What stands before the ID in the tenant URL that Entra is given; None for the
            bundled one.

    Raises:
        InvalidInput: There is no organization ID in it, or more than one, or it is of another
            cloud of Webex than the tenant URL (`organization-other-host`).
    """
    base = bundled().webex.scim_base if scim_base is None else scim_base
    cleaned = _INVISIBLE.sub("", text[: _LONGEST + 1]).translate(_DASHES)
    cleaned = cleaned.strip().strip("\"'`<>“”‘’«»„").strip()  # noqa: RUF001 (quotes of word processors)
    _refuse_what_is_no_id(cleaned)
    address = _as_address(cleaned)
    if address is not None:
        return _from_address(address, base.rstrip("/"))
    compact = "".join(cleaned.split())
    if found := _uuids(cleaned) or _uuids(compact):
        return Understood(_the_only_one(found), "an organization ID")
    if _BASE64.fullmatch(compact):
        cluster = _decoded(compact).decode("utf-8", "replace").rpartition("/")[0]
        found_id, told = _from_base64(compact), about_the_cluster(cluster, base)
        return Understood(found_id, "the base64 ID of the REST API", told)
    raise _nothing_in(cleaned)


def _refuse_what_is_no_id(text: str) -> None:
    if not text:
        raise _refused("empty", "Nothing was entered.")
    if len(text) > _LONGEST:
        raise _refused("unknown", "This is far too long for an organization ID.")
    if _TOKEN.search(unquote(text)) or _TOKEN.search(unquote("".join(text.split()))):
        raise _is_token()
    if _PRINTED_EXAMPLE in text.lower().replace("-", ""):
        raise _refused(
            "example",
            "This is the example printed in Cisco's help. It holds the letter g by mistake, so "
            "it is nobody's organization ID.",
        )
    if _EMAIL.fullmatch(text):
        raise _refused("is-email", "This is an e-mail address, not an organization ID.")
    if _DOMAIN.fullmatch(text) and not _uuids(text.lower()):
        raise _refused("is-domain", "This is the name of a domain or host. The ID is missing.")


def _as_address(text: str) -> SplitResult | None:
    first = text.split("/", maxsplit=1)[0]
    if "://" in text:
        url = text
    elif "/" in text and "." in first and " " not in first:
        url = f"https://{text}"
    else:
        return None
    try:
        parts = urlsplit("".join(url.split()))
        return parts if parts.hostname else None
    except ValueError as error:
        raise _refused("unknown", "This looks like an address, but it is not a valid one.") from (
            error
        )


def _from_address(address: SplitResult, base: str) -> Understood:
    path = [unquote(part) for part in address.path.split("/") if part]
    corrections = about_the_host(address, base)
    lower = [part.lower() for part in path]
    if "scim" in lower:
        after = path[lower.index("scim") + 1 :]
        organization_id = _id_in_tenant_url(after)
        if len(after) > 1 or address.query:
            corrections += (
                "What follows the ID was left away; Entra adds /Users and the rest itself.",
            )
        return Understood(organization_id, "a Tenant URL", corrections)
    is_hub = (address.hostname or "").startswith("admin")
    kind = "a Control Hub address" if is_hub else "an address with an ID in it"
    return Understood(_id_in_page(address, path), kind, corrections)


def _id_in_tenant_url(after: list[str]) -> str:
    """Return the ID right after `/scim/`; a later one would be a user's."""
    first = after[0] if after else ""
    if found := _uuids(first):
        return _the_only_one(found)
    if _BASE64.fullmatch(first):
        return _from_base64(first)
    if first.startswith(("[", "{", "<")):
        raise _refused("unknown", "The Tenant URL still holds the placeholder instead of an ID.")
    raise _nothing_in(first, "This Tenant URL holds no organization ID after /scim/.")


def _id_in_page(address: SplitResult, path: list[str]) -> str:
    rest = unquote(f"{address.query}&{address.fragment}")
    named = [
        organization_id
        for key, value in re.findall(r"([A-Za-z_]+)=([^&]*)", rest)
        if key.lower() in _ID_KEYS
        for organization_id in _uuids(value)
    ]
    if named:
        return _the_only_one(named)
    pieces = [*path, *re.split(r"[/?&]", rest)]
    for before, piece in pairwise(pieces):
        if before.lower() in _OTHER_THINGS and _uuids(piece):
            raise _other_kind(_OTHER_THINGS[before.lower()])
    encoded = [_from_base64(piece) for piece in path if _looks_encoded(piece)]
    found = [*_uuids(" ".join(pieces)), *encoded]
    if not found:
        raise _refused("unknown", "There is no organization ID in this address.")
    return _the_only_one(found)


def _uuids(text: str) -> list[str]:
    return [_dashed(match.group()) for match in _UUID.finditer(text.lower())]


def _dashed(match: str) -> str:
    digits = match.replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _the_only_one(found: Iterable[str]) -> str:
    different = sorted(set(found))
    if len(different) > 1:
        raise _refused("ambiguous", f"There are {len(different)} different IDs in this text.")
    return different[0]


def _looks_encoded(piece: str) -> bool:
    return bool(_BASE64.fullmatch(piece)) and b"://" in _decoded(piece)


def _decoded(text: str) -> bytes:
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _from_base64(text: str) -> str:
    """Return the UUID in a REST id, `<scheme>://<cluster>/<KIND>/<uuid>` in base64."""
    parts = _decoded(text).decode("utf-8", "replace").split("/")
    if len(parts) < 3 or "://" not in "/".join(parts):
        raise _nothing_in(text)
    kind, found = parts[-2].upper(), _uuids(parts[-1])
    if kind != "ORGANIZATION":
        raise _other_kind(_KINDS.get(kind, f"something else ({plain_line(kind, 20)})"))
    if not found:
        raise _nothing_in(text)
    return _the_only_one(found)


def _is_token() -> InvalidInput:
    return InvalidInput(
        "This looks like an access token, not like an organization ID. It was not kept.",
        f"{_WHERE} Clear the clipboard if the token is still in it.",
        code=MISPLACED,
    )


def _nothing_in(text: str, message: str = "") -> InvalidInput:
    compact = "".join(text.split())
    if compact.startswith(_LONG_ID):  # while it is typed, or come without its end
        return _refused(
            "unknown",
            "There is no organization ID in this long ID of Webex, or not the whole of one.",
        )
    if _OPAQUE.fullmatch(compact):
        return _is_token()
    nearly = _NEARLY.search(text.lower())
    if nearly and (wrong := sorted(set(nearly.group()) - set("0123456789abcdef-"))):
        return _refused(
            "unknown",
            f"This is shaped like an organization ID, but holds {', '.join(wrong)}. "
            "Only the digits 0-9 and the letters a-f can be in it.",
        )
    if nearly:
        return _refused(
            "unknown", "This is shaped like an organization ID, but has too few or too many digits."
        )
    return _refused("unknown", message or "There is no organization ID in this text.")


def _other_kind(what: str) -> InvalidInput:
    return _refused("other-kind", f"This is the ID of {what}, not of an organization.")


def _refused(code: str, message: str) -> InvalidInput:
    return InvalidInput(message, _WHERE, code=f"organization-{code}")

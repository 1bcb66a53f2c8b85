"""The table of hosts: the bundled one, and what `--endpoints FILE` overrides in it."""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wizard.assets import asset
from wizard.errors import EndpointsError
from wizard.machine.files import read_file
from wizard.words.links import is_safe_url
from wizard.words.text import plain_line

_MAX_BYTES = 1_000_000
"""Largest endpoints file that is read."""

_COMPANIONS = {
    "authorization_endpoint": ("login_wrapper", "token_endpoint_me"),
    "api_base": ("identity_base",),
    "authority": ("graph_base", "portal"),
}
"""Keys that belong to the same host as the first and move with it."""

_WEBEX = ("webex.com", "webexapis.com", "ciscospark.com", "wbx2.com")
_BASES = ("authorization_endpoint", "api_base", "scim_base")
_TOKEN_PLACES = ("token_endpoint_me", "api_base", "identity_base")
"""Places that are shown the token: none of Webex's may see one of another server."""

_NOT_URLS = frozenset({"client_id", "scope", "validate_authority"})


@dataclass(frozen=True)
class WebexEndpoints:
    """Where Webex is; an empty string means that this part is switched off."""

    authorization_endpoint: str
    login_wrapper: str
    """What stands before the percent-encoded authorization URL; may be empty."""
    token_endpoint_me: str
    """Lists and revokes the tokens of the signed-in account (reference/webex.md 2.3, 2.4)."""
    api_base: str
    """REST API with `people/me`."""
    identity_base: str
    """Common Identity, whose `Users/me` names roles in plain words."""
    scim_base: str
    """What stands before the organization id in the tenant URL."""
    control_hub: str
    client_id: str
    scope: str
    """Scopes asked for, separated by blanks (RFC 6749 section 3.3)."""


@dataclass(frozen=True)
class EntraEndpoints:
    """Where Microsoft Entra is; an empty string means that this part is switched off."""

    authority: str
    """What stands before the tenant in the address of the sign-in."""
    graph_base: str
    portal: str
    client_id: str
    """The public client that signs in when the administrator names none of their own."""
    validate_authority: bool
    """Whether Microsoft is asked if it knows the authority."""

    @property
    def is_us_government(self) -> bool:
        """Whether it is one of Microsoft's clouds for the US Government."""
        return (urlsplit(self.graph_base).hostname or "").endswith(".microsoft.us")


@dataclass(frozen=True)
class Cloud:
    """One of Microsoft's clouds (reference/graph-entra.md 7)."""

    name: str
    title: str
    authority: str
    graph_base: str
    portal: str

    def hosts(self) -> dict[str, Any]:
        """Return the keys of `EntraEndpoints` that this cloud decides."""
        names = ("authority", "graph_base", "portal")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Endpoints:
    """Every host this program may talk to or link to."""

    webex: WebexEndpoints
    entra: EntraEndpoints

    def tenant_url(self, organization_id: str) -> str:
        """Return the Tenant URL that Entra wants; empty when `scim_base` is switched off."""
        base = self.webex.scim_base.rstrip("/")
        return f"{base}/{organization_id}" if base else ""

    def scim2_url(self, organization_id: str) -> str:
        """Return the SCIM 2.0 service of an organization, which is beside the REST API.

        Empty when `api_base` is switched off. Source: reference/webex.md 4.1.
        """
        base = urlsplit(self.webex.api_base)
        server = f"{base.scheme}://{base.netloc}"
        return f"{server}/identity/scim/{organization_id}/v2" if base.netloc else ""

    def in_cloud(self, cloud: Cloud) -> "Endpoints":
        """Return the same table with Microsoft's hosts of another cloud."""
        return replace(self, entra=replace(self.entra, **cloud.hosts()))


@cache
def bundled() -> Endpoints:
    """Return the table that ships with the program."""
    tables = tomllib.loads(asset("endpoints.toml"))
    entra = tables["entra"]
    hosts = clouds()[entra.pop("cloud")].hosts()
    return Endpoints(WebexEndpoints(**tables["webex"]), EntraEndpoints(**hosts, **entra))


@cache
def clouds() -> dict[str, Cloud]:
    """Return Microsoft's clouds by name, the worldwide one first."""
    tables = tomllib.loads(asset("endpoints.toml"))["clouds"]
    return {name: Cloud(name, **table) for name, table in tables.items()}


def load_endpoints(file: Path | None) -> Endpoints:
    """Return the bundled table with the overrides of a TOML file, if one is given.

    Raises:
        EndpointsError: The file cannot be read, or a key or value in it is not usable.
    """
    if file is None:
        return bundled()
    try:
        overrides = tomllib.loads(read_file(file, _MAX_BYTES).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise _unusable(file, f"cannot be read: {plain_line(reason)}.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unusable(file, f"is not TOML: {plain_line(error).rstrip('.')}.") from error
    return override(bundled(), overrides, file)


def override(
    table: Endpoints, overrides: dict[str, Any], file: Path = Path("endpoints")
) -> Endpoints:
    """Return a table in which the given `webex` and `entra` keys are replaced.

    Raises:
        EndpointsError: A key is unknown, or a value is neither https nor loopback http.
    """
    for section in overrides.keys() - {"webex", "entra"}:
        raise _unusable(file, f"has an unknown section [{plain_line(section, 40)}].")
    table, overrides = _in_named_cloud(file, table, overrides)
    return Endpoints(
        replace(table.webex, **_checked(file, "webex", WebexEndpoints, overrides)),
        replace(table.entra, **_checked(file, "entra", EntraEndpoints, overrides)),
    )


def _in_named_cloud(
    file: Path, table: Endpoints, overrides: dict[str, Any]
) -> tuple[Endpoints, dict[str, Any]]:
    """Apply `entra.cloud`; return the table and the overrides that are left."""
    entra = overrides.get("entra")
    if not isinstance(entra, dict) or "cloud" not in entra:
        return table, overrides
    cloud = clouds().get(str(entra["cloud"]))
    if cloud is None:
        known = ", ".join(clouds())
        raise _unusable(file, f"has an unknown entra.cloud; known are {known}.")
    left = {name: value for name, value in entra.items() if name != "cloud"}
    return table.in_cloud(cloud), overrides | {"entra": left}


def _checked(file: Path, section: str, kind: type, overrides: dict[str, Any]) -> dict[str, Any]:
    given = overrides.get(section, {})
    known = {field.name: field.type for field in fields(kind)}
    if not isinstance(given, dict):
        raise _unusable(file, f"must hold [{section}] as a table.")
    for key, value in given.items():
        if key not in known:
            raise _unusable(file, f"has an unknown key {section}.{plain_line(key, 40)}.")
        if not isinstance(value, bool if key == "validate_authority" else str):
            raise _unusable(file, f"has a value of the wrong type for {section}.{key}.")
        if key not in _NOT_URLS and value and not is_safe_url(str(value)):
            raise _unusable(file, f"has {section}.{key} that is neither https nor loopback http.")
    away = {name for key, names in _COMPANIONS.items() if key in given for name in names}
    moved = [given[key] for key in _BASES if given.get(key)]
    if not all(map(is_webex, moved)):
        away.update(_TOKEN_PLACES)
    return {name: "" for name in away if name in known} | given


def is_webex(url: str) -> bool:
    """Tell whether a URL is of one of Webex's own domains."""
    host = urlsplit(url).hostname or ""
    return any(host == domain or host.endswith(f".{domain}") for domain in _WEBEX)


def _unusable(file: Path, what: str) -> EndpointsError:
    return EndpointsError(
        f"The endpoints file {plain_line(file.name)} {what}",
        "Correct the file, or leave --endpoints away to use Webex's own hosts.",
    )

"""One call of Graph: who asks, for what, and how it is refused."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from wizard.errors import AnswerError
from wizard.practice.entra.accounts import APPLICATION_ADMINISTRATORS
from wizard.practice.entra.clock import PracticeClock
from wizard.practice.entra.directory import Directory, Resource, ServicePrincipal, World
from wizard.practice.entra.spelling import alternate
from wizard.practice.entra.synchronization import Job
from wizard.practice.entra.tokens import Caller
from wizard.practice.entra.webex import Webex
from wizard.practice.faults import Faults
from wizard.practice.fronts import GRAPH
from wizard.practice.messages import Answer, Request

_VERSION = "/v1.0"

GRAPH_PATH = f"{GRAPH}{_VERSION}"
"""Where Graph begins on the practice server."""


class Refused(AnswerError):
    """Graph says no.

    Args:
        status: The HTTP status.
        code: Graph's own code.
        message: Graph's own message; of the service behind Graph it is JSON.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message, code=code, status=status)
        self.http_status = status


def not_found(what: str) -> Refused:
    """Return the refusal of what is not there."""
    return Refused(
        404,
        "Request_ResourceNotFound",
        f"Resource '{what}' does not exist or one of its queried reference-property objects are "
        "not present.",
    )


def bad_request(message: str, code: str = "Request_BadRequest") -> Refused:
    """Return the refusal of a request that is not in order."""
    return Refused(400, code, message)


def not_imitated(what: str) -> Refused:
    """Return the refusal of what Graph has and the practice tenants do not."""
    return Refused(501, "NotImplemented", f"The practice tenants do not imitate {what}.")


def of_syncfabric(status: int, code: str, message: str) -> Refused:
    """Return a refusal of the service behind Graph, whose error is JSON inside the message."""
    inside = {"errorCode": code, "message": message, "instanceAnnotations": []}
    return Refused(status, "UnknownError", json.dumps(inside))


@dataclass(frozen=True)
class Permission:
    """What a call needs: one of the scopes, and one of the directory roles."""

    scopes: frozenset[str]
    roles: frozenset[str] = frozenset()
    """Empty means that any account may."""
    behind_graph: bool = False
    """Whether the service behind Graph decides, which says no in its own way."""


def permission(*scopes: str, roles: frozenset[str] = frozenset()) -> Permission:
    """Return a permission that Graph itself decides on."""
    return Permission(frozenset(scopes), roles)


ANYBODY = permission()
READ_APPLICATIONS = permission(
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
WRITE_APPLICATIONS = permission("Application.ReadWrite.All", roles=APPLICATION_ADMINISTRATORS)
READ_SYNCHRONIZATION = Permission(
    frozenset({"Synchronization.Read.All", "Synchronization.ReadWrite.All"}),
    APPLICATION_ADMINISTRATORS,
    behind_graph=True,
)
WRITE_SYNCHRONIZATION = Permission(
    frozenset({"Synchronization.ReadWrite.All"}), APPLICATION_ADMINISTRATORS, behind_graph=True
)


@dataclass(frozen=True)
class Services:
    """What the resources of Graph share."""

    base_url: str
    """Graph's own address, version included."""
    world: World
    faults: Faults
    webex: Webex
    """The other half of the practice tenants, as the provisioning service reaches it."""

    @property
    def clock(self) -> PracticeClock:
        """The practice clock."""
        return self.world.clock


@dataclass(frozen=True)
class Call:
    """One call that is in order so far."""

    request: Request
    caller: Caller
    services: Services
    directory: Directory
    parameters: Mapping[str, str]
    """What stands in the variable parts of the path."""
    cast: str = ""
    """The only type of directory objects that is wanted; empty means all."""
    counts: bool = False
    """Whether the number of the objects is wanted instead of them."""

    @property
    def query(self) -> dict[str, str]:
        """The query options; the system's own in lower case."""
        pairs = parse_qsl(self.request.query_string, keep_blank_values=True)
        return {name.lower() if name[:1] == "$" else name: value for name, value in pairs}

    @property
    def eventual(self) -> bool:
        """Whether the caller is content with an index that lags behind."""
        return self.request.headers.get("consistencylevel", "").casefold() == "eventual"

    @property
    def context(self) -> str:
        """What stands before the fragment of a context."""
        return f"{self.base_url}/$metadata"

    def body(self) -> dict[str, Any]:
        """Return the JSON object that was sent.

        Raises:
            Refused: There is none.
        """
        try:
            content = json.loads(self.request.body)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise bad_request("Unable to read JSON request payload.", "BadRequest")
        return content

    @property
    def base_url(self) -> str:
        """Graph's address as the caller knows it, version included."""
        front = self.request.front
        return f"{front}{_VERSION}" if front else self.services.base_url

    def service_principal(self) -> ServicePrincipal:
        """Return the service principal that the path names.

        Raises:
            Refused: There is none.
        """
        key = self.parameters["service_principal"]
        name, value = alternate(key)
        principals, wanted = self.directory.service_principals, value.casefold()
        if name == "appId":
            found = next((p for p in principals.values() if p.resource["appId"] == wanted), None)
        else:
            found = None if name else principals.get(wanted)
        if found is None:
            raise not_found(key)
        return found

    def user(self) -> Resource:
        """Return the user that the path names.

        Raises:
            Refused: There is none.
        """
        key = self.parameters["user"]
        name, value = alternate(key)
        found = self.directory.user(value) if name in {"", "userPrincipalName"} else None
        if found is None:
            raise not_found(key)
        return found

    def group(self) -> Resource:
        """Return the group that the path names.

        Raises:
            Refused: There is none.
        """
        key = self.parameters["group"]
        found = self.directory.groups.get(key.casefold())
        if found is None:
            raise not_found(key)
        return found

    def job(self) -> Job:
        """Return the job that the path names.

        Raises:
            Refused: There is none.
        """
        key = self.parameters["job"]
        found = self.service_principal().jobs.get(key)
        if found is None:
            raise of_syncfabric(404, "JobNotFound", f"The job {key[:80]} does not exist.")
        return found


GraphHandler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """One operation of Graph."""

    method: str
    template: str
    """The path below the version; `{name}` stands for one part."""
    place: str
    """Where its faults are."""
    needs: Permission
    handler: GraphHandler

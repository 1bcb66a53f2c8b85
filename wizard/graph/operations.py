"""Every operation of Graph that this program can ask for; the only place that knows their paths.

Each is in `msgraph-v1-slice.yaml`, which the tests judge all requests by.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote

from wizard.errors import InvalidInput
from wizard.words.text import plain_line

_PRINCIPAL = "/servicePrincipals/{service_principal}"
_SYNC = _PRINCIPAL + "/synchronization"
_JOB = _SYNC + "/jobs/{job}"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_OPAQUE = re.compile(r"(?!\.+\Z)[^/\\?#%\x00-\x20\x7f-\U0010ffff]{1,255}")

_OPAQUE_IDS = frozenset({"assignment", "job", "sync_template"})
"""Ids whose form Graph does not promise; a job's is `template.tenant.guid`."""


class Effect(Enum):
    """What sending an operation does."""

    READS = "reads"
    """A GET."""
    ASKS = "asks"
    """A POST that changes nothing in the tenant.

    parseExpression evaluates, and validateCredentials makes Entra call Webex with a search. A
    read-only run refuses them all the same: its promise is that only GET, HEAD and OPTIONS leave
    this machine, without exceptions that somebody would have to trust, and it needs neither,
    because the mapping engine and the connection ladder answer both questions here.
    """
    WRITES = "writes"
    """Whatever changes something, in the tenant or in Webex."""


_SAFE_TWICE = frozenset({"GET", "PUT", "DELETE"})


class Operation(Enum):
    """One operation: method, path, what it does, and whether a POST may be sent twice."""

    GET_ORGANIZATION = "GET", "/organization"
    LIST_MY_ROLES = "GET", "/me/transitiveMemberOf/microsoft.graph.directoryRole"

    LIST_APPLICATION_TEMPLATES = "GET", "/applicationTemplates"
    INSTANTIATE = "POST", "/applicationTemplates/{template}/instantiate", Effect.WRITES
    LIST_APPLICATIONS = "GET", "/applications"
    DELETE_APPLICATION = "DELETE", "/applications/{application}", Effect.WRITES

    LIST_SERVICE_PRINCIPALS = "GET", "/servicePrincipals"
    GET_SERVICE_PRINCIPAL = "GET", _PRINCIPAL
    UPDATE_SERVICE_PRINCIPAL = "PATCH", _PRINCIPAL, Effect.WRITES, True

    LIST_ASSIGNMENTS = "GET", _PRINCIPAL + "/appRoleAssignedTo"
    ASSIGN = "POST", _PRINCIPAL + "/appRoleAssignedTo", Effect.WRITES, True
    UNASSIGN = "DELETE", _PRINCIPAL + "/appRoleAssignedTo/{assignment}", Effect.WRITES

    LIST_USERS = "GET", "/users"
    GET_USER = "GET", "/users/{user}"
    LIST_DELETED_USERS = "GET", "/directory/deletedItems/microsoft.graph.user"
    LIST_GROUPS = "GET", "/groups"
    GET_GROUP = "GET", "/groups/{group}"
    LIST_MEMBERS = "GET", "/groups/{group}/members"
    COUNT_MEMBERS = "GET", "/groups/{group}/members/$count"
    COUNT_TRANSITIVE_MEMBERS = "GET", "/groups/{group}/transitiveMembers/$count"

    LIST_SYNC_TEMPLATES = "GET", _SYNC + "/templates"
    GET_TEMPLATE_SCHEMA = "GET", _SYNC + "/templates/{sync_template}/schema"
    GET_SECRETS = "GET", _SYNC + "/secrets"
    PUT_SECRETS = "PUT", _SYNC + "/secrets", Effect.WRITES

    LIST_JOBS = "GET", _SYNC + "/jobs"
    CREATE_JOB = "POST", _SYNC + "/jobs", Effect.WRITES
    GET_JOB = "GET", _JOB
    DELETE_JOB = "DELETE", _JOB, Effect.WRITES
    START_JOB = "POST", _JOB + "/start", Effect.WRITES, True
    PAUSE_JOB = "POST", _JOB + "/pause", Effect.WRITES, True
    RESTART_JOB = "POST", _JOB + "/restart", Effect.WRITES
    VALIDATE_CREDENTIALS = "POST", _JOB + "/validateCredentials", Effect.ASKS, True
    PROVISION_ON_DEMAND = "POST", _JOB + "/provisionOnDemand", Effect.WRITES

    GET_SCHEMA = "GET", _JOB + "/schema"
    PUT_SCHEMA = "PUT", _JOB + "/schema", Effect.WRITES
    LIST_FILTER_OPERATORS = "GET", _JOB + "/schema/filterOperators"
    PARSE_EXPRESSION = "POST", _JOB + "/schema/parseExpression", Effect.ASKS, True

    LIST_PROVISIONING_LOG = "GET", "/auditLogs/provisioning"

    def __init__(
        self, method: str, template: str, effect: Effect = Effect.READS, repeatable: bool = False
    ) -> None:
        self.method = method
        self.template = template
        """The path template under the base, such as `/users/{user}`."""
        self.effect = effect
        self.repeatable = repeatable or method in _SAFE_TWICE
        """Whether sending it twice does the same as sending it once."""

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.effect is Effect.WRITES

    @property
    def is_synchronization(self) -> bool:
        """Whether the provisioning service answers, to which Graph only forwards."""
        return self.template.startswith(_SYNC)

    def at(self, **ids: str) -> "GraphCall":
        """Return this operation on the objects with these ids, named as in the path template.

        Raises:
            InvalidInput: An id has a form that no id has (`graph-id`).
        """
        checked = {name: _checked(name, identifier) for name, identifier in ids.items()}
        path = _PLACEHOLDER.sub(lambda match: quote(checked[match[1]], safe=""), self.template)
        return GraphCall(self, path, frozenset(checked.values()))


@dataclass(frozen=True)
class GraphCall:
    """An operation on certain objects."""

    operation: Operation
    path: str
    ids: frozenset[str]


Query = Mapping[str, str]
"""Query parameters by name; values as they are meant, not yet encoded."""


def _checked(name: str, identifier: str) -> str:
    form = _OPAQUE if name in _OPAQUE_IDS else _GUID
    if not form.fullmatch(identifier):
        raise InvalidInput(
            f"“{plain_line(identifier, 60)}” is not the id of something in Microsoft Entra.",
            "Go back a step and choose the object again.",
            code="graph-id",
        )
    return identifier

"""The kinds of resources that Graph has here, their properties, and how their lists behave.

The properties are those of Microsoft's description (`assets/practice/graph.json`, which
`tests/graph_properties.py` writes): a name that is not among them is refused, as Graph does.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wizard.assets import asset

DIRECTORY_TYPES = ("user", "group", "directoryRole", "servicePrincipal", "application")
"""What a list of directory objects may hold, and a path may ask for alone."""

_EXTENSION = re.compile(r"extension_[0-9A-Fa-f]{32}_\w+")
"""What a directory may have been extended with; nobody here has a value in it."""

_BASIC_USER = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
"""What comes of a user when nobody says what is wanted."""


@dataclass(frozen=True)
class Shape:
    """One kind of resource, and how a list of it behaves."""

    kind: str
    """What stands behind `#` in the context."""
    type: str
    """Graph's name of it, without the namespace."""
    page: int = 100
    """Rows of a page where the caller does not say."""
    largest: int = 999
    default: tuple[str, ...] = ()
    """Properties that come where `$select` names none; empty means all."""
    indexed: bool = False
    """Whether it is in the directory, where searching, counting and more need the lagging index."""
    filterable: frozenset[str] | None = None
    """The only properties that a filter may name; None means any."""

    def property(self, name: str) -> str | None:
        """Return a property, or a path such as `servicePrincipal/id`, in Graph's own spelling."""
        known = _spellings(self.type).get(name.casefold())
        return name if known is None and _EXTENSION.fullmatch(name) else known

    def uses(self, name: str) -> frozenset[str]:
        """Return the operators that a filter may use on a property, and what else it is.

        That is `orderby` and `search`, and `list`, `boolean` or `time` where it is no text.
        """
        return frozenset(_properties(self.type).get(name, "").split())

    def empty(self, name: str) -> list[str] | None:
        """Return what a property that nobody filled holds."""
        return [] if "list" in self.uses(name) else None


@cache
def _described() -> dict[str, dict[str, str]]:
    described: dict[str, dict[str, str]] = json.loads(asset("practice/graph.json"))
    return described


@cache
def _properties(type_name: str) -> Mapping[str, str]:
    described = _described()
    if type_name != "directoryObject":
        return described[type_name]
    # A list of all sorts shows what any of them has.
    return {name: uses for each in DIRECTORY_TYPES for name, uses in described[each].items()}


@cache
def _spellings(type_name: str) -> dict[str, str]:
    return {name.casefold(): name for name in _properties(type_name)}


def _shape_of_all(kind: str, type_name: str) -> Shape:
    return Shape(kind, type_name, indexed=True)


USERS = Shape("users", "user", default=_BASIC_USER, indexed=True)
GROUPS = _shape_of_all("groups", "group")
APPLICATIONS = _shape_of_all("applications", "application")
PRINCIPALS = _shape_of_all("servicePrincipals", "servicePrincipal")
OBJECTS = _shape_of_all("directoryObjects", "directoryObject")
ROLES = Shape("directoryRoles", "directoryRole")
ORGANIZATIONS = Shape("organization", "organization")
DOMAINS = Shape("domains", "domain")
SKUS = Shape("subscribedSkus", "subscribedSku")
ASSIGNMENTS = Shape("appRoleAssignments", "appRoleAssignment")
GALLERY = Shape(
    "applicationTemplates",
    "applicationTemplate",
    filterable=frozenset({"displayName", "categories"}),
)
PROVISIONING_LOG = Shape("auditLogs/provisioning", "provisioningObjectSummary")
AUDIT_LOG = Shape("auditLogs/directoryAudits", "directoryAudit")

_SYNCHRONIZATION = "servicePrincipals/synchronization"
SYNCHRONIZATION = Shape(_SYNCHRONIZATION, "synchronization")
SECRETS = Shape(f"{_SYNCHRONIZATION}/secrets", "synchronizationSecretKeyStringValuePair")
TEMPLATES = Shape(f"{_SYNCHRONIZATION}/templates", "synchronizationTemplate")
TEMPLATE_SCHEMA = Shape(f"{_SYNCHRONIZATION}/templates/schema", "synchronizationSchema")
JOBS = Shape(f"{_SYNCHRONIZATION}/jobs", "synchronizationJob")
SCHEMA = Shape(f"{_SYNCHRONIZATION}/jobs/schema", "synchronizationSchema")
DIRECTORIES = Shape(f"{_SYNCHRONIZATION}/jobs/schema/directories", "directoryDefinition")
OPERATOR_SCHEMAS = Shape("filterOperatorSchema", "filterOperatorSchema")
FUNCTION_SCHEMAS = Shape("attributeMappingFunctionSchema", "attributeMappingFunctionSchema")

BY_TYPE = {shape.type: shape for shape in (USERS, GROUPS, APPLICATIONS, PRINCIPALS, ROLES)}
"""What a list of directory objects becomes when a path asks for one type alone."""

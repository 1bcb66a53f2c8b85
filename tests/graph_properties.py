"""The properties of Graph's resources, read out of Microsoft's description.

The practice tenants refuse names that are not among them. `python -m tests.graph_properties`
writes the file that they read.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.graph_contract import described_parts, resolved_schema

FILE = Path(__file__).parents[1] / "assets" / "practice" / "graph.json"

TYPES = (
    "application",
    "applicationTemplate",
    "appRoleAssignment",
    "attributeMappingFunctionSchema",
    "directoryAudit",
    "directoryDefinition",
    "directoryObject",
    "directoryRole",
    "domain",
    "filterOperatorSchema",
    "group",
    "organization",
    "provisioningObjectSummary",
    "servicePrincipal",
    "subscribedSku",
    "synchronization",
    "synchronizationJob",
    "synchronizationSchema",
    "synchronizationSecretKeyStringValuePair",
    "synchronizationTemplate",
    "user",
)
"""What the practice lists or shows."""

_DEPTH = {"directoryAudit": 3, "provisioningObjectSummary": 3}
"""How many names a path may have; of everything else, two."""

_SUPPORTED = re.compile(r"\$filter\s*\(([^)]*)\)")
_OPERATORS = ("eq", "ne", "not", "ge", "le", "in", "startswith", "endswith", "contains")


def properties() -> dict[str, dict[str, str]]:
    """Return the properties of each type by their paths, and what can be done with them."""
    return {name: dict(_of(f"microsoft.graph.{name}", _DEPTH.get(name, 2))) for name in TYPES}


def text_of(found: dict[str, dict[str, str]]) -> str:
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def _of(name: str, depth: int, before: str = "") -> Iterator[tuple[str, str]]:
    for part in described_parts(resolved_schema(name)):
        for own, described in part.get("properties", {}).items():
            path = f"{before}{own}"
            yield path, _uses(described)
            inner = _type_of(described)
            if inner and depth > 1:
                yield from _of(inner, depth - 1, f"{path}/")


def _type_of(described: dict[str, Any]) -> str:
    """Return the complex type of a property, or of each of its items."""
    described = described.get("items", described)
    named = [described, *described.get("anyOf", ())]
    return next((one["$ref"].rpartition("/")[2] for one in named if "$ref" in one), "")


def _uses(described: dict[str, Any]) -> str:
    description = described.get("description", "")
    said = " ".join(_SUPPORTED.findall(description)).casefold()
    found = [name for name in _OPERATORS if re.search(rf"\b{name}\b", said)]
    found += [name for name in ("orderby", "search") if f"${name}" in description.casefold()]
    kinds = {"array": "list", "boolean": "boolean"}
    time = "time" if described.get("format") == "date-time" else ""
    return " ".join((*found, kinds.get(described.get("type", ""), time))).strip()


if __name__ == "__main__":
    FILE.write_text(text_of(properties()), encoding="utf-8")

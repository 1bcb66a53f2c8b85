"""A synchronization schema taken out of whatever it came in.

Graph gives it alone, inside of a template or a job, and in lists of these; PowerShell writes its
names with capitals; people cut out the part that they work on (reference/graph-entra.md 2.7, 2.8).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from wizard.errors import MappingError
from wizard.mapping.refused import graph_error_in, graph_error_line
from wizard.words.text import plain_line

_EXPORT: Final = "Choose the file that Entra offers under Attribute mapping, Export schema."
_ASK_JOB: Final = "Ask Graph for it: .../synchronization/jobs/{id}/schema"
_AROUND: Final = ("schema", "value", "body", "responses", "templates", "jobs", "synchronization")
"""Properties that may hold a schema, or something that holds one."""

_NAMES: Final = {
    name.casefold(): name
    for name in (
        "attributeMappings",
        "categoryFilterGroups",
        "defaultValue",
        "exportMissingReferences",
        "factoryTag",
        "flowBehavior",
        "flowType",
        "flowTypes",
        "inputFilterGroups",
        "matchingPriority",
        "objectMappings",
        "operatorName",
        "sourceDirectoryName",
        "sourceObjectName",
        "sourceOperandName",
        "synchronizationRules",
        "targetAttributeName",
        "targetDirectoryName",
        "targetObjectName",
        "targetOperand",
        "templateId",
        "userPrincipalName",
    )
}
"""Names with a capital inside of them, by their lower case."""

_STRUCTURED: Final = frozenset(
    {
        "attributeMappings",
        "attributes",
        "clauses",
        "groups",
        "objectMappings",
        "objects",
        "parameters",
        "schema",
        "scope",
        "source",
        "synchronizationRules",
        "targetOperand",
    }
)
_TYPE_NAME: Final = re.compile(r"(?:Microsoft|System)\.[\w.]+(?:\[.*\])?|@\{.*\}", re.DOTALL)
"""What PowerShell writes in place of an object that lies too deep."""

_INSTEAD: Final = (
    ("userPrincipalName", "people", "Give people behind --people, and the mapping before it."),
    ("schedule", "a provisioning job without its schema", _ASK_JOB),
    ("status", "a provisioning job without its schema", _ASK_JOB),
    (
        "factoryTag",
        "a template without its schema",
        "Ask Graph for it: .../synchronization/templates/{id}/schema",
    ),
    ("appRoles", "an application", _EXPORT),
    ("clauses", "a scoping filter alone", "Give the object mapping around it."),
    ("groups", "a scoping filter alone", "Give the object mapping around it."),
    ("directories", "directories without rules", _EXPORT),
    ("discoverabilities", "a directory without rules", _EXPORT),
    ("provisioningAction", "entries of the provisioning log", _EXPORT),
    ("key", "settings or credentials", f"{_EXPORT} Keep no credentials in a file."),
)
"""What people bring instead, by a property that tells it, and what to do."""


@dataclass(frozen=True)
class _Held:
    schema: dict[str, Any]
    name: str = ""
    is_default: bool = False


def unwrapped(tree: Any) -> dict[str, Any]:
    """Return the schema that a JSON tree is, holds, or is a part of.

    Raises:
        MappingError: There is none (`mapping-not-a-schema`), there are several
            (`mapping-several`), or PowerShell has cut it (`mapping-cut-off-by-depth`).
    """
    if _is_spelled_otherwise(tree):
        tree = _in_camel_case(tree)
    _refuse_type_names(tree)
    held = list(_schemas(tree))
    if not held:
        _refuse(tree)
    if len(held) > 1:
        held = [each for each in held if each.is_default] or held
    if len(held) > 1:
        names = ", ".join(plain_line(each.name or "one without an id", 60) for each in held)
        raise MappingError(
            f"The document holds {len(held)} schemas: {names}.",
            "Keep the one of your application in it.",
            code="mapping-several",
        )
    return held[0].schema


def _schemas(tree: Any) -> Iterator[_Held]:
    if isinstance(tree, list):
        whole = _part(tree) if tree and all(isinstance(item, dict) for item in tree) else None
        if whole is not None:
            yield _Held(whole)
            return
        for item in tree:
            yield from _schemas(item)
    elif isinstance(tree, dict):
        name = str(tree.get("id") or tree.get("templateId") or "")
        if "synchronizationRules" in tree:
            yield _Held(tree, name)
        elif (whole := _part([tree])) is not None:
            yield _Held(whole, name)
        else:
            for key in _AROUND:
                for held in _schemas(tree.get(key)):
                    is_default = held.is_default or tree.get("default") is True
                    yield replace(held, name=name or held.name, is_default=is_default)


def _part(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the schema around rules, object mappings or attribute mappings that stand alone."""
    if all("targetAttributeName" in item for item in items):
        items = [{"attributeMappings": items}]
    if all("attributeMappings" in item for item in items):
        # Who cuts out a mapping cuts out that of users.
        items = [{"objectMappings": [{"sourceObjectName": "User"} | item for item in items]}]
    if all("objectMappings" in item for item in items):
        return {"synchronizationRules": items}
    return None


def _branches(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a tree."""
    waiting = [tree]
    while waiting:
        branch = waiting.pop()
        if isinstance(branch, dict):
            yield branch
            waiting += branch.values()
        elif isinstance(branch, list):
            waiting += branch


def _is_spelled_otherwise(tree: Any) -> bool:
    names = set[str]().union(*_branches(tree))
    return any(_NAMES.get(name.casefold(), name) != name for name in names)


def _in_camel_case(tree: Any) -> Any:
    if isinstance(tree, list):
        return [_in_camel_case(item) for item in tree]
    if not isinstance(tree, dict):
        return tree
    renamed = {_camel(key): _in_camel_case(value) for key, value in tree.items()}
    more = renamed.pop("additionalProperties", None)
    return renamed | more if isinstance(more, dict) else renamed


def _camel(key: str) -> str:
    known = _NAMES.get(key.casefold())
    return known or (key.lower() if key.isupper() else key[:1].lower() + key[1:])


def _refuse_type_names(tree: Any) -> None:
    for branch in _branches(tree):
        for key in _STRUCTURED & branch.keys():
            value = branch[key]
            texts = value if isinstance(value, list) else [value]
            if any(isinstance(text, str) and _TYPE_NAME.fullmatch(text) for text in texts):
                raise MappingError(
                    f"PowerShell has cut the document: in place of {key} stands the name of a "
                    "type only.",
                    "Write it again with ConvertTo-Json -Depth 20.",
                    code="mapping-cut-off-by-depth",
                )


def _refuse(tree: Any) -> NoReturn:
    said, hint = _what_it_is(tree)
    raise MappingError(
        f"The document is JSON, but not a mapping: it holds {said}, and no synchronizationRules.",
        hint,
        code="mapping-not-a-schema",
    )


def _what_it_is(tree: Any) -> tuple[str, str]:
    objects = [branch for branch in _outermost(tree) if branch]
    if not objects:
        is_list = isinstance(tree, list) or (isinstance(tree, dict) and tree)
        return (
            "an empty list" if is_list else "nothing" if tree == {} else "a single value",
            _EXPORT,
        )
    first = objects[0]
    if error := graph_error_in(first):
        return (
            f"an error that Graph answered ({graph_error_line(error)})",
            "Ask Graph again, and mend that.",
        )
    for key, said, hint in _INSTEAD:
        if key in first:
            return said, hint
    names = ", ".join(plain_line(key, 40) for key in list(first)[:8])
    return names, _EXPORT


def _outermost(tree: Any) -> Iterable[dict[str, Any]]:
    """Yield the objects of a tree that say what it is, inside of lists and answers."""
    if isinstance(tree, list):
        for item in tree:
            yield from _outermost(item)
    elif isinstance(tree, dict):
        inner = [tree[key] for key in ("value", "responses", "body") if _is_branch(tree.get(key))]
        for each in inner:
            yield from _outermost(each)
        if not inner:
            yield tree


def _is_branch(value: Any) -> bool:
    return isinstance(value, dict | list)

"""Scoping filters as the provisioning service applies them (reference/graph-entra.md 5)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from wizard.practice.entra.expressions import AttributeValue

_TESTS: dict[str, Callable[[str, list[str]], bool]] = {
    "EQUALS": lambda value, wanted: value in wanted,
    "NOT EQUALS": lambda value, wanted: value not in wanted,
    "IS TRUE": lambda value, _wanted: value.casefold() == "true",
    "IS FALSE": lambda value, _wanted: value.casefold() == "false",
    "IS NOT NULL": lambda _value, _wanted: True,
    "REGEX MATCH": lambda value, wanted: any(re.search(one, value) for one in wanted),
    "NOT REGEX MATCH": lambda value, wanted: not any(re.search(one, value) for one in wanted),
    "Includes": lambda value, wanted: any(one in value for one in wanted),
    "ENDS_WITH": lambda value, wanted: value.endswith(tuple(wanted)),
    "Greater_Than": lambda value, wanted: all(int(value) > int(one) for one in wanted),
    "Greater_Than_OR_EQUALS": lambda value, wanted: all(int(value) >= int(one) for one in wanted),
}

OPERATOR_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "EQUALS": ("Binary", ("Integer", "String")),
    "NOT EQUALS": ("Binary", ("Integer", "String")),
    "IS TRUE": ("Unary", ("Boolean",)),
    "IS FALSE": ("Unary", ("Boolean",)),
    "IS NULL": ("Unary", ("Binary", "Boolean", "DateTime", "Integer", "Reference", "String")),
    "IS NOT NULL": ("Unary", ("Binary", "Boolean", "DateTime", "Integer", "Reference", "String")),
    "REGEX MATCH": ("Binary", ("String",)),
    "NOT REGEX MATCH": ("Binary", ("String",)),
    "Greater_Than": ("Binary", ("Integer",)),
    "Greater_Than_OR_EQUALS": ("Binary", ("Integer",)),
    "Includes": ("Binary", ("String",)),
    "ENDS_WITH": ("Binary", ("String",)),
}
"""How many operands each operator has, and for which types of attributes it is."""


def evaluated(
    scope: Mapping[str, Any] | None, values: Mapping[str, AttributeValue]
) -> dict[str, bool]:
    """Return what each filter of a scope says of one object, by its clauses in words."""
    groups = (scope or {}).get("groups") or []
    return {_in_words(group): _group(group, values) for group in groups}


def in_scope(scope: Mapping[str, Any] | None, values: Mapping[str, AttributeValue]) -> bool:
    """Tell whether an object passes: all clauses of any one filter, or no filter at all."""
    results = evaluated(scope, values)
    return not results or any(results.values())


def _group(group: Mapping[str, Any], values: Mapping[str, AttributeValue]) -> bool:
    return all(_clause(clause, values) for clause in group.get("clauses") or ())


def _clause(clause: Mapping[str, Any], values: Mapping[str, AttributeValue]) -> bool:
    operator = str(clause.get("operatorName"))
    value = values.get(str(clause.get("sourceOperandName")))
    if operator == "IS NULL" or value is None:
        return operator == "IS NULL" and not value
    test = _TESTS.get(operator)
    if test is None or isinstance(value, list):
        return False
    try:
        return test(value, _operands(clause))
    except (ValueError, re.error):
        return False


def _operands(clause: Mapping[str, Any]) -> list[str]:
    return [str(value) for value in (clause.get("targetOperand") or {}).get("values") or ()]


def _in_words(group: Mapping[str, Any]) -> str:
    clauses = " AND ".join(
        f"{clause.get('sourceOperandName')} {clause.get('operatorName')} "
        f"'{','.join(_operands(clause))}'"
        for clause in group.get("clauses") or ()
    )
    return f"{group.get('name') or 'filter'}.{clauses}"

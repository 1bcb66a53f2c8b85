"""Expressions that Entra's documentation calls unsupported, contradicts, or leaves open.

Sources: reference/graph-entra.md 4, and the statuses documented-unsupported,
documented-contradiction and ambiguous in tests/data/expression-examples.json.
"""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from wizard.mapping import attributes, guests
from wizard.mapping.document import Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.tree import (
    Attribute,
    Comparison,
    FunctionCall,
    Node,
    Omitted,
    Text,
    walk,
)
from wizard.mapping.lint.finding import MappingFinding, of_error, of_row
from wizard.mapping.misread import quoted_attribute
from wizard.mapping.sources import find_source
from wizard.words.text import plain_line

_PRESENCE = frozenset({"IsPresent", "IsNullOrEmpty", "IsNull", "IsNothing"})
_IGNORE = "IgnoreFlowIfNullOrEmpty"
_ROLES = frozenset(
    {
        "AppRoleAssignments",
        "AppRoleAssignmentsComplex",
        "AssertiveAppRoleAssignmentsComplex",
        "SingleAppRoleAssignment",
    }
)
_OLD = MappingProxyType(
    {
        "AppRoleAssignments": "SingleAppRoleAssignment",
        "IsNothing": "IsNull",
        "Prepend": "Append or Join",
    }
)
"""Functions of an old list that today's reference does not have, and what to use instead."""

_SWITCH_FORM = 'Use Switch([country], [country], "", "Other"), which takes empty as the key "".'


def pattern_findings(row: Row, tree: Node) -> Iterator[MappingFinding]:
    """Yield what the documentation says against a row's expression."""
    yield from _guest_mark(row, tree)
    for node in walk(tree):
        if isinstance(node, Text):
            yield from _attribute_in_quotes(row, node)
        if isinstance(node, FunctionCall):
            for check in _CHECKS:
                yield from check(row, node)


def _guest_mark(row: Row, tree: Node) -> Iterator[MappingFinding]:
    named = {node.name for node in walk(tree) if isinstance(node, Attribute)}
    marks = (node for node in walk(tree) if isinstance(node, Text) and guests.has_mark(node.value))
    mark = next(marks, None)
    if mark is not None and guests.UPN in named and guests.WHOLE_NAME not in named:
        yield of_row(
            row,
            "guest-mark-taken-out",
            "warning",
            f"Entra takes #EXT# and the tenant's domain out of [{guests.UPN}] before it maps it, "
            "so this is not found there.",
            f"Leave it away, or use [{guests.WHOLE_NAME}], which keeps it.",
            column=mark.position,
        )


def _attribute_in_quotes(row: Row, text: Text) -> Iterator[MappingFinding]:
    if said := quoted_attribute(text):
        yield of_row(row, "attribute-in-quotes", "warning", *said, column=text.position)


def _condition(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if call.name != "IIF" or not call.arguments:
        return
    for node in walk(call.arguments[0]):
        if isinstance(node, FunctionCall) and node.name == _IGNORE:
            yield of_row(
                row,
                "ignore-flow-as-condition",
                "error",
                f"{_IGNORE} leaves an attribute out; it is no condition of IIF, and Entra does "
                "not support it there.",
                _SWITCH_FORM,
                column=node.position,
            )
        elif isinstance(node, FunctionCall) and node.name in _PRESENCE:
            yield of_row(
                row,
                "presence-as-condition",
                "warning",
                f"Entra does not support {node.name} as the condition of IIF: when the attribute "
                "is empty, the condition fails, whatever it asks.",
                _SWITCH_FORM,
                column=node.position,
            )
        elif isinstance(node, Comparison) and Text("") in (node.left, node.right):
            yield of_row(
                row,
                "empty-as-condition",
                "warning",
                "Entra does not support comparing with empty text in IIF: when the attribute is "
                "empty, the condition fails, also this one.",
                _SWITCH_FORM,
                column=node.position,
            )


def _switch(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if call.name != "Switch" or len(call.arguments) < 2:
        return
    source, default = call.arguments[:2]
    if isinstance(source, FunctionCall) and source.name in _PRESENCE:
        yield of_row(
            row,
            "presence-in-switch",
            "warning",
            f"One page of Microsoft shows {source.name} as the source of Switch, and the "
            "reference of the functions forbids it.",
            'Give the attribute itself to Switch: empty is the key "".',
            column=source.position,
        )
    known = find_source(source.name) if isinstance(source, Attribute) else None
    if attributes.is_manager(row.target) or (known and known.type == "Reference"):
        yield of_row(
            row,
            "switch-of-a-reference",
            "error",
            "Switch does not work with references such as the manager.",
            "Map the reference itself, such as [manager].",
            column=call.position,
        )
    elif not isinstance(default, Omitted) and not isinstance(source, FunctionCall):
        yield from _switch_default(row, call)


def _switch_default(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if any(key in (Text(""), Omitted()) for key in call.arguments[2::2]):
        return
    yield of_row(
        row,
        "switch-with-a-default",
        "advice",
        "With Entra as the source, a Switch with a default can empty the attribute in Webex, "
        "Microsoft says.",
        f'Add the key "" for empty, use IIF, or put {_IGNORE} around it.',
        column=call.position,
    )


def _unique(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if call.name == "SelectUniqueValue":
        yield of_row(
            row,
            "select-unique-value",
            "error",
            "SelectUniqueValue works only from an HR system to Active Directory, not for Webex.",
            "Use an attribute that is unique already, such as [userPrincipalName].",
            column=call.position,
        )


def _role(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if call.name in _ROLES:
        yield of_row(
            row,
            "role-function",
            "warning",
            f"{call.name} does not work when all users are synchronized, and Webex has no "
            "attribute for roles that provisioning may change.",
            "Remove it, and manage roles in Control Hub.",
            column=call.position,
        )


def _separator(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if call.name == "Join" and isinstance(call.arguments[0], Attribute):
        name = plain_line(call.arguments[0].name, 60)
        yield of_row(
            row,
            "attribute-as-separator",
            "warning",
            f"The first argument of Join stands between the others, and here it is [{name}].",
            f'Put what should stand between first: Join(" ", [{name}], ...).',
            column=call.arguments[0].position,
        )


def _old(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if instead := _OLD.get(call.name):
        yield of_row(
            row,
            "old-function",
            "advice",
            f"{call.name} is not in Microsoft's reference any more, so it may not work.",
            f"Use {instead} instead.",
            column=call.position,
        )


def _replace(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    """Yield that a Replace puts nothing in, whatever its arguments are."""
    if call.name != "Replace":
        return
    given = tuple(a if isinstance(a, Omitted) else Text("x", a.position) for a in call.arguments)
    try:
        evaluate(FunctionCall(call.name, given, call.position), {})
    except ExpressionError as error:
        if error.code == "replace-arguments":
            yield of_error(row, error)


def _uncertain(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if call.name == "Split":
        why = (
            "Microsoft's only example of Split removes blanks after the comma, and no rule says "
            "so; here they are kept."
        )
    elif call.name == "Coalesce":
        why = (
            "Coalesce skips what is absent, Microsoft's reference says; one example of its needs "
            "empty text skipped too."
        )
    else:
        return
    fix = "Try one person with Provision on demand before you rely on it."
    yield of_row(row, "uncertain-function", "advice", why, fix, column=call.position)


_CHECKS: tuple[Callable[[Row, FunctionCall], Iterator[MappingFinding]], ...] = (
    _condition,
    _switch,
    _unique,
    _role,
    _separator,
    _old,
    _replace,
    _uncertain,
)

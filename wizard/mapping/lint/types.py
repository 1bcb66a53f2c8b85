"""Values of a kind that a function or a target cannot take, seen without any person."""

import re
from collections.abc import Iterator
from types import MappingProxyType

from wizard.mapping import sources
from wizard.mapping.document import Row
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import Attribute, FunctionCall, Node, Number, Text, walk
from wizard.mapping.lint.finding import MappingFinding, of_row
from wizard.words.text import plain_line

_SEVERAL = frozenset({"RemoveDuplicates", "Split"})
"""Functions that yield several values."""
_TAKES_SEVERAL = frozenset(
    {
        "AppRoleAssignments",
        "AppRoleAssignmentsComplex",
        "AssertiveAppRoleAssignmentsComplex",
        "Coalesce",
        "Count",
        "IIF",
        "IgnoreFlowIfNullOrEmpty",
        "IsNothing",
        "IsNull",
        "IsNullOrEmpty",
        "IsPresent",
        "IsString",
        "Item",
        "Join",
        "Redact",
        "RemoveDuplicates",
        "SingleAppRoleAssignment",
        "Switch",
    }
)
"""Functions that can take several values, or hand them on."""
_WHOLE_NUMBERS = MappingProxyType(
    {"Item": ("index",), "Left": ("NumChars",), "Mid": ("start", "length"), "Word": ("WordNumber",)}
)
_DATES = MappingProxyType({"DateAdd": ("dateTime",), "DateDiff": ("date1", "date2")})
_DATE_FUNCTIONS = frozenset({"CDate", "DateAdd", "DateFromNum", "Now"})
_HANDS_ON = MappingProxyType({"IIF": (1, 2), "IgnoreFlowIfNullOrEmpty": (0,)})
"""Functions that yield one of their arguments as it is, and which."""


def type_findings(row: Row, tree: Node) -> Iterator[MappingFinding]:
    """Yield where values of a wrong kind meet a function or the target."""
    if _is_several(tree) and row.attribute is not None and not row.attribute.multi_valued:
        yield of_row(
            row,
            "several-values",
            "warning",
            f"The source can hold several values, and {row.target} takes one. Entra refuses a "
            "person who has several.",
            "Choose one with Item(..., 1), or make one text of them with Join.",
            column=tree.position,
        )
    for node in walk(tree):
        if isinstance(node, Attribute):
            yield from _spelling(row, node)
        if isinstance(node, FunctionCall):
            yield from _several_inside(row, node)
            yield from _numbers(row, node)
            yield from _dates(row, node)


def _spelling(row: Row, attribute: Attribute) -> Iterator[MappingFinding]:
    known = sources.find_source(attribute.name)
    if known is not None and known.name != attribute.name:
        yield of_row(
            row,
            "source-case",
            "warning",
            f"Entra calls this attribute [{known.name}], and upper and lower case matter in "
            "expressions. The value may stay empty.",
            f"Write [{known.name}].",
            column=attribute.position,
        )


def _is_several(node: Node) -> bool:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FunctionCall):
            if node.name in _SEVERAL:
                return True
            waiting += [node.arguments[at] for at in _HANDS_ON.get(node.name, ())]
        elif _holds_several(node):
            return True
    return False


def _holds_several(node: Node) -> bool:
    known = sources.find_source(node.name) if isinstance(node, Attribute) else None
    return known is not None and known.multi_valued


def _several_inside(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    if call.name in _TAKES_SEVERAL:
        return
    for argument in call.arguments:
        if not _is_several(argument):
            continue
        name = f"[{argument.name}]" if isinstance(argument, Attribute) else "the argument"
        yield of_row(
            row,
            "several-values",
            "warning",
            f"{call.name} takes one value, and {plain_line(name)} can hold several.",
            "Choose one with Item(..., 1), or make one text of them with Join.",
            column=argument.position,
        )


def _arguments(call: FunctionCall, names: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    function = FUNCTIONS[call.name]
    for at, argument in enumerate(call.arguments):
        name = function.parameter(at).name
        if name in names:
            yield name, argument


def _numbers(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    for name, argument in _arguments(call, _WHOLE_NUMBERS.get(call.name, ())):
        if isinstance(argument, Text):
            wrong = re.fullmatch(r"\s*[+-]?[0-9]{1,19}\s*", argument.value) is None
        elif isinstance(argument, Number):
            wrong = not float(argument.value).is_integer()
        else:
            continue
        if wrong:
            yield of_row(
                row,
                "not-a-whole-number",
                "error",
                f"{name} of {call.name} must be a whole number.",
                "Write a number such as 1.",
                column=argument.position,
            )


def _dates(row: Row, call: FunctionCall) -> Iterator[MappingFinding]:
    for name, argument in _arguments(call, _DATES.get(call.name, ())):
        is_date = isinstance(argument, FunctionCall) and argument.name in _DATE_FUNCTIONS
        if not is_date and isinstance(argument, Attribute | Text | FunctionCall):
            yield of_row(
                row,
                "date-without-cdate",
                "advice",
                f"{name} of {call.name} is a date, and this is text.",
                "Put CDate(...) around it.",
                column=argument.position,
            )

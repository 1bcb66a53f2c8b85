"""A tree of ours as Graph writes it (reference/graph-entra.md 2.8)."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.printer import show
from wizard.mapping.expression.registry import Function
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import (
    Attribute,
    Comparison,
    FunctionCall,
    Node,
    Omitted,
    Text,
)
from wizard.mapping.schema import AttributeMappingSource, SourceParameter

MAX_LEVELS: Final = 60
"""Most functions inside each other that a schema document can hold: each costs three levels."""

_GRAPH_KEYS: Final = MappingProxyType(
    {
        "Replace": (
            "source",
            "Find",
            "RegularExpression",
            "RegularExpressionGroupName",
            "Replacement",
            "ReplacementPropertyName",
            "Template",
        ),
        "Switch": ("source", "defaultValue", "switchValue", "switchValue"),
    }
)
"""Where Graph names parameters otherwise than the reference of the functions."""


def source_of(node: Node) -> AttributeMappingSource:
    """Return Graph's object for a tree, with the trees of all arguments.

    How Graph writes the condition of an IIF is not documented; it becomes an object without
    parameters whose expression is the comparison.

    Raises:
        ExpressionError: `nested-too-deep` for a schema document.
    """
    return _source(node, MAX_LEVELS)


def _source(node: Node, levels: int) -> AttributeMappingSource:
    _refuse_depth(levels, node.position)
    parameters: list[SourceParameter] = []
    if isinstance(node, FunctionCall):
        kind, name = "Function", node.name
        parameters = [
            SourceParameter(key=key, value=_source(argument, levels - 1))
            for key, argument in zip(_keys(node), node.arguments, strict=False)
            if not isinstance(argument, Omitted)
        ]
    elif isinstance(node, Comparison):
        kind, name = "Function", node.operator
    elif isinstance(node, Attribute):
        kind, name = "Attribute", node.name
    else:
        kind, name = "Constant", node.value if isinstance(node, Text) else show(node)
    return AttributeMappingSource(
        expression=show(node), name=name, type=kind, parameters=parameters
    )


def _keys(call: FunctionCall) -> Iterator[str]:
    """Yield the key of every argument."""
    function, count = FUNCTIONS[call.name], len(call.arguments)
    names = _names(function)
    if not function.repeated:
        # Too few for every place: what is left out is what may be, wherever it stands.
        short = count == function.least
        wanted = zip(names, function.parameters, strict=True)
        yield from (name for name, parameter in wanted if parameter.required or not short)
        return
    for index in range(count):
        extra = max(0, index - function.fixed)
        yield names[min(index, function.fixed) + extra % function.repeated]


def _names(function: Function) -> Sequence[str]:
    documented = [parameter.name for parameter in function.parameters]
    return _GRAPH_KEYS.get(function.name, documented)


def _refuse_depth(levels: int, position: int) -> None:
    if levels == 0:
        raise ExpressionError(
            f"The functions are nested deeper than {MAX_LEVELS} levels.",
            "Simplify the expression; one Switch replaces many IIF.",
            code="nested-too-deep",
            position=position,
        )

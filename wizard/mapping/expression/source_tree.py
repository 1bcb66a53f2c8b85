"""Graph's tree of a source and ours, both ways (reference/graph-entra.md 2.8)."""

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.parser import check_arity, parse_argument
from wizard.mapping.expression.printer import show
from wizard.mapping.expression.registry import Function
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import (
    Attribute,
    Call,
    Comparison,
    HexNumber,
    Node,
    Number,
    Omitted,
    Text,
    Word,
)
from wizard.mapping.schema import AttributeMappingSource, SourceParameter
from wizard.words.text import plain_line

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


def node_of(source: AttributeMappingSource) -> Node:
    """Return the tree of Graph's object; its parameters count more than its expression.

    Raises:
        ExpressionError: The object names an unknown function or parameter, lacks one, is nested
            too deep, or its text cannot be read.
    """
    return _node(source, MAX_LEVELS)


def _source(node: Node, levels: int) -> AttributeMappingSource:
    _refuse_depth(levels, node.position)
    parameters: list[SourceParameter] = []
    if isinstance(node, Call):
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


def _keys(call: Call) -> Iterator[str]:
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


def _node(source: AttributeMappingSource, levels: int) -> Node:
    _refuse_depth(levels, 0)
    text = source.expression or ""
    if source.type == "Attribute" and source.name:
        return Attribute(source.name)
    if source.type == "Constant":
        return _constant(text, source.name)
    if source.type == "Function" and source.parameters:
        return _call(source, levels)
    return parse_argument(text)


def _constant(text: str, name: str | None) -> Node:
    try:
        node = parse_argument(text)
    except ExpressionError:
        return Text(name or text)
    return node if isinstance(node, Text | Number | HexNumber | Word) else Text(name or text)


def _call(source: AttributeMappingSource, levels: int) -> Call:
    name = source.name or ""
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(
            f"There is no function {plain_line(name)}.",
            "Export the mapping again from Entra, or write this expression anew.",
            code="unknown-function",
        )
    places: list[list[Node]] = [[] for _ in function.parameters]
    for parameter in source.parameters or ():
        place = _place(function, parameter.key or "", places)
        if parameter.value is not None:
            places[place].append(_node(parameter.value, levels - 1))
    call = Call(name, tuple(_in_order(function, places)))
    check_arity(call)
    return call


def _place(function: Function, key: str, places: Sequence[Sequence[Node]]) -> int:
    """Return the parameter a key belongs to; what repeats keeps the order in which it came."""
    documented = [parameter.name for parameter in function.parameters]
    for names in (_names(function), documented):
        found = [index for index, name in enumerate(names) if name == key]
        fixed = [index for index in found if index < function.fixed]
        free = [index for index in fixed if not places[index]]
        if free:
            return free[0]
        if found:
            last = found[-1]
            return function.fixed if function.parameters[last].repeating else last
    raise ExpressionError(
        f"{function.name} has no parameter {plain_line(key)}.",
        f"Its parameters are: {', '.join(_names(function))}.",
        code="unknown-parameter",
    )


def _in_order(function: Function, places: Sequence[Sequence[Node]]) -> Iterator[Node]:
    """Yield the arguments; one that is left out before another one is `Omitted`."""
    filled = [index for index, nodes in enumerate(places) if nodes]
    last = filled[-1] + 1 if filled else 0
    if not function.repeated and any(not nodes for nodes in places[:last]):
        # With a gap between them, the reference writes all the commas.
        last = len(places)
    for index in range(last):
        nodes = places[index]
        if len(nodes) > 1 and not function.parameters[index].repeating:
            raise ExpressionError(
                f"{function.name} has its parameter {function.parameters[index].name} twice.",
                "Export the mapping again from Entra, or write this expression anew.",
                code="wrong-arity",
            )
        yield from nodes
        if not nodes and not function.parameters[index].repeating:
            yield Omitted()


def _refuse_depth(levels: int, position: int) -> None:
    if levels == 0:
        raise ExpressionError(
            f"The functions are nested deeper than {MAX_LEVELS} levels.",
            "Simplify the expression; one Switch replaces many IIF.",
            code="nested-too-deep",
            position=position,
        )

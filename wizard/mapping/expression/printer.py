"""A tree as its canonical text."""

from decimal import Decimal

from wizard.mapping.expression.lexer import quoted
from wizard.mapping.expression.tree import (
    Attribute,
    Comparison,
    Constant,
    FunctionCall,
    HexNumber,
    Node,
    Number,
    Omitted,
    Text,
    Word,
)


def show(node: Node) -> str:
    """Return the canonical text of a tree, which parses to the same tree."""
    if isinstance(node, FunctionCall):
        return f"{node.name}({', '.join([show(argument) for argument in node.arguments])})"
    if isinstance(node, Comparison):
        return f"{show(node.left)} {node.operator} {show(node.right)}"
    if isinstance(node, Omitted):
        return ""
    return _leaf(node)


def _leaf(node: Attribute | Constant | Word) -> str:
    match node:
        case Attribute(name):
            return f"[{name}]"
        case Text(value):
            return quoted(value)
        case Number(number):
            return _digits(number)
        case HexNumber(number):
            return f"&H{number:X}"
        case Word(name):
            return name


def _digits(value: int | float) -> str:
    if isinstance(value, int):
        return str(value)
    digits = format(Decimal(repr(value)), "f")
    return digits if "." in digits else f"{digits}.0"

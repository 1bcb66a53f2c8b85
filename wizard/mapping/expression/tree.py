"""The tree of an expression; each node knows where in the text it began."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from wizard.mapping.expression.values import Ignore

MAX_DEPTH: Final = 250
"""Most calls inside each other; every level costs stack when a person is evaluated."""

WORDS: Final = MappingProxyType[str, str | Ignore](
    {
        "IgnoreAttributeFlow": Ignore.ATTRIBUTE,
        "IgnoreObjectFlow": Ignore.OBJECT,
        "vbTextCompare": "vbTextCompare",
        "vbBinaryCompare": "vbBinaryCompare",
    }
)
"""The words that stand without quotes, and what they yield."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """`[mail]`."""

    name: str
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """`"text"`, without its quotes and escapes."""

    value: str
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """`10`, `-1` or `4.5`."""

    value: int | float
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class HexNumber:
    """`&HF7`."""

    value: int
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Word:
    """One of `WORDS`."""

    name: str
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Omitted:
    """An argument that was left empty, as the second of `Switch([a], , "b", "c")`."""

    position: int = field(default=0, compare=False, repr=False)


class _Branch:
    """Equality and hash without recursion: trees may be as deep as `MAX_DEPTH`."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Comparison | FunctionCall):
            return NotImplemented
        return self is other or flat(self) == flat(other)

    def __hash__(self) -> int:
        return hash(flat(self))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(_Branch):
    """`[country] = "US"`; it stands only as an argument."""

    left: "Operand"
    operator: str
    right: "Operand"
    position: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class FunctionCall(_Branch):
    """A function with its arguments."""

    name: str
    arguments: tuple["Node", ...]
    position: int = field(default=0, compare=False, repr=False)


Constant: TypeAlias = Text | Number | HexNumber
Operand: TypeAlias = Attribute | Constant | Word | FunctionCall
Node: TypeAlias = Operand | Comparison | Omitted

COMPARISON_SIGNS: Final = ("=", "<>", ">", ">=", "<", "<=")


def flat(branch: "_Branch | Node") -> tuple[object, ...]:
    """Return a tree as its names, signs and leaves in order; equal trees are equal there."""
    waiting, found = [branch], list[object]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, FunctionCall):
            found.append((node.name, len(node.arguments)))
            waiting += reversed(node.arguments)
        elif isinstance(node, Comparison):
            found.append(node.operator)
            waiting += (node.right, node.left)
        else:
            found.append(node)
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """Yield a tree's nodes from left to right, without recursion."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, FunctionCall | Comparison):
            waiting += reversed(operands(node))


def depth(node: Node) -> int:
    """Return how many calls and comparisons stand inside each other."""
    level: list[Node] = [node]
    deepest = 0
    while level := [branch for branch in level if isinstance(branch, FunctionCall | Comparison)]:
        deepest += 1
        level = [operand for branch in level for operand in operands(branch)]
    return deepest


def operands(branch: FunctionCall | Comparison) -> tuple[Node, ...]:
    """Return what a call or a comparison works on."""
    return branch.arguments if isinstance(branch, FunctionCall) else (branch.left, branch.right)

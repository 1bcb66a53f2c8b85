"""Python source for trees: only literals and generated names enter it, data never does."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from wizard.mapping.expression.arity import check_arity
from wizard.mapping.expression.comparison import holds
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import constant, evaluate, is_constant
from wizard.mapping.expression.functions.arguments import text_or_empty
from wizard.mapping.expression.functions.logic import is_true, rendered
from wizard.mapping.expression.registry import Function
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import (
    Attribute,
    Comparison,
    FunctionCall,
    HexNumber,
    Node,
    Number,
    Omitted,
    Text,
    depth,
    flat,
)
from wizard.mapping.expression.values import Argument, Ignore, is_empty
from wizard.mapping.expression.writer import DEEPEST, NotGenerated, Writer

_RANDOM: Final = frozenset({"Guid", "RandomString"})
"""Functions that yield something else each time."""

_JOINING: Final = frozenset({"Append", "Join"})
_IGNORE: Final = "IgnoreFlowIfNullOrEmpty"

_LONG: Final = 9_000_000
"""Characters from where on a joined text is left to the function, which knows the limit."""

_COMPARED: Final = 3
"""Constant pairs of a Switch that are compared one by one; more are looked up."""

_LONGEST_CHAIN: Final = 50
"""Branches of a Switch that are generated; to Python each one is a level of nesting."""

_READING: Final = 150
"""Characters, besides its name, that reading an attribute takes."""

_EMPTY: Final = "({0} == '' if {0}.__class__ is str else is_empty({0}))"

_INLINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        _IGNORE: f"ignored if {_EMPTY} else {{0}}",
        "IsNull": "{0} is None",
        "IsNullOrEmpty": _EMPTY,
        "IsPresent": f"not {_EMPTY}",
    }
)
"""Functions that are an expression of Python; {0} is the name that holds the argument."""

_HELPERS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "Ignore": Ignore,
        "holds": holds,
        "ignored": Ignore.ATTRIBUTE,
        "is_empty": is_empty,
        "is_true": is_true,
        "length": len,
        "rendered": rendered,
        "str": str,
        "text_of": text_or_empty,
    }
)
"""What generated code may call besides the functions of the language."""


@dataclass(frozen=True)
class Atom:
    """A local name or a literal that holds a value."""

    code: str
    is_text: bool = False
    is_truth: bool = False
    may_flow: bool = False


class Generator(Writer):
    """Collects the body of one function and the objects that it names."""

    def __init__(self) -> None:
        super().__init__()
        self.objects: dict[str, object] = dict(_HELPERS)
        self.attributes: dict[str, str] = {}
        self.needs_context = False

    def row(self, node: Node) -> str:
        """Write the code of a tree; return the name or literal that holds its value.

        Raises:
            NotGenerated: The tree is too deep or too large, or holds a function that only the
                evaluator calls.
        """
        if depth(node) > DEEPEST:
            raise NotGenerated
        attributes = dict(self.attributes)
        try:
            with self._whole():
                return self._node(node).code
        except NotGenerated:
            self.attributes = attributes
            raise

    def bind(self, value: object) -> str:
        """Return the name under which the code finds an object."""
        name = f"k{len(self.objects)}"
        self.objects[name] = value
        return name

    def _node(self, node: Node) -> Atom:
        if isinstance(node, Attribute):
            return Atom(self._attribute(node.name))
        if isinstance(node, Comparison):
            return self._comparison(node)
        if isinstance(node, FunctionCall):
            return self._call(node)
        return self._constant(constant(node))

    def _attribute(self, name: str) -> str:
        if name not in self.attributes:
            self._grow(len(name) + _READING)
            self.attributes[name] = f"a{len(self.attributes)}"
        return self.attributes[name]

    def _constant(self, value: Argument) -> Atom:
        if isinstance(value, str):
            return Atom(ascii(value), is_text=True)
        return Atom(
            self.bind(value),
            is_truth=isinstance(value, bool),
            may_flow=isinstance(value, Ignore),
        )

    def _call(self, node: FunctionCall) -> Atom:
        function = _known(node)
        if _is_pure(node):
            with suppress(ExpressionError):
                return self._constant(evaluate(node, {}))
        lazy = {"IIF": self._iif, "Switch": self._switch, "Coalesce": self._coalesce}
        if node.name in lazy:
            return lazy[node.name](node)
        if function.lazy:
            raise NotGenerated
        name = self.bind(function.call)
        inline = _INLINE.get(node.name)
        first = ["context"] if function.needs_context else []
        self.needs_context |= function.needs_context

        def called(atoms: Sequence[Atom], result: str) -> Atom:
            codes = [atom.code for atom in atoms]
            code = f"{name}({', '.join([*first, *codes])})"
            if node.name in _JOINING:
                return self._joined(node.name, code, atoms, result)
            self._line(f"{result} = {inline.format(*codes) if inline else code}")
            return Atom(result, may_flow=node.name == _IGNORE)

        return self._strict(node.arguments, called)

    def _joined(self, name: str, call: str, atoms: Sequence[Atom], result: str) -> Atom:
        """Write Append or Join: texts that are there and not huge need no function."""
        codes = [atom.code for atom in atoms if atom.code != "''"]
        tests = [f"{atom.code}.__class__ is str" for atom in atoms if not atom.is_text]
        if name == "Join":
            codes = [atom.code for atom in atoms[1:] if atom.code != "''"]
            tests += [code for code in codes if code[0] != "'"]
        tests = list(dict.fromkeys(tests))
        separator = atoms[0].code if name == "Join" else "''"
        with self._block(f"if {' and '.join(tests) or 'True'}:"):
            self._line(f"{result} = {separator}.join(({''.join(f'{code}, ' for code in codes)}))")
            self._line(f"if length({result}) > {_LONG}: {result} = {call}")
        with self._block("else:"):
            self._line(f"{result} = {call}")
        return Atom(result)

    def _comparison(self, node: Comparison) -> Atom:
        sides = is_constant(node.left), is_constant(node.right)
        pair = self.bind(sides)

        def compared(atoms: Sequence[Atom], result: str) -> Atom:
            left, right = (atom.code for atom in atoms)
            code = f"holds({node.operator!r}, {pair}, {left}, {right})"
            if isinstance(node.left, Attribute) and isinstance(node.right, Text):
                quick = {
                    "=": f"{left} == {right}" if node.right.value else "False",
                    "<>": f"{left} not in ({right}, '')",
                }.get(node.operator, code)
                code = f"{quick} if {left}.__class__ is str else {left} is not None and {code}"
            self._line(f"{result} = {code}")
            return Atom(result, is_truth=True)

        return self._strict((node.left, node.right), compared)

    def _strict(
        self, arguments: Sequence[Node], finish: Callable[[Sequence[Atom], str], Atom]
    ) -> Atom:
        """Write what evaluates arguments in order; the first that is a `Ignore` is the result."""
        result, indent, flows = self._name(), self._indent, False
        atoms = []
        for argument in arguments:
            atom = self._node(argument)
            atoms.append(atom)
            flows |= self._unless_flow(atom, result)
        done = finish(atoms, result)
        self._indent = indent
        if flows or done.may_flow:
            return Atom(done.code, may_flow=True)
        return done

    def _unless_flow(self, atom: Atom, result: str) -> bool:
        """Begin the block for when an atom is a value, not a flow; tell whether one is needed."""
        if atom.may_flow:
            with self._block(f"if {atom.code}.__class__ is Ignore:"):
                self._line(f"{result} = {atom.code}")
            self._line("else:")
            self._indent += 1
        return atom.may_flow

    def _iif(self, node: FunctionCall) -> Atom:
        condition, *branches = node.arguments

        def branched(atoms: Sequence[Atom], result: str) -> Atom:
            (decision,) = atoms
            test = decision.code
            if not decision.is_truth:
                test = f"is_true({test})"
            ends = []
            for opening, branch in zip((f"if {test}:", "else:"), branches, strict=True):
                with self._block(opening):
                    ends.append(self._node(branch))
                    self._line(f"{result} = {ends[-1].code}")
            return _merged(result, ends)

        return self._strict((condition,), branched)

    def _switch(self, node: FunctionCall) -> Atom:
        source, default, *pairs = node.arguments
        keys, values = pairs[::2], pairs[1::2]

        def switched(atoms: Sequence[Atom], result: str) -> Atom:
            sought = self._as_text(atoms[0])
            if not all(is_constant(key) for key in keys):
                return self._searched(sought, list(zip(keys, values, strict=True)), default, result)
            texts = [_constant_text(key) for key in keys]
            first = dict(zip(reversed(texts), reversed(values), strict=True))
            cases = [(key, first[key]) for key in dict.fromkeys(texts)]
            if all(is_constant(end) or end == Omitted() for end in (*first.values(), default)):
                return self._looked_up(sought, cases, default, result)
            return self._chained(sought, cases, default, result)

        return self._strict((source,), switched)

    def _looked_up(
        self, sought: str, cases: Sequence[tuple[str, Node]], default: Node, result: str
    ) -> Atom:
        otherwise = "None" if isinstance(default, Omitted) else ascii(_constant_text(default))
        texts = {key: _constant_text(value) for key, value in cases}
        if len(texts) > _COMPARED:
            code = f"{self.bind(texts.get)}({sought}, {otherwise})"
        else:
            tests = (f"{text!a} if {sought} == {key!a}" for key, text in texts.items())
            code = " else ".join((*tests, otherwise))
        self._line(f"{result} = {code}")
        return Atom(result, is_text=otherwise != "None")

    def _chained(
        self, sought: str, cases: Sequence[tuple[str, Node]], default: Node, result: str
    ) -> Atom:
        if len(cases) > _LONGEST_CHAIN:
            raise NotGenerated
        word, ends = "if", []
        for key, value in cases:
            with self._block(f"{word} {sought} == {key!a}:"):
                ends.append(self._rendered(value, result))
            word = "elif"
        with self._block("else:"):
            ends.append(self._rendered(default, result))
        return _merged(result, ends)

    def _searched(
        self, sought: str, cases: Sequence[tuple[Node, Node]], default: Node, result: str
    ) -> Atom:
        indent, ends = self._indent, []
        for key, value in cases:
            candidate = self._node(key)
            if self._unless_flow(candidate, result):
                ends.append(candidate)
            with self._block(f"if {self._as_text(candidate)} == {sought}:"):
                ends.append(self._rendered(value, result))
            self._line("else:")
            self._indent += 1
        ends.append(self._rendered(default, result))
        self._indent = indent
        return _merged(result, ends)

    def _coalesce(self, node: FunctionCall) -> Atom:
        result, indent, ends = self._name(), self._indent, []
        for source in node.arguments:
            atom = self._node(source)
            if atom.is_text:
                ends.append(self._assigned(atom, result))
                break
            with self._block(f"if {atom.code} is not None:"):
                ends.append(self._assigned(atom, result))
            self._line("else:")
            self._indent += 1
        else:
            self._line(f"{result} = None")
        self._indent = indent
        return Atom(result, may_flow=any(end.may_flow for end in ends))

    def _rendered(self, node: Node, result: str) -> Atom:
        if isinstance(node, Omitted):
            self._line(f"{result} = None")
            return Atom(result)
        return self._assigned(self._node(node), result)

    def _assigned(self, atom: Atom, result: str) -> Atom:
        code = atom.code
        if not atom.is_text:
            code = f"{code} if {code}.__class__ is str else rendered({code})"
        self._line(f"{result} = {code}")
        return Atom(result, is_text=atom.is_text, may_flow=atom.may_flow)

    def _as_text(self, atom: Atom) -> str:
        if atom.is_text:
            return atom.code
        name, code = self._name(), atom.code
        truth = f"'True' if {code} is True else 'False' if {code} is False"
        self._line(f"{name} = {code} if {code}.__class__ is str else {truth} else text_of({code})")
        return name


def _merged(result: str, ends: Sequence[Atom]) -> Atom:
    return Atom(
        result,
        is_text=all(end.is_text for end in ends),
        is_truth=all(end.is_truth for end in ends),
        may_flow=any(end.may_flow for end in ends),
    )


def _known(node: FunctionCall) -> Function:
    """Return the function of a call that is as the parser makes them."""
    try:
        check_arity(node)
    except (ExpressionError, KeyError) as error:
        raise NotGenerated from error
    return FUNCTIONS[node.name]


def _constant_text(node: Node) -> str:
    return text_or_empty(constant(node)) if isinstance(node, Text | Number | HexNumber) else ""


def _is_pure(node: Node) -> bool:
    """Tell whether a tree yields the same for everybody and at any time."""
    for part in flat(node):
        if isinstance(part, Attribute):
            return False
        if isinstance(part, tuple):
            function = FUNCTIONS.get(part[0])
            if function is None or function.needs_context or function.name in _RANDOM:
                return False
    return True

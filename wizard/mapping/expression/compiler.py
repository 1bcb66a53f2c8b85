"""A whole mapping as one Python function, compiled once and called for every person.

What is generated reads every attribute once and holds only literals and generated names; names
of attributes are literals, everything else is data. It agrees with `evaluate` on everything: a
row that cannot be generated, and a person for whom something fails, are left to `evaluate`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias, cast

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import FAILURES, evaluate
from wizard.mapping.expression.generator import Generator
from wizard.mapping.expression.tree import Node
from wizard.mapping.expression.values import Context, Value, value_of
from wizard.mapping.expression.writer import NotGenerated

Person: TypeAlias = Mapping[str, object]
Scope: TypeAlias = Callable[[Person], bool]
Outcome: TypeAlias = Value | ExpressionError
"""What a row yields; the error where it yields no value for the person."""


class Mapper(Protocol):
    """A compiled mapping."""

    def __call__(
        self, person: Person, context: Context | None = None
    ) -> tuple[Outcome, ...] | None:
        """Return what each row yields, in order; None for a person out of scope."""


class Evaluator(Protocol):
    """A compiled expression."""

    def __call__(self, person: Person, context: Context | None = None) -> Value:
        """Return the value for a person; raises `ExpressionError` as `evaluate`."""


def compile_mapping(rows: Sequence[tuple[str, Node]], scope: Scope | None = None) -> Mapper:
    """Return the function that maps a person.

    Args:
        rows: Target attributes and trees; two rows may have the same target.
        scope: Tells who is mapped at all; everybody when left out.
    """
    nodes = [node for _, node in rows]

    def again(person: Person, context: Context | None) -> tuple[Outcome, ...]:
        context = context or Context()
        return tuple(_outcome(node, person, context) for node in nodes)

    return cast("Mapper", _compiled(nodes, again, scope))


def compile_expression(node: Node) -> Evaluator:
    """Return the function that yields an expression's value for a person."""

    def again(person: Person, context: Context | None) -> Value:
        return evaluate(node, person, context)

    return cast("Evaluator", _compiled(node, again, None))


def source_code(rows: Sequence[tuple[str, Node]]) -> str:
    """Return the Python source that a mapping is compiled from, for tests and the curious."""
    return _source([node for _, node in rows], scoped=False)[0]


def _outcome(node: Node, person: Person, context: Context) -> Outcome:
    try:
        return evaluate(node, person, context)
    except ExpressionError as error:
        return error


def _compiled(
    nodes: Sequence[Node] | Node, again: Callable[..., object], scope: Scope | None
) -> object:
    source, names = _source(nodes, scoped=scope is not None)
    names |= {
        "__builtins__": {},
        "Context": Context,
        "again": again,
        "evaluate": evaluate,
        "failures": (ExpressionError, *FAILURES),
        "in_scope": scope,
        "value_of": value_of,
    }
    # The source holds literals by repr and generated names only.
    exec(compile(source, "<mapping>", "exec", dont_inherit=True), names)  # noqa: S102
    return names["mapped"]


def _source(nodes: Sequence[Node] | Node, *, scoped: bool) -> tuple[str, dict[str, object]]:
    generator = Generator()
    if isinstance(nodes, Sequence):
        answer = f"({''.join([f'{_row(generator, node)}, ' for node in nodes])})"
    else:
        answer = _row(generator, nodes)
    body = []
    for name, code in generator.attributes.items():
        body.append(f"{code} = get({name!a})")
        body.append(f"if {code}.__class__ is not str and {code} is not None:")
        body.append(f"    {code} = value_of({code})")
    body += generator.lines
    body.append(f"return {answer}")
    lines = ["def mapped(person, context=None):"]
    if scoped:
        lines += ["    if not in_scope(person):", "        return None"]
    lines += ["    try:"]
    if generator.needs_context:
        lines += ["        context = context or Context()"]
    lines += ["        get = person.get", *(f"        {line}" for line in body)]
    lines += ["    except failures:", "        return again(person, context)"]
    return "\n".join(lines) + "\n", generator.objects


def _row(generator: Generator, node: Node) -> str:
    try:
        return generator.row(node)
    except NotGenerated:
        generator.needs_context = True
        name = generator.bind(node)
        value = f"r{name}"
        generator.lines.append(f"{value} = evaluate({name}, person, context)")
        return value

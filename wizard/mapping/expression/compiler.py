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

Yielded: TypeAlias = Value | ExpressionError
"""What a row yields; the error where it yields no value for the person."""


class Mapper(Protocol):
    """A compiled mapping."""

    def __call__(
        self, person: Mapping[str, object], context: Context | None = None
    ) -> tuple[Yielded, ...] | None:
        """Return what each row yields, in order; None for a person out of scope."""


def compile_mapping(
    nodes: Sequence[Node],
    scope: Callable[[Mapping[str, object]], bool] | None = None,
    finish: Sequence[Callable[[Yielded], object]] = (),
) -> Mapper:
    """Return the function that maps a person.

    Args:
        nodes: The trees of the rows.
        scope: Tells who is mapped at all; everybody when left out.
        finish: For each row what becomes of an outcome that is no text, or empty; it stays as
            it is when left out.
    """

    def again(person: Mapping[str, object], context: Context | None) -> tuple[object, ...]:
        context = context or Context()
        outcomes = [_outcome(node, person, context) for node in nodes]
        if not finish:
            return tuple(outcomes)
        pairs = zip(finish, outcomes, strict=True)
        return tuple(out if isinstance(out, str) and out else end(out) for end, out in pairs)

    source, names = _source(nodes, finish, scoped=scope is not None)
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
    return cast("Mapper", names["mapped"])


def _outcome(node: Node, person: Mapping[str, object], context: Context) -> Yielded:
    try:
        return evaluate(node, person, context)
    except ExpressionError as error:
        return error


def _source(
    nodes: Sequence[Node], finish: Sequence[object], *, scoped: bool
) -> tuple[str, dict[str, object]]:
    generator = Generator()
    values = [_row(generator, node) for node in nodes]
    if finish:
        ends = zip(values, map(generator.bind, finish), strict=True)
        values = [f"{v} if {v}.__class__ is str and {v} else {end}({v})" for v, end in ends]
    answer = f"({''.join(f'{value}, ' for value in values)})"
    body = []
    for name, code in generator.attributes.items():
        body.append(f"{code} = get({name!a})")
        plain = f"{code} is not None and {code} is not True and {code} is not False"
        body.append(f"if {code}.__class__ is not str and {plain}: {code} = value_of({code})")
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

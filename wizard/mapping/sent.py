"""What provisioning sends of a person, attribute by attribute: decided here for all who ask.

A text goes out as it is, numbers and Booleans as text. What is empty is not sent, but a default
value takes its place while a person is created (reference/graph-entra.md 2.8).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeAlias, cast

from wizard.errors import MappingError
from wizard.mapping.document import Row
from wizard.mapping.expression.compiler import Yielded, compile_mapping
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.functions.logic import rendered
from wizard.mapping.expression.tree import Node, Text, Word, walk
from wizard.mapping.expression.values import Context, Ignore, Value
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.compiler import compile_scope
from wizard.mapping.scoping.filters import stages
from wizard.mapping.trees import tree_of

SentAs = Literal["value", "default", "empty", "kept", "ignored", "error"]
"""Sent as it is; the default value, sent while the person is created; nothing is sent; the row
leaves Webex as it is; the row leaves the whole person alone; no value can be found."""


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: looked for in every person
class Special:
    """What becomes of an attribute of which no plain text is sent."""

    kind: SentAs
    text: str = ""
    """The default value, where there is one: all that a person who is created may get."""
    several: tuple[object, ...] = ()
    """The values, where there are several."""
    error: ExpressionError | None = None


Sent: TypeAlias = str | Special
"""What a row sends: nearly always a text, which costs nothing more."""

Mapped: TypeAlias = Callable[..., tuple[Sent, ...] | None]

IGNORED = Special("ignored")
_EMPTY = Special("empty")
_IGNORING = Word("IgnoreObjectFlow")
_NOTHING = Text("")
"""The source of a row that has a default value alone."""


class Sending:
    """What rows send of one person after another, compiled for many.

    Rows whose source cannot be read are left out, and so is a scope that cannot be used.

    Attributes:
        rows: The rows that are sent, in their order.
        of: Returns what each row sends of a person; None for one who is out of scope or left
            alone. Raises MappingError when a pattern of the scope takes too long.
        in_scope_of: The same, with `IGNORED` among what is sent of one who is left alone.
        knows_scope: Whether the scope can be used; otherwise everybody counts as in scope.

    Args:
        rows: The rows of a mapping.
        scope: Who is sent at all.
        context: What expressions find besides the person.
    """

    def __init__(self, rows: Iterable[Row], scope: Filter | None, context: Context) -> None:
        pairs: list[tuple[Row, Node]] = []
        for row in rows:
            if not row.source.strip() and row.default_value:
                pairs.append((row, _NOTHING))
                continue
            try:
                pairs.append((row, tree_of(row)))
            except ExpressionError:
                continue
        self.rows = tuple(row for row, _ in pairs)
        trees = [tree for _, tree in pairs]
        in_scope, self.knows_scope = None, True
        try:
            in_scope = compile_scope(scope) if stages(scope) else None
        except MappingError:
            self.knows_scope = False
        finish = [partial(_settled, row) for row in self.rows]
        mapped = cast("Mapped", compile_mapping(trees, in_scope, finish))
        self.of: Mapped = partial(mapped, context=context)
        self.in_scope_of = self.of
        if any(_IGNORING in walk(tree) for tree in trees):
            self.of = partial(_unless_ignored, self.of)


def _unless_ignored(of: Mapped, person: Mapping[str, object]) -> tuple[Sent, ...] | None:
    sent = of(person)
    return None if sent is None or IGNORED in sent else sent


def sent_by(row: Row, person: Mapping[str, object], context: Context) -> Sent:
    """Return what one row sends of a person, whatever is wrong with it."""
    outcome: Yielded = None
    if row.source.strip():
        try:
            outcome = evaluate(tree_of(row), person, context)
        except ExpressionError as error:
            outcome = error
        except (MemoryError, RecursionError):
            outcome = ExpressionError(
                "The expression needs more memory than there is.",
                "Simplify it.",
                code="expression-memory",
            )
    return _settled(row, outcome)


def _settled(row: Row, outcome: Yielded) -> Sent:
    """Return what a row sends when its source yields this."""
    if isinstance(outcome, ExpressionError):
        return Special("error", error=outcome)
    if outcome is Ignore.OBJECT:
        return IGNORED
    default = row.default_value or ""
    if outcome is Ignore.ATTRIBUTE:
        return Special("kept", default)
    value: Value = rendered(outcome)
    if isinstance(value, tuple):
        if len(value) > 1:
            return Special("value", several=value)
        value = value[0] if value else None
    if value:
        return str(value)
    return Special("default", default) if default else _EMPTY


def text_of(sent: Sent) -> str:
    """Return the text that a person who is created gets; empty where it is none or several."""
    return sent if isinstance(sent, str) else sent.text

"""A scope as lines to read: every filter with its clauses, and what cannot be used."""

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.errors import MappingError
from wizard.mapping.schema import Filter, FilterClause
from wizard.mapping.scoping.filters import SHOWN, condition, stages
from wizard.words.text import plain_line

NO_FILTER = "No filter leaves anybody out."
"""What is said of a scope without one: who is in scope at all is decided elsewhere."""


@dataclass(frozen=True)
class OutlineLine:
    """A filter, or one of its clauses."""

    text: str
    filter: int
    """Place of the filter in its collection."""
    clause: int | None = None
    """Place of the clause in the filter; None for the filter itself."""
    editable: bool = True
    """False for collections that Entra sets by itself, which are kept as they are."""
    problem: str = ""
    """Why the clause cannot be used."""


def outline(scope: Filter | None, longest: int = SHOWN) -> tuple[OutlineLine, ...]:
    """Return a scope line by line; nothing for a scope that lets everybody in.

    Args:
        scope: The scope.
        longest: Characters at which each name and value is cut.
    """
    return tuple(_lines(scope, longest))


def _lines(scope: Filter | None, longest: int) -> Iterator[OutlineLine]:
    for stage, _, groups in stages(scope):
        ours = stage == "groups"
        for at, group in enumerate(groups):
            called = f"Filter {at + 1}"
            if group.name and group.name != called:
                called += f' "{plain_line(group.name, longest)}"'
            yield OutlineLine(called if ours else f"Set by Entra: {called}", at, editable=ours)
            for place, clause in enumerate(group.clauses or ()):
                text, problem = _read(clause, longest)
                yield OutlineLine(text, at, place, ours, problem)


def _read(clause: FilterClause, longest: int) -> tuple[str, str]:
    try:
        return condition(clause).told(longest), ""
    except MappingError as error:
        values = clause.target_operand.values if clause.target_operand else None
        parts = (clause.source_operand_name, clause.operator_name, *(values or ()))
        return " ".join(plain_line(part, longest) for part in parts if part), error.message

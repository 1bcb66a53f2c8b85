"""Who a filter lets in, clause by clause and in words.

Clauses of one filter must all hold, one of several filters is enough. A filter that is not there
lets everybody in. `inputFilterGroups` and `categoryFilterGroups` come first: whoever they leave
out is ignored, that is, neither provisioned nor disabled (reference/graph-entra.md 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wizard.errors import MappingError
from wizard.mapping.expression.functions.arguments import number_text
from wizard.mapping.expression.functions.patterns import pattern
from wizard.mapping.schema import Filter, FilterClause, FilterGroup
from wizard.mapping.scoping.operators import (
    IS_NOT_NULL,
    IS_NULL,
    Operator,
    find_operator,
    whole_number,
)
from wizard.words.text import plain_line

ScopeVerdict = Literal["in scope", "out of scope", "ignored"]
"""Provisioned; not provisioned, and disabled if it was; not looked at."""

STAGES: tuple[tuple[str, ScopeVerdict], ...] = (
    ("input_filter_groups", "ignored"),
    ("category_filter_groups", "ignored"),
    ("groups", "out of scope"),
)
"""The collections of a filter in the order they are asked, and what falling out of each means."""

SHOWN = 60
"""Characters of a name or value in a clause that is shown in a line."""


@dataclass(frozen=True)
class Condition:
    """A clause that was read and found usable."""

    attribute: str
    operator: Operator
    values: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The clause in words: `department is "Sales"`."""
        return self.told(SHOWN)

    def told(self, longest: int) -> str:
        """Return the clause in words, each value cut at so many characters."""
        shown = " and ".join(f'"{plain_line(value, longest)}"' for value in self.values)
        return f"{plain_line(self.attribute, longest)} {self.operator.words} {shown}".rstrip()

    def holds(self, person: Mapping[str, object]) -> bool:
        """Tell whether the clause holds for a person."""
        value = person.get(self.attribute)
        if self.operator is IS_NULL or self.operator is IS_NOT_NULL:
            return absent(value) == (self.operator is IS_NULL)
        text = comparable(value)
        if text is None:
            return False
        return all(self.operator.holds(text, value) for value in self.values or ("",))


@dataclass(frozen=True)
class Decision:
    """Whether a person is in scope, and what decided."""

    verdict: ScopeVerdict
    why: str
    """One sentence: which filter, and which clause."""
    deciding: tuple[tuple[int, int | None], ...] = ()
    """Place of the filter in its collection, and of the clause that failed; None when the filter
    held as a whole."""
    stage: str = "groups"
    """The collection that decided: `groups`, `input_filter_groups`, `category_filter_groups`."""

    @property
    def in_scope(self) -> bool:
        """Whether the person is provisioned."""
        return self.verdict == "in scope"


def condition(clause: FilterClause) -> Condition:
    """Return what a clause asks.

    Raises:
        MappingError: Its attribute, operator or value is missing, unknown or cannot be used.
    """
    attribute = (clause.source_operand_name or "").strip()
    if not attribute:
        raise MappingError(
            "A clause of the scoping filter names no attribute.",
            "Choose the attribute, or remove the clause.",
            code="scope-attribute",
        )
    operator = find_operator(clause.operator_name or "")
    if not operator.needs_value:
        return Condition(attribute, operator)
    given = clause.target_operand.values if clause.target_operand else None
    values = tuple(value for value in given or () if value is not None)
    if not values or not all(values):
        raise MappingError(
            f"The clause on {plain_line(attribute, 60)} has no value to compare with.",
            "Type the value; for an empty attribute use IS NULL.",
            code="scope-value",
        )
    for value in values:
        _check(operator, value)
    return Condition(attribute, operator, values)


def conditions(groups: list[FilterGroup] | None) -> tuple[tuple[Condition, ...], ...]:
    """Return what each filter of a collection asks.

    Raises:
        MappingError: A clause cannot be used.
    """
    return tuple(
        tuple(condition(clause) for clause in group.clauses or ()) for group in groups or ()
    )


def stages(scope: Filter | None) -> tuple[tuple[str, ScopeVerdict, list[FilterGroup]], ...]:
    """Return the collections that hold filters: name, meaning of falling out, filters."""
    found = ((name, verdict, getattr(scope, name, None)) for name, verdict in STAGES)
    return tuple((name, verdict, groups) for name, verdict, groups in found if groups)


def decide(scope: Filter | None, person: Mapping[str, object]) -> Decision:
    """Return whether a person, in provisioning's attribute names, is in scope, and why.

    Raises:
        MappingError: A clause cannot be used, or its pattern takes too long.
    """
    asked = [(name, verdict, groups, conditions(groups)) for name, verdict, groups in stages(scope)]
    last = Decision("in scope", "There is no scoping filter, so none leaves anybody out.")
    for name, verdict, groups, filters in asked:
        held = next((at for at, each in enumerate(filters) if _failing(each, person) is None), None)
        if held is None:
            return _left_out(name, verdict, groups, filters, person)
        last = Decision(
            "in scope", f"{_called(groups[held], held)} holds.", ((held, None),), stage=name
        )
    return last


def absent(value: object) -> bool:
    """Tell whether an attribute counts as null: absent, empty text, or no value of several."""
    return value is None or value == "" or (isinstance(value, tuple | list) and not value)


def comparable(value: object) -> str | None:
    """Return what a clause compares; None when the attribute is absent or has several values.

    Filters cannot use multi-valued attributes (reference/graph-entra.md 5).
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, float):
        return number_text(value)
    return str(value) if isinstance(value, int) else None


def _check(operator: Operator, value: str) -> None:
    if operator.takes == "pattern":
        _check_pattern(value)
    elif operator.takes == "integer" and whole_number(value) is None:
        raise MappingError(
            f'{operator.name} compares whole numbers, and "{plain_line(value, 40)}" is none.',
            "Type a whole number.",
            code="scope-value",
        )


def _check_pattern(value: str) -> None:
    try:
        pattern(value)
    except MappingError as error:
        raise MappingError(
            error.message,
            "Write .* where anything may stand, and one backslash before a sign that stands for "
            "itself, such as \\. for a point.",
            code=error.code,
        ) from error


def _failing(filters: tuple[Condition, ...], person: Mapping[str, object]) -> int | None:
    return next((at for at, each in enumerate(filters) if not each.holds(person)), None)


def _left_out(
    name: str,
    verdict: ScopeVerdict,
    groups: list[FilterGroup],
    filters: tuple[tuple[Condition, ...], ...],
    person: Mapping[str, object],
) -> Decision:
    places = [(at, _failing(each, person)) for at, each in enumerate(filters)]
    failed = [
        f"{_called(groups[at], at)}: {_failed(filters[at][clause], person)}"
        for at, clause in places
        if clause is not None
    ]
    return Decision(verdict, plain_line("; ".join(failed), 1000) + ".", tuple(places), stage=name)


def _failed(asked: Condition, person: Mapping[str, object]) -> str:
    value = person.get(asked.attribute)
    if absent(value):
        return f"{asked.words}, but it is empty"
    if isinstance(value, list | tuple):
        return f"{asked.words}, but it has several values, which filters cannot use"
    return f'{asked.words}, but it is "{plain_line(value, 60)}"'


def _called(group: FilterGroup, at: int) -> str:
    counted = f"Filter {at + 1}"
    named = group.name and group.name != counted
    return f'Filter "{plain_line(group.name, 60)}"' if named else counted

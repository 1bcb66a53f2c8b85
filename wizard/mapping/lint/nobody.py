"""Filters that can let in nobody, whoever comes."""

from collections.abc import Iterable, Iterator

from wizard.errors import MappingError
from wizard.mapping.lint.finding import MappingFinding, of_whole
from wizard.mapping.schema import Filter, FilterGroup
from wizard.mapping.scoping.filters import Condition, condition, stages
from wizard.words.text import plain_line

_DECIDES = {"IS NULL": None, "IS TRUE": "True", "IS FALSE": "False"}
"""Operators that only one value fulfils, and that value."""


def nobody_findings(scope: Filter | None) -> Iterator[MappingFinding]:
    """Yield filters whose clauses contradict each other."""
    for _, _, groups in stages(scope):
        told = [(at, group, _contradiction(group)) for at, group in enumerate(groups, 1)]
        impossible = [each for each in told if each[2]]
        for at, group, pair in impossible:
            name = f'Filter "{plain_line(group.name, 60)}"' if group.name else f"Filter {at}"
            everybody = len(impossible) == len(groups)
            yield of_whole(
                "scope-lets-in-nobody" if everybody else "scope-filter-for-nobody",
                "error" if everybody else "warning",
                f"{name} lets in nobody: {pair}."
                + (" So Entra would provision nobody." if everybody else ""),
                "All clauses of one filter must hold; for one of several values make a filter for "
                "each, or use REGEX MATCH.",
            )


def _contradiction(group: FilterGroup) -> str:
    """Return two clauses of a filter that never hold together; empty where there are none."""
    asked = []
    for clause in group.clauses or ():
        try:
            asked.append(condition(clause))
        except MappingError:
            continue  # told elsewhere
    for each in asked:
        same = [other for other in asked if other.attribute == each.attribute]
        if failing := _fails_beside(each, same):
            return f"{each.words} and {failing.words} never hold together"
        if each.operator.name == "EQUALS" and len(set(each.values)) > 1:
            return f"{each.words} asks for several values at once"
    return ""


def _fails_beside(deciding: Condition, others: Iterable[Condition]) -> Condition | None:
    if deciding.operator.name in _DECIDES:
        value = _DECIDES[deciding.operator.name]
    elif deciding.operator.name == "EQUALS" and len(deciding.values) == 1:
        value = deciding.values[0]
    else:
        return None
    for other in others:
        try:
            if other is not deciding and not other.holds({other.attribute: value}):
                return other
        except MappingError:
            continue  # its pattern takes too long
    return None

"""What the document switches off beside its rows: actions, and filters that nobody reads.

The properties are those of Graph's objectMapping, filter, filterGroup, filterClause and
filterOperand (reference/graph-entra.md 2.8 and 5).
"""

from collections.abc import Iterator
from typing import Final

from wizard.mapping.document import MappingDocument
from wizard.mapping.lint.finding import MappingFinding, of_whole
from wizard.mapping.schema import GraphObject
from wizard.mapping.scoping.filters import stages
from wizard.words.text import plain_line

_ACTIONS: Final = {"add": "created", "update": "updated", "delete": "disabled or deleted"}
_FIX: Final = "Switch on Create, Update and Delete under Target Object Actions, unless it is meant."


def action_findings(document: MappingDocument) -> Iterator[MappingFinding]:
    """Yield what happens to nobody, because its action is switched off."""
    given = document.users.flow_types
    if given is None:
        return
    actions = {action.strip().casefold() for action in given.split(",")} - {"", "none"}
    if unknown := sorted(actions - _ACTIONS.keys()):
        yield of_whole(
            "actions-unknown",
            "warning",
            f"flowTypes names {plain_line(', '.join(unknown), 60)}, which is no action.",
            "Write Add,Update,Delete.",
        )
    lacking = [happens for action, happens in _ACTIONS.items() if action not in actions]
    if lacking == list(_ACTIONS.values())[1:]:
        lacking = ["updated or disabled"]
    if lacking:
        shown = plain_line(given, 60) or "empty"
        yield of_whole(
            "actions-switched-off",
            "warning",
            f"flowTypes is {shown}, so nobody is {' or '.join(lacking)} in Webex.",
            _FIX,
        )


def unread_findings(document: MappingDocument) -> Iterator[MappingFinding]:
    """Yield what looks like a filter and is none that Entra reads."""
    users = document.users
    for name in _unknown(users):
        if "filter" in name.casefold() or "scop" in name.casefold():
            yield _unread(name, "The mapping", "scope")
    scope = users.scope
    if scope is None:
        return
    for name in _unknown(scope):
        yield _unread(name, "The scope", "groups")
    for _, _, groups in stages(scope):
        for group in groups:
            # What stands beside what Entra reads may be a property that is not known here.
            for name in () if group.clauses else _unknown(group):
                yield _unread(name, "A filter of the scope", "clauses")
            for clause in group.clauses or ():
                is_whole = clause.operator_name and clause.source_operand_name
                for name in () if is_whole else _unknown(clause):
                    expected = "sourceOperandName, operatorName and targetOperand"
                    yield _unread(name, "A clause of the scope", expected)


def _unknown(part: GraphObject) -> tuple[str, ...]:
    extra = part.__pydantic_extra__ or {}
    return tuple(name for name, value in extra.items() if value and name[:1] != "@")


def _unread(name: str, where: str, expected: str) -> MappingFinding:
    return of_whole(
        "scope-not-read",
        "error",
        f"{where} holds {plain_line(name, 60)}, which Entra does not read: it leaves nobody out.",
        f"Entra reads {expected}. Write what is meant there.",
    )

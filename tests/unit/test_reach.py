"""Which changes of a mapping may leave people out, decided by the documents alone."""

import pytest

from wizard.mapping.document import Changes, MappingDocument, Row
from wizard.mapping.reach import finds_otherwise, may_leave_out, same_filters
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.editing import with_scope
from wizard.steps.mapping_changes import changes_between
from wizard.words.text import plain_line

LONG = "x" * 70


def scope(*filters: tuple[str, ...], **others: object) -> Filter:
    """Return a scope; each filter is a list of departments, of which all must hold."""
    groups = [
        {
            "name": "",
            "clauses": [
                {
                    "operatorName": "EQUALS",
                    "sourceOperandName": "department",
                    "targetOperand": {"values": [value]},
                }
                for value in values
            ],
        }
        for values in filters
    ]
    return Filter.model_validate({"groups": groups} | others)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (scope(("A",)), None),
        (scope(("A",)), scope()),
        (scope(("A",)), scope(("A",), ("B",))),
        (scope(("A",)), scope(("B",), ("A",))),
        (scope(("A", "B")), scope(("A",))),
        (scope(("A", "B"), ("C",)), scope(("B",), ("C",))),
        (None, None),
        (None, scope()),
    ],
)
def test_what_lets_in_everybody_as_before_leaves_nobody_out(
    before: Filter | None, after: Filter | None
) -> None:
    assert not may_leave_out(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, scope(("A",))),
        (scope(("A",)), scope(("B",))),
        (scope(("A",)), scope(("A", "B"))),
        (scope(("A",), ("B",)), scope(("A",))),
        (scope(("A",)), scope(())),  # what a filter without clauses lets in is not known
        (scope((LONG + "1",)), scope((LONG + "2",))),
        (None, scope(inputFilterGroups=[{"name": "", "clauses": []}])),
        (scope(inputFilterGroups=[{"name": "", "clauses": []}]), None),
    ],
)
def test_what_may_let_in_fewer_is_taken_for_narrower(
    before: Filter | None, after: Filter | None
) -> None:
    assert may_leave_out(before, after)
    assert not same_filters(before, after)


@pytest.mark.parametrize(
    ("was", "becomes"), [("s" * 70 + "1", "s" * 70 + "2"), ("a b", "a  b"), ("a", "a")]
)
def test_filters_that_differ_read_differently(was: str, becomes: str) -> None:
    told = changes_between(_filtered(was), _filtered(becomes))
    if was == becomes:
        assert told == ()
        return
    (change,) = told
    assert change.before != change.after
    assert plain_line(becomes) in change.after
    assert plain_line(was) in change.before


def _filtered(value: str) -> MappingDocument:
    return with_scope(MappingDocument.default(), scope((value,)))


def test_an_operator_is_the_same_in_any_spelling() -> None:
    written = scope(("A",)).as_json()
    written["groups"][0]["clauses"][0]["operatorName"] = "equals"
    assert same_filters(scope(("A",)), Filter.model_validate(written))


@pytest.mark.parametrize(
    ("target", "changes"),
    [
        ("userName", Changes(source="[mail]")),
        ("userName", Changes(matching_priority=2)),
        ("userName", Changes(target="nickName")),
        ("externalId", Changes(matching_priority=2)),
        ("active", Changes(source='"False"')),
    ],
)
def test_rows_that_find_people_or_switch_them_on_decide(target: str, changes: Changes) -> None:
    document = MappingDocument.default()
    assert finds_otherwise(document.users, document.with_edited(target, **changes).users)


def test_other_rows_and_blanks_decide_nothing() -> None:
    document = MappingDocument.default()
    other = document.with_edited("displayName", source="[givenName]").with_typed(
        Row("title", "[jobTitle]")
    )
    spaced = document.with_edited("userName", source=" [userPrincipalName] ")
    assert not finds_otherwise(document.users, other.users)
    assert not finds_otherwise(document.users, spaced.users)
    assert finds_otherwise(document.users, document.without("active").users)

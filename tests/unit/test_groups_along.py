"""Which groups go along, in words: nothing is claimed that was not read."""

import pytest

from wizard.errors import InvalidInput
from wizard.steps.groups import HOW_OFF, Groups, Named, refuse_surprise

FEW = Named(("Legal", "Sales"), 2)
ONE = Named(("Sales",), 1)
MANY = Named(tuple(f"G{number:02}" for number in range(12)), 12)
NONE = Named()


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (
            Groups(True, False, FEW, NONE),
            ("2 assigned groups go along, with their members: Legal, Sales.",),
        ),
        (
            Groups(True, False, ONE, NONE),
            ("1 assigned group goes along, with its members: Sales.",),
        ),
        (
            Groups(True, False, NONE, NONE),
            ("Groups go along; none is assigned.",),
        ),
        (
            Groups(True, False, Named(is_complete=False), NONE),
            ("Groups go along; among the first 5,000 assignments is none.",),
        ),
        (
            Groups(True, True, NONE, MANY),
            (
                "All 12 groups of the directory go along, with their members: "
                "G00, G01, G02, G03, G04, G05, G06, G07, G08, G09 and 2 more.",
            ),
        ),
        (
            Groups(None, False, FEW, NONE, why="Microsoft says no."),
            (
                "Whether groups go along is not known: Microsoft says no.",
                "If so: 2 assigned groups go along, with their members: Legal, Sales.",
            ),
        ),
        (
            Groups(True, None, FEW, MANY),
            (
                "2 assigned groups go along, with their members: Legal, Sales.",
                "Entra does not say yet who is in scope. If everybody: All 12 groups of the "
                "directory go along, with their members: G00, G01, G02, G03, "
                "G04, G05, G06, G07, G08, G09 and 2 more.",
            ),
        ),
        (
            Groups(True, False, Named(("Sales",), 1, is_complete=False), NONE),
            ("At least 1 assigned group goes along, with its members: Sales and perhaps more.",),
        ),
        (
            Groups(True, False, Named(is_complete=False, trouble="Microsoft says no."), NONE),
            ("Assigned groups go along; which, cannot be read: Microsoft says no.",),
        ),
    ],
)
def test_groups_that_go_along_are_named_with_the_way_to_leave_them_out(
    groups: Groups, told: tuple[str, ...]
) -> None:
    assert groups.told == (*told, HOW_OFF)


def test_what_stays_out_is_one_calm_sentence() -> None:
    assert Groups(False, None, NONE, NONE).told == (
        "No group goes along: the mapping of groups is switched off.",
    )
    assert Groups(False, None, NONE, NONE, is_mapped=False).told == (
        "No group goes along: the application has no mapping of groups.",
    )


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (Groups(True, False, FEW, NONE), Groups(True, False, ONE, NONE)),
        (Groups(True, False, ONE, NONE), Groups(False, False, NONE, NONE)),
        (Groups(None, False, ONE, NONE), Groups(False, False, NONE, NONE)),
        (Groups(True, True, NONE, MANY), Groups(True, False, ONE, NONE)),
        (Groups(True, False, Named(("Other",), 1), NONE), Groups(True, False, ONE, NONE)),
        (
            Groups(True, False, Named(is_complete=False, trouble="no"), NONE),
            Groups(True, False, FEW, NONE),
        ),
    ],
)
def test_more_groups_than_were_shown_are_not_written(now: Groups, shown: Groups) -> None:
    with pytest.raises(InvalidInput) as caught:
        refuse_surprise(now, shown)
    assert caught.value.code == "groups-changed"


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (Groups(True, False, ONE, NONE), Groups(True, False, FEW, NONE)),
        (Groups(False, False, NONE, NONE), Groups(True, False, FEW, NONE)),
        (Groups(True, False, ONE, NONE), None),
        (Groups(True, False, NONE, NONE), Groups(True, False, NONE, NONE)),
    ],
)
def test_what_was_shown_or_is_less_goes_on(now: Groups, shown: Groups | None) -> None:
    refuse_surprise(now, shown)

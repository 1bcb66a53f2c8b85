"""What can be taken back, and what taking it back brings with it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sessions import NOW
from wizard.store.history import History
from wizard.store.journal import Action, Change, JournalEntry
from wizard.walk.undoing import consequence, names_of


def entry(
    step: str, action: str, minute: int = 0, changes: tuple[Change, ...] = (), **details: Any
) -> JournalEntry:
    at = NOW + timedelta(minutes=minute)
    return JournalEntry(
        at=at, step=step, action=action, subject="it", details=details, changes=changes
    )


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (entry("application", "made"), "restore it for 30 days"),
        (entry("credentials", "made"), "forgets which person is which account"),
        (entry("credentials", "changed", was_empty=False), "cannot be brought back"),
        (entry("credentials", "changed", was_empty=True), "provisioning does not work"),
        (entry("mapping", "changed"), "full cycle"),
        (entry("scoping", "changed"), "full cycle"),
        (entry("mapping", "changed", switched={"Group": False}), "Groups go along again"),
        (entry("assignment", "made"), "switched off in Webex"),
        (entry("scope", "changed", before=True, everybody=False), "Everybody in the directory"),
        (entry("scope", "changed", before=False, everybody=True), "falls out of scope"),
        (entry("start", "changed", was_on=False), "stays in Webex"),
        (entry("start", "changed", was_on=True), "Nothing changes"),
    ],
)
def test_what_comes_with_taking_something_back_is_told_before(
    made: JournalEntry, told: str
) -> None:
    assert told in consequence(made)


@pytest.mark.parametrize(
    "made",
    [
        entry("notification", "changed", before=""),
        entry("scope", "changed", before=None, everybody=False),
        entry("a step of a later version", "made"),
    ],
)
def test_what_has_no_consequence_says_nothing(made: JournalEntry) -> None:
    assert consequence(made) == ""


def test_what_is_there_again_is_told_from_the_changes_and_nothing_without_them() -> None:
    limit = Change("", "deletion limit", "none", "50")
    made = entry("notification", "changed", before="").model_copy(update={"changes": (limit,)})
    assert consequence(made) == "What Entra has then: deletion limit: none."


def limit(before: str, after: str) -> Change:
    return Change("", "deletion limit", before, after)


@pytest.mark.parametrize(
    ("made", "names"),
    [
        ([entry("scope", "changed"), entry("start", "changed")], ["it", "it"]),
        (
            [
                entry("notification", "changed", changes=(limit("50", "9"),)),
                entry("notification", "changed", changes=(limit("", "50"), *([limit("", "")] * 3))),
            ],
            [
                "it (deletion limit: 50 → 9)",
                "it (deletion limit: nothing → 50; deletion limit: nothing → nothing; 2 more)",
            ],
        ),
        (
            [entry("assignment", "made", assignee="a"), entry("assignment", "made", assignee="b")],
            ["it (object id a)", "it (object id b)"],
        ),
        (
            [entry("application", "made", service_principal_id=each) for each in "ab"],
            ["it (object id a)", "it (object id b)"],
        ),
        (
            [entry("mapping", "changed", 1), entry("mapping", "changed", 0)],
            ["it (number 2 of 2)", "it (number 1 of 2)"],
        ),
    ],
)
def test_no_two_of_a_step_are_called_alike(made: list[JournalEntry], names: list[str]) -> None:
    assert list(names_of(made)) == names


def test_what_was_refused_or_taken_back_is_not_offered() -> None:
    first, second, third = (entry("scope", "changed", minute) for minute in range(3))
    refused = entry("scope", Action.REFUSED, 3, of=first.at.isoformat())
    undone = entry("scope", Action.UNDONE, 4, of=third.at.isoformat())
    other = entry("start", Action.UNDONE, 5, of=second.at.isoformat())
    seen = entry("start", "adopted", 6)
    assert History((first, second, third, refused, undone, other, seen)).undoable == (second,)


def test_what_an_undo_had_to_leave_stands_and_is_neither_offered_nor_ours_to_write_over() -> None:
    place: dict[str, Any] = {"service_principal_id": "p", "job_id": "j"}
    job = entry("credentials", "made", 0, **place)
    saved = entry("credentials", "changed", 1, was_empty=False, **place)
    started = entry("start", "changed", 2, was_on=True, **place)
    lines = [job, saved, started]
    assert History(lines).saved_by_us("p")
    lines += [
        entry(each.step, Action.LEFT, number, of=each.at.isoformat())
        for number, each in enumerate((started, saved), 3)
    ]
    history = History(lines)
    assert history.undoable == (job,)
    assert history.left == (started, saved)
    assert history.left_in_words == "Could not be taken back, and stays in Entra: it."
    assert (history.saved_by_us("p"), history.has_saved_credentials) == (False, True)
    lines.append(entry("credentials", Action.UNDONE, 5, of=job.at.isoformat()))
    assert History(lines).left == (saved,)  # with the job went that it was on
    again = entry("credentials", "changed", 6, was_empty=False, **place)
    assert History([*lines, again]).left == ()
    assert History([*lines, again]).saved_by_us("p")


def test_what_an_earlier_version_called_undone_and_could_not_take_back_may_be_in_entra() -> None:
    saved = entry("credentials", "changed", was_empty=False)
    undone = entry("credentials", Action.UNDONE, 1, of=saved.at.isoformat())
    assert History((saved, undone)).has_saved_credentials
    emptied = entry("credentials", "changed", was_empty=True)
    assert not History((emptied, undone)).has_saved_credentials


def test_the_newest_comes_first() -> None:
    older, newer = entry("application", "made"), entry("credentials", "changed", 1)
    assert History((older, newer)).undoable == (newer, older)


def test_with_an_application_goes_what_was_made_in_it_and_nothing_else() -> None:
    other = entry("assignment", "made", 0)
    made = entry("application", "made", 1)
    inside = (entry("credentials", "made", 2), entry("start", "changed", 3))
    journal = (other, made, *inside, entry("application", "adopted", 4))
    later = entry("scope", "changed", 5)
    chosen = (later, *reversed(inside), made, other)
    history = History((*journal, later))
    assert history.worth_doing(chosen) == (later, made, other)
    assert history.worth_doing(inside) == inside

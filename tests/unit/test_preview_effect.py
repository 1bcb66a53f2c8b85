"""What an edit of the mapping does by itself, apart from what would happen without it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.directories import KINDS, Pair, account, groups, in_sync, pair, person
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.objects import with_switches
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.preview.document import Told
from wizard.preview.effect import EditTold, edit_document, edit_told
from wizard.preview.effect_words import edit_lines, stops_to_pass
from wizard.preview.intake import Intake
from wizard.preview.offline import told_of
from wizard.preview.outcome import Prospect
from wizard.preview.settings import JobState, Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness

DEFAULT = MappingDocument.default()
TITLE = DEFAULT.with_typed(Row("title", "[jobTitle]"))
BY_MAIL = DEFAULT.with_edited("displayName", source="[mail]")
UNLINKED = DEFAULT.with_edited("externalId", source="[employeeId]")


def only(*departments: str) -> MappingDocument:
    clause = new_clause("department", "REGEX MATCH", "|".join(departments) or "-")
    return with_scope(DEFAULT, with_filter(None, "some", clause))


def told(made: Pair, document: MappingDocument, job: JobState = "running", **given: Any) -> Told:
    sides = Sides(groups=Completeness(), webex_groups=Completeness()) if given else Sides()
    intake = Intake(Settings(document, job), sides)
    for take, records in (
        (intake.groups.take, given.get("ours", [])),
        (intake.webex_groups.take, given.get("theirs", [])),
        (intake.people.take, made.people),
        (intake.accounts.take, made.accounts),
    ):
        take(json.dumps(records).encode())
    return told_of(intake.result())


def edited(
    made: Pair, after: MappingDocument, before: MappingDocument = DEFAULT, **given: Any
) -> EditTold:
    return edit_told(told(made, before, **given), told(made, after, **given))


def counted(found: EditTold) -> dict[str, int]:
    return {str(each): count for each, count in found.effect.counts.items() if count}


def words(found: EditTold) -> list[str]:
    return [each.words for each in found.effect.patterns]


def test_a_new_row_is_told_by_itself_whatever_else_would_happen() -> None:
    found = edited(pair(36), TITLE)
    first = (
        '4 people: updated in Webex (unchanged without the edit); title from empty to "Engineer"'
    )
    assert words(found)[0] == first
    assert "familyName" not in " ".join(words(found))
    assert (
        found.effect.counts[Prospect.DISABLE] == 0 < found.without.preview.counts[Prospect.DISABLE]
    )


def test_who_would_change_anyhow_is_told_with_what_the_edit_adds_alone() -> None:
    who, has = person(1), account(person(1), 1) | {"displayName": "Of old"}
    found = edited(Pair([who], [has]), TITLE)
    assert words(found) == [
        '1 person: updated in Webex in any case, with other values; title from empty to "Engineer"'
    ]
    assert counted(found) == {"update": 1}


def test_what_is_not_sent_any_more_is_told_as_left() -> None:
    who, has = person(1), account(person(1), 1)
    found = edited(Pair([who], [has]), DEFAULT, TITLE)
    assert words(found) == ["1 person: unchanged (updated in Webex without the edit)"]
    both = TITLE.with_edited("displayName", source="[mail]")
    found = edited(Pair([who], [has]), BY_MAIL, both)
    assert words(found) == [
        "1 person: updated in Webex in any case, with other values; title is left as it is"
    ]
    story = list(edit_lines(found, 1))
    assert "  title: empty -> not sent" in story


def test_who_is_made_in_any_case_counts_as_made_otherwise() -> None:
    found = edited(Pair([person(1)], []), TITLE)
    assert (counted(found), found.effect.otherwise) == ({}, 1)
    assert words(found) == [
        '1 person: created in Webex in any case, with other values; title from empty to "Engineer"'
    ]
    assert "        1  made or switched off in any case, with other values" in edit_lines(found, 0)


def test_whom_a_filter_switches_off_is_named_and_stops_by_the_edit_and_asked_once() -> None:
    made = in_sync(60)
    found = edited(made, only("Sales"))
    gone = found.effect.counts[Prospect.DISABLE]
    assert gone > 5
    assert [(each.code, each.number) for each in found.stops] == [("switches-off-too-many", gone)]
    assert found.with_it.stops == found.stops
    assert stops_to_pass(found) == found.stops
    lines = list(edit_lines(found, 100))
    assert sum("Let it pass only knowingly" in line for line in lines) == 1
    named = [line for line in lines if line.startswith("- ") and "(unchanged without" in line]
    assert len(named) == gone + 1


def test_what_stops_apart_from_the_edit_is_asked_beside_it() -> None:
    made = in_sync(60)
    for each in made.people[:10]:
        each["accountEnabled"] = False
    found = edited(made, TITLE)
    assert [each.code for each in found.stops] == ["updates-many"]
    assert [each.number for each in stops_to_pass(found)] == [10]
    blocked = {each["department"] for each in made.people} - {"Sales"}
    both = edited(made, only(*sorted(blocked)))
    numbers = [each.number for each in stops_to_pass(both)]
    assert numbers == [both.effect.counts[Prospect.DISABLE], sum(numbers[:1]) + 10]


def test_an_administrator_whom_the_edit_switches_off_stops_by_name() -> None:
    made = in_sync(3)
    made.accounts[0]["roles"] = [{"value": "id_full_admin"}]
    found = edited(made, only())
    assert [(each.code, each.names) for each in found.stops] == [
        ("switches-off-administrator", (made.people[0]["userPrincipalName"],))
    ]


def test_less_that_is_known_is_said_and_nobody_counts_as_untouched() -> None:
    made = in_sync(2)
    made.people.pop()
    found = edited(made, UNLINKED)
    assert found.less_known[0].startswith("externalId is not mapped from [objectId]")
    assert "With this edit less is known: " + found.less_known[0] in edit_lines(found, 0)
    back = edited(Pair([person(1)], []), DEFAULT, UNLINKED)
    assert counted(back) == {"create": 1}
    assert words(back)[0].startswith("1 person: created in Webex (not known without the edit)")


def test_of_whom_nothing_is_known_either_way_is_counted_apart() -> None:
    made = Pair([person(1)], [])
    found = edited(made, UNLINKED.with_typed(Row("title", "[jobTitle]")), UNLINKED)
    assert (found.effect.unsure, found.effect.is_none) == (1, True)
    said = " ".join(edit_lines(found, 0))
    assert "nothing happens to anybody, as far as is known" in said
    assert "Of 1 person, account or group it is not known what would happen, with" in said


def test_groups_that_are_switched_off_by_the_edit_are_told_as_groups() -> None:
    made = in_sync(12)
    theirs = groups(3, range(10), 10, 11, ("in sync", "new", "member added"))
    off = MappingDocument(with_switches(DEFAULT.schema, {"Group": False}))
    found = edited(made, off, ours=theirs.ours, theirs=theirs.theirs)
    assert found.effect.group_counts[Prospect.OUT_OF_SCOPE] == 3
    assert counted(found) == {}
    assert "Groups:" in edit_lines(found, 0)


def test_who_stands_behind_an_account_that_the_edit_gives_to_somebody_is_none_of_its_doing() -> (
    None
):
    has = account(person(1), 1)
    has.pop("externalId")
    ours = [{"id": "g", "displayName": "All", "members": []}]
    by_number = DEFAULT.with_edited("userName", source="[employeeId]")
    found = edited(Pair([person(1)], [has]), DEFAULT, by_number, ours=ours, theirs=[])
    shrinks = [len(list(each.preview.fates())) for each in (found.without, found.with_it)]
    assert shrinks == [3, 2]
    assert found.with_it.preview.group_counts[Prospect.CREATE] == 1
    assert not found.effect.group_counts


def test_a_group_that_loses_members_by_the_edit_stops() -> None:
    made = in_sync(150)
    members = [{"@odata.type": "#microsoft.graph.user", "id": each["id"]} for each in made.people]
    ours = [{"id": "g", "displayName": "All", "members": members}]
    has = [{"value": each["id"]} for each in made.accounts]
    theirs = [{"id": "t", "externalId": "g", "displayName": "All", "members": has}]
    found = edited(made, only(), job="never", ours=ours, theirs=theirs)
    assert [(each.code, each.number, each.group) for each in found.stops] == [
        ("group-loses-too-many", 150, "group:g")
    ]
    found = edited(made, TITLE, only(), job="never", ours=ours, theirs=theirs)
    assert [each for each in found.stops if each.severity == "stop"] == []


DOCUMENTS = (DEFAULT, TITLE, BY_MAIL, UNLINKED, only("Sales"), only())


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=8), st.sampled_from(DOCUMENTS))
def test_no_edit_does_nothing(kinds: list[str], document: MappingDocument) -> None:
    made = pair(len(kinds), kinds=tuple(kinds))
    if made.people or made.accounts:
        found = edited(made, document, document)
        assert found.effect.is_none
        assert not found.stops
        assert not found.effect.patterns


@given(
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=8),
    st.sampled_from(DOCUMENTS),
    st.sampled_from(DOCUMENTS),
    st.sampled_from(["never", "running", "restarted"]),
)
def test_what_an_edit_does_and_what_happens_without_it_make_up_all_that_happens(
    kinds: list[str], before: MappingDocument, after: MappingDocument, job: JobState
) -> None:
    made = pair(len(kinds), kinds=tuple(kinds))
    if not (made.people or made.accounts):
        return
    found = edited(made, after, before, job=job)
    by_key = {each.fate.key: each for each in found.effect.by_risk()}
    without = {each.key: each for each in found.without.preview.fates()}
    for fate in found.with_it.preview.fates():
        was, by_edit = without.get(fate.key), by_key.get(fate.key)
        sent = {(target, value) for target, _, value in fate.changes}
        ours = {(t, v) for t, _, v in by_edit.fate.changes if v is not None} if by_edit else set()
        anyhow = {(target, value) for target, _, value in was.changes} if was else set()
        assert ours <= sent <= ours | anyhow
        if by_edit is None and was is not None:
            assert (was.outcome, sent) == (fate.outcome, anyhow)
        if by_edit is not None:
            assert by_edit.without is (was.outcome if was is not None else None)


def test_the_document_tells_the_same() -> None:
    found = edited(in_sync(30), only("Sales"))
    document = edit_document(found, 2)
    assert document["counts"]["disable"] == found.effect.counts[Prospect.DISABLE]
    assert len(document["people"]) == 2
    assert document["people"][0]["without"] == document["patterns"][0]["without"] == "unchanged"
    assert document["stops"][0]["number"] == document["counts"]["disable"]
    json.dumps(document)


@pytest.mark.parametrize("limit", [0, 3])
def test_what_happens_apart_from_the_edit_and_in_all_is_told_below(limit: int) -> None:
    lines = list(edit_lines(edited(pair(18), TITLE), limit))
    places = [
        next(at for at, line in enumerate(lines) if line.startswith(first))
        for first in ("Because of this edit:", "Apart from it, the next cycle", "In all, with this")
    ]
    assert places == sorted(places)
    quiet = edited(replace(in_sync(3)), TITLE)
    assert "Apart from it, the next cycle would change nothing, as far as is known." in edit_lines(
        quiet, limit
    )

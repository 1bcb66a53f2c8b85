"""What would happen to whom, over directories whose differences are known."""

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.directories import (
    ENTERPRISE,
    GROUP_KINDS,
    KINDS,
    RARE,
    Pair,
    account,
    groups,
    in_sync,
    pair,
    person,
)
from wizard.mapping.document import Changes, MappingDocument, Row
from wizard.preview.fate import Fate
from wizard.preview.intake import Intake
from wizard.preview.outcome import Prospect
from wizard.preview.result import Preview
from wizard.preview.settings import JobState, Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness, Unknown

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def previewed(made: Pair, *, page: int = 100, document: MappingDocument | None = None,
              job: JobState = "running", known: int | None = None,
              **given: Any) -> Preview:  # fmt: skip
    """Preview a pair, given as pages of the services."""
    settings = Settings(
        document or MappingDocument.default(),
        job,
        everybody="assigned" not in given,
        known_people=known,
        now=NOW,
    )
    sides = dict(given.get("sides", {}))
    if "ours" in given:
        sides |= {"groups": Completeness(), "webex_groups": Completeness()}
    intake = Intake(settings, Sides(**sides))
    for name, take, listed in (
        ("ours", intake.groups.take, "value"),
        ("theirs", intake.webex_groups.take, "Resources"),
    ):
        some = given.get(name, [])
        for at in range(0, len(some), page):
            take(json.dumps({listed: some[at : at + page]}).encode())
    if "assigned" in given:
        intake.assignments.take(json.dumps(given["assigned"]).encode())
    for at in range(0, max(len(made.people), 1), page):
        intake.people.take(json.dumps({"value": made.people[at : at + page]}).encode())
    for at in range(0, max(len(made.accounts), 1), page):
        some = {"totalResults": len(made.accounts), "Resources": made.accounts[at : at + page]}
        intake.accounts.take(json.dumps(some).encode())
    return intake.result()


def by_key(preview: Preview) -> dict[str, Fate]:
    return {fate.id or fate.account: fate for fate in preview.fates()}


def one(who: dict[str, Any], *accounts: dict[str, Any], **options: Any) -> Fate:
    """Return the outcome of one person."""
    return by_key(previewed(Pair([who], list(accounts)), **options))[who["id"]]


def codes(fate: Fate) -> list[str]:
    return [code for code, _ in fate.reasons]


def test_each_difference_comes_out_as_it_was_made() -> None:
    kinds = (*KINDS, *RARE)
    made = pair(40 * len(kinds), kinds=kinds)
    preview = previewed(made)
    fates = by_key(preview)
    assert {key: str(fate.outcome) for key, fate in fates.items()} == made.outcomes
    assert {key: fates[key].changes for key in made.fields} == made.fields
    assert preview.counts == made.counts
    assert preview.inactive == 40


@pytest.mark.parametrize("job", ["never", "running", "restarted"])
def test_directories_in_sync_show_no_change(job: JobState) -> None:
    made, same = in_sync(150), groups(20, range(150), 0, 0, ("in sync",))
    preview = previewed(made, job=job, ours=same.ours, theirs=same.theirs)
    assert preview.counts == {Prospect.UNCHANGED: 150}
    assert preview.group_counts == {Prospect.UNCHANGED: 20}
    assert not any(fate.changes or fate.dangers for fate in preview.fates())


@pytest.mark.parametrize("page", [1, 7, 1000])
def test_each_difference_of_groups_comes_out_as_it_was_made(page: int) -> None:
    made = pair(38, kinds=("in sync",) * 36 + ("new", "blocked and unknown"))
    told = groups(5 * len(GROUP_KINDS), range(36), 36, 37)
    preview = previewed(made, ours=told.ours, theirs=told.theirs, page=page)
    fates = {fate.id or fate.account: fate for fate in preview.groups()}
    assert {key: str(fate.outcome) for key, fate in fates.items()} == told.outcomes
    assert {key: fates[key].changes for key in told.fields} == told.fields
    assert preview.group_counts == Counter(told.outcomes.values())
    emptied = {key for key, fate in fates.items() if "group-empties" in fate.dangers}
    assert len(emptied) == 5


def test_a_job_that_never_ran_finds_by_name_and_knows_nobody() -> None:
    who, has = person(1), account(person(1), 1)
    has["userName"] = "old@example.com"
    fate = one(who, has, job="never")
    assert fate.outcome is Prospect.CREATE
    assert "second-account" in fate.dangers
    assert one(who, has, job="running").outcome is Prospect.RENAME
    assert one(who, has, job="restarted").outcome is Prospect.CREATE


def test_who_is_not_assigned_is_switched_off_only_where_entra_knows_the_account() -> None:
    who, has = person(1), account(person(1), 1)
    fate = one(who, has, assigned=[person(2)["id"]])
    assert (fate.outcome, codes(fate)) == (
        Prospect.DISABLE,
        ["not-assigned", "linked", "switched-off"],
    )
    assert one(who, has, assigned=[person(2)["id"]], job="never").outcome is Prospect.OUT_OF_SCOPE
    assert one(who, has, assigned=[who["id"]]).outcome is Prospect.UNCHANGED


def test_members_of_a_group_that_was_not_read_may_be_assigned() -> None:
    assigned = {"value": [{"principalId": "some-group", "principalType": "Group"}]}
    assert one(person(1), assigned=assigned).outcome is Prospect.UNKNOWN


def test_where_not_all_assignments_were_read_nobody_is_said_not_to_be_assigned() -> None:
    cut = Completeness()
    cut.broke_off(Unknown.ASSIGNMENTS, "cut")
    who, has = person(1), account(person(1), 1)
    for accounts in ((), (has,)):
        fate = one(who, *accounts, assigned=[person(2)["id"]], sides={"entra": cut})
        assert (fate.outcome, codes(fate)) == (Prospect.UNKNOWN, ["maybe-assigned"])
    assert one(who, has, assigned=[who["id"]], sides={"entra": cut}).outcome is Prospect.UNCHANGED


def test_where_not_all_assignments_were_read_a_group_may_be_assigned_too() -> None:
    cut = Completeness()
    cut.broke_off(Unknown.ASSIGNMENTS, "cut")
    ours = [{"id": "g-1", "displayName": "Sales", "members": []}]
    theirs = [{"id": "w-1", "displayName": "Sales", "externalId": "g-1", "members": []}]
    preview = previewed(Pair([person(1)], []), assigned=[person(1)["id"]], ours=ours,
                        theirs=theirs, sides={"entra": cut})  # fmt: skip
    assert preview.group_counts == {Prospect.UNKNOWN: 2}


def document(*rows: Row, **changes: Changes) -> MappingDocument:
    made = MappingDocument.default()
    for target, change in changes.items():
        made = made.with_edited(target, **change)
    for row in rows:
        made = made.with_typed(row)
    return made


def test_without_a_link_nothing_is_said_that_only_a_link_tells() -> None:
    elsewhere = document(externalId={"source": "[employeeId]"})
    who, has = person(1), account(person(1), 1) | {"externalId": "4711"}
    preview = previewed(Pair([who], [has]), document=elsewhere)
    assert preview.counts == {Prospect.UNCHANGED: 1}
    assert "links" in preview.unknown
    assert one(who, document=elsewhere).outcome is Prospect.UNKNOWN
    unassigned = one(who, has, document=elsewhere, assigned=["nobody"])
    assert (unassigned.outcome, codes(unassigned)[-1]) == (Prospect.UNKNOWN, "links-unknown")


def test_a_default_is_sent_while_somebody_is_created_and_never_after() -> None:
    title = document(Row("title", "[employeeType]", default_value="Staff"))
    who, has = person(1), account(person(1), 1)
    assert ("title", None, "Staff") in one(who, document=title).changes
    assert one(who, has, document=title).outcome is Prospect.UNCHANGED


def test_what_is_mapped_into_lists_and_extensions_is_compared_there() -> None:
    work = 'phoneNumbers[type eq "work"].value'
    rows = document(Row(work, "[telephoneNumber]"), Row(f"{ENTERPRISE}:department", "[department]"))
    who, has = person(1), account(person(1), 1)
    assert one(who, has, document=rows).outcome is Prospect.UNCHANGED
    has["phoneNumbers"][0]["value"] = "0"
    has[ENTERPRISE]["department"] = "Old"
    assert one(who, has, document=rows).changes == (
        (work, "0", "+49 30 1"),
        (f"{ENTERPRISE}:department", "Old", "Support"),
    )


def test_names_of_scim_in_any_case_are_the_same_names() -> None:
    def shouted(value: Any) -> Any:
        if isinstance(value, dict):
            return {key.upper(): shouted(each) for key, each in value.items()}
        return value

    made = in_sync(3)
    made.accounts = [shouted(each) for each in made.accounts]
    assert previewed(made).counts == {Prospect.UNCHANGED: 3}
    quiet = in_sync(3)
    for each in quiet.accounts:
        each["displayname"] = each.pop("displayName")
    assert previewed(quiet).counts == {Prospect.UNCHANGED: 3}


def test_a_change_of_spelling_after_many_pages_is_told() -> None:
    made = in_sync(60)
    for each in made.accounts[50:]:
        each["displayname"] = each.pop("displayName")
    preview = previewed(made, page=1)
    assert "spelling" in preview.unknown


def test_people_with_powershells_names_are_the_same_people() -> None:
    made = in_sync(3)
    made.people = [{key[0].upper() + key[1:]: v for key, v in p.items()} for p in made.people]
    assert previewed(made).counts == {Prospect.UNCHANGED: 3}


def test_a_guest_is_known_by_the_address_at_home() -> None:
    who = person(1) | {
        "userPrincipalName": "ann_partner.example#EXT#@example.com",
        "userType": "Guest",
        "mail": "ann@partner.example",
    }
    fate = one(who)
    assert fate.changes[0] == ("userName", None, "ann@partner.example")
    assert "guest" in fate.dangers


def test_people_who_would_share_one_account_are_in_conflict() -> None:
    ann, bob = person(1), person(2)
    bob["userPrincipalName"] = ann["userPrincipalName"].upper()
    both = by_key(previewed(Pair([ann, bob], [])))
    assert [fate.outcome for fate in both.values()] == [Prospect.CONFLICT] * 2
    has = account(ann, 1)
    del has["externalId"]
    both = by_key(previewed(Pair([ann, bob], [has])))
    assert [codes(fate)[-1] for fate in both.values()] == ["several-people"] * 2


def test_an_account_of_another_person_is_not_taken() -> None:
    ann, bob = person(1), person(2)
    taken = account(bob, 2) | {"userName": ann["userPrincipalName"]}
    fates = by_key(previewed(Pair([ann, bob], [taken])))
    assert codes(fates[ann["id"]])[-1] in {"several-people", "account-of-other"}
    assert fates[ann["id"]].outcome is Prospect.CONFLICT


def test_a_name_that_is_taken_is_no_rename() -> None:
    ann = person(1)
    hers = account(ann, 1) | {"userName": "old@example.com"}
    other = account(ann, 2)
    del other["externalId"]
    assert codes(one(ann, hers, other))[-1] == "name-taken"


def test_lists_that_are_not_whole_make_nothing_out_of_what_is_not_there() -> None:
    who, has = person(1), account(person(2), 2)
    intake = Intake(Settings(MappingDocument.default(), "running", now=NOW), Sides())
    intake.people.take(json.dumps([who]).encode())
    intake.accounts.take(json.dumps([has]).encode())
    intake.sides.entra.total = intake.sides.webex.total = 500
    preview = intake.result()
    assert preview.counts == {Prospect.UNKNOWN: 2}
    assert preview.sides.entra.how == "partial"


GONE = {"deletedDateTime": "2026-11-20T00:00:00Z", "userPrincipalName": "0a1b2cann@example.com"}


def test_whoever_was_deleted_is_switched_off_whatever_became_of_scope_and_assignment() -> None:
    who, has = person(1) | GONE, account(person(1), 1)
    changes = (
        ("userName", "person1@example.com", "0a1b2cann@example.com"),
        ("active", "True", "False"),
    )
    for assigned in ([], [who["id"]]):
        fate = one(who, has, assigned=assigned)
        assert (fate.outcome, fate.changes) == (Prospect.DISABLE, changes)
        assert codes(fate) == ["deleted", "linked", "switched-off"]
    month_ago = who | {"deletedDateTime": "2026-10-20T00:00:00Z"}
    assert one(month_ago, has).outcome is Prospect.DELETE
    for job in ("never", "restarted"):
        assert one(who, has, job=job).outcome is Prospect.OUT_OF_SCOPE
    assert previewed(Pair([who], [has])).people == 0


def test_an_account_with_the_id_of_somebody_out_of_scope_may_never_have_been_linked() -> None:
    people = [person(number) for number in range(3)]
    accounts = [account(each, number) for number, each in enumerate(people)]
    assigned = [each["id"] for each in people[:2]]
    made = Pair(people, accounts)
    sure = previewed(made, assigned=assigned, known=3)
    assert (sure.counts[Prospect.DISABLE], sure.maybe_off) == (1, 0)
    unsure = previewed(made, assigned=assigned, known=2)
    assert (unsure.counts[Prospect.UNKNOWN], unsure.maybe_off) == (1, 1)
    assert codes(by_key(unsure)[people[2]["id"]]) == ["not-assigned", "maybe-linked"]


def test_where_entra_knows_more_than_carry_a_link_what_follows_from_links_is_not_known() -> None:
    people = [person(number) for number in range(9)]
    accounts = [account(each, number) for number, each in enumerate(people[:8])]
    for each in accounts[1:]:
        del each["externalId"]
    assigned = [each["id"] for each in people if each is not people[7]]
    made = Pair(people, accounts)
    preview = previewed(made, assigned=assigned, known=8)
    assert preview.unknown[Unknown.LINKS].startswith(
        "Entra says it has linked 8 people with accounts, and 1 account has an externalId. The "
        "account of 7 or more of them is not known: it may be switched off, too,"
    )
    told = by_key(preview)
    assert told[people[0]["id"]].outcome is Prospect.UNCHANGED
    assert told[people[1]["id"]].outcome is Prospect.UPDATE
    assert "found" in codes(told[people[1]["id"]])
    for place, outcome in ((7, Prospect.UNKNOWN), (8, Prospect.CREATE)):  # left, and came
        assert told[people[place]["id"]].outcome is outcome
        assert "links-hidden" in codes(told[people[place]["id"]])
    assert Prospect.DISABLE not in preview.counts
    sure = previewed(made, assigned=assigned, known=1)
    assert Unknown.LINKS not in sure.unknown
    assert sure.counts[Prospect.LINK] == 6


def test_where_links_or_accounts_were_not_read_nobody_is_said_to_stay_as_is() -> None:
    for lacks in (Unknown.LINKS, Unknown.ACCOUNTS):
        webex = Completeness(unknown={lacks: "Refused."})
        blocked = person(2) | {"accountEnabled": False}
        people = [person(1), blocked, person(3)]
        assigned = [each["id"] for each in people[:2]]
        preview = previewed(Pair(people, []), assigned=assigned, sides={"webex": webex})
        assert preview.counts == {Prospect.UNKNOWN: 3}
        never = previewed(
            Pair([person(3)], []), assigned=["x"], job="never", sides={"webex": webex}
        )
        assert never.counts == {Prospect.OUT_OF_SCOPE: 1}


def test_an_administrator_among_those_who_are_switched_off_is_named() -> None:
    who, has = person(1), account(person(1), 1)
    who["accountEnabled"] = False
    has["roles"] = [{"value": "id_full_admin"}]
    assert "administrator" in one(who, has).dangers


def test_what_of_a_mapping_cannot_be_read_is_told() -> None:
    broken = document(Row("title", "Nothing([of this]"))
    remarks = previewed(in_sync(1), document=broken).remarks
    assert remarks == ["The source of title cannot be read, so nothing is said of it."]


def test_a_manager_is_not_compared_and_that_is_told() -> None:
    rows = document(Row(f"{ENTERPRISE}:manager", "[manager]"))
    made = in_sync(1)
    made.people[0]["manager"] = {"id": "someone"}
    preview = previewed(made, document=rows)
    assert preview.counts == {Prospect.UNCHANGED: 1}
    assert "managers" in preview.unknown

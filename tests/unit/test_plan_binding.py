"""What would happen now, laid beside a plan: no more than planned passes, and more is named."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.directories import Pair, account, person
from wizard.errors import PreviewError
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.preview.binding import (
    Since,
    outgrown,
    require_same_target,
    since_plan,
    since_plan_lines,
)
from wizard.preview.document import Told
from wizard.preview.intake import Intake
from wizard.preview.offline import told_of
from wizard.preview.plan import Plan, read_plan, save
from wizard.preview.settings import JobState, PreviewTarget, Settings
from wizard.preview.sides import Sides
from wizard.preview.since import since_lines
from wizard.preview.sources import Completeness, Unknown

TARGET = PreviewTarget("tenant", "organization", "application", "job", 50)
NOW = datetime(2026, 11, 27, tzinfo=UTC)


@dataclass
class Tenant:
    """Twelve people, of whom nine are assigned by a group, and six have accounts."""

    made: Pair = field(default_factory=Pair)
    document: MappingDocument = field(
        default_factory=lambda: MappingDocument.default().with_typed(
            Row("title", "[jobTitle]", default_value="Staff")
        )
    )
    job: JobState = "running"
    target: PreviewTarget | None = TARGET
    everybody: bool = False
    members: list[dict[str, str]] = field(default_factory=list)
    own_account: str = "somebody"
    lacks: str = ""

    def __post_init__(self) -> None:
        people = [person(number) for number in range(12)]
        people[7]["jobTitle"] = None
        self.made.people = people
        for number, who in enumerate(people[:6]):
            has = account(who, number) | {"title": who["jobTitle"] or "Staff"}
            self.made.accounts.append(has)
        self.made.accounts[2]["displayName"] = "Old Name"
        self.made.accounts[2]["title"] = "Old"
        people[3]["accountEnabled"] = False
        self.members = [member(who["id"]) for who in people[:9]]

    def told(self) -> Told:
        sides = Sides(groups=Completeness(), webex_groups=Completeness())
        if self.lacks:
            sides.webex.broke_off(Unknown.ACCOUNTS, self.lacks)
        settings = Settings(
            self.document,
            self.job,
            everybody=self.everybody,
            own_account=self.own_account,
            target=self.target,
            now=NOW,
        )
        intake = Intake(settings, sides)
        group = {"id": "sales", "displayName": "Sales", "members": self.members}
        intake.groups.take(json.dumps([group]).encode())
        assigned = [{"principalId": "sales", "principalType": "Group"}]
        intake.assignments.take(json.dumps(assigned).encode())
        intake.webex_groups.take(b'{"totalResults": 0}')
        intake.people.take(json.dumps(self.made.people).encode())
        intake.accounts.take(json.dumps({"Resources": self.made.accounts}).encode())
        return told_of(intake.result())


def member(identifier: str, kind: str = "user") -> dict[str, str]:
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": identifier, "displayName": "Inner"}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned(Tenant(), tmp_path_factory.mktemp("plan"))


def planned(tenant: Tenant, folder: Path) -> Plan:
    told = tenant.told()
    save(told, folder / "plan.jsonl", values=False)
    return read_plan(folder / "plan.jsonl")


def now(tenant: Tenant, plan: Plan) -> Since:
    told = tenant.told()
    return since_plan(told, plan)


def lines(since: Since, limit: int = 20) -> str:
    return "\n".join(since_plan_lines(since, limit))


def _row(tenant: Tenant) -> None:
    tenant.document = tenant.document.with_edited("title", source="[department]")


def _default(tenant: Tenant) -> None:
    tenant.document = tenant.document.with_edited("title", default_value="Nobody")


def _matching(tenant: Tenant) -> None:
    tenant.document = tenant.document.with_edited("userName", source="[mail]")


def _clause(tenant: Tenant) -> None:
    sales = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    tenant.document = with_scope(tenant.document, sales)


def _all(tenant: Tenant) -> None:
    tenant.everybody = True


def _added(tenant: Tenant) -> None:
    tenant.members.append(member(tenant.made.people[10]["id"]))


def _nested(tenant: Tenant) -> None:
    tenant.members.append(member("inner", "group"))


def _swapped(tenant: Tenant) -> None:
    tenant.members[8] = member(tenant.made.people[9]["id"])


def _disabled(tenant: Tenant) -> None:
    tenant.made.people[0]["accountEnabled"] = False


def _renamed(tenant: Tenant) -> None:
    tenant.made.people[0]["userPrincipalName"] = "married@example.com"


def _renamed_new(tenant: Tenant) -> None:
    tenant.made.people[7]["userPrincipalName"] = "married@example.com"


def _appeared(tenant: Tenant) -> None:
    has = account(tenant.made.people[7], 7)
    del has["externalId"]
    tenant.made.accounts.append(has)


def _adopted_by_link(tenant: Tenant) -> None:
    has = account(tenant.made.people[7], 7)
    has["userName"] = "other@example.com"
    tenant.made.accounts.append(has)


def _appeared_in_the_way(tenant: Tenant) -> None:
    """Let an account appear that is linked with somebody else, by the name of one to be created."""
    has = account(tenant.made.people[7], 7)
    has["externalId"] = tenant.made.people[10]["id"]
    tenant.made.accounts.append(has)


def _appeared_twice(tenant: Tenant) -> None:
    for number in (7, 70):
        has = account(tenant.made.people[7], number)
        has["externalId"] = ""
        tenant.made.accounts.append(has)


def _other_value(tenant: Tenant) -> None:
    tenant.made.people[2]["displayName"] = "Newest Name"


def _limit_raised(tenant: Tenant) -> None:
    tenant.target = replace(TARGET, deletion_limit=51)


def _limit_gone(tenant: Tenant) -> None:
    tenant.target = replace(TARGET, deletion_limit=None)


def _cut_off(tenant: Tenant) -> None:
    tenant.lacks = "Webex broke off."


def _deleted(tenant: Tenant) -> None:
    del tenant.members[0], tenant.made.people[0]


GROWS: dict[str, tuple[Callable[[Tenant], None], str]] = {
    "mapping row": (_row, "row title of people (changed)"),
    "default value": (_default, "row title of people (changed)"),
    "matching attribute": (_matching, "the rows that find accounts"),
    "scope clause": (_clause, "the scoping filters"),
    "only assigned to all": (_all, "everybody is in scope"),
    "group member added": (_added, "person10@example.com: was out of scope, would be created"),
    "group member swapped": (_swapped, "person9@example.com"),
    "group nested": (_nested, "the group Sales holds the group Inner"),
    "person disabled": (_disabled, "person0@example.com: was unchanged, would be switched off"),
    "person renamed": (_renamed, "married@example.com: was unchanged, would be renamed"),
    "new person renamed": (_renamed_new, "created in Webex as before, with other values"),
    "account appeared": (_appeared, "was created in Webex, would be taken over"),
    "account appeared by link": (_adopted_by_link, "was created in Webex, would be renamed"),
    "account appeared in the way": (
        _appeared_in_the_way,
        "was created in Webex, would be in conflict",
    ),
    "accounts appeared twice": (_appeared_twice, "was created in Webex, would be in conflict"),
    "other value": (_other_value, "updated in Webex as before, with other values"),
    "deletion limit raised": (_limit_raised, "the deletion limit: 50 in the plan, 51 now"),
    "deletion limit gone": (_limit_gone, "the deletion limit: 50 in the plan, none now"),
    "reading cut off": (_cut_off, "less is known than in the plan: Webex broke off."),
    "person deleted": (_deleted, "belonged to a person of the plan, would be not known"),
}


@pytest.mark.parametrize(("change", "said"), GROWS.values(), ids=list(GROWS))
def test_what_grew_since_is_named(change: Callable[[Tenant], None], said: str, plan: Plan) -> None:
    tenant = Tenant()
    change(tenant)
    found = now(tenant, plan)
    assert not found.is_within
    assert said in lines(found)
    assert outgrown(len(found.grown)).code == "plan-outgrown"


def _nothing(_: Tenant) -> None:
    pass


def _other_order(tenant: Tenant) -> None:
    tenant.made.people.reverse()
    tenant.members.reverse()


def _other_property(tenant: Tenant) -> None:
    tenant.made.people[0]["usageLocation"] = "FR"


def _other_caller(tenant: Tenant) -> None:
    tenant.own_account = "a colleague"


def _newcomer_out_of_scope(tenant: Tenant) -> None:
    tenant.made.people.append(person(30))


def _webex_moved(tenant: Tenant) -> None:
    tenant.made.accounts[2]["title"] = "Older"


NEUTRAL = (
    _nothing, _other_order, _other_property, _other_caller, _newcomer_out_of_scope, _webex_moved,
)  # fmt: skip


@pytest.mark.parametrize("change", NEUTRAL)
def test_what_concerns_nobody_raises_no_alarm(change: Callable[[Tenant], None], plan: Plan) -> None:
    tenant = Tenant()
    change(tenant)
    found = now(tenant, plan)
    assert found.is_within
    assert lines(found) == ""


def _runs(tenant: Tenant) -> None:
    tenant.job = "restarted"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_runs, ["how the job stands: running then, restarted now"]),
        (_all, ["everybody is in scope, and in the plan it was only who is assigned"]),
        (_other_caller, ["whether who leaves the scope is left alone, or whose token it is"]),
    ],
)
def test_of_the_settings_only_what_changed_is_named(
    change: Callable[[Tenant], None], said: list[str], plan: Plan
) -> None:
    tenant = Tenant()
    change(tenant)
    found = [line for line in since_lines(tenant.told(), plan, 20) if "Changed since" in line]
    assert found == [f"- Changed since: {each}." for each in said]


def _unlinked(tenant: Tenant) -> None:
    del tenant.made.accounts[0]["externalId"]


def _gone(tenant: Tenant) -> None:
    del tenant.made.people[0], tenant.members[0]


@pytest.mark.parametrize("linked", [True, False])
def test_who_goes_and_leaves_an_account_differs_once(linked: bool, tmp_path: Path) -> None:
    tenant = Tenant(job="never")
    if not linked:
        _unlinked(tenant)
    before = planned(tenant, tmp_path)
    _gone(tenant)
    said = [line for line in since_lines(tenant.told(), before, 20) if "person" in line]
    was = "unchanged" if linked else "taken over in Webex"
    key = f"person:{person(0)['id']}"
    assert said[1:] == [f"- {key}: was {was}, and was not read this time"]
    assert "1 person" in said[0]
    assert "account" not in said[0]


def test_an_account_of_nobody_that_comes_to_a_person_differs_once(tmp_path: Path) -> None:
    tenant = Tenant(job="never")
    who = tenant.made.people[5]
    del tenant.made.people[5], tenant.members[5], tenant.made.accounts[5]["externalId"]
    before = planned(tenant, tmp_path)
    tenant.made.people.append(who)
    tenant.members.append(member(who["id"]))
    said = "\n".join(since_lines(tenant.told(), before, 20))
    assert "1 person and 1 group with a difference" in said
    assert "was not read for the plan, would be taken over" in said


def _unused_default(tenant: Tenant) -> None:
    tenant.made.people[7]["jobTitle"] = "Staff"
    _default(tenant)


def test_a_change_without_effect_is_told_and_passes(plan: Plan) -> None:
    tenant = Tenant()
    _unused_default(tenant)
    found = now(tenant, plan)
    assert found.is_within
    assert lines(found) == "Changed since the plan: the mapping: row title of people (changed)."


def _made_by_hand(tenant: Tenant) -> None:
    tenant.made.accounts[2]["title"] = "Engineer"


def _blocked_back(tenant: Tenant) -> None:
    tenant.made.people[3]["accountEnabled"] = True


def _never_created(tenant: Tenant) -> None:
    tenant.made.people[7]["accountEnabled"] = False
    del tenant.members[7]


def _shorter(tenant: Tenant) -> None:
    tenant.made.people[7]["surname"] = None


def _limit_lowered(tenant: Tenant) -> None:
    tenant.target = replace(TARGET, deletion_limit=5)


SHRINKS = {
    "a value is right already": (_made_by_hand, "1 updated in Webex"),
    "nobody is switched off": (_blocked_back, "1 switched off in Webex"),
    "fewer are created": (
        _never_created,
        "2 created in Webex",
    ),  # and the group has one member less
    "less is sent": (_shorter, "1 created in Webex"),
    "a lower limit": (_limit_lowered, "the deletion limit: 50 in the plan, 5 now"),
}


@pytest.mark.parametrize(("change", "said"), SHRINKS.values(), ids=list(SHRINKS))
def test_what_shrank_passes_and_is_told(
    change: Callable[[Tenant], None], said: str, plan: Plan
) -> None:
    tenant = Tenant()
    change(tenant)
    found = now(tenant, plan)
    assert found.is_within
    assert said in lines(found)


def test_who_grew_is_named_up_to_a_limit(plan: Plan) -> None:
    tenant = Tenant()
    _clause(tenant)
    found = now(tenant, plan)
    said = lines(found, 1).splitlines()
    assert len([line for line in said if line.startswith("- ")]) == 2
    assert "because" in said[-2]
    assert said[-1].startswith(f"- and {len(found.grown) - 1} more")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("tenant", "plan-of-another"),
        ("organization", "plan-of-another"),
        ("application", "plan-of-another"),
        ("job", "plan-of-another-job"),
    ],
)
def test_a_plan_of_another_is_refused(name: str, code: str, plan: Plan) -> None:
    mine = Settings(MappingDocument.default(), target=TARGET)
    require_same_target(mine, plan)
    changed: dict[str, Any] = {name: "other"}
    other = replace(mine, target=replace(TARGET, **changed))
    with pytest.raises(PreviewError) as told:
        require_same_target(other, plan)
    assert told.value.code == code


def test_a_plan_of_files_binds_nothing(tmp_path: Path) -> None:
    tenant = Tenant(target=None)
    with pytest.raises(PreviewError) as refused:
        require_same_target(Settings(tenant.document, target=TARGET), planned(tenant, tmp_path))
    assert refused.value.code == "plan-from-files"


def test_whoever_was_switched_off_by_hand_meanwhile_may_have_what_else_was_planned(
    tmp_path: Path,
) -> None:
    tenant = Tenant()
    tenant.made.accounts[3]["displayName"] = "Old Name"
    plan = planned(tenant, tmp_path)
    tenant.made.accounts[3]["active"] = False
    found = now(tenant, plan)
    assert found.is_within
    assert "1 switched off in Webex" in lines(found)


def test_what_a_new_mapping_means_for_whom_nothing_is_known_is_beyond_the_plan(
    tmp_path: Path,
) -> None:
    tenant = Tenant()
    tenant.made.accounts.append(account(person(40), 40))
    plan = planned(tenant, tmp_path)
    _unused_default(tenant)
    found = now(tenant, plan)
    assert not found.is_within
    assert "mapping or filters changed, and of 1 it is not known" in lines(found)


def test_a_group_of_everybody_fits_into_a_line(tmp_path: Path) -> None:
    path = tmp_path / "plan.jsonl"
    told = Tenant().told()
    key = next(fate.key for fate in told.preview.groups() if fate.changes)
    told.preview.members[key] = b"".join(at.to_bytes(4, "big") for at in range(510_000))
    save(told, path, values=False)
    assert len(read_plan(path).writes[key]) > 4 * 510_000


def test_a_plan_without_what_newer_ones_have_crashes_nothing(plan: Plan) -> None:
    bare: dict[str, Any] = {"read": {"people": 12}}
    found = now(Tenant(), replace(plan, body=bare, writes={}))
    assert not found.is_within


def _unknown(*, leaves: bool) -> Tenant:
    """Return a tenant without links, where it is not known what becomes of one of its people.

    Args:
        leaves: Whether that is out of scope, and has an account; else it is new.
    """
    tenant = Tenant()
    tenant.document = tenant.document.with_edited("externalId", source="[employeeId]")
    if leaves:
        del tenant.members[7]
        has = account(tenant.made.people[7], 7) | {"externalId": ""}
        tenant.made.accounts.append(has)
    return tenant


def test_who_may_be_switched_off_by_now_goes_beyond_a_plan_that_knew_as_little(
    tmp_path: Path,
) -> None:
    before = planned(_unknown(leaves=False), tmp_path)
    found = now(_unknown(leaves=True), before)
    assert [each.words.partition(", because")[0] for each in found.grown] == [
        "person7@example.com: not known as before, and may be switched off, which the plan does "
        "not say"
    ]
    assert now(_unknown(leaves=False), before).is_within
    assert lines(now(_unknown(leaves=False), before)) == ""


def test_who_can_at_most_be_made_by_now_is_less_than_a_plan_that_knew_as_little(
    tmp_path: Path,
) -> None:
    before = planned(_unknown(leaves=True), tmp_path)
    found = now(_unknown(leaves=False), before)
    assert (found.grown, found.is_within) == ((), True)
    assert [each.key for each in found.less] == [f"person:{person(7)['id']}"]
    assert "1 not known in the plan, and less now" in lines(found)


def test_another_reason_for_the_same_danger_raises_no_alarm(tmp_path: Path) -> None:
    tenant = _unknown(leaves=True)
    before = planned(tenant, tmp_path)
    tenant.made.people[7]["accountEnabled"] = False
    assert now(tenant, before).is_within


def test_a_plan_of_before_that_does_not_tell_the_worst_is_taken_for_the_lesser(
    tmp_path: Path,
) -> None:
    for leaves in (False, True):
        tenant = _unknown(leaves=leaves)
        silent = replace(planned(tenant, tmp_path), worst={})
        assert now(tenant, silent).is_within is not leaves


def test_a_job_that_knows_nobody_switches_nobody_off_of_whom_nothing_is_known(
    tmp_path: Path,
) -> None:
    tenant = _unknown(leaves=True)
    tenant.job = "never"
    tenant.lacks = "Webex broke off."
    plan = planned(tenant, tmp_path)
    assert set(plan.worst.values()) == {"change"}

"""Where a preview stops, what is the same once, and the code that stands for a plan."""

import json
import re
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests.directories import KINDS, Pair, account, pair, person
from wizard.mapping.document import MappingDocument, Row
from wizard.preview.approval import CODE_LINES, approval_lines
from wizard.preview.binding import since_plan, since_plan_lines
from wizard.preview.brakes import ENTRAS_LIMIT, Stop, stops_beyond, stops_of, stops_planned
from wizard.preview.digests import LETTERS, code_of, is_code
from wizard.preview.document import Told, preview_document
from wizard.preview.exports import export_of
from wizard.preview.in_words import preview_lines
from wizard.preview.intake import Intake
from wizard.preview.offline import told_of
from wizard.preview.outcome import PROSPECT_WORDS, Prospect
from wizard.preview.plan import Plan, body_of
from wizard.preview.result import Preview
from wizard.preview.settings import JobState, PreviewTarget, Settings
from wizard.preview.sides import Sides
from wizard.preview.since import since_lines
from wizard.preview.sources import Completeness, Unknown
from wizard.words.counting import examples

DIGEST = "9f" * 32


def previewed(
    made: Pair,
    document: MappingDocument | None = None,
    *,
    own: str = "",
    known: int | None = None,
    **groups: Any,
) -> Preview:
    sides = Sides(groups=Completeness(), webex_groups=Completeness()) if groups else Sides()
    rests = Settings(
        document or MappingDocument.default(), "running", own_account=own, known_people=known
    )
    intake = Intake(rests, sides)
    for take, records in (
        (intake.groups.take, groups.get("ours", [])),
        (intake.webex_groups.take, groups.get("theirs", [])),
        (intake.people.take, made.people),
        (intake.accounts.take, made.accounts),
    ):
        take(json.dumps(records).encode())
    return intake.result()


def linked(count: int, *, off: int = 0, admin: bool = False) -> Pair:
    """Return people with accounts, of whom so many are blocked."""
    people = [person(number) | {"accountEnabled": number >= off} for number in range(count)]
    accounts = [account(each, number) for number, each in enumerate(people)]
    if admin:
        accounts[0]["roles"] = [{"value": "id_full_admin"}]
    return Pair(people, accounts)


def stops(made: Pair, **groups: Any) -> list[tuple[str, int, int]]:
    return [(each.code, each.number, each.limit) for each in stops_of(previewed(made, **groups))]


@pytest.mark.parametrize(
    ("people", "off", "limit"), [(20, 5, None), (20, 6, 5), (200, 10, None), (200, 11, 10)]
)
def test_five_people_or_five_in_a_hundred_may_be_switched_off(
    people: int, off: int, limit: int | None
) -> None:
    expected = [] if limit is None else [("switches-off-too-many", off, limit)]
    assert stops(linked(people, off=off)) == expected


def test_one_administrator_is_too_many_and_is_named() -> None:
    (stop,) = stops_of(previewed(linked(20, off=1, admin=True)))
    assert (stop.code, stop.number) == ("switches-off-administrator", 1)
    assert stop.names == ("person0@example.com",)
    assert "1" in stop.allow


def test_an_account_of_nobody_that_is_off_is_told_in_every_text() -> None:
    told = told_of(previewed(pair(2, kinds=("of nobody and off", "in sync"))))
    texts = (preview_lines(told, 2), chain(*export_of(told, "markdown")),
             approval_lines(told, DIGEST))  # fmt: skip
    for text in texts:
        (line,) = [each for each in text if "of nobody" in each]
        assert "account of nobody, switched off already" in line
        assert "1" in line


def test_the_account_of_the_token_itself_is_too_many_and_is_named() -> None:
    (stop,) = stops_of(previewed(linked(20, off=1), own="webex-0"))
    assert (stop.code, stop.names) == ("switches-off-administrator", ("person0@example.com",))


def test_whom_entra_may_not_know_counts_among_those_who_are_switched_off() -> None:
    made = linked(20)
    for each in made.people[:6]:
        each["deletedDateTime"] = "2999-01-01T00:00:00Z"
    (stop,) = stops_of(previewed(made, known=13))
    assert (stop.code, stop.number) == ("switches-off-too-many", 6)
    assert "Of 6 of them Entra may not know the account." in stop.message


@pytest.mark.parametrize(("kept", "stopped"), [(80, False), (79, True)])
def test_a_group_of_a_hundred_may_lose_twenty(kept: int, stopped: bool) -> None:
    members = [{"id": person(number)["id"]} for number in range(kept)]
    ours = [{"id": "g", "displayName": "Sales", "members": members}]
    theirs = [{"id": "w", "displayName": "Sales", "externalId": "g",
               "members": [{"value": f"webex-{number}"} for number in range(100)]}]  # fmt: skip
    over = stops_of(previewed(linked(100), ours=ours, theirs=theirs))
    assert all("(20 %; groups of 100 or more count)" in each.message for each in over)
    found = [(each.code, each.number, each.limit) for each in over]
    assert found == ([("group-loses-too-many", 21, 20)] if stopped else [])


def _losing(*losses: int) -> dict[str, Any]:
    """Return groups of a hundred in Webex, of whom so many are in them by Entra no more."""
    ours = [
        {"id": f"g{each}", "displayName": "Sales",
         "members": [{"id": person(number)["id"]} for number in range(100 - lost)]}
        for each, lost in enumerate(losses)
    ]  # fmt: skip
    theirs = [
        {"id": f"w{each}", "displayName": f"Sales {each}", "externalId": f"g{each}",
         "members": [{"value": f"webex-{number}"} for number in range(100)]}
        for each in range(len(losses))
    ]  # fmt: skip
    return {"ours": ours, "theirs": theirs}


def test_the_number_of_one_group_lets_no_other_pass() -> None:
    told, again = (
        told_of(previewed(linked(100), **_losing(*each))) for each in ((60, 5), (60, 50))
    )
    planned = stops_planned(json.loads(json.dumps(body_of(told)["stops"])))
    for asked in (told.stops, planned):
        assert [each.group for each in asked] == ["group:g0"]
        assert stops_beyond(told.stops, asked) == ()
        (beyond,) = stops_beyond(again.stops, asked)
        assert (beyond.group, beyond.number) == ("group:g1", 50)


def test_of_a_plan_that_does_not_tell_its_groups_the_number_counts_for_each() -> None:
    told = told_of(previewed(linked(100), **_losing(60, 50)))
    kept = [
        {name: value for name, value in each.items() if name != "group"}
        for each in body_of(told)["stops"]
    ]
    assert stops_beyond(told.stops, stops_planned(kept)) == ()
    assert len(stops_beyond(told.stops, stops_planned(kept[1:]))) == 1


def test_many_updates_are_a_warning_and_no_stop() -> None:
    made = linked(20)
    for each in made.people:
        each["displayName"] = "New"
    told = told_of(previewed(made))
    assert [(stop.code, stop.severity) for stop in told.stops] == [("updates-many", "warning")]
    (warning,) = told.stops
    assert "more than 6 (30 % of 20" in warning.message
    assert warning.message.endswith("; up to 5 always pass).")
    assert not told.is_risky
    (pattern,) = told.patterns
    assert pattern.words == '20 people: updated in Webex; displayName becomes "New"'


def test_what_is_the_same_for_all_is_said_once() -> None:
    rows = MappingDocument.default().with_typed(Row("title", "[jobTitle]"))
    (pattern,) = told_of(previewed(linked(30), rows)).patterns
    assert pattern.words == '30 people: updated in Webex; title from empty to "Engineer"'


def test_who_is_taken_over_is_told_once_with_what_is_filled() -> None:
    made = linked(3)
    for each in made.accounts:
        each.pop("externalId")
    (pattern,) = told_of(previewed(made)).patterns
    assert pattern.words == (
        "3 people: taken over in Webex (the account exists already); externalId is filled, each "
        "with its own value"
    )
    assert examples(3, pattern.names[:1]) == "For example person0@example.com, and 2 more."
    assert examples(1, ["Finance"]) == "It is Finance."


def test_what_is_found_of_a_group_is_a_group() -> None:
    ours = [{"id": "g", "displayName": "Finance", "members": []}]
    told = told_of(previewed(linked(1), ours=ours))
    (words,) = (each.words for each in told.patterns if each.kind == "group")
    assert words == "1 group: created in Webex; no group is found by displayName"


def test_the_text_for_a_change_ticket_says_where_there_is_nothing() -> None:
    told = "".join(chain(*export_of(told_of(previewed(linked(2))), "markdown")))
    assert "## Stops\n\nNone.\n" in told
    assert told.endswith("## One by one\n\nNone.\n")


def test_the_text_for_approval_is_short_however_much_there_is_to_say() -> None:
    rows = MappingDocument.default()
    for name in ("title", "nickName", "profileUrl", "locale", "timezone", "userType"):
        rows = rows.with_typed(Row(name, "[jobTitle]"))
    made = linked(64, off=12, admin=True)
    for number, each in enumerate(made.accounts):
        for bit, name in enumerate(("title", "nickName", "profileUrl", "locale", "timezone")):
            if number >> bit & 1:
                each[name] = "Engineer"
    told = told_of(previewed(made, rows))
    assert len(told.patterns) > 40
    lines = approval_lines(told, DIGEST)
    largest = max(told.patterns, key=lambda each: each.count)
    told_of_it = f"          - {largest.count} people: {'; '.join(largest.details)}"
    assert told_of_it in lines, "what concerns most is told however little room there is"
    assert len(lines) <= 40
    assert lines[3] == "        0 people deleted in Webex"
    assert lines[-1] == f"Code of this plan: {code_of(DIGEST)}"


def test_the_text_for_approval_is_short_where_everything_comes_at_once() -> None:
    told = _limited(5, off=12, ours=[{"id": "g", "displayName": "Finance", "members": []}])
    preview = told.preview
    preview.counts.update(dict.fromkeys(Prospect, 1))
    preview.inactive = 1
    preview.unknown.update(dict.fromkeys(list(Unknown)[:8], "Not read."))
    stops = tuple(replace(each, names=("ana",)) for each in told.stops * 4)
    (pattern, *_) = told.patterns
    patterns = [replace(pattern, count=number) for number in range(1, 50)]
    lines = approval_lines(replace(told, stops=stops, patterns=patterns), DIGEST)
    assert len(lines) == 40
    assert "- and 45 more patterns, " in "\n".join(lines)


def test_the_text_for_approval_says_what_it_is_why_people_go_and_what_to_answer() -> None:
    told = told_of(previewed(linked(64, off=2)))
    lines = approval_lines(told, DIGEST)
    assert "Nothing of it has happened yet; afterwards Entra decides by itself" in lines[0]
    assert lines[1].startswith("It was made from files, and for a job that has run before:")
    assert lines[2].startswith(f"Read {told.preview.settings.now:%Y-%m-%d %H:%M} UTC: 64 people")
    assert lines[4:6] == [
        "        2 people switched off in Webex: no Webex services any more; Cisco says that Webex "
        "deletes an account that was off for 30 days",
        "          - blocked in Entra (accountEnabled is false)",
    ]
    assert lines[-2].startswith("It was made from files, so it starts nothing")
    target = PreviewTarget("tenant", "organization", "application", "job", None)
    told.preview.settings = replace(told.preview.settings, target=target)
    lines = approval_lines(told, DIGEST)
    assert lines[1].startswith("It is for the Entra tenant tenant and the Webex organization")
    assert lines[-2].startswith("To approve all of this, answer with the code below.")
    assert lines[-CODE_LINES] == ""
    stopped = approval_lines(_limited(None, off=11), DIGEST)
    assert stopped[-2].startswith("To approve all of this, each STOP included, answer with")
    assert "types it, and the number of each STOP;" in stopped[-2]


def test_in_the_text_for_approval_people_add_up_and_each_kind_is_named() -> None:
    told = told_of(previewed(pair(4 * len(KINDS)), known=400))
    lines = approval_lines(told, DIGEST)
    read = re.fullmatch(r"Read .* UTC: (\d+) people of Entra \(and (\d+) in its .*", lines[2])
    assert read is not None
    patterns = [each for each in told.patterns if each.kind == "person"]
    assert sum(map(int, read.groups())) == sum(each.count for each in patterns)
    for outcome, words in PROSPECT_WORDS.items():
        kinds = {each.kind for each in told.patterns if each.outcome is outcome}
        of = {"person": " people ", "account": " accounts "}
        for line in lines:
            if re.match(rf" *[\d,]+ [a-z ]+{re.escape(words)}", line) and kinds:
                assert [word in line for word in of.values()] == [each in kinds for each in of]


def test_what_may_be_worse_stands_right_below_who_is_switched_off() -> None:
    made = linked(64, off=12)
    made.people.append(person(80) | {"accountEnabled": False})
    lines = approval_lines(told_of(previewed(made, known=90)), DIGEST)
    begun = [each.lstrip(" 0123456789,").split(":")[0] for each in lines[4:]]
    order = ["people switched off in Webex", "STOP", "person not known", "Not known"]
    assert [begun.index(each) for each in order] == sorted(map(begun.index, order))
    assert begun.index("Not known") < begun.index("people unchanged")
    assert any("The account of 26 or more of them is not known" in each for each in lines)


@pytest.mark.parametrize(("known", "said"), [(None, ""), (9, ", as far as is known")])
def test_an_account_that_entra_may_know_is_not_said_to_be_left_alone(
    known: int | None, said: str
) -> None:
    made = linked(4)
    made.accounts.append({**account(person(90), 90), "externalId": None})
    (line,) = [each for each in approval_lines(told_of(previewed(made, known=known)), DIGEST)
               if "left over" in each]  # fmt: skip
    assert line.endswith(f": of nobody whom Entra provisions, left alone{said}")


@pytest.mark.parametrize(("source", "times"), [("[objectId]", 1), ("[employeeId]", 0)])
def test_in_the_text_for_approval_an_attribute_is_explained_once_by_what_the_mapping_puts_there(
    source: str, times: int
) -> None:
    made = linked(4)
    made.accounts[2]["userName"] = "PERSON2@example.com"
    for each in made.accounts:
        each.pop("externalId")
    made.people[0]["userPrincipalName"] = made.people[1]["userPrincipalName"] = None
    for number, each in enumerate(made.people):
        each["employeeId"] = str(number)
    rows = MappingDocument.default().with_edited("externalId", source=source)
    said = "\n".join(approval_lines(told_of(previewed(made, rows)), DIGEST))
    assert said.count("externalId (a person's id in Entra)") == times
    assert said.count("externalId") > 1
    assert said.count("userName (the name to sign in to Webex with)") == 1
    assert said.count("userName") > 1
    assert said.index("userName") == said.index("userName (")


def test_a_group_is_told_beneath_its_line_in_the_text_for_approval() -> None:
    ours = [{"id": "g", "displayName": "Finance", "members": []}]
    lines = approval_lines(told_of(previewed(linked(1), ours=ours)), DIGEST)
    at = lines.index("Groups: 1 created in Webex.")
    assert lines[at + 1] == (
        "          - 1 group: created in Webex; no group is found by displayName"
    )


def _limited(limit: int | None, job: JobState = "running", off: int = 6, **more: Any) -> Told:
    preview = previewed(linked(200, off=off), **more)
    target = PreviewTarget("tenant", "organization", "application", "job", limit)
    preview.settings = replace(preview.settings, target=target, job=job)
    return told_of(preview)


def _warned(told: Told) -> list[tuple[int, int]]:
    return [(each.number, each.limit) for each in told.stops if each.code == ENTRAS_LIMIT]


@pytest.mark.parametrize(
    ("limit", "off", "warned"), [(6, 6, True), (7, 6, False), (5, 6, True), (1, 1, True),
                                 (None, 6, False), (0, 6, False), (0, 0, False)]
)  # fmt: skip
def test_where_entras_own_limit_would_stop_the_cycle_that_is_a_warning(
    limit: int | None, off: int, warned: bool
) -> None:
    told = _limited(limit, off=off)
    assert _warned(told) == ([(off, limit)] if warned else [])
    assert not told.is_risky


def test_of_a_job_that_knows_nobody_entras_limit_holds_nobody_back() -> None:
    assert _warned(_limited(5, "restarted")) == [(6, 5)]
    assert _warned(_limited(5, "never")) == []


def test_entras_own_limit_is_told_in_every_text_and_asks_for_no_number() -> None:
    told = _limited(6)
    said = (
        "6 people would be switched off or deleted, and Entra's own deletion limit is 6. Unless "
        "somebody raises it before, Entra puts a cycle that reaches it into quarantine until an "
        "administrator allows or rejects these there."
    )
    lines = approval_lines(told, DIGEST)
    assert f"WARNING: {said}" in lines
    assert lines.index(f"WARNING: {said}") < lines.index("      194 people unchanged")
    assert f"Warning: {said}" in list(preview_lines(told, 2))
    assert said in "".join(chain(*export_of(told, "markdown")))
    (stop,) = preview_document(told, 0)["stops"]
    assert (stop["message"], stop["severity"]) == (said, "warning")
    assert "Nothing has to be typed for it here" in stop["allow"]


def test_whom_entra_may_not_know_counts_for_its_limit_too() -> None:
    made = linked(20)
    for each in made.people[:4]:
        each["deletedDateTime"] = "2999-01-01T00:00:00Z"
    (stop,) = stops_of(previewed(made, known=15), deletion_limit=4)
    assert (stop.code, stop.number) == (ENTRAS_LIMIT, 4)
    assert stop.message.endswith("Of 4 of them Entra may not know the account.")


def test_entras_own_limit_does_not_change_what_a_plan_is_approved_by() -> None:
    body = body_of(_limited(6))
    assert body["stops"] == []
    assert body["target"]["deletion_limit"] == 6


NUMBERED = re.compile(
    r"(?<![\d,.%])1 (?:\w+ ){0,2}?"
    r"(?:people|accounts|groups|members|patterns|lines|stops|differ|are)\b"
    r"|(?<![\d,.%])(?!1 )\d[\d,]* (?:\w+ )??(?:person|account|group|pattern|line|stop)\b"
)
"""One of what is called several, or several of what is called one."""


@given(st.lists(st.sampled_from(KINDS), min_size=1, max_size=5), st.integers(0, 3))
@example(["in sync"], 1)
@example(["of nobody and off", "in sync"], 1)
@example(["blocked", "in sync", "duplicate"], 2)
def test_one_is_never_said_in_the_plural(kinds: list[str], groups: int) -> None:
    made = pair(len(kinds), kinds=tuple(kinds))
    assume(made.people or made.accounts)
    inner = {"@odata.type": "#microsoft.graph.group", "id": "inner", "displayName": "Inner"}
    ours = [{"id": f"g{each}", "displayName": f"Team {each}", "members": [inner]}
            for each in range(groups)]  # fmt: skip
    made.people += made.people[:1]
    made.accounts += made.accounts[:1]
    if made.accounts:
        made.accounts[0]["roles"] = [{"value": "id_full_admin"}]
    told = told_of(previewed(made, ours=ours), len(made.people) + 1)
    nothing = Plan("", {}, {}, {}, {})
    said = [
        *preview_lines(told, 2),
        *chain(*export_of(told, "markdown")),
        *approval_lines(told, DIGEST),
        *since_lines(told, nothing, 1),
        *since_plan_lines(since_plan(told, nothing), 1),
    ]
    assert [line for line in said if NUMBERED.search(line)] == []


@pytest.mark.thorough
def test_a_plan_of_a_hundred_thousand_is_told_in_forty_lines() -> None:
    kinds = ("in sync",) * 180 + KINDS
    sides = Sides(groups=Completeness(), webex_groups=Completeness())
    document = MappingDocument.default().with_typed(Row("title", "[jobTitle]"))
    intake = Intake(Settings(document, "running"), sides)
    for first in range(0, 100_000, 5_000):
        made = pair(5_000, kinds=kinds, first=first)
        for each in made.accounts[::7]:
            each["title"] = "Engineer"
        intake.people.take(json.dumps(made.people).encode())
        intake.accounts.take(json.dumps({"Resources": made.accounts}).encode())
    told = told_of(intake.result())
    lines = approval_lines(told, DIGEST)
    assert len(lines) <= 40
    read = "97,980 people of Entra (and 505 in its recycle bin) and 98,485 accounts of Webex"
    assert f" UTC: {read}. Each of these people" in lines[2]
    assert '          - 79,208 people: title from empty to "Engineer"' in lines
    assert [line.split(maxsplit=1)[1].partition(":")[0] for line in (lines[3], lines[4])] == [
        "people deleted in Webex",
        "people switched off in Webex",
    ]
    assert lines[-1] == f"Code of this plan: {code_of(DIGEST)}"


def test_a_code_is_typed_in_any_case_and_by_nothing_else() -> None:
    code = code_of(DIGEST)
    assert len(code) == 12
    assert set(code) <= set(LETTERS)
    assert is_code(code, DIGEST)
    assert is_code(code.lower(), DIGEST)
    wrong = ("", "y", "yes", code[:-1], f"{code}0", code.replace(code[0], "\u2011"), f" {code}",
             f"{code[:4]}\u2013{code[4:]}", f"{code[:4]}-{code[4:]}", "0" * 12,
             code.replace("S", "\u017f"), code.replace("K", "\u212a"))  # fmt: skip
    assert not [each for each in wrong if is_code(each, DIGEST)]


def test_a_stop_says_its_number_its_limit_and_its_unit() -> None:
    (stop,) = stops_of(previewed(linked(20, off=6)))
    assert stop == Stop(
        "switches-off-too-many",
        "stop",
        6,
        5,
        "people",
        "6 people would be switched off or deleted, more than 5 (5 % of 20 active accounts that "
        "belong to people; up to 5 always pass).",
    )

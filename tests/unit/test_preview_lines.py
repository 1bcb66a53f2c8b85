"""What a preview comes to, as lines of a table: what stops first, what is riskiest next."""

from dataclasses import replace

import pytest

from screens.widgets.marks import signs
from screens.widgets.preview_lines import (
    counted_lines,
    person_line,
    preview_entries,
    preview_verdict,
)
from tests.generated_desk import HOSTILE, MANY_OFF, GeneratedDesk
from wizard.linear.preview import preview_told
from wizard.preview.desk import Counted, PatternShown, PreviewRow, Selection, Summary
from wizard.preview.outcome import Prospect
from wizard.store.marks import Mark


async def read(desk: GeneratedDesk) -> Summary:
    desk.gate.set()
    return await desk.read(lambda counted: None)


def cells(summary: Summary) -> list[tuple[str, ...]]:
    return [line.cells for line in preview_entries(summary)]


@pytest.mark.anyio
async def test_stops_stand_first_then_what_is_not_known_then_what_is_riskiest() -> None:
    told = cells(await read(GeneratedDesk(10_000, stops=(MANY_OFF,))))
    assert told == [
        (signs()[0][Mark.FAILED], "1,500", "people: switches off too many, limit 500"),
        ("?", "2", "not known"),
        ("-", "30", "switched off"),
        ("", "15", "  the person is blocked in Entra"),
        ("", "15", "  the person is in no assigned group"),
        ("!", "10", "in conflict; several accounts have the same address"),
        (
            "~",
            "80",
            "taken over; found by userName: the account exists, and Entra takes it over",
        ),
        ("+", "400", "created; no account is found by userName"),
        ("+", "12", "groups created; no group is found by displayName"),
        ("~", "1,200", "updated"),
        ("", "600", '  emails[type eq "work"].value from empty to "[/x]"'),
        ("", "600", "  name.familyName in upper and lower case"),
        ("=", "8,280", "unchanged; all is as it would be sent"),
        ("", "10,012", "everybody"),
    ]


@pytest.mark.anyio
async def test_accounts_of_nobody_that_are_off_and_one_group_are_told_as_what_they_are() -> None:
    summary = await read(GeneratedDesk(10_000))
    of_groups = next(each for each in summary.patterns if each.kind == "group")
    words = of_groups.words.replace("12 groups", "1 group")
    one = replace(of_groups, count=1, words=words)
    of_one = replace(summary, inactive=1, patterns=(one,))
    told = cells(of_one)
    assert ("+", "1", "group created; no group is found by displayName") in told
    assert told[-1] == ("", "1", "account of nobody, switched off already")
    assert "- 1 account of nobody, switched off already" in list(preview_told(of_one))


@pytest.mark.anyio
async def test_who_is_in_no_pattern_that_is_told_is_in_the_line_of_the_outcome() -> None:
    summary = await read(GeneratedDesk(10_000))
    told = (summary.patterns[0],)
    lines = preview_entries(replace(summary, patterns=told, unknown=(), untold=()))
    assert [line.cells for line in lines[:3]] == [
        ("-", "30", "switched off"),
        ("", "15", "  the person is blocked in Entra"),
        ("!", "10", "in conflict"),
    ]
    chosen = [line.it.chosen for line in lines[:2]]
    assert chosen == [Selection(outcome=Prospect.DISABLE), Selection(pattern=0)]


@pytest.mark.anyio
async def test_the_verdict_is_as_bad_as_the_worst() -> None:
    summary = await read(GeneratedDesk(10_000))
    warns = replace(MANY_OFF, severity="warning")
    entras = replace(warns, code="reaches-deletion-limit")
    quiet = {Prospect.UNCHANGED: 9, Prospect.OUT_OF_SCOPE: 1}
    cases = (
        (summary, "good", "Nothing in the way"),
        (replace(summary, counts=quiet, group_counts={}), "good", "Nothing would change"),
        (replace(summary, stops=(warns,)), "attention", "Nothing in the way, but look"),
        (replace(summary, is_risky=True), "attention", "Nothing in the way, but look"),
        (replace(summary, stops=(entras,)), "attention", "Entra's own limit would stop it"),
        (replace(summary, stops=(MANY_OFF, warns)), "bad", "1 stop: 1,500 people"),
        (replace(summary, stops=(MANY_OFF,) * 2), "bad", "2 stops: 1,500 people, 1,500 people"),
        (replace(summary, interrupted="A cut."), "attention", "Not read to the end"),
    )
    stopped = cases[5][0]
    assert "Start will ask you to type 1500." in preview_verdict(stopped)
    assert "Start will ask you to type 1500." not in preview_verdict(stopped, binds=False)
    for told, kind, title in cases:
        found = preview_verdict(told)
        assert found[:2] == (kind, title)
        assert found[-1].endswith("Entra complete; Webex complete. 2 things are not known.")
    assert "Start will ask you to type 1500." in preview_verdict(cases[5][0])
    one = preview_verdict(replace(summary, untold=()))
    assert one[-1].endswith("1 thing is not known.")


@pytest.mark.anyio
async def test_what_is_told_below_a_row_begins_with_the_names() -> None:
    summary = await read(GeneratedDesk(10_000))
    told = replace(summary, untold=("how many licences are left", "which domains are verified"))
    words = [line.it.words for line in preview_entries(told)]
    assert words[0] == (
        "Who is an administrator. "
        "No source tells how many licences are left; which domains are verified."
    )
    assert words[2].startswith(f"15 people, such as Ana, {HOSTILE}: switched off in Webex; the")
    pattern = replace(summary.patterns[0], count=1, words="1 person: created", names=("Ana",))
    (entry, *_) = preview_entries(
        replace(summary, patterns=(pattern,), unknown=(), untold=(), counts={pattern.outcome: 1})
    )
    assert entry.it.words == "1 person, Ana: created."


def test_how_far_reading_is_has_a_bar_only_where_the_total_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    told = str(counted_lines(Counted(50, 200, 7), 60)).splitlines()
    assert told[0] == "Entra  #####---------------  50 of 200 people"
    assert told[1] == "Webex  7 accounts"
    narrow = str(counted_lines(Counted(50, 200, 7), 28)).splitlines()
    assert narrow[0] == "Entra  50 of 200 people"
    beyond = str(counted_lines(Counted(300, 200), 60))
    assert "300 of 300 people" in beyond, "a total that lies"


def test_a_pattern_that_says_no_more_than_its_outcome_has_a_line_of_its_own() -> None:
    shown = PatternShown(Prospect.DISABLE, "person", 2, "2 people: switched off in Webex", (), ())
    many = replace(shown, count=3, words="3 people: switched off in Webex; ignored")
    summary = Summary(
        {Prospect.DISABLE: 5}, {}, (shown, many), 2, (), (), (), "", 5, 5, 5, is_risky=False
    )
    assert cells(summary)[:3] == [
        ("-", "5", "switched off"),
        ("", "2", "  switched off in Webex"),
        ("", "3", "  ignored"),
    ]


def test_a_person_is_told_without_what_all_that_are_chosen_share() -> None:
    row = PreviewRow(3, Prospect.DISABLE, "person", "ana", "switched off in Webex: active")
    said = {
        chosen: person_line(row, chosen).cells[2]
        for chosen in (Selection(), Selection(text="a"), Selection(pattern=0))
    }
    assert list(said.values()) == ["switched off: active", "switched off: active", "active"]
    bare = replace(row, said="switched off in Webex")
    assert person_line(bare, Selection(outcome=Prospect.DISABLE)).cells[2] == "switched off"
    other = replace(row, said="gone")
    assert person_line(other, Selection(pattern=0)).cells == ("-", "ana", "gone")


def test_an_account_of_nobody_is_told_from_the_person_of_the_same_name() -> None:
    row = PreviewRow(3, Prospect.LEFTOVER, "account", "ana", "left over")
    person, group = replace(row, kind="person"), replace(row, kind="group")
    mixed, of_one_kind = Selection(text="an"), Selection(pattern=0)
    assert [person_line(each, mixed).cells[1] for each in (row, person, group)] == [
        "account ana", "ana", "group ana"
    ]  # fmt: skip
    assert person_line(row, of_one_kind).cells[1] == "ana"

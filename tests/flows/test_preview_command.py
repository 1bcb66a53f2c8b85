"""`webex-wizard preview`: from exported files to counts, a table and a plan."""

import csv
import hashlib
import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command_here import Ran, run_here
from tests.directories import KINDS, Pair, in_sync, pair
from tests.typing_here import typing
from wizard.cli import main
from wizard.preview.digests import canonical
from wizard.preview.outcome import Prospect
from wizard.preview.plan import PLAN_VERSION
from wizard.store.places import HOME_VARIABLE, settings_folder

MADE = pair(2 * len(KINDS))


def preview(folder: Path, made: Pair, *more: str | Path) -> Ran:
    entra, webex = made.write(folder)
    return run_here("preview", "--entra", entra, "--webex", webex, "--job", "running", *more)


def document(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_the_document_has_every_class_and_the_riskiest_first(tmp_path: Path) -> None:
    ran = preview(tmp_path, MADE, "--json", "--limit", "5")
    told = document(ran)
    assert ran.returncode == 1
    assert told["version"] == 1
    assert told["counts"] == {str(each): MADE.counts[str(each)] for each in Prospect}
    assert [each["outcome"] for each in told["people"]] == ["disable"] * 4 + ["conflict"]
    assert sum(each["count"] for each in told["patterns"]) == MADE.counts.total()
    assert told["completeness"]["entra"] == {"how": "by hand", "reader": "file", "total": None}
    assert {"assignments", "seats", "domains"} <= told["completeness"]["unknown"].keys()


def test_in_words_what_is_switched_off_stands_first_and_nothing_claims_a_write(
    tmp_path: Path,
) -> None:
    said = preview(tmp_path, MADE).stdout
    assert "Nothing was written." in said
    assert said.index("switched off in Webex") < said.index("created in Webex")
    assert "2 people: switched off in Webex; blocked in Entra (accountEnabled is false)" in said
    assert "2 people: switched off in Webex; in the recycle bin of Entra" in said


def test_on_a_terminal_no_line_is_longer_than_it_and_no_word_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entra, webex = MADE.write(tmp_path)
    arguments = [str(each) for each in ("preview", "--entra", entra, "--webex", webex)]
    whole = typing(lambda: main(arguments), out=False)
    monkeypatch.setenv("COLUMNS", "60")
    shown = typing(lambda: main(arguments))
    assert (shown.code, shown.said) == (whole.code, whole.said)
    assert max(map(len, whole.out.splitlines())) > 100
    assert max(map(len, shown.out.splitlines())) <= 60


def test_the_table_has_a_line_for_each_and_no_formula(tmp_path: Path) -> None:
    made = pair(len(KINDS))
    made.people[0]["userPrincipalName"] = '=HYPERLINK("x")'
    rows = list(csv.DictReader(io.StringIO(preview(tmp_path, made, "--csv").stdout)))
    assert len(rows) == made.counts.total()
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]


def test_nothing_risky_ends_with_zero(tmp_path: Path) -> None:
    ran = preview(tmp_path, in_sync(20))
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_plan_is_private_short_to_approve_and_the_same_for_the_same(tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    first = preview(tmp_path, MADE, "--save", plan).stdout
    approval = first[first.index("\nPlan of what ") + 1 :].rstrip("\n").split("\n")
    assert len(approval) <= 40
    assert approval[3].endswith(" people deleted in Webex")
    code = approval[-1].rpartition(" ")[2]
    assert len(code) == 12
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600
    body = plan.read_text("utf-8").split("\n", 1)[1]
    assert "person" in body
    assert "example.com" not in body
    shuffled = Pair(MADE.people[::-1], MADE.accounts[::-1])
    again = preview(tmp_path, shuffled, "--save", plan, "--values").stdout
    assert again.rstrip().endswith(code)
    assert "example.com" in plan.read_text("utf-8")


def test_a_plan_is_compared_person_by_person_with_the_reason(tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    preview(tmp_path, MADE, "--save", plan)
    same = document(preview(tmp_path, MADE, "--json", "--since", plan))["since"]
    assert (same["counts"], same["moved"], same["grown"]) == ({}, [], 0)
    later = pair(2 * len(KINDS))
    later.people[0]["accountEnabled"] = False
    gone = later.people.pop(1)
    since = document(preview(tmp_path, later, "--json", "--since", plan))["since"]
    assert since["counts"] == {"create -> gone": 1, "unchanged -> disable": 1}
    assert since["grown"] == 1
    assert "blocked in Entra" in since["differences"][0]["words"]
    assert gone["id"] in since["differences"][1]["words"]


def test_what_the_plan_rested_on_is_named_where_it_changed(tmp_path: Path) -> None:
    plan, assigned = tmp_path / "plan.jsonl", tmp_path / "assigned.json"
    preview(tmp_path, MADE, "--save", plan)
    assigned.write_text(json.dumps([each["id"] for each in MADE.people]))
    ran = preview(tmp_path, MADE, "--json", "--since", plan, "--assigned", assigned)
    assert document(ran)["since"]["moved"] == ["settings", "assignments"]


def test_groups_that_go_along_and_were_not_given_are_not_known(tmp_path: Path) -> None:
    groups = tmp_path / "groups.json"
    groups.write_text(json.dumps({"value": [{"id": "g", "displayName": "Sales", "members": []}]}))
    for more, missing in (((), "Entra and Webex"), (("--groups", groups), "of Webex")):
        told = document(preview(tmp_path, in_sync(2), "--json", *more))
        assert missing in told["completeness"]["unknown"]["groups"]
        assert told["groups"]["unknown"] == len(more) // 2
        assert told["counts"]["unchanged"] == 2


def edited(text: str) -> Iterator[str]:
    yield text.replace('"outcome":"disable"', '"outcome":"unchanged"', 1)
    yield text.replace('"disable":4', '"disable":3', 1)
    yield text.rsplit("\n", 2)[0] + "\n"
    yield text.replace("Person", "Peter", 1)


def test_a_plan_that_somebody_changed_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    preview(tmp_path, MADE, "--save", plan, "--values")
    for text in edited(plan.read_text("utf-8")):
        plan.write_text(text, "utf-8")
        ran = preview(tmp_path, MADE, "--json", "--since", plan)
        assert (ran.returncode, document(ran)["error"]["code"]) == (2, "plan-altered")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "plan-unusable"),
        ("[]", "plan-unusable"),
        ('{"webex_wizard_plan": 9, "digest": "x"}\n{}\n', "plan-version"),
    ],
)
def test_what_is_no_plan_of_ours_is_refused(tmp_path: Path, content: str, code: str) -> None:
    plan = tmp_path / "plan.jsonl"
    plan.write_text(content)
    ran = preview(tmp_path, MADE, "--json", "--since", plan)
    assert (ran.returncode, document(ran)["error"]["code"]) == (2, code)


@pytest.mark.parametrize("key", [None, 1, [], "", "x:1"])
def test_a_line_of_a_plan_about_nobody_is_refused(tmp_path: Path, key: object) -> None:
    lines = canonical({"plan": PLAN_VERSION}), canonical({"key": key, "outcome": "update"})
    digest = hashlib.sha256(b"\n".join(lines)).hexdigest()
    plan = tmp_path / "plan.jsonl"
    head = canonical({"webex_wizard_plan": PLAN_VERSION, "digest": digest})
    plan.write_bytes(b"\n".join((head, *lines, b"")))
    ran = preview(tmp_path, MADE, "--json", "--since", plan)
    assert (ran.returncode, document(ran)["error"]["code"]) == (2, "plan-unusable")


def test_a_profile_that_cannot_be_read_is_no_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    folder = settings_folder(practice=False)
    folder.mkdir()
    (folder / "default.json").write_text("damaged")
    ran = run_here("preview", "--json")
    assert (ran.returncode, document(ran)["error"]["code"]) == (4, "profile-damaged")


def test_a_plan_that_cannot_be_written_is_no_finding_and_what_was_found_is_told(
    tmp_path: Path,
) -> None:
    (tmp_path / "none").touch()
    to = ("--save", tmp_path / "none" / "plan.jsonl")
    ran = preview(tmp_path, in_sync(3), *to)
    assert (ran.returncode, "Code: not-writable" in ran.stderr) == (4, True)
    assert ran.stdout == preview(tmp_path, in_sync(3)).stdout
    ran = preview(tmp_path, in_sync(3), *to, "--json")
    assert (ran.returncode, document(ran)["error"]["code"]) == (4, "not-writable")


def test_a_directory_that_shrank_since_the_plan_stops(tmp_path: Path) -> None:
    plan = tmp_path / "plan.jsonl"
    preview(tmp_path, in_sync(100), "--save", plan)
    told = document(preview(tmp_path, in_sync(80), "--json", "--since", plan))
    (stop,) = told["stops"]
    assert (stop["code"], stop["number"], stop["limit"]) == ("directory-shrank", 20, 10)


def test_a_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    entra, _ = MADE.write(tmp_path)
    ran = run_here("preview", "--entra", entra, "--webex", entra)
    assert ran.returncode == 2
    assert "entra.jsonl: It holds people of Entra where accounts of Webex belong." in ran.stderr


@pytest.mark.parametrize("option", ["--entra", "--webex", "--groups", "--assigned"])
def test_with_one_file_alone_it_says_what_it_needs(option: str) -> None:
    ran = run_here("preview", "--json", option, "one.json")
    assert (ran.returncode, document(ran)["error"]["code"]) == (2, "preview-needs-files")


@pytest.mark.parametrize(
    "options", [("--json", "--csv"), ("--values",), ("--limit", "-1"), ("--job", "maybe")]
)
def test_options_that_do_not_fit_are_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    assert preview(tmp_path, MADE, *options).returncode == 2


HOSTILE = "\x1b]0;owned\x07[bold red]\u202eevil\u2066\x9b31m{}%s"


@pytest.mark.parametrize("how", [(), ("--json",), ("--csv",), ("--save",)])
def test_hostile_names_and_values_reach_no_terminal(tmp_path: Path, how: tuple[str, ...]) -> None:
    made = pair(len(KINDS))
    for each in (*made.people, *made.accounts):
        each["displayName"] = HOSTILE
        name = "userPrincipalName" if "userPrincipalName" in each else "userName"
        each[name] = f"{HOSTILE}{each[name]}"
    more = (*how, tmp_path / "plan") if how == ("--save",) else how
    ran = preview(tmp_path, made, *more)
    assert ran.returncode in {0, 1}
    assert not set("\x1b\x07\x9b\u202e\u2066") & set(ran.stdout + ran.stderr)

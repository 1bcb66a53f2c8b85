"""Exported files in whatever form they come, and groups in them."""

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.directories import account, in_sync, person
from wizard.errors import PreviewError
from wizard.mapping.document import MappingDocument, Row
from wizard.preview.fate import Fate
from wizard.preview.files import MAX_BYTES, FileSource
from wizard.preview.intake import Intake
from wizard.preview.offline import Files, preview_files
from wizard.preview.outcome import Prospect
from wizard.preview.pages import entries_of, loaded
from wizard.preview.settings import JobState, Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness, Reader, Unknown

PEOPLE = in_sync(5).people


def lines(*records: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in records)


def read(
    tmp_path: Path, content: str | bytes, listed: str = "value"
) -> tuple[list[str], FileSource]:
    """Return the ids that a file holds, and its source."""
    path = tmp_path / "given.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = FileSource(path, listed, Unknown.PEOPLE)
    found = [record for page in source.pages() for record in entries_of(loaded(page), listed)]
    return [record["id"] for record in found], source


PAGE = {"@odata.context": "x", "value": PEOPLE}
FORMS = {
    "a list": json.dumps(PEOPLE),
    "a list on many lines": json.dumps(PEOPLE, indent=2),
    "an answer": json.dumps(PAGE),
    "an answer on many lines": json.dumps(PAGE, indent=2),
    "its name in other letters": json.dumps({"VALUE": PEOPLE}),
    "a list of answers": json.dumps([{"value": PEOPLE[:2]}, {"value": PEOPLE[2:]}]),
    "lines": lines(*PEOPLE),
    "lines with blank ones": "\n" + lines(*PEOPLE[:2]) + "\n\n" + lines(*PEOPLE[2:]),
    "lines without an end": lines(*PEOPLE).rstrip("\n"),
    "lines of answers": lines({"value": PEOPLE[:2]}, {"value": PEOPLE[2:]}),
    "a mark in front": "\ufeff" + lines(*PEOPLE),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_list_holds_the_same_people(tmp_path: Path, form: str) -> None:
    found, source = read(tmp_path, FORMS[form])
    assert found == [each["id"] for each in PEOPLE]
    assert source.completeness == Completeness("by hand", Reader.FILE)


def test_a_file_of_another_encoding_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, json.dumps(PEOPLE).encode("utf-16"))[0]) == 5


def test_a_page_that_says_there_is_more_is_not_taken_for_all(tmp_path: Path) -> None:
    _, source = read(tmp_path, json.dumps(PAGE | {"@odata.nextLink": "https://graph/next"}))
    assert source.completeness.how == "partial"
    assert Unknown.PEOPLE in source.completeness.unknown
    _, source = read(tmp_path, lines(PAGE | {"@odata.nextLink": "https://graph/next"}, PAGE))
    assert source.completeness.how == "by hand"


def test_a_total_is_remembered(tmp_path: Path) -> None:
    _, source = read(tmp_path, json.dumps({"totalResults": "9", "resources": PEOPLE}), "Resources")
    assert source.completeness.total == 9


BROKEN = {
    "preview-empty": b" \n",
    "preview-not-json": json.dumps(PEOPLE)[:-40].encode(),
    "preview-no-list": b'{"synchronizationRules": []}',
    "preview-mixed": (lines(*PEOPLE) + "[1, 2]").encode(),
    "preview-line-too-long": (lines(*PEOPLE) + json.dumps({"id": "x" * 33_000_000})).encode(),
}


@pytest.mark.parametrize("code", BROKEN)
def test_what_is_no_list_is_told_in_a_sentence(tmp_path: Path, code: str) -> None:
    with pytest.raises(PreviewError) as refused:
        read(tmp_path, BROKEN[code])
    assert refused.value.code == code


@pytest.mark.parametrize("form", ["{}", '{{"value": {}}}', '{{"a": {}}}\n', '[{{"id": {}}}]'])
def test_a_file_that_is_nested_too_deeply_is_told(tmp_path: Path, form: str) -> None:
    with pytest.raises(PreviewError, match="nested too deeply") as refused:
        read(tmp_path, form.format("[" * 100_000 + "]" * 100_000))
    assert refused.value.code == "preview-not-json"


def test_a_file_that_is_far_too_large_is_not_read_to_learn_that(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.touch()
    os.truncate(file, 2 * MAX_BYTES)
    tracemalloc.start()
    try:
        with pytest.raises(PreviewError) as refused:
            list(FileSource(file, "value", Unknown.PEOPLE).pages())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.code == "preview-too-large"
    assert most < MAX_BYTES / 5


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(PreviewError, match="No such file") as refused:
        list(FileSource(tmp_path / "none.json", "value", Unknown.PEOPLE).pages())
    assert refused.value.code == "file-unreadable"


def test_an_error_of_graph_in_place_of_a_list_is_quoted(tmp_path: Path) -> None:
    said = {"error": {"code": "Request_Throttled", "message": "Slow down"}}
    with pytest.raises(PreviewError, match="Request_Throttled Slow down"):
        read(tmp_path, json.dumps(said))


def intake(job: JobState = "running", *, everybody: bool = True) -> Intake:
    settings = Settings(MappingDocument.default(), job, everybody=everybody)
    return Intake(settings, Sides(groups=Completeness(), webex_groups=Completeness()))


def test_files_that_were_mixed_up_are_told_apart() -> None:
    accounts = [account(each, 1) for each in PEOPLE]
    made = intake()
    for take, records in ((made.people.take, accounts), (made.accounts.take, PEOPLE)):
        with pytest.raises(PreviewError) as refused:
            take(json.dumps(records).encode())
        assert refused.value.code == "preview-wrong-file"


def test_an_account_without_an_id_is_refused_however_it_is_read() -> None:
    nameless = account(PEOPLE[0], 1) | {"id": ""}
    for spelled in ("userName", "USERNAME"):
        record = {key if key != "userName" else spelled: value for key, value in nameless.items()}
        with pytest.raises(PreviewError, match="has no id"):
            intake().accounts.take(json.dumps([record]).encode())


def test_what_is_nested_too_deeply_is_told() -> None:
    deep = "[" * 900 + "]" * 900
    with pytest.raises(PreviewError, match="nested too deeply"):
        intake().accounts.take(f'[{{"id": "a", "userName": "b", "roles": {deep}}}]'.encode())


def test_who_comes_twice_counts_once() -> None:
    made = intake()
    for _ in range(2):
        made.people.take(json.dumps(PEOPLE).encode())
    made.accounts.take(b'{"totalResults": 0}')
    preview = made.result()
    assert preview.counts == {Prospect.CREATE: 5}
    assert any("5 people came twice" in remark for remark in preview.remarks)


def test_an_account_that_comes_twice_counts_once() -> None:
    made = intake()
    made.people.take(json.dumps(PEOPLE).encode())
    for _ in range(2):
        made.accounts.take(json.dumps([account(PEOPLE[0], 1)]).encode())
    preview = made.result()
    assert (preview.counts, preview.accounts) == ({Prospect.UNCHANGED: 1, Prospect.CREATE: 4}, 1)


def test_a_page_that_comes_twice_stands_for_no_page_that_is_missing() -> None:
    made = intake()
    made.people.take(json.dumps(PEOPLE).encode())
    for _ in range(2):
        made.accounts.take(json.dumps([account(PEOPLE[0], 1)]).encode())
    made.sides.webex.total = 2
    preview = made.result()
    assert preview.counts == {Prospect.UNCHANGED: 1, Prospect.UNKNOWN: 4}
    assert preview.sides.webex.how == "partial"
    told = "There should be 2 accounts of Webex, and only 1 came."
    assert preview.unknown[Unknown.ACCOUNTS] == told


def test_an_account_that_is_off_may_be_somebodys_where_not_all_people_were_read() -> None:
    made = intake()
    made.people.take(json.dumps(PEOPLE[:1]).encode())
    off = account(PEOPLE[1], 1) | {"active": False}
    made.accounts.take(json.dumps([off]).encode())
    made.sides.entra.broke_off(Unknown.PEOPLE, "cut")
    preview = made.result()
    assert (preview.counts[Prospect.UNKNOWN], preview.inactive) == (1, 0)


def of_files(tmp_path: Path, *groups: Any) -> list[Fate]:
    """Return what would become of groups of a few files, with one person in both directories."""
    entra, webex, *paths = (tmp_path / f"{at}.json" for at in range(len(groups) + 2))
    entra.write_text(json.dumps([person(0)]))
    webex.write_text(json.dumps([account(person(0), 0)]))
    for path, content in zip(paths, groups, strict=True):
        path.write_text(json.dumps(content))
    files = Files(entra, webex, tuple(paths))
    preview = preview_files(files, MappingDocument.default(), "running")
    return [fate for fate in preview.fates() if fate.kind == "group"]


UNASKED = ("accountEnabled", "department")
OTHER = {"id": "w-9", "displayName": "Other", "members": [{"value": "webex-0"}]}


def webex_groups(*groups: Any, **more: Any) -> dict[str, Any]:
    schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
    return {"schemas": schemas, "Resources": list(groups)} | more


def test_groups_that_the_total_tells_of_and_the_file_lacks_may_be_there(tmp_path: Path) -> None:
    fate, _ = of_files(tmp_path, {"value": [group(0)]}, webex_groups(OTHER, totalResults=2))
    assert fate.outcome is Prospect.UNKNOWN
    fate, _ = of_files(tmp_path, {"value": [group(0)]}, webex_groups(OTHER, totalResults=1))
    assert fate.outcome is Prospect.CREATE


def test_a_file_of_groups_that_is_not_whole_is_not_made_up_for_by_the_next(tmp_path: Path) -> None:
    cut = {"value": [group(0)], "@odata.nextLink": "https://graph/next"}
    whole = {"value": [group(0) | {"id": "g-2", "displayName": "Support"}]}
    of_nobody = of_files(tmp_path, cut, whole, webex_groups(OTHER))[-1]
    assert (of_nobody.name, of_nobody.outcome) == ("Other", Prospect.UNKNOWN)
    of_nobody = of_files(tmp_path, whole, webex_groups(OTHER))[-1]
    assert of_nobody.outcome is Prospect.LEFTOVER


def test_whose_groups_a_file_holds_is_told_by_its_form_and_by_no_name(tmp_path: Path) -> None:
    (ours,) = of_files(tmp_path, [group(0, displayName="Resources")], webex_groups(totalResults=0))
    assert (ours.id, ours.outcome) == ("g-1", Prospect.CREATE)


@pytest.mark.parametrize("more", [{"meta": {"resourceType": "Group"}}, {}], ids=["meta", "members"])
def test_groups_of_webex_without_schemas_are_known_by_what_else_scim_has(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    theirs = {"id": "w", "displayName": "Sales", "members": [{"value": "u0"}]} | more
    with_schemas = of_files(tmp_path, [group(0)], webex_groups(theirs))
    assert of_files(tmp_path, [group(0)], [theirs]) == with_schemas


def test_members_of_scim_that_come_late_in_a_file_are_never_groups_of_graph_without_any(
    tmp_path: Path,
) -> None:
    empty = [{"id": f"w{n}", "displayName": "x" * 200, "members": []} for n in range(50)]
    theirs = {"id": "w", "displayName": "Sales", "members": [{"value": "u0"}]}
    with pytest.raises(PreviewError) as caught:
        of_files(tmp_path, [*empty, theirs])
    assert caught.value.code == "preview-groups-of-scim"


@pytest.mark.parametrize("form", ["Graph", "PowerShell"])
def test_what_an_export_did_not_ask_for_is_not_taken_for_empty(tmp_path: Path, form: str) -> None:
    who = {key: value for key, value in person(0).items() if key not in UNASKED}
    if form == "PowerShell":
        who = {key[0].upper() + key[1:]: value for key, value in who.items()}
    entra, webex = tmp_path / "entra.json", tmp_path / "webex.json"
    webex.write_text(json.dumps([account(person(0), 0)]))
    document = MappingDocument.default().with_typed(Row("title", "[department]"))
    for people, is_told in (([who], True), ([who, person(1)], False)):
        entra.write_text(json.dumps({"value": people}))
        preview = preview_files(Files(entra, webex), document, "never")
        told = preview.unknown.get(Unknown.PROPERTIES, "")
        assert ("accountEnabled, department" in told) is is_told


def test_two_groups_of_webex_with_one_link_are_no_match() -> None:
    theirs = [
        {"id": f"w-{at}", "displayName": name, "externalId": "g-1", "members": []}
        for at, name in enumerate(("Sales", "Sales of old"))
    ]
    fate, *_ = grouped([group(0)], theirs)
    assert fate.outcome is Prospect.CONFLICT
    assert fate.reasons[-1] == ("several-accounts", "externalId g-1")


def test_nobody_at_all_is_no_preview() -> None:
    with pytest.raises(PreviewError) as refused:
        intake().result()
    assert refused.value.code == "preview-nobody"


def grouped(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> list[Fate]:
    """Return what would become of groups; three people have accounts, a fourth gets one."""
    made = intake()
    made.groups.take(json.dumps({"value": ours}).encode())
    made.webex_groups.take(json.dumps({"Resources": theirs}).encode())
    people = [person(number) for number in range(4)]
    made.people.take(json.dumps(people).encode())
    accounts = [account(each, number) for number, each in enumerate(people[:3])]
    made.accounts.take(json.dumps(accounts).encode())
    return [fate for fate in made.result().fates() if fate.kind == "group"]


def group(*numbers: int, **more: Any) -> dict[str, Any]:
    members = [
        {"@odata.type": "#microsoft.graph.user", "id": person(number)["id"]} for number in numbers
    ]
    return {"id": "g-1", "displayName": "Sales", "members": members} | more


def test_a_group_in_sync_does_not_change() -> None:
    theirs = {"id": "w-1", "displayName": "Sales", "externalId": "g-1",
              "members": [{"value": "webex-0"}, {"value": "webex-1"}]}  # fmt: skip
    (fate,) = grouped([group(0, 1)], [theirs])
    assert (fate.outcome, fate.changes) == (Prospect.UNCHANGED, ())


def test_members_are_those_who_have_an_account_or_get_one() -> None:
    nested = {"@odata.type": "#microsoft.graph.group", "id": "g-2"}
    ours = group(0, 1, 3)
    ours["members"].append(nested)
    theirs = {"id": "w-1", "displayName": "sales",
              "members": [{"value": "webex-1"}, {"value": "webex-2"}]}  # fmt: skip
    (fate,) = grouped([ours], [theirs])
    assert fate.outcome is Prospect.LINK
    assert ("members", "2", "3 (+2, -1)") in fate.changes


def test_a_group_that_would_have_nobody_left_is_a_danger() -> None:
    theirs = {"id": "w-1", "displayName": "Sales", "externalId": "g-1",
              "members": [{"value": "webex-0"}]}  # fmt: skip
    fate, over = grouped([group()], [theirs, {"id": "w-9", "displayName": "Old"}])
    assert "group-empties" in fate.dangers
    assert over.outcome is Prospect.LEFTOVER


def test_members_that_could_not_all_be_read_are_not_compared() -> None:
    theirs = {"id": "w-1", "displayName": "Sales", "externalId": "g-1",
              "members": [{"value": "webex-0"}]}  # fmt: skip
    for ours, other in (
        (group(0, 1, allMembers=False), theirs),
        (group(0, 1), theirs | {"allMembers": False}),
    ):
        (fate,) = grouped([ours], [other])
        assert (fate.outcome, fate.changes) == (Prospect.UNKNOWN, ())
        assert fate.reasons[-1] == ("members-unread", "")


def test_members_that_were_not_exported_are_not_taken_for_none(tmp_path: Path) -> None:
    theirs = {"id": "w-1", "displayName": "Sales", "externalId": "g-1",
              "members": [{"value": "webex-0"}]}  # fmt: skip
    bare = {key: value for key, value in group().items() if key != "members"}
    for fate in (
        *grouped([bare], [theirs]),
        *of_files(tmp_path, [group(0)], webex_groups({**theirs, "members": None})),
    ):
        assert (fate.outcome, fate.changes) == (Prospect.UNKNOWN, ())
        assert fate.reasons[-1] == ("members-unread", "")
    (made,) = grouped([bare], [])
    assert (made.outcome, made.reasons[-1]) == (Prospect.CREATE, ("members-unread", ""))
    shown, _ = of_files(tmp_path, [group(0)], webex_groups({**theirs, "members": None}, OTHER))
    assert ("members", "0", "1 (+1, -0)") in shown.changes, "some come, so that one has none"


def test_members_that_come_page_by_page_add_up() -> None:
    (fate,) = grouped([group(0), group(1)], [])
    assert ("members", "0", "2 (+2, -0)") in fate.changes

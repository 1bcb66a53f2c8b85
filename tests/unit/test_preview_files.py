"""Exported files in whatever form they come, and groups in them."""

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tests.directories import account, in_sync, person
from wizard.errors import PreviewError
from wizard.mapping.document import MappingDocument
from wizard.preview.fate import Fate
from wizard.preview.files import MAX_BYTES, FileSource
from wizard.preview.intake import Intake
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


def test_members_that_come_page_by_page_add_up() -> None:
    (fate,) = grouped([group(0), group(1)], [])
    assert ("members", "0", "2 (+2, -0)") in fate.changes

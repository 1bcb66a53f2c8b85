"""A desk over exported files: counted, browsed, searched, written out; and read on after a cut."""

import asyncio
import csv
import json
import os
import resource
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.desk_here import started_here
from tests.directories import KINDS, account, pair, person
from tests.graph_client import PRINCIPAL, Answering, Reply, ask, listed, refused
from wizard.errors import AnswerError, PreviewError, ProfileError
from wizard.graph.client import GraphClient
from wizard.graph.operations import Operation
from wizard.machine import child
from wizard.mapping.document import MappingDocument
from wizard.net.pace import Pace
from wizard.preview.both import BothDirectories
from wizard.preview.desk import Counted, Selection
from wizard.preview.digests import code_of
from wizard.preview.offline import Files, preview_files, told_of
from wizard.preview.outcome import QUIET, Prospect
from wizard.preview.plan import read_plan, save
from wizard.preview.process import DirectoriesDesk, FilesDesk
from wizard.preview.settings import Settings
from wizard.words.progress import Report

HOSTILE = '=HYPERLINK("http://evil.example";"a")\x1b[31m|`<b>\n# b'


def desk_of(folder: Path, people: list[Any], accounts: list[Any]) -> FilesDesk:
    files = Files(folder / "entra.jsonl", folder / "webex.jsonl")
    for path, records in ((files.entra, people), (files.webex, accounts)):
        path.write_text("".join(json.dumps(each) + "\n" for each in records), "utf-8")
    return FilesDesk(files, MappingDocument.default(), "running", start=started_here)


@pytest.fixture
async def desk(tmp_path: Path) -> FilesDesk:
    """Return a desk that has read one of each kind of difference, many times."""
    made = pair(2_200, kinds=("in sync",) * 5 + KINDS)
    desk = desk_of(tmp_path, made.people, made.accounts)
    await desk.read(lambda counted: None)
    return desk


async def test_the_counts_grow_while_it_reads_and_outcomes_come_when_they_are_final(
    tmp_path: Path,
) -> None:
    made, told = pair(3_000), list[Counted]()
    desk = desk_of(tmp_path, made.people, made.accounts)
    summary = await desk.read(told.append)
    assert {str(outcome): count for outcome, count in summary.counts.items()} == made.counts
    there = [each for each in made.people if "deletedDateTime" not in each]
    assert (summary.people, summary.accounts) == (len(there), len(made.accounts))
    assert summary.is_risky
    assert summary.interrupted == ""
    reading = [each for each in told if each.counts is None]
    for earlier, later in pairwise(told):
        assert earlier.people <= later.people
        assert earlier.accounts <= later.accounts
        assert (earlier.in_scope or 0) <= (later.in_scope or 0) <= later.people
    assert told[: len(reading)] == reading
    for each in told[len(reading) :]:
        assert each.counts is not None
        assert all(number <= summary.counts[what] for what, number in each.counts.items())


async def test_each_choice_has_its_lines_riskiest_first(desk: FilesDesk) -> None:
    summary = await desk.read(lambda counted: None)
    everybody = await desk.rows(Selection(), 0, summary.lines)
    assert len(everybody) == summary.lines == await desk.size(Selection())
    assert sorted(row.place for row in everybody) == list(range(summary.lines))
    order = list(Prospect)
    assert [order.index(row.outcome) for row in everybody] == sorted(
        order.index(row.outcome) for row in everybody
    )
    for outcome, count in summary.counts.items():
        assert await desk.size(Selection(outcome)) == count
        rows = await desk.rows(Selection(outcome), max(0, count - 3), 5)
        assert {row.outcome for row in rows} == {outcome}
    for at, pattern in enumerate(summary.patterns):
        rows = await desk.rows(Selection(pattern=at), 0, summary.lines)
        assert len(rows) == pattern.count
        assert {(row.outcome, row.kind) for row in rows} == {(pattern.outcome, pattern.kind)}
        assert {row.name for row in rows} >= set(pattern.names)
    nothing = (Selection(pattern=len(summary.patterns)), Selection(Prospect.DELETE, pattern=0))
    assert [await desk.size(each) for each in nothing] == [0, 0]
    assert await desk.rows(Selection(), summary.lines, 10) == ()


async def test_a_text_finds_names_in_any_case_within_what_is_chosen(desk: FilesDesk) -> None:
    everybody = await desk.rows(Selection(), 0, 5_000)
    for text in ("PERSON21", "son1", "@", "nobody has this", "  "):
        wanted = [row for row in everybody if text.strip().casefold() in row.name.casefold()]
        assert list(await desk.rows(Selection(text=text), 0, 5_000)) == wanted
        chosen = Selection(Prospect.CREATE, text=text)
        assert await desk.size(chosen) == sum(row.outcome is Prospect.CREATE for row in wanted)


async def test_an_older_search_is_called_off_and_the_next_one_finds_all(desk: FilesDesk) -> None:
    older = asyncio.ensure_future(desk.size(Selection(text="1")))
    await asyncio.sleep(0)
    older.cancel()
    row, *_ = await desk.rows(Selection(text="person7@"), 0, 5)
    assert row.name == "person7@example.com"


async def test_the_story_of_one_is_that_of_the_command(desk: FilesDesk) -> None:
    row, *_ = await desk.rows(Selection(Prospect.RENAME), 0, 1)
    first, why, *fields = await desk.story(row.place)
    assert first == f"- {row.name}: renamed in Webex"
    assert why.startswith("  because everybody counts as assigned")
    assert any(line.startswith("  userName: ") for line in fields)
    assert await desk.story(-1) == await desk.story(10**9) == ()


async def test_exports_hold_everybody_for_their_owner_alone(
    desk: FilesDesk, tmp_path: Path
) -> None:
    rows = await desk.rows(Selection(), 0, 5_000)
    outcomes = Counter(str(row.outcome) for row in rows)
    told: list[int] = []
    table, lines, ticket = (tmp_path / name for name in ("a.csv", "a.jsonl", "a.md"))
    assert await desk.export(table, "csv", told.append) == len(rows)
    assert await desk.export(lines, "jsonl") == len(rows)
    with table.open(newline="") as stream:
        assert Counter(line["outcome"] for line in csv.DictReader(stream)) == outcomes
    people = [json.loads(line) for line in lines.read_text("ascii").splitlines()]
    assert Counter(each["outcome"] for each in people) == outcomes
    loud = sum(row.outcome not in QUIET for row in rows)
    assert await desk.export(ticket, "markdown") == loud
    assert ticket.read_text().count("; because `") == loud
    assert {path.stat().st_mode & 0o777 for path in (table, lines, ticket)} == {0o600}
    assert told == sorted(told)


async def test_hostile_names_are_harmless_in_every_export(tmp_path: Path) -> None:
    somebody = person(1) | {"userPrincipalName": HOSTILE, "displayName": HOSTILE}
    named = dict.fromkeys(("userPrincipalName", "displayName"), f"{HOSTILE}2")
    left = person(2) | named | {"accountEnabled": False}
    administrator = account(left, 2) | {"roles": [{"value": f"admin{HOSTILE}"}]}
    desk = desk_of(tmp_path, [somebody, left], [administrator])
    summary = await desk.read(lambda counted: None)
    assert summary.stops[0].names
    assert "\x1b" not in "".join(chain.from_iterable(each.names for each in summary.stops))
    assert "\x1b" not in "".join(each.words + "".join(each.names) for each in summary.patterns)
    (row,) = await desk.rows(Selection(Prospect.CONFLICT), 0, 5)
    assert "\x1b" not in row.name + row.said
    assert "\x1b" not in "".join(await desk.story(row.place))
    for kind in ("csv", "jsonl", "markdown"):
        await desk.export(tmp_path / kind, kind)
        text = (tmp_path / kind).read_text()
        assert "\x1b" not in text
        assert "HYPERLINK" in text
    with (tmp_path / "csv").open(newline="") as stream:
        cells = [cell for line in csv.reader(stream) for cell in line]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    for line in (tmp_path / "markdown").read_text().splitlines():
        outside_of_code = "".join(line.split("`")[::2])
        assert not {"<", "HYPERLINK"} & set(outside_of_code.split())


async def test_an_export_takes_the_place_of_a_file_whole_or_leaves_it(
    desk: FilesDesk, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    file = folder / "people.csv"
    file.write_text("of before")
    with disk_of(50_000), pytest.raises(ProfileError) as told:
        await desk.export(file, "csv")
    assert told.value.code == "disk-full"
    assert "people.csv could not be saved" in told.value.message
    assert file.read_text() == "of before"
    leaving = asyncio.ensure_future(desk.export(file, "csv"))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait([leaving])
    assert os.listdir(folder) == ["people.csv"]
    assert file.read_text() == "of before"
    assert await desk.export(file, "csv")
    assert file.read_text().startswith("outcome,")
    with pytest.raises(ProfileError):
        await desk.export(folder, "csv")
    for path in (file / "no-folder", Path("~nobody-of-that-name/plan")):
        with pytest.raises(ProfileError):
            await desk.save(path)


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file get larger, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


async def test_the_plan_is_that_of_the_command_and_is_approved_and_compared(
    desk: FilesDesk, tmp_path: Path
) -> None:
    first, second = tmp_path / "plan", tmp_path / "plan-of-command"
    digest = await desk.save(first)
    files = Files(tmp_path / "entra.jsonl", tmp_path / "webex.jsonl")
    told = told_of(preview_files(files, MappingDocument.default(), "running"))
    assert save(told, second, values=False) == digest == read_plan(first).digest
    assert first.read_text().partition("\n")[2] == second.read_text().partition("\n")[2]
    approval = await desk.approval()
    assert len(approval) <= 40
    assert approval[-1].endswith(code_of(digest))
    same = await desk.since(first, 5)
    assert (same.grown, same.is_within, same.lines) == (0, True, ())
    made = pair(2_200, kinds=("in sync",) * 5 + KINDS)
    more = [*made.people, *map(person, range(9_000, 9_010))]
    grown = desk_of(tmp_path, more, made.accounts)
    await grown.read(lambda counted: None)
    since = await grown.since(first, 5)
    assert (since.grown, since.is_within) == (10, False)
    assert "and 5 more" in since.lines[-1]


async def test_a_file_that_cannot_be_used_is_named_and_a_better_one_is_read_again(
    tmp_path: Path,
) -> None:
    made = pair(30)
    desk = desk_of(tmp_path, made.people, made.accounts)
    whole = (tmp_path / "webex.jsonl").read_text()
    (tmp_path / "webex.jsonl").write_text(whole[:-20])
    with pytest.raises(PreviewError, match=r"webex\.jsonl"):
        await desk.read(lambda counted: None)
    (tmp_path / "webex.jsonl").write_text(whole)
    assert (await desk.read(lambda counted: None)).accounts == len(made.accounts)


SOMEBODY, SOMEBODY_ELSE = person(1), person(2)


def in_two_pages(first: Any, second: Any, refusals: int) -> Answering:
    """Answer with two pages, of which the second is refused so many times."""
    left = [refusals]

    def answering(request: httpx.Request) -> Reply:
        if "$skiptoken" not in request.url.params:
            link = f"{str(request.url).partition('?')[0]}?$skiptoken=1"
            return listed(first, **{"@odata.nextLink": link})
        left[0] -= 1
        if left[0] >= 0:
            return refused(403, "Authorization_RequestDenied")
        return listed(second)

    return answering


def assigned(who: dict[str, Any]) -> dict[str, Any]:
    return {"principalId": who["id"], "principalType": "User"}


def directory(graph: GraphClient) -> DirectoriesDesk:
    """Return a desk over this directory, and a Webex that nobody may read."""

    @asynccontextmanager
    async def opening(report: Report) -> AsyncIterator[BothDirectories]:
        settings = Settings(MappingDocument.default(), "never", everybody=False)
        reading = graph.reading(Pace("Microsoft Graph", 1))
        yield BothDirectories(reading, PRINCIPAL, {}, settings, report)

    return DirectoriesDesk(opening, start=started_here)


def both_pages(people: int, assignments: int) -> dict[Operation, Reply | Answering]:
    """Answer with a page for each of the two, refusing the second ones so many times."""
    return {
        Operation.LIST_USERS: in_two_pages(SOMEBODY, SOMEBODY_ELSE, people),
        Operation.LIST_ASSIGNMENTS: in_two_pages(
            assigned(SOMEBODY), assigned(SOMEBODY_ELSE), assignments
        ),
        Operation.LIST_GROUPS: listed(),
    }


def test_half_of_the_assignments_decides_about_nobody() -> None:
    async def question(graph: GraphClient) -> None:
        desk, told = directory(graph), list[Counted]()
        with pytest.raises(AnswerError):
            await desk.read(told.append)
        assert all(not counted.in_scope for counted in told)
        with pytest.raises(PreviewError) as nothing:
            await desk.size(Selection())
        assert nothing.value.code == "preview-not-read"
        summary = await desk.read(told.append)
        assert (summary.people, told[-1].in_scope) == (2, 2)
        desk.close()

    ask(question, both_pages(0, 1), read_only=True, judges_answers=False)


def test_half_of_the_people_is_shown_as_that_and_read_on() -> None:
    async def question(graph: GraphClient) -> None:
        desk = directory(graph)
        half = await desk.read(lambda counted: None)
        assert half.people == 1
        assert half.interrupted.endswith("Tracking id: R2.")
        assert "not whole" in half.completeness
        assert await desk.size(Selection()) == 1
        whole = await desk.read(lambda counted: None)
        assert (whole.people, whole.interrupted) == (2, "")
        assert "Entra through Microsoft Graph" in whole.completeness
        desk.close()

    ask(question, both_pages(1, 0), read_only=True, judges_answers=False)


def test_a_process_that_previews_gives_way_to_what_somebody_looks_at() -> None:
    with child.start("wizard.preview") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b'{"id": 1}\n')
        process.stdin.flush()
        assert b'"error"' in process.stdout.readline()
        ours = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(ours + 10, 19)

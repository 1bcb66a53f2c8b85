"""A desk over the practice tenants and over files: cut, left, killed, closed; and never a write."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Set
from pathlib import Path
from types import SimpleNamespace

import psutil  # type: ignore[import-untyped]  # psutil ships no types
import pytest

from tests.desk_here import started_here
from tests.directories import pair
from wizard.errors import InvalidInput, MachineError
from wizard.mapping.document import MappingDocument
from wizard.preview.beside import WORTH
from wizard.preview.desk import Counted, Selection
from wizard.preview.offline import Files
from wizard.preview.outcome import Prospect
from wizard.preview.process import DirectoriesDesk, FilesDesk
from wizard.steps.previewing import desk_of
from wizard.workspace import Workspace


def nothing(_counted: Counted) -> None:
    """Hear nothing."""


@pytest.fixture
def space(space: Workspace) -> Iterator[Workspace]:
    """Let nothing but questions that read reach the practice."""
    assert space.practice is not None
    space.practice.forget_requests()
    yield space
    assert {request.method for request in space.practice.requests()} == {"GET"}


def desk_over(space: Workspace) -> DirectoriesDesk:
    space.start_preview = started_here
    return desk_of(space, space.session())


async def test_a_preview_of_both_directories_writes_nothing(
    space: Workspace, tmp_path: Path
) -> None:
    desk, told = desk_over(space), list[Counted]()
    summary = await desk.read(told.append)
    assert summary.interrupted == ""
    acting = summary.counts.get(Prospect.LINK, 0) + summary.counts.get(Prospect.CREATE, 0)
    assert acting == 1  # whoever was assigned
    assert told[-1].people == summary.people
    assert told[-1].accounts == told[-1].accounts_total == summary.accounts
    assert told[-1].in_scope == 1
    assert summary.completeness == (
        "Entra through Microsoft Graph; Webex by its list at the address that Entra uses."
    )
    (row,) = await desk.rows(Selection(Prospect.LINK), 0, 9)
    assert await desk.story(row.place)
    await desk.export(tmp_path / "people.csv", "csv")
    await desk.save(tmp_path / "plan")
    assert (await desk.since(tmp_path / "plan", 5)).is_within
    desk.close()


async def test_after_a_cut_the_pages_that_came_are_not_asked_for_again(space: Workspace) -> None:
    assert space.practice is not None
    desk = desk_over(space)
    whole = await desk.read(nothing)
    assert (await desk.read(nothing)).counts == whole.counts  # begins anew
    space.practice.misbehave("scim", "401", after=2)
    space.practice.misbehave("scim", "ignores-count", people=3)
    half = await desk.read(nothing)
    assert half.interrupted
    assert half.accounts < whole.accounts
    assert half.counts != whole.counts
    assert await desk.size(Selection()) == half.lines
    space.practice.behave()
    space.practice.forget_requests()
    assert await desk.read(nothing) == whole
    asked = [request.target for request in space.practice.requests()]
    assert asked
    assert not any("/users" in target and "graph" in target for target in asked)
    desk.close()


async def test_a_reading_that_was_left_goes_on(space: Workspace) -> None:
    assert space.practice is not None
    space.practice.misbehave("scim", "ignores-count", people=3)
    desk = desk_over(space)
    whole = await desk.read(nothing)
    for pages in (1, 2, 4):
        came = asyncio.Event()
        left = SimpleNamespace(pages=pages)

        def count(
            _counted: Counted, left: SimpleNamespace = left, came: asyncio.Event = came
        ) -> None:
            left.pages -= 1
            if not left.pages:
                came.set()

        reading = asyncio.ensure_future(desk.read(count))
        await came.wait()
        reading.cancel()
        await asyncio.wait([reading])
        assert reading.cancelled()
        assert (await desk.read(nothing)).counts == whole.counts
    desk.close()


async def test_what_was_read_to_the_end_is_not_read_again_where_deciding_was_left(
    space: Workspace,
) -> None:
    assert space.practice is not None
    desk, decides = desk_over(space), asyncio.Event()

    def hear(counted: Counted) -> None:
        if counted.counts is not None:
            decides.set()

    reading = asyncio.ensure_future(desk.read(hear))
    await decides.wait()
    reading.cancel()
    await asyncio.wait([reading])
    assert reading.cancelled()
    asked = len(space.practice.requests())
    summary = await desk.read(nothing)
    assert len(space.practice.requests()) == asked
    assert summary == await desk.read(nothing)
    assert len(space.practice.requests()) > asked
    desk.close()


async def test_whoever_is_searched_for_comes_from_the_other_process(space: Workspace) -> None:
    assert space.practice is not None
    space.practice.misbehave("scim", "no-listing")
    space.practice.misbehave("scim-v2", "403")
    desk, told = desk_over(space), list[Counted]()
    summary = await desk.read(told.append)
    assert summary.counts.get(Prospect.LINK) == 1
    assert "by a search for each person in scope" in summary.completeness
    assert any("1 of 1 people were searched for" in each.waits for each in told)
    desk.close()


async def test_without_a_sign_in_nothing_is_read_and_with_one_it_is(space: Workspace) -> None:
    desk, signed_in = desk_over(space), space.tenant.signed_in
    space.tenant.signed_in = None
    with pytest.raises(InvalidInput) as told:
        await desk.read(nothing)
    assert told.value.code == "not-signed-in"
    space.tenant.signed_in = signed_in
    assert (await desk.read(nothing)).people
    desk.close()


def pids(others: Set[int] = frozenset()) -> set[int]:
    return {child.pid for child in psutil.Process().children()} - others


async def until_gone(before: Set[int]) -> None:
    """Wait until no other process is left."""
    left = [child for child in psutil.Process().children() if child.pid not in before]
    await asyncio.to_thread(psutil.wait_procs, left, timeout=60)
    assert pids() == before


def files_desk(folder: Path, people: int) -> FilesDesk:
    entra, webex = pair(people).write(folder)
    return FilesDesk(Files(entra, webex), MappingDocument.default(), "running")


async def test_a_process_that_is_killed_is_told_calmly_and_reading_begins_anew(
    tmp_path: Path,
) -> None:
    before, desk = pids(), files_desk(tmp_path, 5_000)
    assert pids() == before
    whole = await desk.read(nothing)
    (first,) = pids(before)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(MachineError) as told:
        await desk.size(Selection())
    assert told.value.code == "preview-gone"
    assert "SIGKILL" in told.value.message
    assert await desk.read(nothing) == whole
    (second,) = pids(before | {first})
    came = asyncio.Event()
    reading = asyncio.ensure_future(desk.read(lambda counted: came.set()))
    await came.wait()
    (third,) = pids(before | {first, second})
    os.kill(third, signal.SIGKILL)
    with pytest.raises(MachineError):
        await reading
    assert await desk.read(nothing) == whole
    assert await desk.size(Selection()) == whole.lines
    writing = asyncio.ensure_future(desk.export(tmp_path / "exports/people.csv", "csv"))
    await desk.size(Selection())
    desk.close()
    with pytest.raises(MachineError):
        await writing
    assert list((tmp_path / "exports").iterdir()) == []
    await until_gone(before)
    desk.close()


async def test_a_second_process_reads_for_a_screen_only_where_a_core_is_left_for_its_keys(
    tmp_path: Path,
) -> None:
    before, desk = pids(), files_desk(tmp_path, 18_000)
    assert sum(each.stat().st_size for each in tmp_path.iterdir()) > WORTH
    came = asyncio.Event()
    reading = asyncio.ensure_future(desk.read(lambda counted: came.set()))
    await came.wait()
    (child,) = map(psutil.Process, pids(before))
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    assert len(child.children()) == (cores > 2)
    await reading
    desk.close()
    await until_gone(before)


async def test_what_is_left_while_files_are_read_leaves_no_process(tmp_path: Path) -> None:
    before, desk = pids(), files_desk(tmp_path, 5_000)
    came = asyncio.Event()
    reading = asyncio.ensure_future(desk.read(lambda counted: came.set()))
    await came.wait()
    reading.cancel()
    await asyncio.wait([reading])
    desk.close()
    await until_gone(before)

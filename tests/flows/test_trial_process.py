"""A trial in its own process: asked, called off, killed, closed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Set
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil ships no types
import pytest

from tests.clock import move_on, on_own_clock
from wizard.errors import MachineError, MappingError
from wizard.machine.sealing import MEMORY
from wizard.mapping.document import MappingDocument, Row
from wizard.trial.outcome import Reading
from wizard.trial.process import Trial
from wizard.trial.questions import GiveSample, Judge, Portray, Show, TakeFile, TryEverybody
from wizard.words.progress import STUCK


def slow(number: int) -> Row:
    """Return a row whose pattern, another for each number, takes its whole time limit."""
    return Row("title", f'Replace([displayName], , "(a|aa)+$|z{number}", , "", , )')


async def value(trial: Trial, row: Row) -> Reading:
    return (await trial.ask(Judge(row, trial.at))).reading


def tried(work: Callable[[Trial], Awaitable[None]]) -> None:
    async def run() -> None:
        trial = Trial()
        try:
            await work(trial)
        finally:
            trial.close()

    asyncio.run(run())


def many(tmp_path: Path, count: int) -> Path:
    file = tmp_path / "many.json"
    people = [
        {"userPrincipalName": f"p{number}@contoso.example", "displayName": "a" * 60 + "b"}
        for number in range(count)
    ]
    file.write_text(json.dumps(people))
    return file


def pids(others: Set[int] = frozenset()) -> set[int]:
    return {child.pid for child in psutil.Process().children()} - others


def test_work_that_stands_still_is_ended_and_says_how_far_it_came(tmp_path: Path) -> None:
    async def work() -> None:
        trial, told, others = Trial(), asyncio.Event(), pids()
        try:
            await trial.ask(TakeFile(many(tmp_path, 10_000)))
            before = pids(others)
            asked = asyncio.ensure_future(trial.ask(TryEverybody(), lambda _done: told.set()))
            await told.wait()
            (child,) = before
            os.kill(child, signal.SIGSTOP)
            move_on(STUCK - 1)
            for _ in range(20):
                await asyncio.sleep(0)
            assert not asked.done()
            move_on(STUCK)
            with pytest.raises(MachineError) as caught:
                await asked
            assert caught.value.code == "trial-stuck"
            assert "people were done" in caught.value.message
            assert (await trial.ask(GiveSample(trial.at, frozenset(["displayName"])))).name
            assert pids(others) != before
        finally:
            trial.close()

    on_own_clock(work())


def test_long_work_that_moves_may_go_on(tmp_path: Path) -> None:
    async def work() -> None:
        trial, reports = Trial(), 0

        def report(_done: int) -> None:
            nonlocal reports
            reports += 1
            move_on(STUCK - 1)

        try:
            await trial.ask(TakeFile(many(tmp_path, 300)))
            await trial.ask(TryEverybody(), report)
            assert reports > 3
        finally:
            trial.close()

    on_own_clock(work())


@pytest.mark.skipif(sys.platform != "linux", reason="the product sets this limit on Linux only")
def test_the_process_is_held_to_the_memory_that_is_stated(tmp_path: Path) -> None:
    async def work(trial: Trial) -> None:
        others = pids()
        await trial.ask(TakeFile(many(tmp_path, 3)))
        (child,) = pids(others)
        limits = Path(f"/proc/{child}/limits").read_text()
        assert f"Max address space         {MEMORY} " in limits

    tried(work)


def test_no_process_is_started_before_the_first_question() -> None:
    before = pids()
    trial = Trial()
    assert pids() == before
    trial.close()


def test_a_question_is_answered_for_the_person_who_is_looked_at(tmp_path: Path) -> None:
    async def work(trial: Trial) -> None:
        audience = await trial.ask(TakeFile(many(tmp_path, 3)))
        assert audience.words == "3 people from many.json"
        trial.step(-1)
        assert (
            await value(trial, Row("title", "[userPrincipalName]"))
        ).text == "p2@contoso.example"
        trial.step(1)
        assert (await trial.ask(Portray(trial.at))).person.name == "p0@contoso.example"

    tried(work)


def test_a_file_that_cannot_be_read_is_told_and_the_people_stay(tmp_path: Path) -> None:
    async def work(trial: Trial) -> None:
        await trial.ask(TakeFile(None))
        with pytest.raises(MappingError) as caught:
            await trial.ask(TakeFile(tmp_path / "none.json"))
        assert caught.value.code == "people-unreadable"
        assert trial.audience.source == ""
        with pytest.raises(MappingError):
            await trial.ask(TakeFile(Path("~nobody-of-that-name/people.json")))

    tried(work)


def test_a_value_does_not_wait_for_ten_thousand_people(tmp_path: Path) -> None:
    async def work(trial: Trial) -> None:
        await trial.ask(TakeFile(many(tmp_path, 10_000)))
        done: list[int] = []
        everybody = asyncio.create_task(trial.ask(TryEverybody(), done.append))
        await asyncio.sleep(0)
        assert (await value(trial, Row("title", '"x"'))).text == "x"
        assert not everybody.done()
        await everybody
        assert done[-1] == 10_000
        assert done == sorted(done)

    tried(work)


def test_what_was_called_off_holds_nobody_up(tmp_path: Path) -> None:
    async def work(trial: Trial) -> None:
        await trial.ask(TakeFile(many(tmp_path, 10)))
        asked = [asyncio.create_task(value(trial, slow(number))) for number in range(100)]
        await asyncio.sleep(0)
        for task in asked:
            task.cancel()
        await asyncio.wait(asked)
        # A hundred at half a second each would take longer than anybody waits here.
        reading = await asyncio.wait_for(value(trial, Row("title", '"x"')), 20)
        assert reading.text == "x"

    tried(work)


def test_a_process_that_was_killed_comes_back_with_people_and_mapping(tmp_path: Path) -> None:
    async def work(trial: Trial) -> None:
        before = pids()
        await trial.ask(TakeFile(many(tmp_path, 10_000)))
        await trial.ask(Show(MappingDocument.default().without("displayName").schema))
        (pid,) = pids() - before
        everybody = asyncio.create_task(trial.ask(TryEverybody(), lambda _done: None))
        await value(trial, Row("title", '"x"'))
        psutil.Process(pid).kill()
        with pytest.raises(MachineError) as caught:
            await everybody
        assert caught.value.code == "trial-gone"
        portrait = await trial.ask(Portray(trial.at))
        assert portrait.person.name == "p0@contoso.example"
        assert len(portrait.readings) == len(MappingDocument.default().rows) - 1

    tried(work)


def test_closing_ends_the_process_and_may_be_done_twice() -> None:
    async def work(trial: Trial) -> None:
        before = pids()
        await trial.ask(TakeFile(None))
        (pid,) = pids() - before
        trial.close()
        trial.close()
        assert not psutil.pid_exists(pid)

    tried(work)

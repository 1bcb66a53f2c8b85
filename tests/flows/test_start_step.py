"""Step `start`: the preview that was kept binds it; nothing but its numbers lets a stop pass."""

import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flows.test_belt import Belted
from tests.flows.test_start_by_plan import COMING, LEAVING, SALES, STOP, Paused
from tests.practice_here import PracticeHere
from tests.typing_here import opening
from wizard.errors import InvalidInput, StepFirst, UnusableAnswer
from wizard.flow.plan import PREVIEW, STEPS
from wizard.linear import walk
from wizard.options import Options
from wizard.preview.digests import code_of
from wizard.steps.base import Outlook
from wizard.steps.belt import BELT
from wizard.steps.bound_start import kept_start
from wizard.steps.start import StartStep
from wizard.store.marks import Mark
from wizard.walk.doing import Doing
from wizard.words.progress import silent

KEEP = {BELT: "keep"}
NUMBER = {"stop-0": STOP}
NO_MORE = "nothing was started and nothing was written"


class Kept(Belted):
    """A paused job whose next cycle switches six off, and a preview that says so and is kept."""

    async def keep(self) -> None:
        await Paused.prepare(self)
        self.plan.unlink()
        for step_id in ("organization", "token", "credentials"):
            self.session.tick(step_id)
        await self.preview()
        self.session.change(at_step="start", reached=("start",))

    async def preview(self) -> None:
        """Make a preview, and keep what it shows."""
        doing = Doing(self.space, self.session, self.space.step(PREVIEW))
        await doing.apply({}, silent)

    @property
    def step(self) -> StartStep:
        step = self.space.step(STEPS["start"])
        assert isinstance(step, StartStep)
        return step

    @property
    def kept(self) -> Path:
        return self.session.profiles.plan_path("default")

    async def begin(self, **answers: str) -> Outlook:
        """Look, and start with these answers."""
        self.practice.forget_requests()
        doing = Doing(self.space, self.session, self.step)
        await doing.look()
        return await doing.apply(answers, silent)

    def walked(self, *lines: str) -> tuple[int, str]:
        """Go on at the step in plain lines, which come from a pipe; return what was said."""
        self.practice.forget_requests()
        out, before = io.StringIO(), (sys.stdin, sys.stdout)
        sys.stdin, sys.stdout = io.StringIO("".join(f"{line}\n" for line in lines)), out
        try:
            code = walk.run(Options("setup", plain=True), opening(self))
        finally:
            sys.stdin, sys.stdout = before
        return code, " ".join(out.getvalue().split())


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Kept:
    made = asyncio.run(Kept.after(fresh, tmp_path, "a kept preview of a paused job", Kept.keep))
    assert isinstance(made, Kept)
    return made


def test_it_is_quoted_its_number_is_asked_for_and_afterwards_entra_decides(now: Kept) -> None:
    code, said = now.walked("6", "2", "", "q")
    assert code == 130
    assert "In Webex, by plan " in said
    assert ": 0 deleted, 6 switched off, 1 taken over" in said
    assert "1 updated (and 1 group)" in said
    assert "It binds this start" in said
    assert "Stop: Switched off or deleted: 6, and more than 5 stop." in said
    assert now.writes() == ["start"]
    assert "The plan bound this start, and nothing else: from here on Entra decides" in said
    (entry,) = (e for e in now.session.history.entries[-3:] if "plan" in e.details)
    assert entry.step == "start"


WAYS = {
    "the end of the input": (),
    "an empty line": ("", "2", ""),
    "yes": ("yes", "2", ""),
    "y": ("y", "2", "y"),
    "another number": ("7", "2", ""),
    "one less": ("5", "2", ""),
    "a zero before it": ("06", "2", ""),
    "a point after it": ("6.", "2", ""),
    "a fraction": ("6.0", "2", ""),
    "a sign": ("+6", "2", ""),
    "a dash": ("\u20126", "2", ""),
    "another digit of that value": ("\u0666", "2", ""),
    "a wide digit": ("\uff16", "2", ""),
    "a small digit": ("\u2076", "2", ""),
    "a word": ("six", "2", ""),
    "a unit": ("6 people", "2", ""),
    "nothing that is seen": ("6\u200b", "2", ""),
    "twice": ("66", "2", ""),
    "the limit": ("5", "1", ""),
    "the number at the next question": ("", "6", "2", "6"),
    "the number after Do it": ("", "2", "6", "6"),
    "only Enter": ("",) * 9,
    "only yes": ("y",) * 9,
    "the number of Entra's limit": ("7", "1", ""),
}


@pytest.mark.parametrize("lines", WAYS.values(), ids=list(WAYS))
def test_nothing_but_its_number_lets_a_stop_pass(
    lines: tuple[str, ...], now: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("YES", "CI", "WEBEX_WIZARD_YES", "WEBEX_WIZARD_ASSUME_YES"):
        monkeypatch.setenv(name, STOP)
    code, said = now.walked(*lines)
    assert code in {1, 130}, said
    assert "Type its number to let it pass this once:" in said
    assert now.writes() == [], said


async def test_the_code_of_the_plan_is_no_number(now: Kept) -> None:
    with pytest.raises(UnusableAnswer) as refused:
        await now.begin(
            **{"stop-0": code_of(json.loads(now.kept.read_text().splitlines()[0])["digest"])}
        )
    assert (refused.value.question, now.writes()) == ("stop-0", [])


async def test_what_has_grown_is_refused_by_name_and_leads_back_to_the_preview(now: Kept) -> None:
    now.members(SALES[0], *COMING, "rosa.marino")
    entries = len(now.session.history.entries)
    with pytest.raises(StepFirst, match=NO_MORE) as refused:
        await now.begin(**NUMBER, **KEEP)
    assert "rosa.marino@practice.example: was out of scope" in refused.value.message
    assert (refused.value.step, refused.value.code) == (PREVIEW.id, "plan-outgrown")
    assert (now.writes(), len(now.session.history.entries)) == ([], entries)
    assert now.session.mark_of("start") is not Mark.FAILED


async def test_what_has_shrunk_passes(now: Kept) -> None:
    now.members(SALES[0], LEAVING[0], *COMING)
    found = await now.begin(**NUMBER, **KEEP)
    assert "Provisioning is on." in found.finding.text
    assert now.writes() == ["start"]


def _gone(now: Kept) -> None:
    now.kept.unlink()


def _without_stops(now: Kept) -> None:
    head, body, *lines = now.kept.read_text().splitlines()
    body = json.dumps(json.loads(body) | {"stops": []}, sort_keys=True, separators=(",", ":"))
    now.kept.write_text("\n".join((head, body, *lines, "")))


def _another(now: Kept) -> None:
    head = json.loads(now.kept.read_text().splitlines()[0]) | {"digest": "0" * 64}
    now.kept.write_text("\n".join((json.dumps(head), *now.kept.read_text().splitlines()[1:], "")))


def _as_of_files(now: Kept) -> None:
    head, body, *lines = now.kept.read_text().splitlines()
    body = json.dumps(json.loads(body) | {"target": None}, sort_keys=True, separators=(",", ":"))
    now.kept.write_text("\n".join((head, body, *lines, "")))


@pytest.mark.parametrize("change", [_gone, _without_stops, _another, _as_of_files])
async def test_a_plan_that_is_gone_or_changed_lets_nothing_pass(change: Any, now: Kept) -> None:
    change(now)
    with pytest.raises(StepFirst, match="changed") as refused:
        await now.begin(**KEEP)
    assert (refused.value.code, refused.value.step) == ("plan-altered", PREVIEW.id)
    assert now.writes() == []


async def test_only_the_plan_that_was_shown_binds(now: Kept) -> None:
    doing = Doing(now.space, now.session, now.step)
    await doing.look()
    now.members(*SALES)
    await now.preview()
    now.practice.forget_requests()
    with pytest.raises(InvalidInput, match="Another preview was kept meanwhile"):
        await doing.apply(NUMBER | KEEP, silent)
    assert now.writes() == []


async def test_a_plan_of_files_is_read_whole_beside_the_loop(now: Kept) -> None:
    _as_of_files(now)
    other = asyncio.create_task(asyncio.sleep(0))
    with pytest.raises(StepFirst, match="changed"):
        await kept_start(now.space, now.session)
    assert other.done(), "an interface goes on meanwhile"


async def test_without_a_preview_it_says_that_entra_decides(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Belted.running(fresh, tmp_path, until="start")
    found = await now.look("start")
    assert "No preview is kept, so nothing binds this start" in " ".join(found.facts)
    assert found.questions == ()
    said = await now.apply("start")
    assert "The plan bound this start" not in said.finding.text

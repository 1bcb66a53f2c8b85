"""A command that needs an application which was not chosen yet tells what to run, not a screen."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.drifting import Drifting
from tests.practice_here import PracticeHere
from tests.typing_here import opening, typing
from wizard.commands import drift, log, mapping_diff, mapping_export, preview
from wizard.options import Options
from wizard.workspace import Opening

WAYS: dict[str, Callable[[Options, Opening], int]] = {
    "preview": preview.run,
    "drift": drift.run,
    "log": log.run,
    "mapping export": lambda options, opening: mapping_export.run(
        options, "tenant", None, in_text=True, opening=opening
    ),
    "mapping diff": lambda options, opening: mapping_diff.run(
        options, "tenant", "template", opening
    ),
}


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Drifting:
    return asyncio.run(Drifting.after(fresh, tmp_path, "a whole setup", Drifting.whole))


@pytest.mark.parametrize("command", WAYS)
def test_it_is_told_what_to_run_and_that_nobody_could_look(now: Drifting, command: str) -> None:
    entra = now.session.profile.entra.model_copy(update={"service_principal_id": "", "job_id": ""})
    now.session.change(entra=entra)
    options = Options(command.partition(" ")[0])
    ran = typing(lambda: WAYS[command](options, opening(now)))
    assert ran.code == 4
    assert "Code: application-first" in ran.said
    assert "Run `webex-wizard setup` first, and do the step Application there." in ran.said
    assert "Go back" not in ran.said

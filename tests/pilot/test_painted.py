"""What waits for a painting waits for the next frame, and is done with no widget that goes."""

import os
import subprocess
import sys

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from screens.widgets.painted import once_painted

FRAMES = "import screens.app; from textual.constants import MAX_FPS; print(MAX_FPS)"


class Two(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("stays", id="stays")
        yield Static("goes", id="goes")


@pytest.mark.anyio
async def test_what_waits_for_a_painting_lets_a_widget_go() -> None:
    done: list[str] = []
    async with Two().run_test() as pilot:
        for each in pilot.app.query(Static):
            once_painted(each, lambda each=each: done.append(str(each.id)))  # type: ignore[misc]  # bound now
        pilot.app.query_one("#goes").remove()
        await pilot.pause()
    assert done == ["stays"]


def test_the_program_paints_120_frames_a_second_unless_told_otherwise() -> None:
    outside = {name: value for name, value in os.environ.items() if name != "TEXTUAL_FPS"}
    for told, painted in (({}, "120"), ({"TEXTUAL_FPS": "30"}, "30")):
        command = [sys.executable, "-c", FRAMES]
        ran = subprocess.run(
            command, env=outside | told, capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == painted

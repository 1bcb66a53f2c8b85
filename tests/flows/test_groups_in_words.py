"""Groups in plain prompts: none is in Webex whose name no prompt had shown before."""

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.practice import sign_in
from tests.practice_here import start_here
from wizard.linear.console import Console, heeded
from wizard.linear.walk import run
from wizard.options import Options
from wizard.workspace import Workspace, open_workspace

pytestmark = pytest.mark.port_3000

HOUR = "an hour passes"
DO, ON = "Do it? Enter = yes", "Enter goes on"
BEFORE = (
    ("Enter goes on:", ""),
    ("Organization ID", ""),
    ("Practice: type p", "p"),
    ("Keep this token?", "y"),
    ("Enter signs in with a browser", "browser"),
    (DO, "y"),
    (DO, "y"),
    ("Enter takes", "it@practice.example"),
    ("Enter takes 50", ""),
    (DO, "y"),
)
AFTER = (
    ("Enter goes on, s = skip", "y"),
    (ON, ""),
    ("A number, or part of a name", "zzz"),
    ("A number, or part of a name", "ales"),
    ("several numbers with blanks between", "1+"),
    ("+ at the end to search", "ales"),
    ("+ at the end to search", "1 1"),
    ("A number:", ""),
    (DO, "y"),
    ("A number:", ""),
    (DO, "y"),
    ("Enter keeps this, s = skip", "s"),
    ("A number, or part of a name", "ana.ruiz"),
    ("A number, or part of a name", "1"),
    (DO, "s"),
    (DO, "y"),
    ("Enter looks again", HOUR),
    (ON, ""),
    ("Save the report", "n"),
)


class Scripted(Console):
    """A console whose answers are known before; it remembers all that was said."""

    def __init__(self, answers: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._answers = deque(answers)
        self._space: Workspace | None = None
        self.said: list[str] = []
        self.in_webex: dict[int, set[str]] = {}
        """Which groups were in Webex after so many lines."""

    async def opened(self, options: Options, tell: Callable[[str], None]) -> Workspace:
        """Put the workspace together, whose practice this console looks at."""
        self._space = await open_workspace(options, tell, start=start_here)
        return self._space

    def say(self, text: str = "") -> None:
        self.said.append(text)

    async def ask(self, question: str) -> str:
        self.said.append(question)
        return heeded(await self.line())

    async def line(self) -> str:
        expected, answer = self._answers.popleft()
        assert expected in "\n".join(self.said[-5:]), "\n".join(self.said[-30:])
        assert self._space is not None
        assert self._space.practice is not None
        if answer == HOUR:
            lines = len(self.said)
            await asyncio.to_thread(self._space.practice.tell_entra, advance=3600)
            self.in_webex[lines] = await asyncio.to_thread(groups_in_webex, self._space)
            return ""
        return answer


def groups_in_webex(space: Workspace) -> set[str]:
    assert space.practice is not None
    found = sign_in(space.practice).scim("/Groups").json()["Resources"]
    return {group["displayName"] for group in found}


def walked(*mapping: tuple[str, str]) -> Scripted:
    console = Scripted((*BEFORE, *mapping, *AFTER))
    assert run(Options(practice=True, plain=True), console.opened, console) == 0
    return console


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.chdir(tmp_path)


def test_no_group_is_in_webex_that_no_prompt_named() -> None:
    console = walked(("Enter keeps it", ""), (ON, ""))
    ((lines, groups),) = console.in_webex.items()
    assert groups == {"Sales"}
    before = "\n".join(console.said[:lines])
    assert "Groups (displayName, externalId, members): on in Entra." in before
    named = "1 assigned group goes along, with its members: Sales."
    assert named in before, "as a fact before the start"
    assert "- Group Sales. Result: created" in "\n".join(console.said[lines:])


def test_groups_that_are_switched_off_in_words_are_not_written() -> None:
    switching = (("Enter keeps it", "groups off"), ("Enter keeps it", ""), (DO, "y"))
    console = walked(*switching)
    ((lines, groups),) = console.in_webex.items()
    assert groups == set()
    before = "\n".join(console.said[:lines])
    assert "Groups (displayName, externalId, members): off here, still on in Entra." in before
    assert "Users are on, groups are off." in before
    assert "No group goes along: the mapping of groups is switched off." in before

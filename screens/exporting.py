"""Takes a preview out of the program: asks how and where to, writes, and says what is there."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from screens.ask_line import AskLine
from screens.confirm import Confirm
from screens.menu import Menu
from wizard.machine.paths import whole_path
from wizard.steps.preview import exported_words, saved_words

if TYPE_CHECKING:
    from textual.app import App

    from wizard.preview.desk import Desk, ExportKind

TO_BE_SHOWN: Final = "approval"
"""What is no file."""
_WAYS: Final = {
    "csv": ("For a spreadsheet (CSV)", "preview.csv"),
    "jsonl": ("For programs (JSON lines)", "preview.jsonl"),
    "markdown": ("To be read (Markdown)", "preview.md"),
    "plan": ("The plan, which start --plan takes", "plan.jsonl"),
    TO_BE_SHOWN: ("Show what whoever approves it reads", ""),
}
"""In words, and what a file is called."""


async def what_to_export(app: "App[Any]", profile: str) -> tuple[str, Path] | None:
    """Ask what is wanted and, of a file, where to, out of a worker.

    Args:
        app: What shows the questions.
        profile: The profile, after which a file is called.

    Returns:
        One of the ways, and the file; None where nothing is wanted after all.
    """
    choices = {name: words for name, (words, _) in _WAYS.items()}
    way = await app.push_screen_wait(Menu("Export", choices))
    if way is None or way == TO_BE_SHOWN:
        return None if way is None else (way, Path())
    words, ending = _WAYS[way]
    name = await app.push_screen_wait(AskLine(words, f"webex-{profile}-{ending}"))
    if not name:
        return None
    path = await asyncio.to_thread(whole_path, Path(name))
    if await asyncio.to_thread(path.exists):
        asked = Confirm(f"There is a file {path} already. Replace it?", "Replace")
        if not await app.push_screen_wait(asked):
            return None
    return way, path


async def exported(desk: "Desk", way: str, path: Path, in_all: int) -> str:
    """Write a file, and return what is in it.

    Args:
        desk: What has the preview.
        way: How it is written.
        path: The file.
        in_all: How many the preview has.

    Raises:
        WizardError: It cannot be written.
    """
    if way == "plan":
        return saved_words(await desk.save(path), path)
    kind = cast("ExportKind", way)
    return exported_words(await desk.export(path, kind), in_all, path, kind)

"""What is remembered of the program itself, and what it looks like."""

import os
import stat
from itertools import product
from pathlib import Path

import pytest
from rich._palettes import EIGHT_BIT_PALETTE, STANDARD_PALETTE
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.palette import Palette as RichPalette
from textual.color import Color

from screens.themes import PALETTES, themes
from tests.looks import DEPTHS, contrast
from tests.measured import TEXT
from wizard.flow.plan import RENEWAL, SETUP, grouped
from wizard.machine.glyphs import shows_signs
from wizard.store.places import HOME_VARIABLE, settings_file
from wizard.store.settings import choose_theme, chosen_theme


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


def test_a_theme_is_remembered_in_a_private_file_beside_what_another_version_keeps() -> None:
    assert chosen_theme() == ""
    choose_theme("light")
    file = settings_file()
    assert chosen_theme() == "light"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text('{"theme": "dark", "later": 1}')
    choose_theme("high-contrast")
    assert '"later": 1' in file.read_text()
    assert chosen_theme() == "high-contrast"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"theme": 5}', "[" * 100_000, "\x00\xff"])
def test_settings_that_cannot_be_read_are_none(content: str) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(content)
    assert chosen_theme() == ""


@pytest.mark.parametrize(
    "theme", [theme for depth in DEPTHS for theme in themes(depth)], ids=lambda theme: theme.name
)
def test_every_text_of_a_theme_can_be_read_on_every_ground(theme: object) -> None:
    colours = theme.to_color_system().generate() | theme.variables  # type: ignore[attr-defined]
    texts = ("text", "text-muted", "text-disabled", "text-primary", "text-success", "text-warning")
    grounds = ("background", "surface", "panel", "block-cursor-background")
    weak = [
        (text, ground)
        for text, ground in product((*texts, "text-error"), grounds)
        if contrast(Color.parse(colours[text]), Color.parse(colours[ground])) < TEXT
    ]
    assert weak == []


@pytest.mark.parametrize(
    ("depth", "system", "has"),
    [
        ("256", ColorSystem.EIGHT_BIT, EIGHT_BIT_PALETTE),
        ("standard", ColorSystem.STANDARD, STANDARD_PALETTE),
    ],
)
def test_few_colours_are_painted_as_they_were_chosen(
    depth: str, system: ColorSystem, has: RichPalette
) -> None:
    for colour in {colour for of in PALETTES.values() for colour in of[depth]}:
        number = RichColor.parse(colour).downgrade(system).number
        assert number is not None
        painted, chosen = has[number], Color.parse(colour).rgb
        assert max(abs(a - b) for a, b in zip(painted, chosen, strict=True)) <= 2, colour


def test_titles_are_short_and_distinct_and_stand_in_groups() -> None:
    for steps in (SETUP, RENEWAL):
        titles = [step.title for step in steps]
        assert len(set(titles)) == len(titles)
        assert max(map(len, titles)) <= 18
    assert [title for title, _ in grouped(SETUP)] == ["Webex", "Entra", "People", "Go live"]


@pytest.mark.parametrize(("name", "value"), [("TERM", "linux"), ("LC_ALL", "C")])
def test_a_terminal_that_may_have_no_signs_is_shown_letters(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert not shows_signs()

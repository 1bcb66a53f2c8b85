"""What a screen shows, measured cell by cell: focus, contrast, what is armed, words, keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rich.color import Color as RichColor
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Button, Static
from textual.widgets.markdown import MarkdownBlock

from screens.widgets.fact_table import FactTable
from screens.widgets.header import WizardHeader
from screens.widgets.key_line import KeyLine

TEXT, SHAPE = 4.5, 3.0
"""Contrast of a text and of what is no text (WCAG 2.2, 1.4.3 and 1.4.11)."""
_BARS = "▌|"
_DRAWN = frozenset("▌▐█▁▂▃▄▅▆▇▀▔▎▊▏│─╭╮╰╯━┃ ")
"""What is no text: edges, bars of scrolling, blanks."""


@dataclass(frozen=True)
class Cell:
    """One character as it is seen."""

    text: str
    ink: Color
    ground: Color

    @property
    def contrast(self) -> float:
        """How much it stands out."""
        return contrast(self.ink, self.ground)


@cache
def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: Color) -> float:
    parts = (c / 255 for c in (colour.r, colour.g, colour.b))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4) for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def cells(screen: Screen[Any]) -> list[list[Cell]]:
    """Return what is painted, by lines."""
    painted = []
    for strip in screen._compositor.render_strips():
        line: list[Cell] = []
        for text, style, _ in strip:
            ink = _colour(style.color if style else None)
            ground = _colour(style.bgcolor if style else None)
            if style is not None and style.reverse:
                ink, ground = ground, ink
            line += [Cell(character, ink, ground) for character in text]
        painted.append(line)
    return painted


@cache
def _colour(colour: RichColor | None) -> Color:
    return Color.from_rich_color(colour) if colour is not None else Color(0, 0, 0)


def faults(screen: Screen[Any]) -> list[str]:
    """Return what of the grammar a screen breaks."""
    painted = cells(screen)
    return [
        *_of_the_focus(screen, painted),
        *_of_what_is_armed(screen, painted),
        *_of_the_contrast(screen, painted),
        *_of_words(screen, painted),
        *_of_keys(screen),
    ]


def _place(screen: Screen[Any], widget: Widget) -> tuple[Region, Region]:
    """Return where a widget is, and what of that place can be seen."""
    found = screen.find_widget(widget)
    return found.region, found.clip


def _of_the_focus(screen: Screen[Any], painted: list[list[Cell]]) -> Iterator[str]:
    focused = screen.focused
    if focused is None:
        yield "nothing has the focus"
        return
    region, clip = _place(screen, focused)
    if not clip.contains_region(region):
        yield f"{focused} is out of sight: {region} in {clip}"
        return
    edge = [painted[y][region.x] for y in range(region.y, region.bottom)]
    if not all(cell.text in _BARS and cell.contrast >= SHAPE for cell in edge):
        yield f"{focused} has no bar: {[(each.text, round(each.contrast, 1)) for each in edge]}"
    for asked in focused.ancestors:
        if isinstance(asked, Widget) and type(asked).__name__ == "QuestionField":
            question = asked.query(Static).first()
            region, clip = _place(screen, question)
            if not clip.contains_region(region):
                yield f"the question of {focused} is out of sight"
    for title in screen.query("#title, .dialog-title"):
        if not screen.region.contains_region(title.region):
            yield "the title is out of sight"


def _of_what_is_armed(screen: Screen[Any], painted: list[list[Cell]]) -> Iterator[str]:
    for button in screen.query(Button):
        if button.display and screen.region.contains_region(button.region) and button.region:
            cell = painted[button.region.y][button.region.right - 1]
            armed = contrast(cell.ground, painted[button.region.y][button.region.right].ground)
            if (armed >= SHAPE) is not button.has_focus:
                yield f"{button}: armed {armed:.1f}, focus {button.has_focus}"


def _of_the_contrast(screen: Screen[Any], painted: list[list[Cell]]) -> Iterator[str]:
    weak = {
        (cell.text, round(cell.contrast, 1))
        for region in _seen(screen)
        for y in range(max(region.y, 0), min(region.bottom, len(painted)))
        for cell in painted[y][region.x : region.right]
        if cell.text not in _DRAWN and cell.contrast < TEXT
    }
    if weak:
        yield f"too weak: {sorted(weak)[:5]}"


def _seen(screen: Screen[Any]) -> list[Region]:
    """Return where texts are read: below a dialog they need not be."""
    if isinstance(screen, ModalScreen):
        return [each.region for each in screen.query(".dialog, KeyLine")]
    return [screen.region]


def _of_words(screen: Screen[Any], painted: list[list[Cell]]) -> Iterator[str]:
    for text in screen.query(Static):
        lays_out_itself = isinstance(text, FactTable | WizardHeader | MarkdownBlock)
        if lays_out_itself or not text.is_on_screen or not text.region:
            continue
        region, clip = _place(screen, text)
        region = region.intersection(clip)
        known = set(str(text.content).split())
        shown = [
            "".join(cell.text for cell in painted[y][region.x : region.right])
            for y in range(region.y, region.bottom)
        ]
        words = {word for line in shown for word in line.strip("▌ ").split() if "…" not in word}
        if broken := words - known:
            yield f"broken in {text}: {sorted(broken)[:4]}"


def _of_keys(screen: Screen[Any]) -> Iterator[str]:
    line = screen.query_one(KeyLine)
    said = str(line.content)
    if "^q Leave" not in said:
        yield f"the keys do not say how to leave: {said}"
    if len(said) > line.content_size.width or line.region.bottom > screen.size.height:
        yield f"the keys are cut: {said}"

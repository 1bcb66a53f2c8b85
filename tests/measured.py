"""What a screen shows, measured cell by cell: focus, contrast, what is armed, words, keys."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Static
from textual.widgets.markdown import MarkdownBlock

from screens.widgets.fact_table import FactTable
from screens.widgets.fitting import Buttons
from screens.widgets.header import WizardHeader
from screens.widgets.key_line import KeyLine
from screens.widgets.mapping_table import MappingTable
from screens.widgets.question import QuestionField
from tests.looks import Measure, as_painted, worst

TEXT, SHAPE = 4.5, 3.0
"""Contrast of a text and of what is no text (WCAG 2.2, 1.4.3 and 1.4.11)."""
LEAST = (80, 23)
"""The terminal from which on a question is seen with all that belongs to it."""
ALL_SEEN = 2
"""Questions there is room for at once there."""
_BARS = "▌|"
_DRAWN = frozenset("▌▐█▁▂▃▄▅▆▇▀▔▎▊▏│─╭╮╰╯━┃ ")
"""What is no text: edges, bars of scrolling, blanks."""


class Cell(NamedTuple):
    """One character as it is painted."""

    text: str
    ink: Color
    ground: Color
    emphasis: tuple[bool, bool]
    """Whether it is bold, and whether it is underlined."""


def cells(screen: Screen[Any]) -> list[list[Cell]]:
    """Return what is painted, by lines."""
    return [
        [Cell(character, *_look(style)) for text, style, _ in strip for character in text]
        for strip in screen._compositor.render_strips()
    ]


@cache
def _look(style: Style | None) -> tuple[Color, Color, tuple[bool, bool]]:
    """Return the colours of a text and of what is behind it, and how it is emphasized."""
    assert style is not None
    assert style.bgcolor is not None
    ground = Color.from_rich_color(style.bgcolor)
    ink = Color.from_rich_color(style.color) if style.color is not None else ground  # of a blank
    emphasis = bool(style.bold), bool(style.underline)
    return (ground, ink, emphasis) if style.reverse else (ink, ground, emphasis)


def faults(screen: Screen[Any]) -> list[str]:
    """Return what of the grammar a screen of the dark theme breaks, in any theme.

    Without colours it is measured as it is painted: what has the focus is then drawn otherwise.
    """
    painted = cells(screen)
    measure = as_painted if screen.app.no_color else worst
    return [
        *_of_the_focus(screen, painted, measure),
        *_of_questions(screen),
        *_of_what_is_armed(screen, painted, measure),
        *_of_the_contrast(screen, painted, measure),
        *_of_lists(screen, painted, measure),
        *_of_words(screen, painted),
        *_of_keys(screen),
    ]


def _place(screen: Screen[Any], widget: Widget) -> tuple[Region, Region]:
    """Return where a widget is, and what of that place can be seen."""
    found = screen.find_widget(widget)
    return found.region, found.clip


def _of_the_focus(
    screen: Screen[Any], painted: list[list[Cell]], measure: Measure
) -> Iterator[str]:
    focused = screen.focused
    if focused is None:
        yield "nothing has the focus"
        return
    region, clip = _place(screen, focused)
    if not clip.contains_region(region):
        yield f"{focused} is out of sight: {region} in {clip}"
        return
    cells_of_it = (painted[y][region.x] for y in range(region.y, region.bottom))
    edge = {(cell.text, *measure(cell.ink, cell.ground)) for cell in cells_of_it}
    if not all(text in _BARS and stands_out >= SHAPE for text, stands_out, _ in edge):
        yield f"{focused} has no bar: {edge}"
    for asked in focused.ancestors:
        if isinstance(asked, QuestionField) and not _is_seen(screen, asked.query(Static).first()):
            yield f"the question of {focused} is out of sight"
    for title in screen.query("#title, .dialog-title"):
        if not screen.region.contains_region(title.region):
            yield "the title is out of sight"


def _is_seen(screen: Screen[Any], widget: Widget) -> bool:
    region, clip = _place(screen, widget)
    return clip.contains_region(region)


def _of_questions(screen: Screen[Any]) -> Iterator[str]:
    """Tell what is out of sight of a question, its answers and its cautions.

    While one is answered, that one counts; once nothing is left but to do it, all of them do.
    """
    asked = list(screen.query(QuestionField))
    if screen.size.width < LEAST[0] or screen.size.height < LEAST[1]:
        return
    here = [each for each in asked if screen.focused in (each, *each.query("*"))]
    meant = here or (asked if len(asked) <= ALL_SEEN else asked[-1:])
    for part in (each for field in meant for each in field.children):
        if part.display and part.region and not _is_seen(screen, part):
            yield f"{part} of a question is out of sight"
        if part.max_scroll_y and not part.has_class("-searched"):
            yield f"{part} has answers that are out of sight"
    searching = any(each.value for each in screen.query("QuestionField Input").results(Input))
    if 0 < len(asked) <= ALL_SEEN and not searching:
        for caution in screen.query(".caution"):
            if not _is_seen(screen, caution):
                yield f"a caution is out of sight: {caution.query(Static).last().content}"


def _of_what_is_armed(
    screen: Screen[Any], painted: list[list[Cell]], measure: Measure
) -> Iterator[str]:
    for button in screen.query(Button):
        if not button.display or button.parent is None or not button.parent.display:
            continue
        region, clip = _place(screen, button)
        if not clip.contains_region(region) and isinstance(button.parent, Buttons):
            yield f"{button} is out of sight"
        elif clip.contains_region(region):
            cell = painted[button.region.y][button.region.right - 1]
            armed, _ = measure(cell.ground, painted[button.region.y][button.region.right].ground)
            if (armed >= SHAPE) is not button.has_focus:
                yield f"{button}: armed {armed:.1f}, focus {button.has_focus}"


def _of_lists(screen: Screen[Any], painted: list[list[Cell]], measure: Measure) -> Iterator[str]:
    """Tell which lists look armed without the focus, and of which tables columns are cut off."""
    for each in screen.query("DataTable, LineTable, OptionList"):
        if not (each.region and each.is_on_screen):
            continue
        region, clip = _place(screen, each)
        seen = region.intersection(clip)
        rows = [painted[y][seen.x : seen.right - 1] for y in range(seen.y, seen.bottom)]
        grounds = {cell.ground for row in rows for cell in row}
        beside = painted[seen.y][seen.x - 1].ground
        if not each.has_focus and any(measure(it, beside)[0] >= SHAPE for it in grounds):
            yield f"{each} looks armed"
        if each.has_focus and not _one_is_chosen(each, rows):
            yield f"no row of {each} stands out"
        if isinstance(each, MappingTable) and each.virtual_size.width > each.room:
            yield f"{each}: columns are cut off"


def _one_is_chosen(table: Widget, rows: list[list[Cell]]) -> bool:
    """Whether a row is emphasized from end to end, and not all are; a single one counts as that."""
    rows = rows[getattr(table, "header_height", 0) :]
    looks = [{cell.emphasis for cell in row if cell.text not in _DRAWN} for row in rows]
    whole = [len(look) == 1 and max(look) > (False, False) for look in looks if look]
    return len(whole) < 2 or (any(whole) and not all(whole))


def _of_the_contrast(
    screen: Screen[Any], painted: list[list[Cell]], measure: Measure
) -> Iterator[str]:
    shown = {
        cell
        for region in _seen(screen)
        for y in range(max(region.y, 0), min(region.bottom, len(painted)))
        for cell in painted[y][region.x : region.right]
        if cell.text not in _DRAWN
    }
    weak = {
        (cell.text, round(least, 1), look)
        for cell in shown
        for least, look in [measure(cell.ink, cell.ground)]
        if least < TEXT
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
        pieces = {word for word in words if any(word in each for each in known if "://" in each)}
        if broken := words - known - pieces:  # an address may be wider than the terminal
            yield f"broken in {text}: {sorted(broken)[:4]}"


def _of_keys(screen: Screen[Any]) -> Iterator[str]:
    line = screen.query_one(KeyLine)
    said = str(line.content)
    if "^q Leave" not in said:
        yield f"the keys do not say how to leave: {said}"
    if len(said) > line.content_size.width or line.region.bottom > screen.size.height:
        yield f"the keys are cut: {said}"

"""A text in lines, which go on under the words of a sign; no path is broken before its `>`."""

import re

from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static

_SIGN = re.compile(" {2,}|because |(?:[…✓•!✗▸○\N{EN DASH}vsx>oi-]|[0-9]{1,2}\\.) ")
"""None, or more room; a reason; the marks and their letters, and the sign of advice; or a number.
Not from where the marks stand, which would load more than the first screen needs."""
_STEP = " > "
"""Between two places of a path in the portal, such as `Management > Account`."""
_LEAST = 20
"""Cells below which there is no room to give away."""


class Hanging(Static):
    """Goes on below a sign's own words where a line does not fit."""

    def render(self) -> Visual:
        """Return the text, which is laid out for the width it gets."""
        text = self.visual
        return HungText(text) if isinstance(text, Content) else text

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return what is selected of the text as it is laid out."""
        text = self.visual
        if not isinstance(text, Content):
            return None
        return selection.extract(hung(text, self.content_size.width).plain), "\n"


class HungText(Visual):
    """A text that is laid out once for each width: its height is asked for before its lines.

    Args:
        text: The text.
        room: Cells under which it hangs; 0: it hangs under the words of its sign.
    """

    def __init__(self, text: Content, room: int = 0) -> None:
        self._text, self._room = text, room
        self._laid_out = 0, text

    def __str__(self) -> str:
        return str(self._text)

    def _at(self, width: int, rules: RulesMap) -> Content:
        if rules.get("text_wrap") == "nowrap":
            return self._text
        if self._laid_out[0] != width:
            self._laid_out = width, hung(self._text, width, self._room)
        return self._laid_out[1]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width of the longest line."""
        return self._text.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return how many lines it takes."""
        return self._at(width, rules).get_height(rules, width)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Return its lines."""
        return self._at(width, options.rules).render_strips(width, height, style, options)


def hung(text: Content, width: int, under: int = 0) -> Content:
    """Return a text in lines of so many cells, where what begins with a sign hangs under it.

    Args:
        text: The text.
        width: Cells of a line.
        under: Cells under which each line hangs, whatever it begins with; each is one character.
    """
    if width < _LEAST + under:
        return text
    lines = []
    for line in text.split("\n", allow_blank=True):
        sign = _SIGN.match(line.plain)
        room = under or (sign.end() if sign is not None else 0)  # each character is one cell
        if room and line.cell_length > width:
            first, *rest = _wrapped(line[room:], width - room)
            lines += [Content.assemble(line[:room], first)]
            lines += [Content.assemble(" " * room, each) for each in rest]
        elif _STEP in line.plain:
            lines += _wrapped(line, width)
        else:
            lines.append(line)
    return Content("\n").join(lines)


def _wrapped(line: Content, width: int) -> list[Content]:
    """Return lines of so many cells, which break a path behind its separators alone."""
    joined = Content(line.plain.replace(_STEP, "_> "))
    ends, end = list[int](), 0
    for part in joined.wrap(width):
        ends.append(joined.plain.index(part.plain, end))
        end = ends[-1] + len(part.plain)
    return [part.rstrip() for part in line.divide(ends[1:])]

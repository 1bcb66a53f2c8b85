"""The help of a step beside its content, where the terminal is wide enough."""

import re

from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style

from screens.widgets.cutting import middle_cut
from screens.widgets.hanging import Hanging
from wizard import PROGRAM
from wizard.assets import asset
from wizard.options import CommandLine

_LINK = 33
"""Characters of an address that is shown; the terminal opens the whole of it."""
_SPANS = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>.+?)`|\*(?P<name>.+?)\*")
_STYLES = {"bold": "bold $foreground", "code": "$text-primary", "name": "italic"}


class StepHelp(VerticalScroll, can_focus=False):
    """Shows the page of a step; it is read and laid out only where it is seen.

    Args:
        page: The name of the page.
        line: Makes the command lines that it names.
    """

    DEFAULT_CSS = """
    StepHelp { display: none; background: $surface; color: $text-muted; padding: 1 2; }
    StepHelp > Static { height: auto; }
    """

    def __init__(self, page: str, line: CommandLine) -> None:
        super().__init__()
        self._page, self._line = page, line
        self._text = Hanging("")
        self._is_shown = False

    def compose(self) -> "list[Hanging]":
        """Lay out the text."""
        return [self._text]

    def on_resize(self) -> None:
        """Read the page when it is seen for the first time."""
        if not self._is_shown:
            self._is_shown = True
            self._text.update(paragraphs(page_text(self._page, self._line)))


def page_text(page: str, line: CommandLine) -> str:
    """Return a help page, with the command lines that it names as they are to be typed.

    Args:
        page: Its name.
        line: Makes the command lines.
    """

    def named(found: re.Match[str]) -> str:
        return f"`{line(*found[1].split())}`"

    return re.sub(rf"`{PROGRAM} ([^`]+)`", named, asset(f"help/{page}.md"))


def paragraphs(page: str) -> Content:
    """Return a page of ours below its title: headings, paragraphs, and what stands out in them."""
    _title, _, rest = page.partition("\n")
    return Content("\n").join(_line(line) for line in rest.strip().splitlines())


def _is_link(said: str) -> bool:
    return said.startswith("https://")


def _line(line: str) -> Content:
    if line.startswith("#"):
        return Content.styled(line.lstrip("# "), "bold $foreground")
    parts: list[str | tuple[str, str | Style]] = []
    end = 0
    for span in _SPANS.finditer(line):
        kind = span.lastgroup or "name"
        said = span[kind]
        style: str | Style = Style(underline=True, link=said) if _is_link(said) else _STYLES[kind]
        parts += [
            line[end : span.start()],
            (middle_cut(said, _LINK) if _is_link(said) else said, style),
        ]
        end = span.end()
    return Content.assemble(*parts, line[end:])

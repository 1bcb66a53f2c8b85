"""Help for one step, in the administrator's words, with the keys and marks of every step."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.help_page import HelpPage
from screens.widgets.key_line import KeyLine
from screens.widgets.marks import legend
from screens.widgets.scrolled import Scrolled
from screens.widgets.step_help import page_text
from wizard.options import CommandLine, command_line

_LINE, _BETWEEN = 64, 3
"""Cells of a line of keys, and between two of them."""


class HelpScreen(Dialog[None]):
    """Shows a bundled help page.

    Args:
        page: Its name.
        keys: The keys of the screen it is shown for, each with what it does.
        line: Makes the command lines that the page names.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        key("close help", "close", "Close"),
        key("more", "scroll_body(1)", "More"),
        key("down", "scroll_body(1)", "More", show=False),
        key("less up", "scroll_body(-1)", "Less", show=False),
    ]

    body = query_one("#help-body", Scrolled)

    def __init__(
        self,
        page: str,
        keys: tuple[tuple[str, str], ...] = (),
        line: CommandLine = command_line,
    ) -> None:
        super().__init__()
        self._line = line
        self._page = page
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Lay out the page, and what the keys and marks mean."""
        with Fitting(classes="dialog", id="help-dialog"):
            with Scrolled(id="help-body", classes="dialog-body"):
                yield HelpPage(self._text())
                if self._keys:
                    yield Static(Content("\n").join(_lines(self._keys)), id="keys")
                yield Static(legend(), id="legend")
            with Buttons(classes="dialog-buttons"):
                yield Button("Close", id="main")
        yield KeyLine()

    def _text(self) -> str:
        return page_text(self._page, self._line)

    @on(Button.Pressed)
    def action_close(self) -> None:
        """Go back to where the help was asked for."""
        self.answer(None)


def _lines(keys: tuple[tuple[str, str], ...]) -> list[Content]:
    """Return keys in lines that part no key from what it does."""
    lines = [Content("")]
    for each in map(_key, keys):
        if lines[-1].cell_length + _BETWEEN + each.cell_length > _LINE:
            lines.append(Content(""))
        gap = " " * _BETWEEN if lines[-1] else ""
        lines[-1] = Content.assemble(lines[-1], gap, each)
    return lines


def _key(named: tuple[str, str]) -> Content:
    press, does = named
    return Content.assemble((press, "bold $text-primary"), f" {does}")

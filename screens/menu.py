"""A short list of things to do."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Fitting
from screens.widgets.key_line import KeyLine


class Menu(Dialog[str | None]):
    """Asks what to do; answers with its name, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Close")]

    def __init__(self, title: str, choices: Mapping[str, str]) -> None:
        super().__init__()
        self._title = title
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out the choices."""
        options = [Option(words, id=name) for name, words in self._choices.items()]
        with Fitting(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            yield OptionList(*options, compact=True, markup=False)
        yield KeyLine()

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the choice."""
        self.answer(event.option_id)

    def action_close(self) -> None:
        """Answer nothing."""
        self.answer(None)

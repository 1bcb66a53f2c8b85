"""A sign and a text beside it, so that the text wraps under itself."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from screens.widgets.commands import with_commands
from screens.widgets.hanging import Hanging


class Item(Horizontal):
    """One line of a list; the text may be long."""

    DEFAULT_CSS = """
    Item { height: auto; }
    Item > .sign { width: auto; height: auto; }
    Item > .text { width: 1fr; height: auto; }
    """

    def __init__(self, sign: Content | str, text: Content | str) -> None:
        super().__init__()
        self._sign = Content(sign) if isinstance(sign, str) else sign
        self._text = with_commands(text) if isinstance(text, str) else text

    def say(self, text: str) -> None:
        """Say something else beside the sign."""
        self.query_one(".text", Static).update(with_commands(text))

    def compose(self) -> ComposeResult:
        """Lay out the sign and the text."""
        yield Static(self._sign, classes="sign")
        yield Hanging(self._text, classes="text")

"""The smallest Textual applications: the controls that ours are compared with."""

import sys

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Hello(App[None]):
    """One text."""

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Static("Hello from a bare application")


class Field(App[None]):
    """One input."""

    def compose(self) -> ComposeResult:
        """Lay out the input."""
        yield Input(placeholder="A bare input")


if __name__ == "__main__":
    (Field if "field" in sys.argv else Hello)().run()

"""The smallest Textual applications: the controls that ours are compared with."""

import sys

from textual.app import App, ComposeResult
from textual.widgets import Button, Input, Static


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


class Buttons(App[None]):
    """Two buttons."""

    def compose(self) -> ComposeResult:
        """Lay out the buttons."""
        yield Button("First button")
        yield Button("Second button")


if __name__ == "__main__":
    {"hello": Hello, "field": Field, "buttons": Buttons}[sys.argv[1]]().run()

"""What both sign-ins have in common: a browser is waited for, and a paste is taken meanwhile."""

from typing import Generic, Protocol

from textual import events, on
from textual.getters import query_one
from textual.widgets import Input

from screens.base import S, StepScreen
from screens.widgets.secret_input import SecretInput
from screens.widgets.sign_in_link import SignInLink
from wizard.errors import WizardError


class TakesPaste(Protocol):
    """A sign-in that waits for the browser."""

    def paste(self, text: str) -> None:
        """Take a pasted answer; raises `WizardError` where it is none."""


class WaitingScreen(StepScreen[S], Generic[S]):
    """Takes what is pasted anywhere on it, while a browser is waited for."""

    link = query_one("#link", SignInLink)
    paste = query_one("#paste", SecretInput)

    def waits(self) -> TakesPaste | None:
        """Return what waits; None while nothing does."""
        return None

    def on_paste(self, event: events.Paste) -> None:
        """Put what is pasted anywhere on this screen into the field for it."""
        if self.paste.display:
            self.paste.focus()
            self.paste.put(event.text)

    @on(Input.Submitted, "#paste")
    def take_paste(self) -> None:
        """Read what was pasted, and say at once when it is no answer."""
        text, waiting = self.paste.take(), self.waits()
        if waiting is None:
            return
        try:
            waiting.paste(text)
        except WizardError as error:
            self.show_error(error)
        else:
            self.show_error(None)

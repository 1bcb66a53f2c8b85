"""Whether a sign-in is remembered, what that means, and the button for the other."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button

from screens.widgets.remark import Remark
from wizard.steps.sign_in import CANNOT_REMEMBER, REMEMBER


class Remembering(Vertical):
    """Offers to remember a sign-in, or to forget it; the button has the id `remember`."""

    DEFAULT_CSS = """
    Remembering { height: auto; margin: 1 0 0 0; }
    Remembering Static { height: auto; color: $text-muted; }
    """

    def compose(self) -> ComposeResult:
        """Lay out what is said, and the button."""
        yield Remark(id="whether")
        yield Button("", id="remember")

    def show(self, consequence: str, *, is_remembered: bool, can: bool) -> None:
        """Say whether it is remembered, and offer the other.

        Args:
            consequence: What it means to remember it.
            is_remembered: Whether it is.
            can: Whether there is a keyring for that.
        """
        meant = f"{consequence[0].lower()}{consequence[1:]}"
        told = f"Not remembered: it ends with this program. If it is remembered, {meant}"
        if is_remembered:
            told = f"This sign-in is remembered. {consequence}"
        told = told if can else CANNOT_REMEMBER
        self.query_one("#whether", Remark).update(Content(told))
        button = self.query_one("#remember", Button)
        button.display = can
        button.label = Content("Do not remember" if is_remembered else REMEMBER)
        button.refresh(layout=True)

"""What every dialog has in common: it lies on top, and arrows go from one thing to the next."""

from typing import ClassVar, Generic

from textual import on
from textual.binding import BindingType
from textual.screen import ModalScreen

from screens.asking import AskingScreen
from screens.keys import ARROWS, key
from screens.ready import A
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.line_input import TooLong
from screens.widgets.remark import Remark
from wizard.errors import WizardError


# Of several bases, styles know the first one alone.
class Dialog(ModalScreen[A], AskingScreen[A], Generic[A]):
    """Asks or tells one thing; subclasses say what Esc answers."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (64, "-wide")]  # noqa: RUF012 - typed as an instance variable by Textual
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (15, "-high")]  # noqa: RUF012 - as above
    BINDINGS: ClassVar[list[BindingType]] = [
        key("more", "scroll_body(1)", "More", show=False),
        key("less", "scroll_body(-1)", "Less", show=False),
        *ARROWS,
    ]

    @on(TooLong)
    def refuse_paste(self, event: TooLong) -> None:
        """Say why a paste was not taken."""
        self.refuse(event.error)

    def refuse(self, error: WizardError) -> None:
        """Say why something was not taken; what was typed stays."""
        self.query_one(ErrorPanel).show(error)

    def tell(self, text: str) -> None:
        """Say something above all else of the dialog, which stays for it to be read."""
        for told in self.query("#told-here").results(Remark):
            told.update(text)
            return
        self.query_one(".dialog").mount(Remark(text, id="told-here"), before=0)

    def action_scroll_body(self, pages: int) -> None:
        """Show more of what there is no room for."""
        for body in self.query(".dialog-body"):
            body.scroll_relative(y=pages * (body.size.height - 1), animate=False)

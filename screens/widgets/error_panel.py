"""An error where it happened: what, why, what to do next, the tracking id, the code."""

from textual.content import Content

from screens.widgets.commands import with_commands
from screens.widgets.hanging import Hanging
from screens.widgets.recipe import HOW_TO_COPY, WithRecipe
from wizard.errors import WizardError


class ErrorText(Hanging, WithRecipe):
    """Shows one error until it is taken away; takes no room without one."""

    DEFAULT_CSS = """
    ErrorText {
        display: none; height: auto; padding: 0 1;
        border-left: outer $error; background: $bad-tint; text-style: none;
    }
    ErrorText.-shown { display: block; }
    ErrorText:nocolor { border-left: outer white; }
    """

    def show(self, error: WizardError | None) -> None:
        """Show an error, or nothing."""
        self.set_class(error is not None, "-shown")
        self.offer_commands((error.hint,) if error is not None else ())
        if error is not None:
            self.update(_explained(error, self.commands))


class ErrorPanel(ErrorText):
    """The place of a whole screen's error."""

    DEFAULT_CSS = "ErrorPanel { margin: 1 0 0 0; }"


def _explained(error: WizardError, commands: str) -> Content:
    """Return an error as text that cannot act as markup."""
    parts: list[Content | str | tuple[str, str]] = [("Problem: ", "bold"), error.message]
    if error.hint:
        parts += ["\n", ("Next: ", "bold"), with_commands(error.hint)]
    if commands:
        parts += ["\n", (HOW_TO_COPY, "$text-muted")]
    if error.tracking_id:
        parts += ["\n", ("Tracking id: ", "bold"), error.tracking_id]
    parts += ["\n", (f"Code: {error.code}", "$text-muted")]
    return Content.assemble(*parts)

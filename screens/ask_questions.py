"""The dialog that says what something may bring with it, and asks what must be asked first."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.item import Item
from screens.widgets.key_line import KeyLine
from screens.widgets.marks import lead_sign
from screens.widgets.question import QuestionField
from screens.widgets.scrolled import Scrolled
from wizard.errors import UnusableAnswer
from wizard.steps.base import Answers, Choice, Outlook
from wizard.store.marks import Mark


class AskQuestions(Dialog[dict[str, str] | None]):
    """Asks the questions of an outlook; answers by their ids, or None when it shall not be."""

    AUTO_FOCUS = ""
    """Nothing: that would scroll what is at stake out of sight."""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("close", "close", "Cancel"),
        key("more", "scroll_body(1)", "More", priority=True),
        key("less", "scroll_body(-1)", "Less", priority=True, show=False),
    ]

    def __init__(self, asked: Outlook, yes: str, check: Callable[[Answers], None]) -> None:
        """Ask.

        Args:
            asked: The questions, and what is at stake.
            yes: What the button says that answers.
            check: Raises `UnusableAnswer` of answers that cannot be; then they stay there.
        """
        super().__init__()
        self._asked = asked
        self._yes = yes
        self._check = check

    def compose(self) -> ComposeResult:
        """Lay out the questions, and below them what else it may bring with it."""
        with Fitting(classes="dialog"):
            yield Static(self._asked.finding.text, classes="dialog-title", markup=False)
            with Scrolled(classes="dialog-body"):
                for question in self._asked.questions:
                    yield QuestionField(question, _nothing)
                for caution in self._asked.cautions:
                    yield Item(lead_sign(Mark.ATTENTION), caution)
            with Buttons(classes="dialog-buttons"):
                yield Button("Not yet", id="no")
                yield Button(self._yes, id="yes")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the first question."""
        self.query(QuestionField).first().take_focus()

    @on(QuestionField.Answered)
    def go_on(self, event: QuestionField.Answered) -> None:
        """Go to the next question, or answer after the last."""
        fields = list(self.query(QuestionField))
        following = fields[fields.index(event.field) + 1 :]
        if following:
            following[0].take_focus()
        else:
            self.query_one("#yes", Button).focus()

    @on(Button.Pressed, "#yes")
    def accept(self) -> None:
        """Answer with what stands there; one that cannot be stays, and why stands below it."""
        fields = {each.question.id: each for each in self.query(QuestionField)}
        answers = {name: field.answer for name, field in fields.items()}
        try:
            self._check(answers)
        except UnusableAnswer as error:
            fields[error.question].refuse(error)
        else:
            self.answer(answers)

    @on(Button.Pressed, "#no")
    def action_close(self) -> None:
        """Answer nothing."""
        self.answer(None)


async def _nothing(_question: str, _text: str) -> tuple[Choice, ...]:
    """Find nothing: what is asked here is not searched."""
    return ()

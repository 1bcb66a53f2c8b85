"""One question of a step: choices, a text, or a search."""

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.widgets.error_panel import ErrorText
from screens.widgets.item import Item
from wizard.errors import WizardError
from wizard.steps.base import Choice, Find, Question


class QuestionField(Vertical):
    """Asks a question; `answer` is what stands there."""

    DEFAULT_CSS = """
    QuestionField { height: auto; margin: 1 0 0 0; }
    QuestionField > Static { height: auto; text-style: bold; }
    QuestionField > Input { background: $boost; }
    QuestionField > OptionList { height: auto; max-height: 8; border: none; padding: 0; }
    """

    @dataclass
    class Answered(Message):
        """The answer was confirmed with Enter."""

        field: "QuestionField"

    def __init__(self, question: Question, find: Find) -> None:
        super().__init__()
        self.question = question
        self._find = find
        self._typed = question.searches or not question.choices

    def compose(self) -> ComposeResult:
        """Lay out the words, and what they are answered with."""
        if self.question.caution:
            yield Item(Content.styled("! ", "bold $text-warning"), self.question.caution)
        yield Static(self.question.text, markup=False)
        if self._typed:
            yield Input("" if self.question.searches else self.question.answer, compact=True)
        if not self._typed or self.question.searches:
            yield OptionList(compact=True, markup=False)
        yield ErrorText()

    def on_mount(self) -> None:
        """Offer the choices there are, and mark the recommended one."""
        if not self._typed or self.question.searches:
            self._offer(self.question.choices)

    def take_focus(self) -> None:
        """Go to where the answer is given, and let the whole question be seen."""
        field = self.query_one(Input) if self._typed else self.query_one(OptionList)
        field.focus(scroll_visible=False)
        # Once it is laid out: before that, nobody knows where it will stand.
        self.call_after_refresh(self.scroll_visible, animate=False)

    def refuse(self, error: WizardError) -> None:
        """Say below the answer why it is not taken, and wait there for another one."""
        self.query_one(ErrorText).show(error)
        self.take_focus()

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    def _answer_changed(self) -> None:
        self.query_one(ErrorText).show(None)

    @property
    def answer(self) -> str:
        """The answer as it stands: a text, or the id of what is marked."""
        if self._typed and not self.question.searches:
            return self.query_one(Input).value
        options = self.query_one(OptionList)
        at = options.highlighted
        return (options.get_option_at_index(at).id or "") if at is not None else ""

    def _offer(self, choices: tuple[Choice, ...]) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            [Option(each.text, id=each.id or None, disabled=not each.id) for each in choices]
        )
        ids = [each.id for each in choices]
        if any(ids):
            recommended = self.question.answer
            is_there = bool(recommended) and recommended in ids
            options.highlighted = ids.index(recommended) if is_there else 0

    @on(Input.Changed)
    @work(group="find", exclusive=True, description="Search")
    async def search(self, event: Input.Changed) -> None:
        """Show what the typed text finds."""
        if not self.question.searches:
            return
        if not event.value.strip():
            self._offer(self.question.choices)
            return
        try:
            self._offer(await self._find(self.question.id, event.value))
        except WizardError as error:
            self.notify(error.message, severity="warning", markup=False)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def confirm(self) -> None:
        """Tell that the answer is confirmed."""
        self.post_message(self.Answered(self))

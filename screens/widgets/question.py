"""One question of a step: choices, a text, or a search."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.keys import key
from screens.widgets.error_panel import ErrorText
from screens.widgets.item import Item
from screens.widgets.line_input import LineInput, TooLong
from wizard.errors import WizardError
from wizard.steps.base import Choice, Find, Question

_PAUSE = 0.2
"""Seconds without a key before a search begins: once a word, not once a letter."""


class _FoundList(OptionList):
    """What a search found; a click marks a line where several can be taken."""

    @dataclass
    class Clicked(Message):
        """A line that several may be taken of was clicked."""

        at: int

    def __init__(self, *, takes_several: bool) -> None:
        super().__init__(compact=True, markup=False)
        self._takes_several = takes_several

    async def _on_click(self, event: events.Click) -> None:
        at = event.style.meta.get("option")
        if self._takes_several and isinstance(at, int):
            event.prevent_default()  # else the list takes it at once
            self.post_message(self.Clicked(at))


class QuestionField(Vertical):
    """Asks a question; `answer` is what stands there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("mark", "mark", "Mark"),
        key("down", "into_list", "List", show=False),
    ]

    DEFAULT_CSS = """
    QuestionField { height: auto; margin: 1 0 0 0; }
    QuestionField > Static { height: auto; text-style: bold; }
    QuestionField > Input { background: $boost; }
    QuestionField > OptionList { height: auto; max-height: 8; border: none; padding: 0; }
    QuestionField > .said { text-style: none; color: $text-muted; }
    QuestionField > .marked { text-style: none; display: none; }
    """

    @dataclass
    class Answered(Message):
        """The answer was confirmed with Enter."""

        field: "QuestionField"

    def __init__(
        self, question: Question, find: Find, marked: Mapping[str, str] | None = None
    ) -> None:
        """Ask a question.

        Args:
            question: What is asked.
            find: What searches, where the question lets one.
            marked: What was marked of it before: ids with their texts.
        """
        super().__init__()
        self.question = question
        self._find = find
        self._typed = question.searches or not question.choices
        self._shown: tuple[Choice, ...] = ()
        self._marked = dict(marked or {})
        """What is marked, also of earlier searches: ids with their texts."""
        self._is_searching = False

    def compose(self) -> ComposeResult:
        """Lay out the words, and what they are answered with."""
        if self.question.caution:
            yield Item(Content.styled("! ", "bold $text-warning"), self.question.caution)
        yield Static(self.question.text, markup=False)
        if self._typed:
            yield LineInput("" if self.question.searches else self.question.answer)
        if not self._typed or self.question.searches:
            yield _FoundList(takes_several=self.question.takes_several)
        if self.question.searches:
            yield Static("", classes="said", markup=False)
            yield Static("", classes="marked", markup=False)
        yield ErrorText()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to mark only where several can be taken."""
        match action:
            case "mark":
                return self.question.takes_several
            case "into_list":
                return self.question.searches
            case _:
                return True

    def on_mount(self) -> None:
        """Offer the choices there are, and mark the recommended one."""
        if not self._typed or self.question.searches:
            self._offer(self.question.choices)
        if self.question.searches:
            self._tell_marked()

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
    def marked(self) -> Mapping[str, str]:
        """What is marked: ids with their texts."""
        return dict(self._marked)

    @on(TooLong)
    def _refuse_paste(self, event: TooLong) -> None:
        self.query_one(ErrorText).show(event.error)

    @property
    def answer(self) -> str:
        """The answer as it stands: a text, the ids of what is marked, or the chosen one's id."""
        if self._typed and not self.question.searches:
            return self.query_one(Input).value
        if self._marked or self._is_searching:  # what stands there was found by another text
            return " ".join(self._marked)
        at = self.query_one(OptionList).highlighted
        return self._shown[at].id if at is not None else ""

    def _offer(self, choices: tuple[Choice, ...]) -> None:
        options = self.query_one(OptionList)
        self._shown = tuple(each for each in choices if each.id)
        options.clear_options()
        options.add_options([Option(self._line(each), id=each.id) for each in self._shown])
        if self.question.searches:
            remarks = (each.text for each in choices if not each.id)
            self.query_one(".said", Static).update("\n".join(remarks))
        ids = [each.id for each in self._shown]
        if ids:
            recommended = self.question.answer
            options.highlighted = ids.index(recommended) if recommended in ids else 0

    def _line(self, choice: Choice) -> Content:
        if not self.question.takes_several:
            return Content(choice.text)
        return Content.assemble("[x] " if choice.id in self._marked else "[ ] ", choice.text)

    @on(Input.Changed)
    @work(group="find", exclusive=True, description="Search")
    async def search(self, event: Input.Changed) -> None:
        """Show what the typed text finds, when nothing more is typed."""
        if not self.question.searches:
            return
        self._is_searching = True
        if not event.value.strip():
            self._found(self.question.choices)
            return
        await asyncio.sleep(_PAUSE)
        self.query_one(".said", Static).update("Searching…")
        try:
            self._found(await self._find(self.question.id, event.value))
        except WizardError as error:
            self._found(())
            self.query_one(ErrorText).show(error)

    def _found(self, choices: tuple[Choice, ...]) -> None:
        self._is_searching = False
        self._offer(choices)

    @on(_FoundList.Clicked)
    def _mark_clicked(self, event: _FoundList.Clicked) -> None:
        self.query_one(OptionList).highlighted = event.at
        self.action_mark()

    def action_mark(self) -> None:
        """Mark the chosen line, or take its mark away."""
        options = self.query_one(OptionList)
        at = options.highlighted
        if at is None or self._is_searching:
            return
        choice = self._shown[at]
        if self._marked.pop(choice.id, None) is None:
            self._marked[choice.id] = choice.text.partition(",")[0].partition(":")[0]
        options.replace_option_prompt_at_index(at, self._line(choice))
        self._tell_marked()

    def _tell_marked(self) -> None:
        told = self.query_one(".marked", Static)
        told.display = bool(self._marked)
        told.update(f"Marked: {', '.join(self._marked.values())}")

    def action_into_list(self) -> None:
        """Go from the text down to what it found."""
        self.query_one(OptionList).focus()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def confirm(self) -> None:
        """Tell that the answer is confirmed; not while what it finds is still being searched."""
        if self._marked or not self._is_searching:
            self.post_message(self.Answered(self))

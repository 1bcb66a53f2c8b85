"""One question of a step: choices, a text, or a search."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, NamedTuple

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
from screens.widgets.marks import lead_sign
from screens.widgets.painted import once_painted
from screens.widgets.passing_list import PassingList
from screens.widgets.remark import Remark
from wizard.errors import WizardError
from wizard.steps.base import Choice, Find, Question
from wizard.store.marks import Mark

_PAUSE = 0.2
"""Seconds without a key before a search begins: once a word, not once a letter."""


class _FoundList(PassingList):
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


class GivenAnswer(NamedTuple):
    """What somebody gave as an answer, as far as it is not what stood there at first."""

    text: str | None = None
    """What was typed."""
    choice: str = ""
    """The id of what was chosen."""
    marked: Mapping[str, str] = MappingProxyType({})
    """Ids with their names."""


_NOTHING = GivenAnswer()


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
    QuestionField > Remark { text-style: none; }
    QuestionField > #said { color: $text-muted; }
    QuestionField > .-searched { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    @dataclass
    class Answered(Message):
        """The answer was confirmed with Enter."""

        field: "QuestionField"

    @dataclass
    class Changed(Message):
        """The answer may be another one."""

        field: "QuestionField"

    def __init__(self, question: Question, find: Find, given: GivenAnswer = _NOTHING) -> None:
        """Ask a question.

        Args:
            question: What is asked.
            find: What searches, where the question lets one.
            given: What stood there before.
        """
        super().__init__()
        self.question = question
        self._find = find
        self._typed = question.searches or not question.choices
        self._shown: tuple[Choice, ...] = ()
        self._before = given
        self._marked = dict(given.marked)
        """What is marked, also of earlier searches: ids with their names."""
        self._is_searching = False

    def compose(self) -> ComposeResult:
        """Lay out the words, and what they are answered with."""
        if self.question.caution:
            yield Item(lead_sign(Mark.ATTENTION), self.question.caution)
        yield Static(self.question.text, markup=False)
        if self._typed:
            # What was searched is added to, what stands there as an answer mostly replaced.
            yield LineInput(self._text, select_on_focus=not self.question.searches)
        if not self._typed or self.question.searches:
            found = _FoundList(takes_several=self.question.takes_several)
            yield found.set_class(self.question.searches, "-searched")
        if self.question.searches:
            yield Remark(id="whole")
            yield Remark(id="said")
            yield Remark(id="marked")
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

    @property
    def _text(self) -> str:
        """What stands in the field at first."""
        return "" if self.question.searches else self.question.answer

    def on_mount(self) -> None:
        """Offer the choices there are, and mark the recommended one; or what was given before."""
        if not self._typed or self.question.searches:
            self._offer(self.question.choices)
        if self.question.searches:
            self._tell_marked()
        if self._typed and self._before.text is not None:
            self.query_one(Input).value = self._before.text  # which also searches anew

    def on_resize(self) -> None:
        """Say whole what the new width cuts, once the list has it."""
        once_painted(self, self._tell_whole)

    def take_focus(self) -> None:
        """Go to where the answer is given, and let the whole question be seen."""
        field = self.query_one(Input) if self._typed else self.query_one(OptionList)
        field.focus(scroll_visible=False)
        # Once it is laid out: before that, nobody knows where it will stand.
        once_painted(self, lambda: self.scroll_visible(animate=False))

    def add_letter(self, letter: str) -> None:
        """Take what was typed while something else had the focus."""
        self.take_focus()
        self.query_one(Input).insert_text_at_cursor(letter)

    def refuse(self, error: WizardError) -> None:
        """Say below the answer why it is not taken, and wait there for another one."""
        self.query_one(ErrorText).show(error)
        self.take_focus()

    @on(Input.Changed)
    @on(OptionList.OptionHighlighted)
    def _answer_changed(self) -> None:
        self.query_one(ErrorText).show(None)
        self._tell_whole()
        self.post_message(self.Changed(self))

    @property
    def given(self) -> GivenAnswer:
        """What somebody has given so far, for the same question asked anew."""
        text = self.query_one(Input).value if self._typed else self._text
        chosen = "" if self.question.takes_several else self.answer
        recommended = self.question.answer
        return GivenAnswer(
            text if text != self._text else None,
            chosen if chosen != recommended and self.query(OptionList) else "",
            dict(self._marked),
        )

    @property
    def is_open(self) -> bool:
        """Whether it wants to be looked at: it has no answer yet, or something is at stake."""
        return not self.answer or bool(self.question.caution)

    @property
    def names(self) -> tuple[str, ...]:
        """What the chosen or marked answers are called."""
        if self._marked or self._is_searching:
            return tuple(self._marked.values())
        chosen = self._chosen
        return (chosen.called,) if chosen else ()

    @property
    def _chosen(self) -> Choice | None:
        lists = self.query(OptionList)
        at = lists.first().highlighted if lists else None
        return self._shown[at] if at is not None and at < len(self._shown) else None

    @on(TooLong)
    def _refuse_paste(self, event: TooLong) -> None:
        event.stop()
        self.query_one(ErrorText).show(event.error)

    @property
    def answer(self) -> str:
        """The answer as it stands: a text, the ids of what is marked, or the chosen one's id."""
        if self._typed and not self.question.searches:
            return self.query_one(Input).value
        if self._marked or self._is_searching:  # what stands there was found by another text
            return " ".join(self._marked)
        chosen = self._chosen
        return chosen.id if chosen else ""

    def _offer(self, choices: tuple[Choice, ...]) -> None:
        options = self.query_one(OptionList)
        self._shown = tuple(each for each in choices if each.id)
        options.clear_options()
        options.add_options([Option(self._line(each), id=each.id) for each in self._shown])
        if self.question.searches:
            self._say("\n".join(each.text for each in choices if not each.id))
        ids = [each.id for each in self._shown]
        wanted = (self._before.choice, self.question.answer)
        if ids:
            options.highlighted = next((ids.index(each) for each in wanted if each in ids), 0)
        self.post_message(self.Changed(self))

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
        self._say("Searching…")
        try:
            self._found(await self._find(self.question.id, event.value))
        except WizardError as error:
            self._found(())
            for shown in self.query(ErrorText):
                shown.show(error)

    def _say(self, remark: str) -> None:
        for said in self.query("#said").results(Remark):
            said.update(remark)

    def _found(self, choices: tuple[Choice, ...]) -> None:
        self._is_searching = False
        if self.query(OptionList):  # what is being taken away has lost it already
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
            self._marked[choice.id] = choice.called
        options.replace_option_prompt_at_index(at, self._line(choice))
        self._tell_marked()

    def _tell_whole(self) -> None:
        """Say whole, below the list, who is chosen, where the line of it has no room for that."""
        if not self.question.searches:
            return
        options, chosen = self.query_one(OptionList), self._chosen
        room = options.scrollable_content_region.width  # none before it is laid out
        is_cut = chosen is not None and 0 < room < self._line(chosen).cell_length
        self.query_one("#whole", Remark).update(chosen.text if chosen and is_cut else "")

    def _tell_marked(self) -> None:
        names = ", ".join(self._marked.values())
        self.query_one("#marked", Remark).update(f"Marked: {names}" if names else "")
        self.post_message(self.Changed(self))

    def action_into_list(self) -> None:
        """Go from the text down to what it found."""
        self.query_one(OptionList).focus()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def confirm(self) -> None:
        """Tell that the answer is confirmed; not while what it finds is still being searched."""
        if self._marked or not self._is_searching:
            self.post_message(self.Answered(self))

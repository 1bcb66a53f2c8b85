"""A question that is searched for: what is found can be chosen, what is remarked cannot."""

from textual.app import ComposeResult
from textual.events import Paste
from textual.widgets import Input, OptionList, Static

from screens.themed import ThemedApp
from screens.widgets.question import QuestionField
from wizard.steps.base import Choice, Question

FOUND = (
    Choice("1", "Crowd Member 1, one@contoso.example", "Crowd Member 1"),
    Choice("2", "Crowd Member 2, two@contoso.example", "Crowd Member 2"),
    Choice("", "Shown: 2 of 20,000 people found."),
)
OTHER = (
    Choice("3", "Group Sales: 4 members", "Group Sales"),
    Choice("", "0 of 65 people, 1 of 9 groups."),
)
NOBODY = (Choice("", "Nothing is found by “crowdx”: 0 of 65 people."),)


class Host(ThemedApp):
    def __init__(self, *, several: bool) -> None:
        super().__init__()
        self.question = Question("who", "Whom?", searches=True, takes_several=several)
        self.taken: list[str] = []

    def compose(self) -> ComposeResult:
        async def find(_question: str, text: str) -> tuple[Choice, ...]:
            return {"c": FOUND, "s": OTHER, "l": (LONG,)}.get(text, NOBODY)

        yield QuestionField(self.question, find)

    def on_question_field_answered(self, event: QuestionField.Answered) -> None:
        self.taken.append(event.field.answer)

    def told(self) -> str:
        return "\n".join(str(each.content) for each in self.query(Static) if each.display)


async def test_how_many_more_there_are_is_read_and_not_chosen() -> None:
    app = Host(several=False)
    async with app.run_test() as pilot:
        field, options = app.query_one(QuestionField), app.query_one(OptionList)
        field.take_focus()
        await pilot.press("c")
        assert field.answer == "", "what is still being searched is taken for nothing"
        await app.workers.wait_for_complete()
        assert options.option_count == 2
        assert "2 of 20,000 people found." in app.told()
        assert field.answer == "1"
        for answer in ("2", "1", "2"):
            await pilot.press("down")  # from the text into the list, and on
            options.focus()
            assert field.answer in {"1", "2"}, answer
        field.take_focus()
        await pilot.press("r")
        await app.workers.wait_for_complete()
        assert (options.option_count, field.answer) == (0, "")
        assert "Nothing is found" in app.told()


LONG = Choice("4", f"Maximilian {'von und zu ' * 9}Hohenstein, max@contoso.example")


async def test_a_very_long_name_takes_one_line_and_stands_whole_below() -> None:
    app = Host(several=False)
    async with app.run_test() as pilot:
        app.query_one(QuestionField).take_focus()
        await pilot.press("l")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.query_one(OptionList).size.height == 1
        assert LONG.text in app.told()
        await pilot.press("backspace", "c")
        await app.workers.wait_for_complete()
        assert "Hohenstein" not in app.told()


async def test_a_question_that_is_taken_away_while_the_terminal_is_resized_ends_nothing() -> None:
    app = Host(several=True)
    async with app.run_test() as pilot:
        field = app.query_one(QuestionField)
        gone = field.remove()
        field.on_resize()
        await gone
        await pilot.pause()
        assert not app.query(QuestionField)


async def test_several_are_marked_over_several_searches_and_taken_at_once() -> None:
    app = Host(several=True)
    async with app.run_test() as pilot:
        field = app.query_one(QuestionField)
        field.take_focus()
        await pilot.press("c")
        await app.workers.wait_for_complete()
        await pilot.press("down", "space", "down", "space", "up", "space")
        assert field.answer == "2"
        app.query_one(Input).value = ""
        field.take_focus()
        await pilot.press("s")
        await app.workers.wait_for_complete()
        await pilot.click(OptionList, offset=(2, 0))
        assert "Marked: Crowd Member 2, Group Sales" in app.told()
        field.take_focus()
        app.post_message(Paste("x" * 1_000_000))
        await pilot.pause()
        assert "has 1,000,000 characters" in app.told()
        assert app.query_one(Input).value == "s"
        await pilot.press("enter")
        assert app.taken == ["2 3"]

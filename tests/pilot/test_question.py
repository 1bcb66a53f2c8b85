"""A question that is searched for: what is found can be chosen, what is remarked cannot."""

from textual.app import App, ComposeResult
from textual.widgets import OptionList

from screens.widgets.question import QuestionField
from wizard.steps.base import Choice, Question

FOUND = (
    Choice("1", "Crowd Member 1"),
    Choice("2", "Crowd Member 2"),
    Choice("", "Shown: 2 of 20,000 people."),
)


class Host(App[None]):
    def compose(self) -> ComposeResult:
        async def find(_question: str, text: str) -> tuple[Choice, ...]:
            return FOUND if text == "c" else FOUND[2:]

        yield QuestionField(Question("who", "Whom?", searches=True), find)


async def test_how_many_more_there_are_is_read_and_not_chosen() -> None:
    app = Host()
    async with app.run_test() as pilot:
        field, options = app.query_one(QuestionField), app.query_one(OptionList)
        field.take_focus()
        await pilot.press("c")
        await app.workers.wait_for_complete()
        assert [options.get_option_at_index(i).disabled for i in range(3)] == [False, False, True]
        assert field.answer == "1"
        options.focus()
        for answer in ("2", "1", "2"):
            await pilot.press("down")
            assert field.answer == answer
        field.take_focus()
        await pilot.press("r")
        await app.workers.wait_for_complete()
        assert options.option_count == 1
        assert field.answer == ""

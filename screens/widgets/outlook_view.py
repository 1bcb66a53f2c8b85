"""What would be done, what is asked for that, and what to know before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from textual.containers import Vertical
from textual.css.query import DOMQuery
from textual.widget import Widget
from textual.widgets import Static

from screens.widgets.fact_table import FactTable
from screens.widgets.item import Item
from screens.widgets.marks import lead_sign
from screens.widgets.plan_list import PlanList
from screens.widgets.question import GivenAnswer, QuestionField
from wizard.flow.session import State
from wizard.steps.base import Find, Outlook
from wizard.store.marks import Mark

_NOTHING = GivenAnswer()
_BESIDE: Final = 65
"""Cells of the steps and of the help beside the content."""


class OutlookView(Vertical):
    """Shows an outlook, so that what is to be answered comes before what can be read later."""

    DEFAULT_CSS = """
    OutlookView { height: auto; margin: 1 0 0 0; }
    OutlookView > .-apart, OutlookView > .lead { margin: 1 0 0 0; height: auto; }
    OutlookView > .lead { text-style: bold; }
    OutlookView > .-apart:first-child, OutlookView > .lead:first-child { margin: 0; }
    OutlookView > FactTable:first-child { margin: 0; }
    """

    @property
    def fields(self) -> DOMQuery[QuestionField]:
        """The questions."""
        return self.query(QuestionField)

    async def show(
        self, found: Outlook, given: Mapping[str, GivenAnswer], find: Find, *, asked: bool
    ) -> None:
        """Show an outlook instead of the one before.

        Args:
            found: What is shown.
            given: What stood at each question before.
            find: What searches.
            asked: Whether somebody asked for what waits until it is asked for.
        """
        waits = bool(found.asked_for) and not asked
        below = list(_waiting(found) if waits else _asking(found, given, find, asked=asked))
        self.set_class(bool(found.questions) and not waits, "-asks")
        await self.remove_children()
        self.display = bool(below)  # else its margin is a blank line
        await self.mount(*below)
        self.on_resize()

    def on_resize(self) -> None:
        """Let a table have the room of the help, where it has not enough beside it."""
        room = self.app.size.width - _BESIDE
        self.screen.set_class(any(each.widest > room for each in self.query(FactTable)), "-tabled")

    def tell(self, names: Sequence[str]) -> None:
        """Say in the plan whom it is about."""
        for plan in self.query(PlanList):
            plan.tell(names)


def _waiting(found: Outlook) -> Iterable[Widget]:
    """Yield what can be read while nobody has asked for the rest."""
    yield from map(FactTable, found.tables)
    yield from _cautions(found, apart=bool(found.tables))


def _asking(
    found: Outlook, given: Mapping[str, GivenAnswer], find: Find, *, asked: bool
) -> Iterable[Widget]:
    """Yield the plan and the questions, and below them what can be scrolled to."""
    if found.plan:
        again = found.finding.state is State.DONE and not asked
        yield Static("What can be done again:" if again else "What will be done:", classes="lead")
        yield PlanList(found)
    for question in found.questions:
        yield QuestionField(question, find, given.get(question.id, _NOTHING))
    tables = () if asked else tuple(map(FactTable, found.tables))
    if found.questions:
        yield from _cautions(found, apart=True)
        yield from tables
    else:
        yield from tables
        yield from _cautions(found, apart=bool(tables or not found.plan))


def _cautions(found: Outlook, *, apart: bool) -> Iterable[Item]:
    """Yield what to be careful about, where it says so with a blank line above."""
    for place, text in enumerate(found.cautions):
        item = Item(lead_sign(Mark.ATTENTION), text)
        yield item.add_class("caution").set_class(apart and place == 0, "-apart")

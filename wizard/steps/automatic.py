"""The steps on the Entra side that are done through Microsoft Graph: look, ask, do, take back.

Each is the counterpart of a step that can be done by hand. It looks at the tenant every time and
takes what it finds there as the truth, so that a run that was cut off anywhere can be repeated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.store.journal import JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Report


@dataclass(frozen=True)
class Choice:
    """One of several answers to a question."""

    id: str
    """Empty for a remark beside the choices, which cannot be chosen."""
    text: str
    """In the administrator's words; harmless already."""


@dataclass(frozen=True)
class Question:
    """What must be asked before anything is done."""

    id: str
    text: str
    choices: tuple[Choice, ...] = ()
    """Empty where the answer is typed."""
    answer: str = ""
    """The recommended choice's id, or the text that stands there at first."""
    searches: bool = False
    """The answer is the id of something that `find` finds; `choices` are suggestions."""
    caution: str = ""
    """What is at stake, shown with the question and never without it."""


@dataclass(frozen=True)
class Table:
    """Facts in columns; every text in it is harmless already."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Outlook:
    """What was found in the tenant, and what would be done about it."""

    finding: Finding
    plan: tuple[str, ...] = ()
    """What `apply` would do, a sentence each; empty when nothing is left to do."""
    questions: tuple[Question, ...] = ()
    cautions: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    look_again_after: float | None = None
    """Seconds after which the finding is old, because something is under way; None: it stays."""


Answers = Mapping[str, str]
"""Answers by the question's id."""

Said = str | Outlook
"""What became of an `apply`: a sentence when it is done as planned, or all there is to see."""


def outlook_of(said: Said) -> Outlook:
    """Return what an `apply` said as something to show."""
    return Outlook(Finding(State.DONE, said)) if isinstance(said, str) else said


class Automatic(Protocol):
    """What is done through Graph in one step.

    Its methods raise only our own errors (`wizard.errors`, `wizard.graph.errors`).
    """

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look at the tenant, without changing anything, and tell what would be done."""

    async def find(self, graph: GraphClient, question: str, text: str) -> tuple[Choice, ...]:
        """Return what a search finds; nothing where no question searches."""

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Said:
        """Do what `look` told, as far as it is not done, and say what is now so.

        What is made is written into the journal before the next request, with all that `undo`
        needs in `details`; an intention goes in before a request that creates something, so that
        a run that was killed in between can tell what is ours.
        """

    async def narrows_back(
        self,
        session: Session,
        graph: GraphClient,
        made: JournalEntry,
        earlier: Sequence[JournalEntry] = (),
    ) -> tuple[Narrows, ...]:
        """Look how taking one journal entry back may leave people out, changing nothing.

        Args:
            session: The profile.
            graph: Who is asked.
            made: The entry.
            earlier: What will have been taken back before it, in that order.
        """

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Take back what one journal entry says we made, and say in a sentence what is now so."""

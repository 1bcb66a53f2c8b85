"""What every step is: how it is done by hand, and, where Graph can do it, look, ask, do, take back.

What is done through Graph looks at the tenant every time and takes what it finds there as the
truth, so that a run that was cut off anywhere can be repeated.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.steps.narrowed_by_hand import confirmation
from wizard.store.journal import Action, Change, JournalEntry
from wizard.store.marks import Mark
from wizard.store.narrowings import Narrows
from wizard.words.progress import Report, silent
from wizard.words.text import briefly

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wizard.graph.client import GraphClient
    from wizard.machine.child import Child
    from wizard.net.connect import Connect
    from wizard.net.endpoints import Endpoints
    from wizard.options import Options
    from wizard.steps.directory import PeopleSearch
    from wizard.steps.leavers import Leavers
    from wizard.steps.log_score import LogScore
    from wizard.steps.previewing import WouldBe
    from wizard.steps.remembered import Remembered
    from wizard.steps.tenant import EntraTenant
    from wizard.store.keystore import Keystore
    from wizard.store.profiles import ProfileStore
    from wizard.trial.process import Trial
    from wizard.webex.revocation import Revoke


@dataclass(frozen=True)
class CopyValue:
    """Something to copy into the portal; a secret is copied without being shown."""

    label: str
    text: str = ""
    secret: "Callable[[], Awaitable[SecretStr]] | None" = field(default=None, repr=False)


@dataclass(frozen=True)
class Guide:
    """What to do by hand in one step, for both generations of the portal."""

    purpose: str
    link: str
    """Where to do it; empty when the portal is switched off in the endpoints file."""
    portal: tuple[str, ...]
    """Instructions for the portal as new tenants show it."""
    older_portal: tuple[str, ...]
    """Instructions for the portal with Provisioning Mode and Settings."""
    done: str
    """What the administrator confirms, as a sentence."""
    values: tuple[CopyValue, ...] = ()
    cautions: tuple[str, ...] = ()
    """What may do harm, to be read before."""
    notes: tuple[str, ...] = ()
    """What else is good to know, and may be read later."""

    @property
    def is_of_portal(self) -> bool:
        """Whether it is about Entra's portal, whose generations differ, and not about elsewhere."""
        return self.portal != self.older_portal


@dataclass(frozen=True)
class Choice:
    """One of several answers to a question."""

    id: str
    """Empty for a remark beside the choices, which cannot be chosen."""
    text: str
    """In the administrator's words; harmless already."""
    name: str = ""
    """Whom it is, where the text says more than that."""

    @property
    def called(self) -> str:
        """Whom or what it is, in as few words as that takes."""
        return self.name or self.text


Find = Callable[[str, str], Awaitable[tuple[Choice, ...]]]
"""Takes a question's id and a text; returns what is found."""


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
    takes_several: bool = False
    """The answer is the ids of all that were chosen, with blanks between them."""
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
    plan: tuple[Change, ...] = ()
    """What `apply` would do; empty when nothing is left to do."""
    questions: tuple[Question, ...] = ()
    cautions: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    look_again_after: float | None = None
    """Seconds after which the finding is old, because something is under way; None: it stays."""
    asked_for: str = ""
    """What the plan is called, where plan and questions wait until somebody asks for them."""
    is_pressing: bool = False
    """Whether what waits so is what is best to do next."""
    about: str = ""
    """The question whose answer is the subject of the plan; empty where it has its own."""
    facts: tuple[str, ...] = ()
    """What is so besides, and is to be known before anything is done; a sentence or two each."""
    first: str = ""
    """The id of the step to go to before anything can be done, whose own question comes first."""

    def planned(self, chosen: Sequence[str] = ()) -> tuple[str, ...]:
        """Return what would be done in sentences, with the names of those who are chosen."""
        if not (self.about and chosen):
            return tuple(change.words for change in self.plan)
        return tuple(replace(change, subject=briefly(chosen)).words for change in self.plan)


@dataclass(frozen=True)
class Stays:
    """That something cannot be taken back and is in Entra as before, and why, in sentences."""

    text: str


Answers = Mapping[str, str]
"""Answers by the question's id."""

Said = str | Outlook
"""What became of an `apply`: a sentence when it is done as planned, or all there is to see."""


def outlook_of(said: Said) -> Outlook:
    """Return what an `apply` said as something to show."""
    return Outlook(Finding(State.DONE, said)) if isinstance(said, str) else said


class Tools(Protocol):
    """What steps work with; `wizard.workspace.Workspace` has it all."""

    options: "Options"
    endpoints: "Endpoints"
    keystore: "Keystore"
    profiles: "ProfileStore"
    tenant: "EntraTenant"
    remembered: "Remembered"
    keeps_secrets: bool
    start_preview: "Callable[[], Child] | None"
    """What starts the process of a preview; None is the usual one."""

    @property
    def connect(self) -> "Connect":
        """What makes HTTP clients."""

    @property
    def revoke(self) -> "Revoke":
        """What revokes a token."""

    @property
    def trial(self) -> "Trial":
        """The people that mappings and scopes are tried on."""

    @property
    def directory(self) -> "PeopleSearch":
        """The people of the tenant that somebody is signed in to."""

    @property
    def leavers(self) -> "Leavers":
        """Who would be switched off by a change."""

    @property
    def log_score(self) -> "LogScore":
        """How the preview that was kept came out."""


class Step:
    """One step of a flow.

    Its methods raise only our own errors (`wizard.errors`, `wizard.graph.errors`).

    Args:
        info: What the plan says of it.
        tools: What it works with.
    """

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        self.info = info
        self.tools = tools

    def guide(self, session: Session) -> Guide | None:
        """Return how it is done by hand, with the values of this profile; None: never by hand."""
        return None

    async def confirmation(self, session: Session, report: Report = silent) -> str:
        """Return what to ask before the step counts as done by hand; mostly nothing.

        Args:
            session: The profile.
            report: Is told how far it is, where somebody is signed in and Entra is looked at.
        """
        question = confirmation(session, self.info.id)
        if not question or self.tools.tenant.signed_in is None:
            return question
        found = await self.tools.leavers.look(session, report=report)
        seen = f"By what Entra has now: {found.words}" if found.is_known else found.words
        return confirmation(session, self.info.id, seen)

    async def confirm(self, session: Session) -> None:
        """Remember that the administrator has done the step by hand."""
        await session.log(self.info.id, Action.CONFIRMED, self.info.title)
        session.tick(self.info.id, mark=Mark.SAID)


class GraphStep(Step, ABC):
    """A step that can also be done through Microsoft Graph."""

    leaves_traces = True
    """Whether `look` sees in the tenant what was done by hand; else somebody's word stands."""

    @abstractmethod
    async def look(self, session: Session, graph: "GraphClient") -> Outlook:
        """Look at the tenant, without changing anything, and tell what would be done."""

    async def find(self, graph: "GraphClient", question: str, text: str) -> tuple[Choice, ...]:
        """Return what a search finds; nothing where no question searches."""
        return ()

    @abstractmethod
    async def apply(
        self, session: Session, graph: "GraphClient", answers: Answers, report: Report
    ) -> Said:
        """Do what `look` told, as far as it is not done, and say what is now so.

        What is made is written into the journal before the next request, with all that `undo`
        needs in `details`; an intention goes in before a request that creates something, so that
        a run that was killed in between can tell what is ours.
        """

    async def narrows_back(
        self,
        session: Session,
        graph: "GraphClient",
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
        return ()

    def back(self, session: Session, made: JournalEntry) -> "WouldBe | None":
        """Return how Entra is when an entry is taken back, as far as it decides about people.

        Returns:
            None where that is not known.
        """
        return None

    @abstractmethod
    async def undo(self, session: Session, graph: "GraphClient", made: JournalEntry) -> str | Stays:
        """Take back what one journal entry says we made, and say in a sentence what is now so."""

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Return what taking an entry back brings with it, by the entry alone.

        Returns:
            A sentence or two; empty when there is nothing to be said.
        """
        return ""


def step_class(info: StepInfo) -> type[Step]:
    """Return the class of a step, which is loaded only here."""
    module, _, name = info.at.partition(":")
    found: type[Step] = getattr(import_module(module), name)
    return found

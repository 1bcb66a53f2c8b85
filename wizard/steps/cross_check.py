"""Changed expressions, read by Microsoft before they are saved."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.errors import AnswerError, MappingError, TransportError, WizardError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.schema import AttributeMappingSource
from wizard.mapping.sources import squeezed
from wizard.steps.microsoft_parser import Opinion, Specimen, opinion, our_problem, specimen_of
from wizard.steps.target import principal_of
from wizard.words.progress import Progress, Report
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.trial.process import Trial

MOST_EXPRESSIONS = 40
"""Expressions that are read before one save; each is a request of its own."""


@dataclass(frozen=True)
class Opinions:
    """What is known of the changed expressions."""

    opinions: tuple[Opinion, ...] = ()
    """What Microsoft said, a row each."""
    unread: tuple[Row, ...] = ()
    """The rows of which it was not asked, or could not be."""
    reason: WizardError | None = None
    """Why it could not be asked."""
    asked: int = 0
    """Requests that this took; nothing is asked twice."""

    @property
    def refusal(self) -> MappingError | None:
        """Why the mapping cannot be saved, by the first row that is in the way."""
        for said in self.opinions:
            if not said.reads:
                return _refused(said)
        for row in self.unread:
            if problem := our_problem(row):
                return _unreadable(row, problem, self.reason)
        return None

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is to be said before it is saved, a sentence each."""
        found = [said.difference for said in self.opinions if said.difference]
        if self.refusal is not None:
            found.insert(0, f"It cannot be saved like this. {self.refusal.message}")
        if self.reason is not None:
            found.append(
                "Microsoft could not be asked to read the expressions, so only this program did. "
                f"{self.reason.message}"
            )
        elif self.unread:
            count = len(self.opinions) + len(self.unread)
            found.append(
                f"Microsoft reads only the first {MOST_EXPRESSIONS} of {count} changed expressions."
            )
        return tuple(found)

    @property
    def trees(self) -> dict[str, AttributeMappingSource]:
        """Microsoft's own trees of the expressions that this program cannot read, by target."""
        return {
            said.target: said.tree
            for said in self.opinions
            if said.our_problem and said.tree is not None
        }


class CrossCheck:
    """Asks Microsoft about each expression that differs from what is in Entra.

    Args:
        trial: The people a mapping is tried on; None where there are none.
    """

    def __init__(self, trial: "Trial | None") -> None:
        self._trial = trial
        self._known: dict[tuple[Row, str], Opinion] = {}

    async def read(
        self,
        session: Session,
        graph: GraphClient,
        job: Job,
        documents: tuple[MappingDocument, MappingDocument],
        report: Report,
    ) -> Opinions:
        """Return what Microsoft says of the changed expressions; a refusal to say ends it.

        Args:
            session: Whose application it is.
            graph: A conversation with Graph.
            job: The job, whose service does the reading.
            documents: What would be saved, and what is in Entra.
            report: Is told how many are read.

        Raises:
            InvalidInput: The application is not chosen.
        """
        rows = changed_expressions(*documents)
        opinions: list[Opinion] = []
        asked = 0
        for at, row in enumerate(rows[:MOST_EXPRESSIONS]):
            specimen = await specimen_of(row, self._trial)
            known = self._known.get(_key(row, specimen))
            if known is None:
                report(Progress(f"Microsoft reads the expressions: {at + 1} of {len(rows)}."))
                asked += 1
                try:
                    known = await opinion(graph, principal_of(session), job.id, row, specimen)
                except (AnswerError, TransportError) as error:
                    return Opinions(tuple(opinions), rows[at:], error, asked)
                self._known[_key(row, specimen)] = known
            opinions.append(known)
        return Opinions(tuple(opinions), rows[MOST_EXPRESSIONS:], None, asked)


def changed_expressions(wanted: MappingDocument, present: MappingDocument) -> tuple[Row, ...]:
    """Return the rows whose expression would be new in Entra."""
    return tuple(
        each.here
        for each in wanted.difference_from(present)
        if each.here is not None
        and each.here.kind == "function"
        and (each.there is None or squeezed(each.here.source) != squeezed(each.there.source))
    )


def _key(row: Row, specimen: Specimen | None) -> tuple[Row, str]:
    return row, repr(specimen)


def _refused(said: Opinion) -> MappingError:
    ours = f"This program cannot either: {said.our_problem}" if said.our_problem else ""
    return MappingError(
        f"Microsoft cannot read the expression of {plain_line(said.target, 80)}: "
        f'"{plain_line(said.said or "no reason given")}" '
        f"{ours or 'This program reads it, so its own value for that row is not to be trusted.'}",
        "Correct the row in the mapping, and come back. Nothing was saved.",
        code="expression-refused",
    )


def _unreadable(row: Row, problem: str, reason: WizardError | None) -> MappingError:
    why = "Microsoft could not be asked." if reason else "Microsoft was not asked."
    return MappingError(
        f"The expression of {plain_line(row.target, 80)} cannot be read: {problem} {why}",
        "Correct the row in the mapping, and come back. Nothing was saved.",
        code="expression-unreadable",
    )

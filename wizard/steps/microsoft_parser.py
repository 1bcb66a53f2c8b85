"""What Microsoft makes of an expression, beside what this program makes of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.errors import MachineError
from wizard.flow.session import Session
from wizard.mapping.document import Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.named import named_in
from wizard.mapping.schema import AttributeMappingSource
from wizard.mapping.sources import tidy
from wizard.mapping.trees import tree_of
from wizard.steps.target import principal_of
from wizard.trial.outcome import Reading, Sample
from wizard.trial.questions import GiveSample, Judge
from wizard.words.text import plain, plain_line

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient
    from wizard.graph.schema import ParsedExpression
    from wizard.steps.tenant import EntraTenant
    from wizard.trial.process import Trial

_SILENT = "it does not say why"


@dataclass(frozen=True)
class Specimen:
    """A person whose values may be sent, with what this program makes of a row for them."""

    person: Sample
    ours: Reading


@dataclass(frozen=True)
class Opinion:
    """What Microsoft said of the expression of one row."""

    target: str
    reads: bool
    """Whether Microsoft can read the expression."""
    said: str = ""
    """Microsoft's own words, where it has something to object; harmless."""
    value: str | None = None
    """Microsoft's value for the person, as a row shows it; None when it gave none."""
    specimen: Specimen | None = None
    """On whom it was tried; None when nobody's values were sent."""
    our_problem: str = ""
    """Why this program cannot read the expression; empty when it can."""
    tree: AttributeMappingSource | None = None
    """The expression as Microsoft writes it into a schema."""

    @property
    def agrees(self) -> bool:
        """Whether both read the expression alike, as far as that is known."""
        if not self.reads or self.our_problem:
            return not self.reads and bool(self.our_problem)
        if self.specimen is None or self.specimen.ours.kind in {"kept", "ignored"}:
            return True
        ours = self.specimen.ours
        if ours.kind == "error" or self.value is None:
            return ours.kind == "error" and self.value is None
        text = ours.text if ours.kind == "value" else ""
        truths = {self.value.casefold(), text.casefold()}
        return self.value == text or truths in ({"true"}, {"false"})

    @property
    def words(self) -> str:
        """What Microsoft makes of it, in a few words: `Ana Ruiz (this program: the same)`."""
        if not self.reads:
            return f"cannot read it: {self.said or _SILENT}"
        if self.specimen is None:
            return "reads it; nobody's values were sent"
        if self.value is None:
            told = f"no value: {self.said or _SILENT}"
        else:
            told = self.value or "(empty)"
        if self.specimen.ours.kind in {"kept", "ignored"}:
            return told
        return f"{told} (this program: {'the same' if self.agrees else 'something else'})"

    @property
    def difference(self) -> str:
        """How Microsoft's reading differs from this program's, in a sentence; empty if not."""
        if self.agrees or not self.reads:
            return ""
        target = plain_line(self.target, 80)
        if self.our_problem or self.specimen is None:
            return f"{target}: Microsoft reads it, this program does not: {self.our_problem}"
        ours = self.specimen.ours
        told = f"gives {_quoted(self.value)}"
        if self.value is None:
            told = f"gives no value ({self.said or _SILENT})"
        mine = ours.words if ours.kind != "value" else _quoted(ours.text)
        return f"{target}: Microsoft {told} for {self.specimen.person.name}, this program {mine}."


class SecondOpinion:
    """Asks Microsoft about one row, on demand.

    Args:
        tenant: Whoever is signed in.
        trial: The people a mapping is tried on.
    """

    def __init__(self, tenant: "EntraTenant", trial: "Trial") -> None:
        self._tenant = tenant
        self._trial = trial

    def is_offered(self, session: Session) -> bool:
        """Tell whether somebody is signed in and provisioning is set up, which does the reading."""
        entra = session.profile.entra
        known = bool(entra.service_principal_id and entra.job_id)
        return known and self._tenant.signed_in is not None

    async def ask(self, session: Session, row: Row) -> Opinion:
        """Return what Microsoft makes of a row for the person who is looked at.

        The attributes that the row names go to Microsoft; those of people from a file do not.

        Raises:
            AnswerError: Microsoft says no, or its answer is not understood.
            TransportError: No answer came.
            InvalidInput: Nobody is signed in, or the application is not chosen.
        """
        specimen = await specimen_of(row, self._trial)
        async with self._tenant.graph() as graph:
            job_id = session.profile.entra.job_id
            return await opinion(graph, principal_of(session), job_id, row, specimen)


async def specimen_of(row: Row, trial: "Trial | None") -> Specimen | None:
    """Return who is looked at, with what a row names and yields; None where nobody may be sent.

    Directory people come from Microsoft, and invented ones are nobody's; what an administrator
    chose to read from a file stays here.
    """
    if trial is None or not trial.audience.count or trial.audience.source or our_problem(row):
        return None
    try:
        ours = (await trial.ask(Judge(row, trial.at))).reading
        if ours.kind == "unasked":
            return None
        return Specimen(await trial.ask(GiveSample(trial.at, named_in(row))), ours)
    except MachineError:
        return None  # without people, the expression can be read all the same


async def opinion(
    graph: "GraphClient", principal_id: str, job_id: str, row: Row, specimen: Specimen | None
) -> Opinion:
    """Let Microsoft read the source of a row, and try it on somebody."""
    values = None if specimen is None else specimen.person.values
    parsed = await graph.schema.parse_expression(principal_id, job_id, tidy(row.source), values)
    return Opinion(
        row.target,
        parsed.parsing_succeeded,
        "" if parsed.error is None else parsed.error.message or parsed.error.code,
        None if specimen is None else _value(parsed),
        specimen,
        our_problem(row),
        parsed.parsed_expression,
    )


def our_problem(row: Row) -> str:
    """Return why this program cannot read a row's source; empty when it can."""
    try:
        tree_of(row)
    except ExpressionError as error:
        return error.message
    return ""


def _value(parsed: "ParsedExpression") -> str | None:
    if not parsed.evaluation_succeeded:
        return None
    return plain(" | ".join(each for each in parsed.evaluation_result if each is not None))


def _quoted(value: str | None) -> str:
    """Return a value for a sentence, its blanks as they are: they may be the difference."""
    if not value:
        return "nothing"
    line = plain(value, 120).replace("\n", "↵").replace("\t", "⇥")
    return f'"{line}"'

"""What the process of a desk holds: what was taken in, and what it comes to."""

from collections.abc import Generator, Iterable
from dataclasses import replace
from typing import Final

from wizard.errors import PreviewError
from wizard.preview.desk import Counted, PatternShown, Summary
from wizard.preview.document import Told, untold_of
from wizard.preview.intake import Intake, SoughtPart, SoughtValues
from wizard.preview.offline import told_of
from wizard.preview.patterns import PATTERNS_TOLD, FatePattern
from wizard.preview.plan import PlanText, written_out
from wizard.preview.result import Preview
from wizard.preview.score import Scoring
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness, Reader
from wizard.preview.table import PreviewTable
from wizard.words.text import plain_line

_HOW: Final = {
    None: "not read",
    Reader.FILE: "from a file",
    Reader.GRAPH: "through Microsoft Graph",
    Reader.FACADE: "by its list at the address that Entra uses",
    Reader.SCIM2: "by the list of its SCIM 2.0 service",
    Reader.EACH: "by a search for each person in scope",
}

_LONGEST: Final = 400


class Ledger:
    """Takes in, concludes, and is asked."""

    def __init__(self) -> None:
        self._intake: Intake | None = None
        self._told: Told | None = None
        self._table: PreviewTable | None = None
        self._digest = ""
        self._sought: dict[SoughtPart, SoughtValues] = {}
        self._scoring: Scoring | None = None

    @property
    def scoring(self) -> Scoring:
        """A plan, and what was laid beside it; raises as `intake`, where no plan was laid out."""
        if self._scoring is None:
            raise _nothing_read()
        return self._scoring

    @scoring.setter
    def scoring(self, scoring: Scoring) -> None:
        """Lay a plan out, instead of the one before."""
        self._scoring = scoring

    @property
    def intake(self) -> Intake:
        """What takes pages.

        Raises:
            PreviewError: Nothing was begun.
        """
        if self._intake is None:
            raise _nothing_read()
        return self._intake

    @property
    def told(self) -> Told:
        """What would happen; raises as `intake`, where nothing was concluded."""
        if self._told is None:
            raise _nothing_read()
        return self._told

    @property
    def table(self) -> PreviewTable:
        """The same as lines; raises as `told`."""
        if self._table is None:
            self._table = PreviewTable(self.told)
        return self._table

    def begin(self, intake: Intake | Settings) -> None:
        """Take in anew."""
        if isinstance(intake, Settings):
            intake = Intake(intake, Sides())
        self._forget()
        if self._intake is not None:
            self._intake.close()
        self._intake = intake

    def sought(self, part: SoughtPart, first: int, count: int) -> SoughtValues:
        """Return some of what is looked for; the first time all of it is gathered."""
        if not first:
            self._sought[part] = self.intake.sought(part)
        some = self._sought[part][first : first + count]
        if not some:
            del self._sought[part]
        return some

    def conclude(self, before: int | None, *, is_whole: bool) -> Generator[Counted, None, Summary]:
        """Return what would happen, and yield the counts while they grow.

        Args:
            before: How many people the directory had in the plan of before.
            is_whole: Whether nothing more will be taken in, so that less has to be kept.

        Raises:
            PreviewError: There is nobody to decide about.
        """
        if self._intake is None and self._told is not None:
            return _summary(self._told)  # whoever asked had gone when the answer came
        self._forget()
        counted, deciding = self.intake.counted(), self.intake.deciding()
        while True:
            try:
                counts = dict(next(deciding).counts)
            except StopIteration as end:
                preview: Preview = end.value
                break
            yield replace(counted, counts=counts)
        del deciding
        if is_whole:
            self._intake = None
        self._told = told_of(preview, before)
        return _summary(self._told)

    def plan(self) -> Generator[int, None, PlanText]:
        """Return the plan, and yield how many of its lines are made."""
        plan = yield from written_out(self.told, values=False)
        self._digest = plan.digest
        return plan

    def digest(self) -> Generator[int, None, str]:
        """Return the digest of the plan, and yield how many of its lines are made."""
        if not self._digest:
            yield from self.plan()
        return self._digest

    def _forget(self) -> None:
        self._told, self._table, self._digest = None, None, ""


def _summary(told: Told) -> Summary:
    preview = told.preview
    return Summary(
        counts=dict(+preview.counts),
        group_counts=dict(+preview.group_counts),
        patterns=tuple(map(_pattern, told.patterns[:PATTERNS_TOLD])),
        patterns_in_all=len(told.patterns),
        stops=tuple(replace(stop, names=_lines(stop.names)) for stop in told.stops),
        unknown=_lines(preview.unknown.values()),
        remarks=_lines(preview.remarks),
        completeness=f"Entra {_how(preview.sides.entra)}; Webex {_how(preview.sides.webex)}.",
        people=preview.people,
        accounts=preview.accounts,
        lines=len(preview),
        is_risky=told.is_risky,
        inactive=preview.inactive,
        untold=untold_of(preview),
    )


def _pattern(pattern: FatePattern) -> PatternShown:
    return PatternShown(
        pattern.outcome,
        pattern.kind,
        pattern.count,
        plain_line(pattern.words, _LONGEST),
        _lines(pattern.names),
        pattern.dangers,
    )


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(plain_line(text, _LONGEST) for text in texts)


def _how(side: Completeness) -> str:
    whole = "not whole " if side.how == "partial" else ""
    return f"{whole}{_HOW[side.reader]}"


def _nothing_read() -> PreviewError:
    return PreviewError(
        "Nothing was read yet, so there is nothing to show.",
        "Make the preview first.",
        code="preview-not-read",
    )

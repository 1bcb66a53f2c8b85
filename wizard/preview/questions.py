"""What the process of a desk can be asked, and how it answers."""

from array import array
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from wizard.machine.files import writing
from wizard.machine.questions import ProcessQuestion
from wizard.mapping.document import MappingDocument
from wizard.preview.approval import approval_lines
from wizard.preview.beside import started_for
from wizard.preview.binding import require_same_target, since_plan, since_plan_lines
from wizard.preview.desk import Counted, ExportKind, PreviewRow, Selection, SincePlan, Summary
from wizard.preview.exports import export_of
from wizard.preview.in_words import story
from wizard.preview.intake import Part, SoughtPart, SoughtValues
from wizard.preview.ledger import Ledger
from wizard.preview.offline import Files, taken_in
from wizard.preview.plan import read_plan
from wizard.preview.settings import JobState, Settings
from wizard.preview.sides import Sides
from wizard.words.progress import in_slices

T = TypeVar("T")


class PreviewQuestion(ProcessQuestion[Ledger, T], Generic[T]):
    """One question to the process of a desk."""


@dataclass(frozen=True)
class Begin(PreviewQuestion[None]):
    """Begin to take pages."""

    settings: Settings

    def answer(self, ledger: Ledger) -> None:
        """Forget what was taken before."""
        ledger.begin(self.settings)


@dataclass(frozen=True)
class TakePage(PreviewQuestion[Counted]):
    """Take a page.

    Raises:
        PreviewError: It is no page of that part.
    """

    raw: ClassVar[str] = "page"
    part: Part
    page: bytes

    def answer(self, ledger: Ledger) -> Counted:
        """Return how much was taken."""
        ledger.intake.take(self.part, self.page)
        return ledger.intake.counted()


@dataclass(frozen=True)
class GiveSought(PreviewQuestion[SoughtValues]):
    """Give some of what readers have to search for."""

    part: SoughtPart
    first: int
    count: int

    def answer(self, ledger: Ledger) -> SoughtValues:
        """Return attributes and values."""
        return ledger.sought(self.part, self.first, self.count)


@dataclass(frozen=True)
class Note(PreviewQuestion[None]):
    """Take what readers say of the sources."""

    sides: Sides

    def answer(self, ledger: Ledger) -> None:
        """Keep it instead of what they said before."""
        ledger.intake.sides = self.sides


@dataclass(frozen=True)
class ReadFiles(PreviewQuestion[None]):
    """Read exported files.

    Raises:
        PreviewError: A file cannot be used.
    """

    files: Files
    document: MappingDocument
    job: JobState

    def answer(self, ledger: Ledger) -> Generator[Counted, None, None]:
        """Take them in."""
        beside = started_for(self.files.entra, self.files.webex)
        intake = yield from in_slices(taken_in(self.files, self.document, self.job, beside))
        ledger.begin(intake)


@dataclass(frozen=True)
class Conclude(PreviewQuestion[Summary]):
    """Decide about everybody.

    Raises:
        PreviewError: There is nobody to decide about.
    """

    before: int | None
    is_whole: bool

    def answer(self, ledger: Ledger) -> Generator[Counted, None, Summary]:
        """Return what would happen."""
        return ledger.conclude(self.before, is_whole=self.is_whole)


@dataclass(frozen=True)
class CountChosen(PreviewQuestion[int]):
    """Count what is chosen."""

    chosen: Selection

    def answer(self, ledger: Ledger) -> Generator[int, None, int]:
        """Return how many there are."""
        places = yield from _places(ledger, self.chosen)
        return len(places)


@dataclass(frozen=True)
class GiveRows(PreviewQuestion[tuple[PreviewRow, ...]]):
    """Give some lines of what is chosen."""

    chosen: Selection
    first: int
    count: int

    def answer(self, ledger: Ledger) -> Generator[int, None, tuple[PreviewRow, ...]]:
        """Return them."""
        places = yield from _places(ledger, self.chosen)
        some = places[max(self.first, 0) : max(self.first, 0) + self.count]
        return tuple(map(ledger.table.row, some))


@dataclass(frozen=True)
class TellStory(PreviewQuestion[tuple[str, ...]]):
    """Tell what would become of the one in a place, and why."""

    place: int

    def answer(self, ledger: Ledger) -> tuple[str, ...]:
        """Return lines; none where nobody is there."""
        fate = ledger.table.fate(self.place)
        return () if fate is None else tuple(story(fate))


@dataclass(frozen=True)
class Export(PreviewQuestion[int]):
    """Write everybody beside a file.

    Raises:
        ProfileError: It cannot be written.
    """

    kind: ExportKind
    beside: Path
    file: Path

    def answer(self, ledger: Ledger) -> Generator[int, None, int]:
        """Return how many were written."""
        return in_slices(self._written(ledger))

    def _written(self, ledger: Ledger) -> Generator[int, None, int]:
        first, lines = export_of(ledger.told, self.kind)
        count = 0
        with writing(self.beside, self.file) as stream:
            stream.writelines(line.encode("utf-8", "replace") for line in first)
            for count, line in enumerate(lines, start=1):
                stream.write(line.encode("utf-8", "replace"))
                yield count
        return count


@dataclass(frozen=True)
class SavePlan(PreviewQuestion[str]):
    """Write the plan beside a file.

    Raises:
        ProfileError: It cannot be written.
    """

    beside: Path
    file: Path

    def answer(self, ledger: Ledger) -> Generator[int, None, str]:
        """Return its digest."""
        plan = yield from in_slices(ledger.plan())
        with writing(self.beside, self.file) as stream:
            stream.writelines(line + b"\n" for line in plan.parts())
        return plan.digest


@dataclass(frozen=True)
class GiveApproval(PreviewQuestion[tuple[str, ...]]):
    """Give the text for whoever approves."""

    def answer(self, ledger: Ledger) -> Generator[int, None, tuple[str, ...]]:
        """Return its lines."""
        digest = yield from in_slices(ledger.digest())
        return tuple(approval_lines(ledger.told, digest))


@dataclass(frozen=True)
class Compare(PreviewQuestion[SincePlan]):
    """Compare with a plan.

    Raises:
        PreviewError: It cannot be used, or was made of another tenant.
    """

    plan: Path
    limit: int

    def answer(self, ledger: Ledger) -> SincePlan:
        """Return how this stands to it."""
        told, plan = ledger.told, read_plan(self.plan)
        if told.preview.settings.target is not None:
            require_same_target(told.preview.settings, plan)
        since = since_plan(told, plan)
        lines = tuple(since_plan_lines(since, self.limit))
        return SincePlan(len(since.grown), since.is_within, lines, plan.digest)


def _places(ledger: Ledger, chosen: Selection) -> "Generator[int, Any, array[int]]":
    return in_slices(ledger.table.places(chosen))

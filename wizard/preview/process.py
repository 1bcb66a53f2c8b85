"""Desks whose people are kept in a process of their own, as the process that shows them sees it.

Exported files are read there. Online, pages are fetched here, because the tokens stay here, and are
handed on as they came.
"""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import TypeAdapter

from wizard.errors import AnswerError, MachineError, TransportError, WizardError
from wizard.machine.child import Child
from wizard.machine.files import replacing
from wizard.machine.paths import path_to_write, whole_path
from wizard.mapping.document import MappingDocument
from wizard.preview.both import BothDirectories
from wizard.preview.desk import (
    Counted,
    Counting,
    ExportKind,
    LinesDone,
    PreviewRow,
    Selection,
    SincePlan,
    Summary,
)
from wizard.preview.intake import Part, SoughtPart, SoughtValues
from wizard.preview.offline import Files
from wizard.preview.questions import (
    Begin,
    Compare,
    Conclude,
    CountChosen,
    Export,
    GiveApproval,
    GiveRows,
    GiveSought,
    Note,
    PreviewQuestion,
    ReadFiles,
    SavePlan,
    TakePage,
    TellStory,
)
from wizard.preview.settings import JobState
from wizard.preview.sides import Sides
from wizard.words.progress import STUCK, Progress, Report, silent

T = TypeVar("T")
_COUNTED = TypeAdapter(Counted)
_SOUGHT = 5_000
"""What is searched for that is handed over at once."""


class _Asking(Protocol):
    """Asks the process."""

    async def __call__(self, question: PreviewQuestion[T]) -> T: ...


OpensBoth = Callable[[Report], AbstractAsyncContextManager[BothDirectories]]
"""Opens both directories, to be read as long as that lasts; who waits for what is told."""


class ChildDesk(ABC):
    """A desk whose people are in another process, which is started by the first `read`.

    What each call does, and raises: `wizard.preview.desk.Desk`.

    Args:
        before: How many people the directory had in the plan of before.
        start: Starts what answers, instead of the process.
    """

    def __init__(
        self, *, before: int | None = None, start: Callable[[], Child] | None = None
    ) -> None:
        self._before, self._start = before, start or start_previewing
        self._child: Child | None = None
        self._goes_on = self._is_taken = False

    async def read(self, report: Counting) -> Summary:
        """Read both directories, and return what would happen."""
        if self._child is None or self._child.ended or not self._goes_on:
            self.close()
            self._child, self._goes_on, self._is_taken = self._start(), True, False
        cut: WizardError | None = None
        try:
            if not self._is_taken:
                cut = await self._fill(report)
                self._is_taken = cut is None
            counting = _counting(report)
            summary = await self._ask(Conclude(self._before, cut is None), counting)
        except (AnswerError, TransportError):
            raise
        except WizardError:
            self.close()
            raise
        self._goes_on = cut is not None
        return replace(summary, interrupted="" if cut is None else _told(cut))

    @abstractmethod
    async def _fill(self, report: Counting) -> WizardError | None:
        """Have everything taken in; return what broke it off, to be gone on with."""

    async def size(self, chosen: Selection) -> int:
        """Return how many are selected."""
        return await self._ask(CountChosen(chosen))

    async def rows(self, chosen: Selection, first: int, count: int) -> tuple[PreviewRow, ...]:
        """Return some lines of what is selected."""
        return await self._ask(GiveRows(chosen, first, count))

    async def story(self, place: int) -> tuple[str, ...]:
        """Return what would become of one, and what decided."""
        return await self._ask(TellStory(place))

    async def export(self, path: Path, kind: ExportKind, report: LinesDone | None = None) -> int:
        """Write everybody to a file of the owner alone; return how many lines it has for them."""
        file = path_to_write(path)
        with replacing(file) as beside:
            return await self._ask(Export(kind, beside, file), report)

    async def save(self, path: Path, report: LinesDone | None = None) -> str:
        """Write the plan, without values; return its digest."""
        file = path_to_write(path)
        with replacing(file) as beside:
            return await self._ask(SavePlan(beside, file), report)

    async def approval(self, report: LinesDone | None = None) -> tuple[str, ...]:
        """Return the text for whoever approves the plan."""
        return await self._ask(GiveApproval(), report)

    async def since(self, plan: Path, limit: int) -> SincePlan:
        """Return how this preview stands to a plan."""
        return await self._ask(Compare(whole_path(plan), limit))

    def close(self) -> None:
        """End the process and what is being read."""
        child, self._child, self._goes_on = self._child, None, False
        if child is not None:
            # What it holds is given back to the system while it ends: a hundred megabytes and more.
            threading.Thread(target=child.close).start()

    async def _ask(
        self, question: PreviewQuestion[T], report: Callable[..., None] | None = None
    ) -> T:
        if self._child is None or self._child.ended:
            gone = _gone()
            gone.add(self._child.ending if self._child is not None else "")
            raise gone
        answer = await self._child.ask(question.as_json(), report, body=question.body)
        return question.read(answer)


class FilesDesk(ChildDesk):
    """A desk over exported files, which are read from the beginning each time.

    Args:
        files: What was exported.
        document: The mapping.
        job: How the job stands.
        before: As for every desk.
        start: As for every desk.
    """

    def __init__(
        self,
        files: Files,
        document: MappingDocument,
        job: JobState,
        *,
        before: int | None = None,
        start: Callable[[], Child] | None = None,
    ) -> None:
        super().__init__(before=before, start=start)
        assigned = None if files.assigned is None else whole_path(files.assigned)
        whole = (
            whole_path(files.entra),
            whole_path(files.webex),
            tuple(map(whole_path, files.groups)),
        )
        self._question = ReadFiles(Files(*whole, assigned), document, job)

    async def _fill(self, report: Counting) -> None:
        await self._ask(self._question, _counting(report))


class DirectoriesDesk(ChildDesk):
    """A desk over both directories, which stay open until they are read to the end, or closed.

    Args:
        opening: Opens them.
        before: As for every desk.
        start: As for every desk.
    """

    def __init__(
        self,
        opening: OpensBoth,
        *,
        before: int | None = None,
        start: Callable[[], Child] | None = None,
    ) -> None:
        super().__init__(before=before, start=start)
        self._opening = opening
        self._open: _Open | None = None
        self._report: Report = silent

    async def _fill(self, report: Counting) -> WizardError | None:
        if self._open is None or self._open.is_over:
            self._open = _Open(self._opening(self._tell))
        both = await self._open.both()
        if not self._open.is_begun:
            await self._ask(Begin(both.settings))
            self._open.is_begun = True
        handing = _Handing(self._ask, both, report)
        self._report = handing.tell
        await both.read(handing)
        if both.interrupted is None:
            self._shut()
        return both.interrupted

    def _tell(self, progress: Progress) -> None:
        self._report(progress)

    def close(self) -> None:
        """End the process and what is being read."""
        self._shut()
        super().close()

    def _shut(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened.close()


class _Open:
    """Both directories, held open in a task of their own: closing them waits for nobody."""

    def __init__(self, context: AbstractAsyncContextManager[BothDirectories]) -> None:
        self.is_begun = False
        self._both: asyncio.Future[BothDirectories] = asyncio.get_running_loop().create_future()
        self._task = asyncio.ensure_future(self._hold(context))
        self._task.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _hold(self, context: AbstractAsyncContextManager[BothDirectories]) -> None:
        async with context as both:
            self._both.set_result(both)
            await asyncio.Event().wait()

    @property
    def is_over(self) -> bool:
        """Whether they could not be opened, or were closed."""
        return self._task.done()

    async def both(self) -> BothDirectories:
        """Return them; raises what opening them raises."""
        await asyncio.wait((self._task, self._both), return_when=asyncio.FIRST_COMPLETED)
        if not self._both.done():
            self._task.result()
        return self._both.result()

    def close(self) -> None:
        """Close them."""
        self._task.cancel()


class _Handing:
    """Hands pages over, and tells how far that is."""

    def __init__(self, ask: _Asking, both: BothDirectories, report: Counting) -> None:
        self._ask, self._both, self._report = ask, both, report
        self._taken = Counted()
        self._waits = ""

    async def take(self, part: Part, page: bytes) -> None:
        """Hand a page over."""
        self._taken = await self._ask(TakePage(part, page))
        self._tell()

    async def sought(self, part: SoughtPart) -> SoughtValues:
        """Return by what each is looked for."""
        found: SoughtValues = []
        while some := await self._ask(GiveSought(part, len(found), _SOUGHT)):
            found += some
        return found

    async def note(self, sides: Sides) -> None:
        """Hand over what readers say."""
        await self._ask(Note(sides))

    def tell(self, progress: Progress) -> None:
        """Take what a reader reports."""
        self._waits = progress.message if progress.done is None else ""
        self._tell()

    def _tell(self) -> None:
        taken, read = self._taken, self._both.counted()
        self._report(
            replace(
                read,
                accounts=read.accounts or taken.accounts,
                in_scope=taken.in_scope,
                waits=self._waits or read.waits,
            )
        )


def _told(cut: WizardError) -> str:
    """Return an error in one line."""
    tracking = f"Tracking id: {cut.tracking_id}." if cut.tracking_id else ""
    return " ".join(filter(None, (cut.message, cut.hint, tracking)))


def _counting(report: Counting) -> Callable[[object], None]:
    return lambda told: report(_COUNTED.validate_python(told))


def start_previewing() -> Child:
    """Start the process.

    Raises:
        MachineError: It cannot be started.
    """
    return Child(
        "wizard.preview", does="previews", code="preview-not-started", gone=_gone, stuck=_stuck
    )


def _stuck(_done: object) -> MachineError:
    return MachineError(
        f"The preview was stopped: for {STUCK:.0f} seconds it did not get any further.",
        "Look in the mapping for a pattern that takes long, and try again.",
        code="preview-stuck",
    )


def _gone() -> MachineError:
    return MachineError(
        "The process that previews has ended, and what it had read is gone.",
        "Read again.",
        code="preview-gone",
    )

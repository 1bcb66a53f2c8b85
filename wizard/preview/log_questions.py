"""What the process of a preview can be asked about a plan and the provisioning log."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from wizard.preview.ledger import Ledger
from wizard.preview.log_pages import log_lines
from wizard.preview.plan import read_plan
from wizard.preview.questions import PreviewQuestion
from wizard.preview.score import LogLine, Score, Scored, Scoring


@dataclass(frozen=True)
class LogTaken:
    """What a page of the log had.

    Attributes:
        count: Entries of it.
        first: When the first of them happened.
        last: When the last did.
    """

    count: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class BeginScore(PreviewQuestion[None]):
    """Lay a plan out.

    Raises:
        PreviewError: It cannot be used.
    """

    plan: Path
    began: datetime
    tried: tuple[str, ...]
    since: datetime

    def answer(self, ledger: Ledger) -> None:
        """Forget the one before."""
        ledger.scoring = Scoring(read_plan(self.plan), self.began, self.tried, self.since)


@dataclass(frozen=True)
class TakeLog(PreviewQuestion[LogTaken]):
    """Take a page of the log.

    Raises:
        PreviewError: No plan was laid out.
    """

    raw: ClassVar[str] = "page"
    page: bytes

    def answer(self, ledger: Ledger) -> LogTaken:
        """Return how many entries it had, and of when."""
        lines = list(log_lines(self.page))
        ledger.scoring.take(lines)
        times = [line.at for line in lines if line.at is not None]
        return LogTaken(len(lines), *((times[0], times[-1]) if times else (None, None)))


@dataclass(frozen=True)
class GiveScore(PreviewQuestion[Score]):
    """Tell how the plan came out; raises as `TakeLog`."""

    is_over: bool
    is_cut: bool

    def answer(self, ledger: Ledger) -> Score:
        """Return it."""
        return ledger.scoring.score(is_over=self.is_over, is_cut=self.is_cut)


@dataclass(frozen=True)
class ScoreOne(PreviewQuestion[Scored]):
    """Tell how one entry stands to a plan.

    Raises:
        PreviewError: It cannot be used.
    """

    plan: Path
    line: LogLine

    def answer(self, ledger: Ledger) -> Scored:
        """Return it."""
        return Scoring(read_plan(self.plan)).of(self.line)

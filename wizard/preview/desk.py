"""A preview as a front end sees it: read, counted, browsed; its people are kept elsewhere.

The people stay in a process of their own (`wizard.preview.process`), so that keys never wait for
them; here is what comes from there, in small pieces.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from wizard.preview.brakes import Stop
from wizard.preview.fate import FateKind
from wizard.preview.outcome import Prospect
from wizard.preview.sources import no_source_tells

ExportKind = Literal["csv", "jsonl", "markdown"]
LinesDone = Callable[[int], None]
"""Takes how many of `Summary.lines` are done."""


@dataclass(frozen=True)
class Counted:
    """How far reading is.

    Attributes:
        people: How many people of Entra came.
        people_total: How many there are, where that is told.
        accounts: How many accounts of Webex came.
        accounts_total: How many there are, where that is told.
        groups: How many groups came, of both sides.
        in_scope: How many of the people are in scope so far; None before it is known who is
            assigned. This grows, and nothing that comes later takes it back.
        counts: Outcomes that are final; None while pages come, because each page may change them.
        waits: A sentence while something is waited for.
    """

    people: int = 0
    people_total: int | None = None
    accounts: int = 0
    accounts_total: int | None = None
    groups: int = 0
    in_scope: int | None = None
    counts: Mapping[Prospect, int] | None = None
    waits: str = ""


Counting = Callable[[Counted], None]


@dataclass(frozen=True)
class Selection:
    """What a table shows; together they narrow it down.

    Attributes:
        outcome: Those of one outcome; None for all, riskiest first.
        pattern: Those of a pattern, by its place in `Summary.patterns`.
        text: Those whose name holds it, in any case.
    """

    outcome: Prospect | None = None
    pattern: int | None = None
    text: str = ""


@dataclass(frozen=True)
class PreviewRow:
    """One line of a table; harmless text.

    Attributes:
        place: Which of the preview it is; `Desk.story` takes it.
        outcome: What would become of it.
        kind: A person, an account of nobody, or a group.
        name: What it is called.
        said: What would happen, in one line.
    """

    place: int
    outcome: Prospect
    kind: FateKind
    name: str
    said: str

    @property
    def called(self) -> str:
        """Its name, and what it is unless a person: an account of nobody may have the same."""
        return self.name if self.kind == "person" else f"{self.kind} {self.name}"


@dataclass(frozen=True)
class PatternShown:
    """People, accounts or groups of whom the same would become.

    Attributes:
        outcome: What would become of them.
        kind: What they are.
        count: How many there are.
        words: All of it in one line, the number included.
        names: What some of them are called.
        dangers: Codes of `wizard.preview.dangers`.
    """

    outcome: Prospect
    kind: FateKind
    count: int
    words: str
    names: tuple[str, ...]
    dangers: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """What a preview comes to: all but the people.

    Attributes:
        counts: How many people and accounts each outcome has; one that nobody has is missing.
        group_counts: The same of groups.
        patterns: The first of them, riskiest first.
        patterns_in_all: How many there are.
        stops: What stops, and what warns.
        unknown: What could not be read, a sentence each.
        remarks: What else somebody who looks must know.
        completeness: How either side was read, in one line.
        people: How many people of Entra were read.
        accounts: How many accounts of Webex were read.
        lines: How many people, accounts and groups it has a line for.
        is_risky: Whether something stops, or is in conflict.
        inactive: How many accounts of Webex are switched off and nobody's; they have no line.
        interrupted: Why reading broke off; `Desk.read` goes on there. Empty where it did not.
        untold: What no source tells, in words.
    """

    counts: Mapping[Prospect, int]
    group_counts: Mapping[Prospect, int]
    patterns: tuple[PatternShown, ...]
    patterns_in_all: int
    stops: tuple[Stop, ...]
    unknown: tuple[str, ...]
    remarks: tuple[str, ...]
    completeness: str
    people: int
    accounts: int
    lines: int
    is_risky: bool
    inactive: int = 0
    interrupted: str = ""
    untold: tuple[str, ...] = ()

    @property
    def unknown_count(self) -> int:
        """How many things are not known."""
        return len(self.unknown) + len(self.untold)

    @property
    def unknown_told(self) -> tuple[str, ...]:
        """What is not known, in sentences: one for all that no source tells."""
        return (*self.unknown, *([no_source_tells(self.untold)] if self.untold else ()))


@dataclass(frozen=True)
class SincePlan:
    """How what would happen now stands to a plan.

    Attributes:
        grown: Of how many more would be written than planned.
        is_within: Whether nothing goes beyond the plan.
        lines: What changed since, what goes beyond it first.
        digest: That of the plan, as its file was read.
    """

    grown: int
    is_within: bool
    lines: tuple[str, ...]
    digest: str


class Desk(Protocol):
    """A preview of one pair of directories; nothing is ever written there.

    Every call may be called off by cancelling its task. What a process that has ended knew is read
    anew by `read`; until then everything else is refused (`preview-gone`).
    """

    async def read(self, report: Counting) -> Summary:
        """Read both directories, and return what would happen.

        After a cut, and after this was called off, it goes on where it was; else it begins anew.

        Args:
            report: Is told how far reading is.

        Raises:
            WizardError: Of one side nothing at all can be said.
            MachineError: The process has ended (`preview-gone`).
        """
        ...

    async def size(self, chosen: Selection) -> int:
        """Return how many are selected."""
        ...

    async def rows(self, chosen: Selection, first: int, count: int) -> tuple[PreviewRow, ...]:
        """Return some lines of what is selected, riskiest first."""
        ...

    async def story(self, place: int) -> tuple[str, ...]:
        """Return what would become of one, and what decided, a line each."""
        ...

    async def export(self, path: Path, kind: ExportKind, report: LinesDone | None = None) -> int:
        """Write everybody to a file of the owner alone; return how many lines it has for them.

        A failure leaves what was there as it was.

        Raises:
            ProfileError: It cannot be written.
        """
        ...

    async def save(self, path: Path, report: LinesDone | None = None) -> str:
        """Write the plan, without values; return its digest.

        Raises:
            ProfileError: It cannot be written.
        """
        ...

    async def approval(self, report: LinesDone | None = None) -> tuple[str, ...]:
        """Return the text for whoever approves the plan, at most 40 lines."""
        ...

    async def since(self, plan: Path, limit: int) -> SincePlan:
        """Return how this preview stands to a plan.

        Args:
            plan: Its file.
            limit: How many differences are told one by one.

        Raises:
            PreviewError: It cannot be used, or was made of another tenant.
        """
        ...

    def close(self) -> None:
        """End the process and what is being read; a second call does nothing."""
        ...

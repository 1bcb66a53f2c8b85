"""The flow: which steps there are, which one is next, and what is remembered of each.

Three front ends walk one flow: the Textual screens, the plain prompts, and the commands. The flow
knows the order; a step knows its work; a front end knows how to ask.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from wizard.journal import Journal, JournalEntry
from wizard.plan import StepInfo
from wizard.profiles import Profile, ProfileStore, StepRecord

Clock = Callable[[], datetime]


class State(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    DONE = "done"
    ATTENTION = "attention"
    """Done or tried, but something is wrong with it."""


@dataclass(frozen=True)
class Finding:
    """What a step's read-only check found."""

    state: State
    text: str
    hint: str = ""


class Step(Protocol):
    """What every step can do; `apply` takes the answer of the step's own question."""

    info: StepInfo

    async def check(self, session: "Session") -> Finding:
        """Find out, without changing anything outside the profile, whether the step is done."""

    async def undo(self, session: "Session", made: JournalEntry) -> None:
        """Take back what this program made in this step, and nothing else."""


class Session:
    """One profile while it is worked on; every change is on the disk before it counts."""

    def __init__(
        self, profile: Profile, profiles: ProfileStore, journal: Journal, clock: Clock
    ) -> None:
        self.profile = profile
        self.profiles = profiles
        self.journal = journal
        self.clock = clock

    def change(self, **changes: Any) -> None:
        """Change fields of the profile and save it.

        Raises:
            ProfileError: It could not be saved; then nothing has changed here either.
        """
        changed = self.profile.with_changes(**changes, updated_at=self.clock())
        self.profiles.save(changed)
        self.profile = changed

    def tick(self, step_id: str, note: str = "") -> None:
        """Remember that a step is done."""
        record = StepRecord(at=self.clock(), note=note)
        self.change(steps={**self.profile.steps, step_id: record})

    def tick_once(self, step_id: str) -> None:
        """Remember that a step is done, unless that is known already, perhaps with a note."""
        if not self.is_done(step_id):
            self.tick(step_id)

    def untick(self, *step_ids: str) -> None:
        """Remember that steps are not done any more."""
        kept = self.profile.without(*step_ids)
        if kept != self.profile.steps:
            self.change(steps=kept)

    def is_done(self, step_id: str) -> bool:
        """Tell whether a step was ticked."""
        return step_id in self.profile.steps

    def log(self, step_id: str, action: str, subject: str, **details: Any) -> JournalEntry:
        """Add to the journal, and return what was added."""
        entry = JournalEntry(
            at=self.clock(), step=step_id, action=action, subject=subject, details=details
        )
        self.journal.append(entry)
        return entry


class Flow:
    """A walk through steps: back, forward, jump, and the place it was left at.

    Args:
        steps: The steps in order.
        session: The profile they are about.
        remembers: Whether the place is stored; a single step on its own has none.
    """

    def __init__(
        self, steps: Sequence[StepInfo], session: Session, *, remembers: bool = True
    ) -> None:
        self.steps = tuple(steps)
        self.session = session
        self.remembers = remembers
        self._position = self.steps.index(self._resumed())

    @property
    def current(self) -> StepInfo:
        """The step the administrator is at."""
        return self.steps[self._position]

    @property
    def is_first(self) -> bool:
        """Whether there is nothing to go back to."""
        return self._position == 0

    @property
    def is_last(self) -> bool:
        """Whether there is nothing to go on to."""
        return self._position == len(self.steps) - 1

    def missing(self, step: StepInfo) -> list[StepInfo]:
        """Return the steps that a step needs and that are not done."""
        return [
            other
            for other in self.steps
            if other.id in step.needs and not self.session.is_done(other.id)
        ]

    def can_go(self, step_id: str) -> bool:
        """Tell whether a step was reached before and has what it needs."""
        step = self._step(step_id)
        return step.id in self.session.profile.reached and not self.missing(step)

    def go(self, step_id: str) -> None:
        """Go to a step and remember the place."""
        step = self._step(step_id)
        self._position = self.steps.index(step)
        reached = self.session.profile.reached
        if step.id not in reached:
            reached = (*reached, step.id)
        if not self.remembers:
            return
        if (step.id, reached) != (self.session.profile.at_step, self.session.profile.reached):
            self.session.change(at_step=step.id, reached=reached)

    def forward(self) -> list[StepInfo]:
        """Go to the next step that has what it needs; stay, and return what lacks, if none has."""
        following = self.steps[self._position + 1 :]
        for step in following:
            if not self.missing(step):
                self.go(step.id)
                return []
        return self.missing(following[0]) if following else []

    def back(self) -> None:
        """Go to the step before, from whatever state this one is in."""
        if not self.is_first:
            self.go(self.steps[self._position - 1].id)

    def _resumed(self) -> StepInfo:
        """Return the step that was left, or the first open one when that cannot be gone to."""
        at_step = self.session.profile.at_step
        for step in self.steps:
            if step.id == at_step and not self.missing(step):
                return step
        open_steps = (s for s in self.steps if not s.optional and not self.session.is_done(s.id))
        return next(open_steps, self.steps[-1])

    def _step(self, step_id: str) -> StepInfo:
        return next(step for step in self.steps if step.id == step_id)

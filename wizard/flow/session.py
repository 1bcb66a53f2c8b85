"""The flow: which steps there are, which one is next, and what is remembered of each.

Three front ends walk one flow: the Textual screens, the plain prompts, and the commands. The flow
knows the order; a step knows its work; a front end knows how to ask.
"""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import wraps
from types import MappingProxyType
from typing import Any, ParamSpec, TypeVar

from wizard.errors import ProfileError
from wizard.flow.marks import mark_of
from wizard.flow.plan import StepInfo
from wizard.store.history import History
from wizard.store.journal import Action, Change, Journal, JournalEntry
from wizard.store.locks import turn
from wizard.store.marks import DONE_MARKS, Mark
from wizard.store.merging import merged
from wizard.store.profiles import Profile, ProfileStore, StepRecord

P = ParamSpec("P")
T = TypeVar("T")

Clock = Callable[[], datetime]


class State(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    DONE = "done"
    ATTENTION = "attention"
    """Done or tried, but something is wrong with it."""
    FAILED = "failed"
    """Tried, and it did not work."""


@dataclass(frozen=True)
class Finding:
    """What a step's read-only check found."""

    state: State
    text: str
    hint: str = ""


class Session:
    """One profile while it is worked on; every change is on the disk before it counts.

    Other windows may work on the same profile: a change goes into what is on the disk, and the
    session goes on with the outcome.

    Args:
        profile: The profile as it is stored, or a new one.
        profiles: Where it is stored.
        journal: What was done.
        clock: Tells the time.
        who: Tells the Microsoft account that is signed in; empty where none is.
    """

    def __init__(
        self,
        profile: Profile,
        profiles: ProfileStore,
        journal: Journal,
        clock: Clock,
        who: Callable[[], str] = str,
    ) -> None:
        self.profile = profile
        self.profiles = profiles
        self.journal = journal
        self.clock = clock
        self._who = who
        self._is_stored = profiles.exists(profile.name)
        self._is_alone = True
        self._has_turn: asyncio.Task[Any] | None = None

    @property
    def history(self) -> History:
        """What the journal says was done, in other windows too.

        Raises:
            ProfileError: It cannot be read.
        """
        return History(self.journal)

    def line(self, command: str = "", *more: str) -> str:
        """Return a command line of this program that is about this profile.

        Args:
            command: The command; none begins the setup.
            more: Its own arguments.
        """
        return self.profiles.line(command, *more, profile=self.profile.name)

    def refresh(self) -> None:
        """Take in what other windows have saved.

        Raises:
            ProfileError: The profile is damaged, or was removed (`profile-gone`).
        """
        stored = self.profiles.load(self.profile.name)
        self._require_there(stored)
        self._notice(stored)
        if stored is not None:
            self.profile, self._is_stored = stored, True

    def change(
        self,
        *,
        ticked: Mapping[str, StepRecord] = MappingProxyType({}),
        unticked: Collection[str] = (),
        **changes: Any,
    ) -> None:
        """Change fields of the profile and save it, keeping what other windows have changed.

        Args:
            ticked: Steps and how they stand now, whatever was known of them.
            unticked: Steps of which nothing is known any more, whoever ticked them.
            **changes: Fields and their new values.

        Raises:
            ProfileError: It could not be saved; then nothing has changed here either.
            InvalidInput: Another window has chosen another organization or tenant.
        """
        self._save(self.profile.with_changes(**changes), ticked, unticked)

    def go_back_to(self, before: Profile, *, was_stored: bool) -> None:
        """Take back what was changed here since, and nothing that another window has changed.

        Args:
            before: The profile as it was.
            was_stored: Whether it was on the disk then.

        Raises:
            ProfileError: It could not be saved.
        """
        self._save(before)
        if not was_stored and self.profile.with_changes(updated_at=before.updated_at) == before:
            self.withdraw()

    def withdraw(self) -> None:
        """Remove the profile that was stored here, unless another window has a part in it.

        Raises:
            ProfileError: It cannot be read or removed.
        """
        if self._is_alone and self.profiles.withdraw(self.profile):
            self._is_stored = False

    def _save(
        self,
        mine: Profile,
        ticked: Mapping[str, StepRecord] = MappingProxyType({}),
        unticked: Collection[str] = (),
    ) -> None:
        def change(stored: Profile | None) -> Profile | None:
            self._require_there(stored)
            self._notice(stored)
            found = self.profile if stored is None else stored
            result = merged(self.profile, mine, found)
            gone = {*unticked, *ticked}
            done = {name: step for name, step in ticked.items() if step.mark in DONE_MARKS}
            result = result.with_changes(
                steps=_without(result.steps, gone) | done,
                undone=_without(result.undone, gone) | {k: ticked[k] for k in ticked.keys() - done},
            )
            if result == found:
                return stored
            return result.with_changes(updated_at=self.clock())

        saved = self.profiles.update(self.profile.name, change)
        if saved is not None:
            self.profile, self._is_stored = saved, True

    def _notice(self, stored: Profile | None) -> None:
        """Notice where another window has saved something."""
        if stored is not None and stored != self.profile:
            self._is_alone = False

    def _require_there(self, stored: Profile | None) -> None:
        """Let nothing come back that was forgotten in another window."""
        if stored is None and self._is_stored:
            raise ProfileError(
                f"The profile {self.profile.name} is not there any more: it was removed in "
                "another window.",
                "Nothing was saved here. Start again to set it up anew.",
                code="profile-gone",
            )

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Let no other window change tokens or organization of this profile meanwhile.

        What others changed before is taken in first.

        Raises:
            ProfileError: Another window does not come to an end (`profile-busy`), or the profile
                cannot be read.
        """
        here = asyncio.current_task()
        if self._has_turn is here:
            yield
            return
        async with turn(self.profiles.turn_path(self.profile.name)):
            self.refresh()
            self._has_turn = here
            try:
                yield
            finally:
                self._has_turn = None

    def tick(self, step_id: str, note: str = "", mark: Mark = Mark.SEEN) -> None:
        """Remember how a step stands, and say in a note how that came."""
        self.change(ticked={step_id: StepRecord(at=self.clock(), note=note, mark=mark)})

    def tick_seen(self, step_id: str) -> None:
        """Remember that a step was looked at and is done; what was noted of it stays."""
        self.refresh()
        record = self.profile.steps.get(step_id)
        self.tick(step_id, record.note if record else "")

    def untick(self, *step_ids: str) -> None:
        """Remember nothing of steps any more, whoever ticked them."""
        self.refresh()
        known = self.profile.steps.keys() | self.profile.undone.keys()
        if not known.isdisjoint(step_ids):
            self.change(unticked=step_ids)

    def is_done(self, step_id: str) -> bool:
        """Tell whether a step was ticked."""
        return step_id in self.profile.steps

    def mark_of(self, step_id: str) -> Mark:
        """Return how a step stands."""
        return mark_of(self.profile, step_id)

    async def log(
        self,
        step_id: str,
        action: Action,
        subject: str,
        *,
        changes: Iterable[Change] = (),
        **details: Any,
    ) -> JournalEntry:
        """Add to the journal, and return what was added; it is on the disk then."""
        entry = JournalEntry(
            at=self.clock(),
            step=step_id,
            action=action,
            subject=subject,
            details=details,
            changes=tuple(changes),
            by=self._who(),
        )
        await self.journal.add(entry)
        return entry


def _without(steps: Mapping[str, StepRecord], names: Collection[str]) -> dict[str, StepRecord]:
    return {name: step for name, step in steps.items() if name not in names}


def in_turn(work: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let work on the session among its arguments go on while no other window changes tokens.

    Args:
        work: What reads and writes keyring and profile, and relies on nothing it read before.
    """

    @wraps(work)
    async def alone(*args: P.args, **named: P.kwargs) -> T:
        session = next(each for each in args if isinstance(each, Session))
        async with session.turn():
            return await work(*args, **named)

    return alone


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

    def ends_without(self, step: StepInfo) -> bool:
        """Tell whether the step that follows needs this one, and it is not done."""
        following = self.steps[self.steps.index(step) + 1 :][:1]
        return any(step in self.missing(each) for each in following)

    def can_go(self, step_id: str) -> bool:
        """Tell whether a step was reached before; what it lacks is said there.

        One that only looks may be gone to from behind it, too: an earlier version had none.
        """
        step, reached = self._step(step_id), self.session.profile.reached
        behind = self.steps[self.steps.index(step) :] if step.sets_nothing else (step,)
        return any(each.id in reached for each in behind)

    def why_not(self, step_id: str) -> str:
        """Say why a step cannot be gone to; nothing where it can."""
        if self.can_go(step_id):
            return ""
        step = self._step(step_id)
        if lacking := self.missing(step):
            return f"First finish: {' and '.join(each.title for each in lacking)}."
        return f"{step.title} comes later: each step leads on to the next."

    def step_aside(self, step_id: str) -> None:
        """Show another step; the place that is remembered stays where it is."""
        self._position = self.steps.index(self._step(step_id))

    def go(self, step_id: str) -> None:
        """Go to a step, take in what other windows have saved, and remember the place."""
        self.session.refresh()
        step = self._step(step_id)
        self._position = self.steps.index(step)
        reached = self.session.profile.reached
        if step.id not in reached:
            reached = (*reached, step.id)
        if not self.remembers:
            return
        if (step.id, reached) != (self.session.profile.at_step, self.session.profile.reached):
            self.session.change(at_step=step.id, reached=reached)

    def forward(self) -> None:
        """Go to the next step; what it lacks is said there."""
        if not self.is_last:
            self.go(self.steps[self._position + 1].id)

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

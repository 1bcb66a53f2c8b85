"""The marks of steps, and how they are shown: with a sign, a letter or a word."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from wizard.flow.plan import SETUP, SIGN_IN, StepInfo
from wizard.store.marks import DONE_MARKS, Mark
from wizard.store.profiles import Profile, StepRecord

HERE = "▸"
"""The sign of the step somebody is at."""
HERE_LETTER = ">"
"""The same where only ASCII can be shown."""

MARK_SIGNS = MappingProxyType(
    {
        Mark.SEEN: "✓",
        Mark.SAID: "•",
        Mark.ATTENTION: "!",
        Mark.FAILED: "✗",
        Mark.SKIPPED: "\N{EN DASH}",
        Mark.OPEN: "○",
    }
)
MARK_LETTERS = MappingProxyType(
    {
        Mark.SEEN: "v",
        Mark.SAID: "s",
        Mark.ATTENTION: "!",
        Mark.FAILED: "x",
        Mark.SKIPPED: "-",
        Mark.OPEN: "o",
    }
)
"""The signs where only ASCII can be shown."""
MARK_WORDS = MappingProxyType(
    {
        Mark.SEEN: "found so",
        Mark.SAID: "you said so",
        Mark.ATTENTION: "needs a look",
        Mark.FAILED: "failed",
        Mark.SKIPPED: "skipped",
        Mark.OPEN: "open",
    }
)

SIGN_IN_OVER = "ended since"
"""What is said of a sign-in that was seen and is over."""

_SIGNED_IN = "signed in"
_OURS = frozenset({"prepare", "token", "connection", "new-token", "new-connection"})
"""Steps that no version let anybody tick by hand."""


def record_of(profile: Profile, step_id: str) -> StepRecord | None:
    """Return what is kept of a step; None where nothing is known."""
    return profile.steps.get(step_id) or profile.undone.get(step_id)


def mark_of(profile: Profile, step_id: str) -> Mark:
    """Return how a step stands.

    Earlier versions kept only that it is done. Of those steps that were done by hand or through
    Graph no more is claimed than that somebody said so.
    """
    if record := profile.steps.get(step_id):
        if record.mark in DONE_MARKS - {Mark.UNTOLD}:
            return record.mark
        seen = step_id in _OURS or (step_id == SIGN_IN.id and record.note == _SIGNED_IN)
        return Mark.SEEN if seen else Mark.SAID
    if record := profile.undone.get(step_id):
        return Mark.ATTENTION if record.mark in DONE_MARKS | {Mark.OPEN} else record.mark
    return Mark.OPEN


def steps_of(profile: Profile) -> tuple[StepInfo, ...]:
    """Return the steps of a setup, without one that it went past before there was such a step."""
    last = max((at for at, step in enumerate(SETUP) if step.id in profile.reached), default=0)
    return tuple(
        step
        for at, step in enumerate(SETUP)
        if at > last
        or not step.sets_nothing
        or step.id in profile.reached
        or record_of(profile, step.id) is not None
    )


def outcome_of(profile: Profile, step_id: str) -> Mark:
    """Return how a step stands for whoever asks what is left of a setup.

    A sign-in that ended has served, as each does: whoever goes on needs another, and nothing that
    is set up does. A token that nothing but the memory of a program has ends with that.
    """
    mark, record = mark_of(profile, step_id), record_of(profile, step_id)
    if step_id == "token" and is_in_memory_alone(profile):
        return Mark.OPEN
    was_signed_in = step_id == SIGN_IN.id and record is not None and record.note == _SIGNED_IN
    return Mark.SEEN if was_signed_in and mark is Mark.ATTENTION else mark


@dataclass(frozen=True)
class DoneSteps:
    """How many steps of a setup are done, for whoever tells how far it is."""

    seen: int
    """Found so by us."""
    said: int
    """Done by somebody's word."""
    of: int

    @property
    def words(self) -> str:
        """The same in words: `6 of 17 steps done (5 found so, 1 by your word)`."""
        told = (f"{self.seen} found so", f"{self.said} by your word" if self.said else "")
        how = ", ".join(filter(None, told[not self.seen :]))
        return f"{self.seen + self.said} of {self.of} steps done{f' ({how})' if how else ''}"


def done_steps(profile: Profile) -> DoneSteps:
    """Count the steps of a setup that are done."""
    marks = [outcome_of(profile, step.id) for step in steps_of(profile)]
    return DoneSteps(marks.count(Mark.SEEN), marks.count(Mark.SAID), len(marks))


def is_in_memory_alone(profile: Profile) -> bool:
    """Tell whether the token was kept in the memory of a program, and Entra was not given it."""
    in_memory = profile.token is not None and profile.token.in_memory
    return in_memory and mark_of(profile, "credentials") not in DONE_MARKS


def mark_in_words(
    profile: Profile, step_id: str, stands: Callable[[Profile, str], Mark] = mark_of
) -> str:
    """Return how a step stands, and since when: `found so, 2026-11-23 10:30 UTC`."""
    record, mark = record_of(profile, step_id), stands(profile, step_id)
    if record is None:
        return MARK_WORDS[mark]
    ended = "" if mark is mark_of(profile, step_id) else f"; {SIGN_IN_OVER}"
    return f"{MARK_WORDS[mark]}, {moment(record.at)}{ended}"


def listed_marks(
    profile: Profile,
    steps: Iterable[StepInfo],
    stands: Callable[[Profile, str], Mark] = mark_of,
) -> tuple[tuple[Mark, str], ...]:
    """Return the marks of steps, each with its title and what is known of it."""
    return tuple(
        (stands(profile, step.id), f"{step.title}: {mark_in_words(profile, step.id, stands)}")
        for step in steps
    )


def moment(at: datetime) -> str:
    """Return a time as everybody is told it."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def signs_for(encoding: str | None) -> MappingProxyType[Mark, str]:
    """Return the signs that an output with this encoding can show."""
    try:
        "".join(MARK_SIGNS.values()).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return MARK_LETTERS
    return MARK_SIGNS

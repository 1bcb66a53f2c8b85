"""A cycle of provisioning in words: how far it is, and what became of whom."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from wizard.graph.job import Job
from wizard.graph.provisioning_log import LogEntry
from wizard.reports.log_row import log_row_of, name_in
from wizard.steps.base import Table
from wizard.words.cycles import Became, became

_SHOWN = 200
"""People that are listed; the rest is counted."""

LOG_IS_KEPT = (
    "Entra keeps the provisioning logs for 30 days with a premium licence, and 7 days without: "
    "download what you need for longer."
)
"""How long results of single people can be read (reference/graph-entra.md 11)."""

_BEGAN = 0.05
"""Share of the people after which a guess of the rest is worth something."""
_SECONDS_SEEN = 20.0
"""Seconds after which it is."""

_OTHERS = 5
"""Where stands who arrived."""
_ORDER = {
    Became.FAILED: 0,
    Became.WARNED: 1,
    Became.DISABLED: 2,
    Became.DELETED: 2,
    Became.HELD_BACK: 2,
    Became.UNCLEAR: 3,
    Became.UNCHANGED: 6,
    Became.SKIPPED: 7,
}
"""What comes first: who did not arrive, then who was switched off, and last who was left out."""


def estimate(*, everybody: bool | None) -> str:
    """Return how long a first cycle may take, and for whom that holds, in a sentence.

    Microsoft's figures, reference/graph-entra.md 6.4 and 11.

    Args:
        everybody: Whether everybody is in scope, or only who is assigned; None where that is not
            known.
    """
    few = (
        "about 10 to 80 minutes for 1,000 people and groups, where only who is assigned is in scope"
    )
    many = "20 minutes to several hours with everybody in scope"
    figures = "; ".join((few, many) if everybody is None else (many if everybody else few,))
    return f"Microsoft's figures for a first cycle: {figures}."


def progress_of(job: Job, began: datetime | None, now: datetime, usual: str = "") -> str:
    """Return how far the first cycle is, without promising what nobody knows.

    Args:
        job: The job as it is.
        began: When the cycle began, as far as it is known.
        now: The time.
        usual: How long it usually takes, told until the cycle's own speed says more.
    """
    usually = f" {usual}" if usual else ""
    progress = next((each for each in job.status.progress if each.total_units), None)
    passed = max(0.0, (now - began).total_seconds()) if began else 0.0
    since = f" It began {_duration(passed)} ago." if began else ""
    if progress is None:
        return f"The first cycle is under way. Entra does not say how far it is.{since}{usually}"
    done, total = progress.completed_units, progress.total_units
    if done > total:
        return f"The first cycle is under way: {done:,} people and groups so far.{since}{usually}"
    rest = _rest(done, total, passed) or usually
    what = "1 person or group" if total == 1 else f"{total:,} people and groups"
    far = f"{done:,} of about {what} done" if done else f"about {what} to go through"
    return f"The first cycle is under way: {far}.{since}{rest}"


def _rest(done: int, total: int, passed: float) -> str:
    """Return a guess from the speed so far, or nothing while it would be a fancy."""
    if passed < _SECONDS_SEEN or done < total * _BEGAN or done >= total:
        return ""
    left = passed * (total - done) / done
    return f" At this speed it needs about {_duration(left)} more."


def _duration(seconds: float) -> str:
    minutes = round(timedelta(seconds=seconds) / timedelta(minutes=1))
    if minutes < 1:
        return "less than a minute"
    if minutes < 100:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{minutes / 60:.0f} hours"


def counted(entries: tuple[LogEntry, ...]) -> str:
    """Return how many people and groups ended how: `12 created, 1 failed`."""
    totals: dict[Became, int] = {}
    for entry in entries:
        word = _outcome(entry)
        totals[word] = totals.get(word, 0) + 1
    ordered = sorted(totals, key=lambda word: (_ORDER.get(word, _OTHERS), word))
    return ", ".join(f"{totals[word]:,} {word}" for word in ordered)


def results_of(entries: tuple[LogEntry, ...]) -> Table:
    """Return what became of each, failures first; who was skipped is counted below, by reason."""
    ordered = sorted(
        (entry for entry in entries if _outcome(entry) != Became.SKIPPED),
        key=lambda entry: (_ORDER.get(_outcome(entry), _OTHERS), _name(entry).lower()),
    )
    more = f", the first {_SHOWN} shown" if len(ordered) > _SHOWN else ""
    return Table(
        f"People and groups: {counted(entries)}{more}",
        ("Who", "Result", "Why, and what to do"),
        (
            *((_name(each), _outcome(each), _why(each)) for each in ordered[:_SHOWN]),
            *_skips(entry for entry in entries if _outcome(entry) == Became.SKIPPED),
        ),
    )


def _skips(entries: Iterable[LogEntry]) -> Iterator[tuple[str, str, str]]:
    """Yield a row for each reason to skip somebody, the most frequent first."""
    names: dict[str, list[str]] = {}
    for entry in entries:
        names.setdefault(_why(entry), []).append(_name(entry))
    for why, who in sorted(names.items(), key=lambda each: (-len(each[1]), each[0])):
        first, *others = sorted(who, key=str.lower)
        yield f"{first} and {len(others):,} more" if others else first, Became.SKIPPED, why


def count_failed(entries: tuple[LogEntry, ...]) -> int:
    """Return how many failed."""
    return sum(_outcome(entry) == Became.FAILED for entry in entries)


def _outcome(entry: LogEntry) -> Became:
    return became(entry.status, entry.action, entry.code)


def _name(entry: LogEntry) -> str:
    what = "Group " if entry.is_of_a_group else ""
    return f"{what}{name_in(entry)}"


def _why(entry: LogEntry) -> str:
    return log_row_of(entry).why

"""What is said once the provisioning log was read: how many entries, and what it cannot show."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

from wizard.reports.log_row import LOUD
from wizard.reports.log_since import LogSince
from wizard.steps.log_reading import LogReading
from wizard.words.counting import so_many
from wizard.words.moments import in_utc

_LEAST_KEPT: Final = timedelta(days=6, hours=12)
"""What is younger is never taken out of the log (seven days, less what a clock may be off)."""
_KEPT: Final = (
    "Entra keeps it for 30 days with a premium licence, and 7 days without; with --jsonl, a file "
    "keeps it for longer."
)
"""reference/graph-entra.md 11."""
_LATE: Final = (
    "Entra writes entries up to 10 minutes late: what has just happened may not be there yet."
)
"""reference/graph-entra.md 2.10."""
_UNORDERED: Final = (
    "Microsoft gave the entries in another order than was asked for: go by their times, and read "
    "anew instead of going on."
)
_NOTHING: Final = (
    "The log holds no entry of this provisioning at all: it has never run, or just now, or longer "
    "ago than the log goes back."
)


async def log_ending(
    reading: LogReading, counts: Counter[str], since: LogSince, now: datetime
) -> AsyncIterator[str]:
    """Yield what was told and what is not in it, a sentence each.

    Args:
        reading: Which has come to its end.
        counts: Entries that were told, by what became of whom.
        since: Where it began.
        now: The time.

    Raises:
        WizardError: Graph could not be asked how far the log reaches.
    """
    if counts:
        ordered = sorted(counts.most_common(), key=lambda each: each[0] not in LOUD)
        told = ", ".join(f"{count:,} {outcome}" for outcome, count in ordered)
        yield f"{so_many(counts.total(), 'entry', 'entries')}: {told}."
    else:
        yield await _none(reading, since)
    if reading.is_cut:
        yield "Only the newest were asked for; older ones are there."
    elif reading.oldest and not reading.has_met and await reading.begins_later():
        later = ", later than was asked for" if since.start else ""
        yield f"The log begins at {in_utc(reading.oldest)}{later}; nothing older is in it."
        if since.start is None or now - since.start > _LEAST_KEPT:
            yield _KEPT
    if not reading.is_ordered:
        yield _UNORDERED
    yield _LATE


async def _none(reading: LogReading, since: LogSince) -> str:
    newest = await reading.newest()
    if newest is None:
        return _NOTHING
    if reading.has_met:
        return f"Nothing new: the newest entry of all is of {in_utc(newest)}."
    whose = "" if reading.is_of_everybody else " with that name, address or id"
    return f"No entry{whose}{since.words}. The newest of all is of {in_utc(newest)}."

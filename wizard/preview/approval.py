"""The text for whoever approves a plan: at most 40 lines, deletions first, the code last."""

from collections.abc import Iterator
from typing import Final

from wizard.preview.digests import code_of
from wizard.preview.document import NO_SOURCE_TELLS, Told
from wizard.preview.in_words import STARTS, read_words
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect, off_already
from wizard.preview.sources import NEVER_READ, no_source_tells
from wizard.words.counting import so_many
from wizard.words.text import plain_line

LINES: Final = 40
CODE_LINES: Final = 3
"""Of these, the last, with the code and what it is for."""
_STOPS, _UNKNOWN = 4, 3
_MEANT: Final = {
    Prospect.CONFLICT: "nothing happens to them until somebody decides",
    Prospect.LINK: "an account that exists comes under Entra's control",
    Prospect.OUT_OF_SCOPE: "left alone",
}
"""What an outcome means to somebody who has not seen the preview."""
_ANSWER: Final = (
    "To approve it, answer with the code below; whoever starts types it, and the number of each "
    "STOP. Where more would happen by then, nothing starts."
)
_OF_FILES: Final = (
    "It was made from files, so it starts nothing; the code below stands for what was read."
)


def approval_lines(told: Told, digest: str) -> list[str]:
    """Return the text, a line each.

    Args:
        told: The preview.
        digest: That of its plan.
    """
    first, last = [*_counts(told), *_stops(told)], list(_beside(told))
    answer = _OF_FILES if told.preview.settings.target is None else _ANSWER
    end = ["", answer, f"Code of this plan: {code_of(digest)}"]
    room = LINES - len(first) - len(last) - len(end)
    return [*first, *_patterns(told, room), *last, *end]


def _counts(told: Told) -> Iterator[str]:
    preview = told.preview
    yield f"Plan for {read_words(preview)}, for {STARTS[preview.settings.job]}."
    yield (
        "Nothing has happened yet. With the next cycle of provisioning Entra would do this to "
        "people and accounts; the preview names each:"
    )
    for outcome in Prospect:
        count = preview.counts[outcome]
        if count or outcome in {Prospect.DELETE, Prospect.DISABLE}:
            meant = f": {_MEANT[outcome]}" if outcome in _MEANT else ""
            yield f"{count:>9,} {PROSPECT_WORDS[outcome]}{meant}"
    if preview.inactive:
        yield f"{preview.inactive:>9,} {off_already(preview.inactive)}"
    groups = preview.group_counts
    parts = (f"{groups[each]:,} {PROSPECT_WORDS[each]}" for each in Prospect if groups[each])
    if line := "; ".join(parts):
        yield f"Groups: {line}."


def _stops(told: Told) -> Iterator[str]:
    for stop in told.stops[:_STOPS]:
        yield f"{stop.severity.upper()}: {plain_line(stop.message, 240)}"
        if stop.names:
            yield f"  Which: {plain_line(', '.join(stop.names), 160)}"
    if len(told.stops) > _STOPS:
        more = so_many(len(told.stops) - _STOPS, "more stop or warning", "more stops and warnings")
        yield f"  and {more}"


def _patterns(told: Told, room: int) -> Iterator[str]:
    """Yield what is the same for many, in so many lines: the riskiest, and whatever is largest."""
    loud = [each for each in told.patterns if each.outcome not in QUIET]
    shown = loud if len(loud) <= room else loud[: room - 2]
    rest = loud[len(shown) :]
    if rest:
        largest = max(rest, key=lambda each: each.count)
        shown = [*shown, largest]
        rest = [each for each in rest if each is not largest]
    for pattern in shown:
        yield f"- {plain_line(pattern.words, 200)}"
    if rest:
        others = so_many(len(rest), "more pattern", "more patterns")
        yield f"- and {others}, {sum(each.count for each in rest):,} in all; the preview has them"


def _beside(told: Told) -> Iterator[str]:
    """Yield what is not known, whose plan it is, and what it does not bind."""
    unknown = [why for what, why in told.preview.unknown.items() if what not in NEVER_READ]
    for why in unknown[:_UNKNOWN]:
        yield f"Not known: {plain_line(why, 240)}"
    if len(unknown) > _UNKNOWN:
        more = so_many(len(unknown) - _UNKNOWN, "more thing is", "more things are")
        yield f"  and {more} not known; the preview tells them"
    yield no_source_tells(NO_SOURCE_TELLS[each] for each in NEVER_READ)
    if target := told.preview.settings.target:
        tenant, organization = plain_line(target.tenant, 60), plain_line(target.organization, 60)
        yield f"It is for the Entra tenant {tenant} and the Webex organization {organization}."
    yield "It binds the start alone: afterwards Entra decides on its own, about every 40 minutes."

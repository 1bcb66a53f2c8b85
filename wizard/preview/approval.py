"""The text for whoever approves a plan: at most 40 lines, deletions first, the code last."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final

from wizard.preview.digests import code_of
from wizard.preview.document import NO_SOURCE_TELLS, Told
from wizard.preview.in_words import STARTS, read_words
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect, off_already
from wizard.preview.patterns import NOUNS, FatePattern
from wizard.preview.sources import NEVER_READ, Unknown, no_source_tells
from wizard.words.counting import so_many
from wizard.words.text import plain_line

LINES: Final = 40
CODE_LINES: Final = 3
"""Of these, the last, with the code and what it is for."""
_STOPS, _UNKNOWN = 4, 3
_OFF: Final = (Prospect.DELETE, Prospect.DISABLE)
_OTHERS: Final = tuple(each for each in Prospect if each not in {*_OFF, Prospect.UNKNOWN})
_MEANT: Final = {
    Prospect.DISABLE: "no Webex services any more; Cisco says that Webex deletes an account that "
    "was off for 30 days",  # reference/webex.md 5
    Prospect.CONFLICT: "Webex stays as it is until somebody mends the cause",
    Prospect.LINK: "an account that exists comes under Entra's control",
    Prospect.RENAME: "the value changes by which Entra finds the account",
    Prospect.REACTIVATE: "off in Webex, but not in Entra",
    Prospect.LEFTOVER: "of nobody whom Entra provisions, left alone",
    Prospect.OUT_OF_SCOPE: "not provisioned by Entra, left alone",
}
"""What an outcome means to somebody who has not seen the preview."""
_MAY_BE: Final = "may be {}, changed, or left alone"
_LATER: Final = {
    "deleted": "deleted in Webex, too, when Entra purges them, 30 days after they came there"
}
"""What follows later from a reason to switch somebody off (reference/webex.md 5)."""
_NAMES: Final = {
    "externalId": "a person's id in Entra",
    "userName": "the name to sign in to Webex with",
}
"""What attributes are (reference/webex.md 6), for whoever knows neither side."""
_ANSWER: Final = (
    "To approve all of this{}, answer with the code below. Whoever starts by this plan types "
    "it{}; where more would happen by then than stands here, nothing starts."
)
_WITH_STOPS: Final = ", each STOP included", ", and the number of each STOP"
_OF_FILES: Final = (
    "It was made from files, so it starts nothing; the code below stands for what was read."
)

_GROUPS: Final = "groups"
_BENEATH: Final = "          - "
_Row = tuple[str, str]
"""What a line is about, an outcome or groups, and the line."""


def approval_lines(told: Told, digest: str) -> list[str]:
    """Return the text, a line each.

    Args:
        told: The preview.
        digest: That of its plan.
    """
    off, unsure = list(_outcomes(told, _OFF)), list(_outcomes(told, (Prospect.UNKNOWN,)))
    rest = [*_outcomes(told, _OTHERS), *_groups(told)]
    head, stops, unknown = list(_head(told)), list(_stops(told)), list(_unknown(told))
    end = [*_beside(), "", _answer(told), f"Code of this plan: {code_of(digest)}"]
    fixed = len(head) + len(off) + len(stops) + len(unsure) + len(unknown) + len(rest) + len(end)
    shown, more = _patterns(told, LINES - fixed)
    beneath = dict(_beneath(told, shown))
    body = [
        *_with(off, beneath),
        *stops,
        *_with(unsure, beneath),
        *unknown,
        *_with(rest, beneath),
        *more,
    ]
    return [*head, *_explained(told, body), *end]


def _head(told: Told) -> Iterator[str]:
    """Yield what it is, of whom, and of when."""
    settings = told.preview.settings
    yield (
        "Plan of what Entra's provisioning would do in Webex with its next cycle. Nothing of it "
        "has happened yet; afterwards Entra decides by itself, about every 40 minutes, whatever "
        "stands here."
    )
    whose = "It was made from files"
    if target := settings.target:
        tenant, organization = plain_line(target.tenant, 60), plain_line(target.organization, 60)
        whose = f"It is for the Entra tenant {tenant} and the Webex organization {organization}"
    yield f"{whose}, and for {STARTS[settings.job]}."
    yield (
        f"Read {settings.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {read_words(told.preview)}. Each "
        "of these people, and each account that none of them has, is counted in one line below."
    )


def _outcomes(told: Told, outcomes: Iterable[Prospect]) -> Iterator[_Row]:
    """Yield how many come to each outcome; who is deleted or switched off in any case."""
    preview = told.preview
    for outcome in outcomes:
        if (count := preview.counts[outcome]) or outcome in _OFF:
            meant = _meant(told, outcome) if count else ""
            whom = f"{count:>9,} {_whom(told, outcome, count)} {PROSPECT_WORDS[outcome]}"
            yield outcome, f"{whom}: {meant}" if meant else whom
    if Prospect.UNCHANGED in outcomes and preview.inactive:
        yield "", f"{preview.inactive:>9,} {off_already(preview.inactive)}"


def _meant(told: Told, outcome: Prospect) -> str:
    """Return what an outcome means; empty where its name says it."""
    preview = told.preview
    if outcome is Prospect.UNKNOWN:
        is_running = preview.settings.job == "running"
        return _MAY_BE.format("switched off, created" if is_running else "created")
    is_sure = outcome is not Prospect.LEFTOVER or Unknown.LINKS not in preview.unknown
    return _MEANT.get(outcome, "") + ("" if is_sure else ", as far as is known")


def _whom(told: Told, outcome: Prospect, count: int) -> str:
    """Return what those are called who come to an outcome."""
    kinds = {each.kind for each in told.patterns if each.outcome is outcome} - {"group"}
    people_first = sorted(kinds or {"person"}, reverse=True)
    return " and ".join(NOUNS[each][count != 1] for each in people_first)


def _groups(told: Told) -> Iterator[_Row]:
    counts = told.preview.group_counts
    parts = (f"{counts[each]:,} {PROSPECT_WORDS[each]}" for each in Prospect if counts[each])
    if line := "; ".join(parts):
        yield _GROUPS, f"Groups: {line}."


def _stops(told: Told) -> Iterator[str]:
    for stop in told.stops[:_STOPS]:
        yield f"{stop.severity.upper()}: {plain_line(stop.message, 400)}"
        if stop.names:
            yield f"  Which: {plain_line(', '.join(stop.names), 160)}"
    if len(told.stops) > _STOPS:
        more = so_many(len(told.stops) - _STOPS, "more stop or warning", "more stops and warnings")
        yield f"  and {more}"


def _unknown(told: Told) -> Iterator[str]:
    unknown = [why for what, why in told.preview.unknown.items() if what not in NEVER_READ]
    for why in unknown[:_UNKNOWN]:
        yield f"Not known: {plain_line(why, 400)}"
    if len(unknown) > _UNKNOWN:
        more = so_many(len(unknown) - _UNKNOWN, "more thing is", "more things are")
        yield f"  and {more} not known"


def _patterns(told: Told, room: int) -> tuple[list[FatePattern], list[str]]:
    """Return what is the same for many, the riskiest and whatever is largest, and of the rest."""
    loud = [each for each in told.patterns if each.outcome not in QUIET and _said(each)]
    shown = loud if len(loud) <= room else loud[: room - 2]
    rest = loud[len(shown) :]
    if not rest:
        return shown, []
    largest = max(rest, key=lambda each: each.count)
    others = sum(each.count for each in rest) - largest.count
    many = so_many(len(rest) - 1, "more pattern", "more patterns")
    more = f"- and {many}, {others:,} in all"
    return [*shown, largest], [more] if others else []


def _beneath(told: Told, shown: Iterable[FatePattern]) -> Iterator[tuple[str, list[str]]]:
    """Yield what stands beneath the line of each outcome."""
    found: dict[str, list[str]] = defaultdict(list)
    for pattern in shown:
        of_group = pattern.kind == "group"
        about = f"{PROSPECT_WORDS[pattern.outcome]}; " if of_group else ""
        of_all = not of_group and pattern.count == told.preview.counts[pattern.outcome]
        many = "" if of_all else f"{so_many(pattern.count, *NOUNS[pattern.kind])}: "
        line = plain_line(f"{many}{about}{_said(pattern)}", 200)
        found[_GROUPS if of_group else pattern.outcome].append(f"{_BENEATH}{line}")
    yield from found.items()


def _said(pattern: FatePattern) -> str:
    """Return what a pattern says besides its outcome; empty where that is nothing."""
    later = _LATER.get(pattern.code, "") if pattern.outcome is Prospect.DISABLE else ""
    return "; ".join(filter(None, (*pattern.details, later)))


def _with(rows: Iterable[_Row], beneath: dict[str, list[str]]) -> Iterator[str]:
    for about, line in rows:
        yield line
        yield from beneath.get(about, ())


def _explained(told: Told, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that tell of attributes, at their first place, what they are."""
    names = dict(_NAMES)
    if told.preview.columns.link is None:
        del names["externalId"]  # the mapping writes something else into it
    for line in lines:
        told_of = line
        for name in [each for each in names if re.search(rf"\b{each}\b", line)]:
            told_of = re.sub(rf"\b{name}\b", f"{name} ({names.pop(name)})", told_of, count=1)
        yield told_of


def _answer(told: Told) -> str:
    """Return what to answer, and what that does."""
    if told.preview.settings.target is None:
        return _OF_FILES
    has_stops = any(stop.severity == "stop" for stop in told.stops)
    return _ANSWER.format(*(_WITH_STOPS if has_stops else ("", "")))


def _beside() -> Iterator[str]:
    """Yield what nothing tells, and who tells more."""
    yield no_source_tells(NO_SOURCE_TELLS[each] for each in NEVER_READ)
    yield "Whoever sent you this can tell who they are, each with the reasons."

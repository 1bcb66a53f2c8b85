"""The text for whoever approves a plan: at most 40 lines, deletions first, the code last."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from wizard.preview.digests import code_of
from wizard.preview.document import Told, unknown_of
from wizard.preview.in_words import STARTS
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect
from wizard.words.text import plain_line

LINES: Final = 40
_PATTERNS: Final = 12


def approval_lines(told: Told, digest: str) -> list[str]:
    """Return the text, a line each.

    Args:
        told: The preview.
        digest: That of its plan.
    """
    lines = list(_lines(told))
    most = LINES - 2
    if len(lines) > most:
        rest = f"... and {len(lines) - most + 1:,} lines more; the preview has all of them."
        lines = [*lines[: most - 1], rest]
    return [*lines, "", f"Code of this plan: {code_of(digest)}"]


def _lines(told: Told) -> Iterator[str]:
    preview = told.preview
    yield (
        f"Plan for {preview.people:,} people of Entra and {preview.accounts:,} accounts of Webex, "
        f"{STARTS[preview.settings.job].partition(':')[0]}."
    )
    for outcome in Prospect:
        count, groups = preview.counts[outcome], preview.group_counts[outcome]
        if count or groups or outcome in {Prospect.DELETE, Prospect.DISABLE}:
            beside = f", and {groups:,} groups" if groups else ""
            yield f"{count:>9,} {PROSPECT_WORDS[outcome]}{beside}"
    for stop in told.stops:
        yield f"{stop.severity.upper()}: {plain_line(stop.message, 240)}"
        if stop.names:
            yield f"  Who: {plain_line(', '.join(stop.names), 160)}"
    loud = [each for each in told.patterns if each.outcome not in QUIET]
    for pattern in islice(loud, _PATTERNS):
        yield f"- {plain_line(pattern.words, 200)}"
    if len(loud) > _PATTERNS:
        yield f"- {len(loud) - _PATTERNS:,} smaller patterns"
    yield f"Not known: {', '.join(sorted(unknown_of(preview))).replace('_', ' ')}."
    yield "Afterwards Entra decides on its own, each 40 minutes."

"""A preview as lines for a person: what is switched off first, what is unchanged last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from wizard.preview.brakes import Stop
from wizard.preview.dangers import DANGERS
from wizard.preview.document import Told, not_known
from wizard.preview.fate import Fate
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect, off_already
from wizard.preview.patterns import FatePattern
from wizard.preview.result import Preview
from wizard.preview.rules import reason_words
from wizard.preview.settings import JobState
from wizard.words.counting import examples, so_many
from wizard.words.text import plain_line

_PATTERNS: Final = 20
STARTS: Final[dict[JobState, str]] = {
    "never": "a job that has never run: it knows nobody, and finds accounts by the attributes that "
    "match",
    "running": "a job that has run before: it knows the accounts that it made or took over",
    "restarted": "a job that was restarted with everything forgotten: it has to find everybody "
    "again",
}


def preview_lines(told: Told, limit: int) -> Iterator[str]:
    """Yield the lines.

    Args:
        told: The preview.
        limit: How many people are told one by one, those who change.
    """
    preview = told.preview
    yield (
        f"Preview of {read_words(preview)}, for {STARTS[preview.settings.job]}. "
        "Nothing was written."
    )
    yield ""
    yield from outcome_lines(preview.counts)
    if preview.inactive:
        yield f"{preview.inactive:>9,}  {off_already(preview.inactive)}"
    yield from group_lines(preview.group_counts)
    yield from stop_lines(told.stops)
    yield from _patterns(told)
    yield from _people(told, limit)
    yield from not_known_lines(preview)


def outcome_lines(counts: Mapping[Prospect, int]) -> Iterator[str]:
    """Yield how many people and accounts come to each outcome; who is switched off in any case."""
    for outcome in Prospect:
        if (count := counts.get(outcome, 0)) or outcome is Prospect.DISABLE:
            yield f"{count:>9,}  {PROSPECT_WORDS[outcome]}"


def group_lines(counts: Mapping[Prospect, int]) -> Iterator[str]:
    """Yield the same of groups, where there are any."""
    if any(counts.values()):
        yield ""
        yield "Groups:"
        for outcome in Prospect:
            if counts.get(outcome):
                yield f"{counts[outcome]:>9,}  {PROSPECT_WORDS[outcome]}"


def stop_lines(stops: Iterable[Stop]) -> Iterator[str]:
    """Yield what stops, and what warns, with how to let it pass."""
    for stop in stops:
        yield ""
        yield f"{stop.severity.capitalize()}: {stop.message}"
        if stop.names:
            yield f"  Which: {plain_line(', '.join(stop.names), 400)}"
        yield f"  {stop.allow}"
        yield f"  Rule: {stop.code}"


def read_words(preview: Preview) -> str:
    """Return how many were read on either side."""
    people = so_many(preview.people, "person", "people")
    gone = f" (and {preview.gone:,} in its recycle bin)" if preview.gone else ""
    accounts = so_many(preview.accounts, "account", "accounts")
    return f"{people} of Entra{gone} and {accounts} of Webex"


def _patterns(told: Told) -> Iterator[str]:
    loud = [each for each in told.patterns if each.outcome is not Prospect.UNCHANGED]
    yield from same_once([(each.words, each) for each in loud])


def same_once(patterns: Sequence[tuple[str, FatePattern]], most: int = _PATTERNS) -> Iterator[str]:
    """Yield what is the same for many, once, with some of those.

    Args:
        patterns: Each in words, and itself.
        most: How many are told.
    """
    if patterns:
        yield ""
        yield "What is the same, once:"
    for words, pattern in patterns[:most]:
        yield f"- {plain_line(words, 400)}"
        yield f"  {plain_line(examples(pattern.count, pattern.names), 200)}"
    if rest := [pattern for _, pattern in patterns[most:]]:
        others = so_many(len(rest), "other pattern", "other patterns")
        yield f"- {sum(each.count for each in rest):,} more in {others}; --json has them"


def _people(told: Told, limit: int) -> Iterator[str]:
    loud = (fate for fate in told.preview.by_risk() if fate.outcome not in QUIET)
    shown = list(islice(loud, limit))
    if shown:
        yield ""
        yield "One by one:"
    for fate in shown:
        yield from story(fate)


def said_of(fate: Fate) -> str:
    """Return in one line what would become of one: what changes, else what decided."""
    told = PROSPECT_WORDS[fate.outcome]
    changed = ", ".join(target for target, _, _ in fate.changes)
    if changed and fate.outcome is not Prospect.CREATE:
        told += f": {plain_line(changed, 200)}"
    elif fate.reasons:
        told += f": {plain_line(reason_words(fate.reasons[-1], fate.kind), 200)}"
    for danger in fate.dangers:
        told += f"; {DANGERS[danger]}"
    return told


def story(fate: Fate, beside: str = "") -> Iterator[str]:
    """Yield what would become of one, and why.

    Args:
        fate: What would become of it.
        beside: What is said beside the outcome.
    """
    yield f"- {plain_line(fate.name, 100)}: {PROSPECT_WORDS[fate.outcome]}{beside}"
    if why := "; ".join(reason_words(each, fate.kind) for each in fate.reasons):
        yield f"  because {plain_line(why, 600)}"
    for target, before, after in fate.changes:
        was = "empty" if before is None else f'"{plain_line(before, 80)}"'
        will = "not sent" if after is None else f'"{plain_line(after, 80)}"'
        yield f"  {plain_line(target, 120)}: {was} -> {will}"
    for danger in fate.dangers:
        yield f"  Beware: {DANGERS[danger]}"


def not_known_lines(preview: Preview) -> Iterator[str]:
    """Yield what is not known, and what else somebody must know."""
    yield ""
    yield "What is not known:"
    for why in not_known(preview):
        yield f"- {why}"
    for remark in preview.remarks:
        yield f"- {plain_line(remark, 400)}"

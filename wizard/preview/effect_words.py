"""What an edit of the mapping does, as lines for a person: by itself, apart from it, and in all."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from wizard.preview.brakes import Stop, stops_beyond
from wizard.preview.document import Told
from wizard.preview.effect import EditFate, EditTold
from wizard.preview.in_words import (
    STARTS,
    group_lines,
    not_known_lines,
    outcome_lines,
    read_words,
    same_once,
    stop_lines,
    story,
)
from wizard.preview.outcome import QUIET
from wizard.words.counting import so_many
from wizard.words.text import plain_line

_PATTERNS: Final = 20
_APART: Final = 5
"""Patterns that are told of what the edit has no part in."""


def edit_lines(told: EditTold, limit: int) -> Iterator[str]:
    """Yield the lines: what the edit does first.

    Args:
        told: What it does.
        limit: How many people are told one by one.
    """
    preview = told.with_it.preview
    yield (
        f"Preview of {read_words(preview)}, for {STARTS[preview.settings.job]}. "
        "Nothing was written."
    )
    yield ""
    yield from _by_itself(told, limit)
    yield ""
    yield from _apart(told.without)
    yield ""
    yield from _in_all(told)


def _by_itself(told: EditTold, limit: int) -> Iterator[str]:
    effect = told.effect
    if effect.is_none:
        yield "Because of this edit: nothing happens to anybody, as far as is known."
    else:
        yield "Because of this edit:"
        yield from outcome_lines(effect.counts)
        if effect.otherwise:
            yield f"{effect.otherwise:>9,}  made or switched off in any case, with other values"
        yield from group_lines(effect.group_counts)
        yield from stop_lines(told.stops)
        yield from same_once([(each.words, each.pattern) for each in effect.patterns], _PATTERNS)
        shown = list(islice(_loud(told), limit))
        yield from ("", "One by one:") if shown else ()
        for each in shown:
            yield from story(each.fate, each.beside)
    yield from _unsure(told)


def _loud(told: EditTold) -> Iterator[EditFate]:
    """Yield whom it concerns most: all but who is left out, or unchanged, either way."""
    return (
        each
        for each in told.effect.by_risk()
        if not {each.fate.outcome, each.without or each.fate.outcome} <= QUIET
    )


def _unsure(told: EditTold) -> Iterator[str]:
    """Yield of whom it is not known what the edit does."""
    if unsure := told.effect.unsure:
        whom = so_many(unsure, "person, account or group", "people, accounts and groups")
        yield ""
        yield f"Of {whom} it is not known what would happen, with this edit or without."
    for why in told.less_known:
        yield f"With this edit less is known: {plain_line(why, 400)}"


def _apart(told: Told) -> Iterator[str]:
    """Yield what the next cycle would do as the mapping is."""
    loud = [each for each in told.patterns if each.outcome not in QUIET]
    if not loud:
        yield "Apart from it, the next cycle would change nothing, as far as is known."
        return
    preview = told.preview
    yield "Apart from it, the next cycle would do this, by the mapping that Entra has:"
    yield from outcome_lines(preview.counts)
    yield from group_lines(preview.group_counts)
    yield from same_once([(each.words, each) for each in loud], _APART)


def _in_all(told: EditTold) -> Iterator[str]:
    """Yield what the next cycle would do with the edit, and what stops that."""
    preview = told.with_it.preview
    yield "In all, with this edit, the next cycle would do this:"
    yield from outcome_lines(preview.counts)
    yield from group_lines(preview.group_counts)
    yield from stop_lines(stops_beyond(told.with_it.stops, told.stops))
    yield from not_known_lines(preview)


def stops_to_pass(told: EditTold) -> tuple[Stop, ...]:
    """Return what is let pass by its number alone: by the edit, and then in all.

    What is the same in all as by the edit is asked once.
    """
    by_edit, in_all = (
        tuple(each for each in stops if each.severity == "stop")
        for stops in (told.stops, told.with_it.stops)
    )
    return (*by_edit, *stops_beyond(in_all, by_edit))

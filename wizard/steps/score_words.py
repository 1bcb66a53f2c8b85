"""How a preview came out, in words, as a table, and as a profile keeps it."""

from datetime import datetime
from typing import Final

from wizard.flow.session import Finding, State
from wizard.preview.score import MISSES, Score, Scored, ScoreVerdict
from wizard.steps.base import Table
from wizard.store.score_record import ScoreRecord

_KEPT: Final = 50
"""Misses that the profile keeps."""


def with_one(found: Finding, scored: Scored | None) -> Finding:
    """Return what was found of one person, and what the preview had said, where one is kept."""
    if scored is None:
        return found
    is_off = found.state is State.DONE and scored.verdict in MISSES
    text = f"{found.text} {_words_of_one(scored)}".rstrip()
    return Finding(State.ATTENTION if is_off else found.state, text, found.hint)


def with_all(found: Finding, score: Score | None) -> Finding:
    """Return what was found of a cycle, and how the preview came out, where one is kept."""
    if score is None:
        return found
    is_off = found.state is State.DONE and score.missed
    limits = score.limits if found.state is not State.OPEN else ()
    text = " ".join((found.text, *score.words, *limits))
    return Finding(State.ATTENTION if is_off else found.state, text, found.hint)


def _words_of_one(scored: Scored) -> str:
    match scored.verdict:
        case ScoreVerdict.AS_PREDICTED:
            return "The preview predicted this change."
        case ScoreVerdict.LEFT_ALONE:
            return "The preview predicted that nothing would be changed."
        case ScoreVerdict.FIELDS:
            return f"The preview predicted other values: {', '.join(scored.fields)}."
        case ScoreVerdict.UNTOLD | ScoreVerdict.UNCLEAR:
            return ""
        case ScoreVerdict.UNPREDICTED:
            return "The preview predicted no change."
        case _:
            return f"The preview predicted otherwise: {scored.predicted}."


def misses_table(score: Score | None) -> tuple[Table, ...]:
    """Return of whom something else was seen than was predicted, as a table, if of anybody."""
    if score is None or not score.misses:
        return ()
    more = f", the first {len(score.misses)} shown" if score.missed > len(score.misses) else ""
    return (
        Table(
            f"Otherwise than the preview predicted: {score.missed:,}{more}",
            ("Who", "Predicted", "What happened"),
            tuple((each.called, each.predicted, each.happened) for each in score.misses),
        ),
    )


def record_of_score(score: Score, job_id: str, code: str, at: datetime) -> ScoreRecord:
    """Return a score as a profile keeps it.

    Args:
        score: The score.
        job_id: The job.
        code: That of the plan.
        at: When the log was read.
    """
    return ScoreRecord(
        job_id=job_id,
        at=at,
        code=code,
        counts={str(name): count for name, count in score.counts.items()},
        said=(*score.words, *score.limits),
        misses=tuple(
            f"{each.called}: predicted {each.predicted}, seen {each.happened}"
            for each in score.misses[:_KEPT]
        ),
        is_over=score.is_over,
        is_cut=score.is_cut,
    )

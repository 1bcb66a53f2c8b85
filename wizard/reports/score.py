"""How a preview came out, in words, as it was last seen."""

from wizard.flow.marks import moment
from wizard.store.score_record import ScoreRecord


def score_words(score: ScoreRecord | None) -> str:
    """Return how a preview came out, and when that was seen; empty without a score."""
    if score is None:
        return ""
    return (
        f"The preview {score.code} against the log, seen {moment(score.at)}: {' '.join(score.said)}"
    )

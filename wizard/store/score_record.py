"""How a preview came out in the first cycle after it, as a profile keeps it."""

from dataclasses import field

from wizard.store.fields import Line, Moment, Record


class ScoreRecord(Record):
    """How what a preview predicted stood to the provisioning log when that was last read."""

    job_id: Line
    at: Moment
    code: Line  # of the plan
    counts: dict[Line, int] = field(
        default_factory=dict
    )  # by the names in `wizard.preview.score.ScoreVerdict`
    said: tuple[Line, ...] = ()  # the same in sentences
    misses: tuple[Line, ...] = ()  # the first of whom something else was seen, one in a line
    is_over: bool = False  # whether the cycle was over
    is_cut: bool = False  # whether the log had more entries than were read

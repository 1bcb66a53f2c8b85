"""How a provisioning job was doing when it was last looked at, as a profile keeps it."""

from typing import Literal

from wizard.store.fields import Line, Moment, Record

HealthState = Literal["running", "first cycle", "off", "failing", "quarantine"]


class JobHealth(Record):
    """How the provisioning job was doing when it was last looked at."""

    job_id: Line
    at: Moment
    state: HealthState
    trouble: Line = ""  # a sentence; empty when nothing was wrong
    hint: Line = ""
    last_cycle: Moment | None = None  # when it ended; None while none has
    escrowed: int = 0  # entries of that cycle with errors, which are retried
    people: int | None = None  # linked with an account in Webex; None where that was not told
    dropped: bool = False  # whether errors of the first cycle were too many to be kept
    next_try: Moment | None = None  # of what went wrong
    nobody: Line = ""  # why nobody was in scope, a sentence; empty where somebody may have been

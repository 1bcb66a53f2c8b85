"""How the last connection test ended, as a profile keeps it."""

from wizard.store.fields import Line, Moment, Record


class CheckRecord(Record):
    """How one check of a connection test ended."""

    title: Line
    status: Line
    message: Line


class TestRecord(Record):
    """The outcome of the last connection test."""

    __test__ = False  # not a test class, whatever its name suggests to pytest

    at: Moment
    verdict: Line
    entra_says: Line
    writes: Line
    failed: tuple[Line, ...] = ()
    checks: tuple[CheckRecord, ...] = ()

"""Where reading of the provisioning log begins: at a moment, behind a cursor, or behind a file.

A file of rows is the safest: what it holds is known, so that an entry that Entra wrote late, with
an earlier time, is neither missed nor told twice.
"""

import json
import os
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from wizard.errors import InvalidInput
from wizard.graph.provisioning_log import LOG_LATE
from wizard.machine.files import open_file, reason_of
from wizard.reports.log_row import LOG_ROW_VERSION, LogRow
from wizard.words.moments import in_utc, moment_typed
from wizard.words.text import plain_line

_CURSOR: Final = re.compile(r"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)/(.{0,300})")
_LONGEST_LINE: Final = 1_000_000
_BEGINNING: Final = b'{"version":'
"""What a line of ours begins with, so that half of one is known as such."""


@dataclass(frozen=True)
class LogSince:
    """Where reading begins, and what was told before.

    Attributes:
        start: Nothing older is told; None is all that the log keeps.
        last: The entry that was told last, by time and id, where a cursor names it.
        known: The keys of what was told from the start on.
        job: The job that it was told of; empty where that is not known.
        words: What is said of it.
        file: The file that it was told into; None where it was told elsewhere.
    """

    start: datetime | None = None
    last: tuple[datetime, str] | None = None
    known: frozenset[str] = frozenset()
    job: str = ""
    words: str = ""
    file: Path | None = None

    @property
    def is_file(self) -> bool:
        """Whether it was told into a file."""
        return self.file is not None

    def has(self, row: LogRow) -> bool:
        """Tell whether a row is older, or was told before."""
        if row.at is not None:
            if self.start is not None and row.at < self.start:
                return True
            if self.last is not None and (row.at, row.id) <= self.last:
                return True
        return bool(self.known) and row.key in self.known

    def mend(self) -> str:
        """End the last line of the file, so that the next entry begins one; before it is written.

        Half a line, as a full disk or a kill leaves it, is taken out: its entry comes again.

        Returns:
            What was done, as a sentence; empty for nothing.

        Raises:
            InvalidInput: The file cannot be written (`log-file-unusable`).
        """
        return "" if self.file is None else _mended(self.file)


ALL_KEPT: Final = LogSince()


def since_named(text: str, now: datetime) -> LogSince:
    """Return where reading begins.

    Args:
        text: A moment as `moment_typed` takes it, the cursor of an entry, or a file of rows.
        now: From which a span counts back.

    Raises:
        InvalidInput: It is none of them, or the file is of another kind.
    """
    if last := _cursor(text):
        return LogSince(last[0], last, words=f" behind the entry of {in_utc(last[0])}")
    try:
        start = moment_typed(text, now)
    except InvalidInput as error:
        if not os.path.exists(text):  # where no file can have such a name, there is none
            error.hint += " Or the name of a file that `log --jsonl` has written."
            raise
        return _of_file(Path(text))
    return LogSince(start, words=f" since {in_utc(start)}")


def _cursor(text: str) -> tuple[datetime, str] | None:
    found = _CURSOR.fullmatch(text.strip())
    try:
        return (datetime.fromisoformat(found[1]), found[2]) if found else None
    except ValueError:
        return None


class _Line(msgspec.Struct):
    """What is read of a row that was written."""

    version: int
    id: str
    job: str
    at: datetime | None = None


_LINE: Final = msgspec.json.Decoder(_Line)


def _of_file(file: Path) -> LogSince:
    """Read a file twice, so that only what may come again is held."""
    jobs: set[str] = set()
    newest: datetime | None = None
    for line, _ in _lines(file):
        jobs.add(line.job)
        newest = max(filter(None, (newest, line.at)), default=None)
    if len(jobs) > 1:
        raise _unusable(file, "it holds entries of several jobs")
    name = plain_line(file.name, 60)
    if newest is None:
        return LogSince(words=f", into {name}", file=file)
    start = newest - LOG_LATE
    known = frozenset(
        line.id or _key_of(whole)
        for line, whole in _lines(file)
        if line.at is None or line.at >= start
    )
    words = f" behind {name}, whose last entry is of {in_utc(newest)}"
    return LogSince(start, None, known, jobs.pop(), words, file=file)


def _key_of(whole: bytes) -> str:
    return json.dumps(json.loads(whole), sort_keys=True)


def _mended(file: Path) -> str:
    try:
        with open_file(file) as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(size - _LONGEST_LINE, 0))
            last = stream.read().rpartition(b"\n")[2]
        if not last:
            return ""
        is_half = _decoded(last) is None
        with file.open("r+b") as stream:
            if is_half:
                stream.truncate(size - len(last))
            else:
                stream.seek(size)
                stream.write(b"\n")
    except OSError as error:
        told = f"its last line does not end, and cannot be mended: {reason_of(error)}"
        raise _unusable(file, told, "Make it writable, and try again.") from error
    name = plain_line(file.name, 60)
    if is_half:
        return f"The last line of {name} was cut off, and was taken out: its entry comes again."
    return f"The last line of {name} did not end, and was ended."


def _lines(file: Path) -> Iterator[tuple[_Line, bytes]]:
    """Yield each line that is one of ours; half of one at the end is left out."""
    try:
        with open_file(file) as stream:
            number = 0
            while whole := stream.readline(_LONGEST_LINE):
                number += 1
                if whole.strip() and not _is_half(whole):
                    yield _read(file, whole, number), whole
    except (OSError, ValueError) as error:
        raise _unusable(file, reason_of(error)) from error


def _is_half(whole: bytes) -> bool:
    is_ours = whole.startswith(_BEGINNING) or _BEGINNING.startswith(whole)
    return is_ours and not whole.endswith(b"\n") and _decoded(whole) is None


def _decoded(whole: bytes) -> _Line | None:
    try:
        return _LINE.decode(whole)
    except (msgspec.DecodeError, RecursionError):
        return None


def _read(file: Path, whole: bytes, number: int) -> _Line:
    """Return a line that is one of ours."""
    line = _decoded(whole)
    if line is None and whole.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise _unusable(
            file,
            "it is text in UTF-16, as Windows PowerShell makes of what `>>` is given",
            "Begin a new file, in cmd or in PowerShell 7.",
        )
    if line is None:
        raise _unusable(file, f"line {number:,} is no entry that `log --jsonl` has written")
    if line.version > LOG_ROW_VERSION:
        raise _unusable(file, "a newer version of this program has written it")
    return line


def _unusable(
    file: Path, why: str, hint: str = "Name the file to which the entries so far were written."
) -> InvalidInput:
    told = f"Reading cannot go on behind {plain_line(file.name, 60)}: {why}."
    return InvalidInput(told, hint, code="log-file-unusable")

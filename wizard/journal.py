"""The journal: an append-only record of what this program did, without secrets."""

import json
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from wizard.errors import ProfileError
from wizard.files import append_private, reason_of
from wizard.profiles import Line, Moment
from wizard.redact import redact
from wizard.text import plain_line


class JournalEntry(BaseModel):
    """One thing that was done: when, in which step, what, and to what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: Moment
    step: Line
    action: Line
    """A past participle: `stored`, `promoted`, `revoked`, `confirmed`, `exported`."""
    subject: Line
    """What it was done to, in the administrator's words."""
    details: dict[str, Any] = {}


MADE = frozenset({"made", "changed"})
"""Actions that made something, which can be taken back."""
FORGOTTEN = ("token", "forgotten")
"""Step and action of the entry with which all tokens of a profile have ended."""
UNDONE, REFUSED = "undone", "refused"
"""Actions that say of an entry, by its time in `of`, that it does not hold any more, or never did.
"""


def standing(entries: Iterable[JournalEntry], actions: Set[str] = MADE) -> tuple[JournalEntry, ...]:
    """Return what was made and neither taken back nor refused, oldest first.

    Args:
        entries: A journal.
        actions: The actions that count as making.
    """
    known = tuple(entries)
    gone = {
        (entry.step, str(entry.details.get("of")))
        for entry in known
        if entry.action in {UNDONE, REFUSED}
    }
    return tuple(
        entry
        for entry in known
        if entry.action in actions and (entry.step, entry.at.isoformat()) not in gone
    )


class Journal:
    """The journal of one profile: JSON lines, each on the disk before the next thing is done."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def append(self, entry: JournalEntry) -> None:
        """Add an entry.

        Raises:
            ProfileError: The disk is full or the folder cannot be written.
        """
        append_private(self.file, redact(entry.model_dump_json()))

    def __iter__(self) -> Iterator[JournalEntry]:
        """Yield all entries, oldest first; a line cut off by a crash is passed over.

        Raises:
            ProfileError: The file is there and cannot be read.
        """
        try:
            text = self.file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        except OSError as error:
            raise ProfileError(
                f"The journal {plain_line(self.file)} cannot be read: {reason_of(error)}.",
                "Make the file readable and try again.",
                code="journal-unreadable",
            ) from error
        for line in text.split("\n"):
            try:
                yield JournalEntry.model_validate(json.loads(line))
            except (ValueError, RecursionError, ValidationError):
                continue

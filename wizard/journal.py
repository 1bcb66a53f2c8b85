"""The journal: an append-only record of what this program did, without secrets."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from wizard.files import append_private
from wizard.redact import redact


class JournalEntry(BaseModel):
    """One thing that was done: when, in which step, what, and to what."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    step: str
    action: str
    """A past participle: `stored`, `promoted`, `revoked`, `confirmed`, `exported`."""
    subject: str
    """What it was done to, in the administrator's words."""
    details: dict[str, Any] = {}


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
        """Yield all entries, oldest first; a line cut off by a crash is passed over."""
        try:
            lines = self.file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                yield JournalEntry.model_validate(json.loads(line))
            except (ValueError, RecursionError, ValidationError):
                continue

"""One entry of the provisioning log with what it means: the object behind its lines and its JSON.

What people read and what programs read is made from the same row.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from wizard.graph.meanings import of_entry, told
from wizard.graph.provisioning_log import LogEntry
from wizard.graph.upstream import next_try
from wizard.words.cycles import Became, became, has_same, tried_again
from wizard.words.lines import hanging_lines
from wizard.words.meanings import Meaning
from wizard.words.moments import moment_written
from wizard.words.text import plain_line

LOG_ROW_VERSION: Final = 1

_NAME: Final = 60
_ATTRIBUTES: Final = 40
"""Attributes that are named of one entry."""
_HELD: Final = "TooManyDeletes"
_EXPLAINED: Final = frozenset(
    {Became.FAILED, Became.WARNED, Became.UNCLEAR, Became.SKIPPED, Became.HELD_BACK}
)
LOUD: Final = {Became.FAILED: "FAILED", Became.WARNED: "WARNING", Became.UNCLEAR: "NOT CLEAR"}
"""What stands out by its word where somebody looks for what went wrong."""
_OUTCOME: Final = max(len(each) for each in (*LOUD.values(), Became.UNCHANGED, Became.HELD_BACK))


@dataclass(frozen=True)
class LogRow:
    """What became of one person or group at one time, and what that means."""

    at: datetime | None
    id: str
    """Microsoft's, of the entry."""
    job: str
    cycle: str
    kind: str
    """`person` or `group`."""
    name: str
    entra_id: str
    webex_id: str
    outcome: Became
    status: str
    action: str
    code: str
    """Microsoft's, of a failure or skip."""
    cause: str
    """Ours for the same."""
    meaning: str
    next: str
    said: str
    """The words of Webex or Microsoft, where they tell more."""
    next_try: datetime | None
    attributes: tuple[str, ...]
    """Whose values were written."""

    @property
    def key(self) -> str:
        """What tells the entry from every other; all of it, where Microsoft gives it no id."""
        return self.id or json.dumps(self.to_json(), sort_keys=True)

    @property
    def cursor(self) -> str:
        """Behind which reading goes on, for `--since`."""
        return f"{moment_written(self.at)}/{self.id}" if self.at else ""

    @property
    def why(self) -> str:
        """What it means, in sentences; what Webex answered decides, so it comes first."""
        known = f"{self.meaning} {self.next}".strip()
        parts = (self.said, known) if self.said.startswith("Webex") else (known, self.said)
        return " ".join(filter(None, (*parts, tried_again(self.next_try))))

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON holds it."""
        moments = {
            name: moment and moment_written(moment)
            for name, moment in (("at", self.at), ("next_try", self.next_try))
        }
        head = {"version": LOG_ROW_VERSION, "cursor": self.cursor}
        return head | asdict(self) | moments | {"outcome": str(self.outcome)}

    def lines(self, width: int) -> Iterator[str]:
        """Yield the row as lines: when, what and who, and below it why and what to do.

        Args:
            width: Columns of the terminal.
        """
        at = f"{self.at:%Y-%m-%d %H:%M:%S} UTC" if self.at else "at a time not told".ljust(23)
        outcome = LOUD.get(self.outcome, str(self.outcome)).ljust(_OUTCOME)
        name = f"Group {self.name}" if self.kind == "group" else self.name
        yield from hanging_lines(f"{at}  {outcome}  ", name, width)
        for label, text in self._told():
            yield from hanging_lines(f"    {label + ':':<6} ", text, width)

    def _told(self) -> Iterator[tuple[str, str]]:
        said = (("Said", self.said),) if self.said else ()
        known = (("Why", self.meaning),) if self.meaning else ()
        yield from (*said, *known) if self.said.startswith("Webex") else (*known, *said)
        if self.next:
            yield "Next", self.next
        if later := tried_again(self.next_try):
            yield "Then", later
        if self.outcome in LOUD:
            yield "Code", ", ".join(filter(None, (self.code, self.id and f"entry {self.id}")))
        if self.outcome is Became.UPDATED and self.attributes:
            yield "Set", ", ".join(self.attributes)


def log_row_of(entry: LogEntry) -> LogRow:
    """Return an entry with what it means."""
    outcome = became(entry.status, entry.action, entry.code)
    is_explained = outcome in _EXPLAINED and not has_same(entry.code)
    known = entry.meaning if is_explained else None
    if known is None:
        known = of_entry(_HELD) if outcome is Became.HELD_BACK else Meaning("", "")
    words = entry.words if is_explained else ""
    source, target = entry.source_identity, entry.target_identity
    return LogRow(
        at=entry.activity_date_time,
        id=entry.id,
        job=entry.job_id,
        cycle=entry.cycle_id,
        kind="group" if entry.is_of_a_group else "person",
        name=name_in(entry),
        entra_id=source.id if source else "",
        webex_id=target.id if target else "",
        outcome=outcome,
        status=entry.status,
        action=entry.action,
        code=entry.code,
        cause=known.code,
        meaning=known.message,
        next=known.hint,
        said=told(words) if entry.status != "skipped" else "",
        next_try=next_try(words),
        attributes=tuple(each.display_name for each in entry.changes[:_ATTRIBUTES]),
    )


def name_in(entry: LogEntry) -> str:
    """Return whom an entry is about, as far as it tells."""
    for identity in (entry.source_identity, entry.target_identity):
        if identity is not None and identity.display_name:
            return plain_line(identity.display_name, _NAME)
    return entry.about or "unknown"

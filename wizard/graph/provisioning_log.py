"""The provisioning log: what became of each person and group."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from pydantic import model_validator

from wizard.graph.connection import Connection
from wizard.graph.models import GraphMoment, Id, Listing
from wizard.graph.odata import odata_moment, odata_text
from wizard.graph.operations import Operation
from wizard.graph.results import EntryResult, flattened
from wizard.words.meanings import Meaning

LOG_PAGE = 100

LOG_LATE: Final = timedelta(minutes=15)
"""How much later than others an entry may appear (reference/graph-entra.md 2.10: 5 to 10)."""


class LogEntry(EntryResult):
    """What became of one person or group at one time."""

    id: Id = ""
    job_id: Id = ""
    cycle_id: Id = ""
    activity_date_time: GraphMoment = None
    """When it became so."""

    _flattened = model_validator(mode="before")(flattened)

    @property
    def meaning(self) -> Meaning | None:
        """What the code means, naming the job where that helps; None where there is none."""
        found = super().meaning
        return found and found.about_job(self.job_id)

    @property
    def about(self) -> str:
        """The id here of whom it is about; the id in Webex of those who are only there."""
        for identity in (self.source_identity, self.target_identity):
            if identity is not None and identity.id:
                return identity.id
        return ""


class ProvisioningLogRequests:
    """Questions about the log; it lags some minutes behind and needs Entra ID P1 or P2."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def entries(
        self, job_id: str, *, since: datetime | None = None, most: int = 1000
    ) -> Listing[LogEntry]:
        """Return the entries of a job, the newest first.

        Args:
            job_id: The job.
            since: Leave out what is older.
            most: Entries after which reading stops.
        """
        later = f" and activityDateTime gt {odata_moment(since)}" if since else ""
        return await self._connection.several(
            Operation.LIST_PROVISIONING_LOG.at(),
            LogEntry,
            query={
                "$filter": f"jobId eq {odata_text(job_id)}{later}",
                "$orderby": "activityDateTime desc",
                "$top": str(min(most, LOG_PAGE)),
            },
            most=most,
        )


def latest_of_each(entries: Iterable[LogEntry]) -> tuple[LogEntry, ...]:
    """Return the newest entry of each person and group, of entries with the newest first."""
    latest: dict[str, LogEntry] = {}
    for entry in entries:
        latest.setdefault(entry.about or entry.id, entry)
    return tuple(latest.values())

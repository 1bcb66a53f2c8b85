"""Synchronization jobs: making, starting, pausing, restarting and deleting one."""

from collections.abc import Iterable
from enum import StrEnum

from wizard.graph.connection import Connection
from wizard.graph.job import Job
from wizard.graph.operations import Operation


class Reset(StrEnum):
    """What a restart forgets; several are joined (reference/graph-entra.md 2.7)."""

    ERRORS = "Escrows"
    WATERMARK = "Watermark"
    """How far the last cycle got; the next one looks at everybody."""
    QUARANTINE = "QuarantineState"
    EVERYTHING = "Full"
    """All of these and the links of people to accounts: a first cycle once more."""
    HELD_BACK_DELETIONS = "ForceDeletes"
    """Not forgetting: carries out the deletions that were held back as too many."""


USUAL = (Reset.WATERMARK, Reset.ERRORS, Reset.QUARANTINE)
"""What the portal's restart resets: a new look at everybody, links kept."""


class JobRequests:
    """Reading and changing the jobs of one service principal."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, principal_id: str) -> tuple[Job, ...]:
        """Return the jobs; normally there is one at most."""
        call = Operation.LIST_JOBS.at(service_principal=principal_id)
        return (await self._connection.several(call, Job)).items

    async def get(self, principal_id: str, job_id: str) -> Job:
        """Return one job with its status."""
        return await self._connection.one(
            Operation.GET_JOB.at(service_principal=principal_id, job=job_id), Job
        )

    async def create(self, principal_id: str, template_id: str) -> Job:
        """Make a job, which does not run yet; reading it may have to wait a little.

        Look with `list` first: a second job on the same application fights the first.
        """
        made = await self._connection.one(
            Operation.CREATE_JOB.at(service_principal=principal_id),
            Job,
            body={"templateId": template_id},
        )
        self._connection.patience.expect_young(made.id)
        return made

    async def start(self, principal_id: str, job_id: str) -> None:
        """Start or continue a job; this also lifts a quarantine."""
        await self._act(Operation.START_JOB, principal_id, job_id)

    async def pause(self, principal_id: str, job_id: str) -> None:
        """Stop a job after the cycle that runs."""
        await self._act(Operation.PAUSE_JOB, principal_id, job_id)

    async def restart(self, principal_id: str, job_id: str, reset: Iterable[Reset] = USUAL) -> None:
        """Restart a job, and let it forget what is named."""
        await self._connection.send(
            Operation.RESTART_JOB.at(service_principal=principal_id, job=job_id),
            body={"criteria": {"resetScope": ", ".join(reset)}},
        )

    async def delete(self, principal_id: str, job_id: str) -> bool:
        """Delete a job with its links; return whether it was there."""
        return await self._connection.delete(
            Operation.DELETE_JOB.at(service_principal=principal_id, job=job_id)
        )

    async def _act(self, operation: Operation, principal_id: str, job_id: str) -> None:
        await self._connection.send(operation.at(service_principal=principal_id, job=job_id))

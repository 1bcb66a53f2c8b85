"""A synchronization job as Graph shows it (reference/graph-entra.md 2.7 and 2.10)."""

from typing import Any

from wizard.practice.entra.clock import NEVER, stamp
from wizard.practice.entra.directory import ServicePrincipal
from wizard.practice.entra.synchronization import Execution, Job, Quarantine


def with_status(job: Job, principal: ServicePrincipal) -> dict[str, Any]:
    """Return a job with its status."""
    return {
        "id": job.id,
        "templateId": job.template_id,
        "schedule": {
            "expiration": None,
            "interval": "PT40M",
            "state": "Active" if job.started else "Disabled",
        },
        "status": _status(job, principal),
        "synchronizationJobSettings": [
            {"name": "AzureIngestionAttributeOptimization", "value": "False"}
        ],
    }


def _status(job: Job, principal: ServicePrincipal) -> dict[str, Any]:
    since, until = job.steady_since, job.steady_until
    return {
        "code": _code(job, principal),
        "countSuccessiveCompleteFailures": job.failures,
        "escrowsPruned": False,
        "lastExecution": _execution(job.last),
        "lastSuccessfulExecution": _execution(job.last_good),
        "lastSuccessfulExecutionWithExports": _execution(job.last_with_exports),
        "progress": _progress(job),
        "quarantine": _quarantine(job.quarantine),
        "steadyStateFirstAchievedTime": stamp(since) if since else NEVER,
        "steadyStateLastAchievedTime": stamp(until) if until else NEVER,
        "synchronizedEntryCountByType": [
            {"key": kind, "value": number} for kind, number in job.counted.items()
        ],
        "troubleshootingUrl": None,
    }


def _code(job: Job, principal: ServicePrincipal) -> str:
    if not principal.secrets:
        return "NotConfigured"
    if job.quarantine is not None:
        return "Quarantine"
    if not job.started:
        return "Paused"
    return "NotRun" if job.steady_since is None else "Active"


def _execution(execution: Execution | None) -> dict[str, Any] | None:
    if execution is None:
        return None
    error = {
        "code": execution.code,
        "message": execution.message,
        "tenantActionable": True,
    }
    return {
        "activityIdentifier": execution.cycle_id,
        "countEntitled": execution.entitled,
        "countEntitledForProvisioning": execution.entitled,
        "countEscrowed": execution.escrowed,
        "countEscrowedRaw": execution.escrowed,
        "countExported": execution.exported,
        "countExports": execution.exported,
        "countImported": execution.imported,
        "countImportedDeltas": 0,
        "countImportedReferenceDeltas": 0,
        "error": error if execution.code else None,
        "state": execution.state,
        "timeBegan": stamp(execution.began),
        "timeEnded": stamp(execution.ended),
    }


def _progress(job: Job) -> list[dict[str, Any]]:
    if job.cycle is None:
        return []
    return [
        {
            "completedUnits": job.cycle.total - len(job.cycle.waiting),
            "totalUnits": job.cycle.total,
            "units": "entries",
            "progressObservationDateTime": stamp(job.cycle.began),
        }
    ]


def _quarantine(quarantine: Quarantine | None) -> dict[str, Any] | None:
    if quarantine is None:
        return None
    return {
        "reason": quarantine.reason,
        "currentBegan": stamp(quarantine.began),
        "nextAttempt": stamp(quarantine.next_attempt),
        "seriesBegan": stamp(quarantine.began),
        "seriesCount": quarantine.attempts,
        "error": {
            "code": quarantine.code,
            "message": quarantine.message,
            "tenantActionable": True,
        },
    }

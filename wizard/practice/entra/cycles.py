"""What time does to a started job: cycles, quarantine, and what each of them leaves behind.

Nothing runs in the background. Whoever looks at a job first brings it up to the practice clock, so
that a test which moves the clock finds exactly what it should.
"""

import json
from datetime import datetime, timedelta

from wizard.practice.entra.call import Services
from wizard.practice.entra.directory import Directory, ServicePrincipal, new_id
from wizard.practice.entra.outcome import ObjectOutcome
from wizard.practice.entra.provisioning import Provisioning
from wizard.practice.entra.records import log_entry
from wizard.practice.entra.synchronization import (
    CYCLE_INTERVAL,
    SECONDS_PER_PERSON,
    SHORTEST_CYCLE,
    Cycle,
    Execution,
    Job,
    Quarantine,
)
from wizard.practice.entra.webex import Trouble
from wizard.practice.faults import QUARANTINE_REASONS

_RETRIES = (timedelta(hours=6), timedelta(hours=12), timedelta(hours=24))
"""After how long a job in quarantine is tried again; daily in the end (reference 6.5)."""

_GIVEN_UP = timedelta(days=28)
_MOST_CYCLES = 3
"""Cycles that are made up for when the clock was moved far; the rest would find nothing new."""


def bring_up_to_date(services: Services, directory: Directory) -> None:
    """Let every job of a tenant do what it should have done by now."""
    for principal in directory.service_principals.values():
        for job in principal.jobs.values():
            run = _Run(services, directory, principal, job)
            if job.started:
                run.catch_up()
            elif job.cycle is not None:
                # A job that was paused finishes the cycle it was in (reference 2.7).
                run.continued(job.cycle)


class _Run:
    """One job, brought up to the clock."""

    def __init__(
        self, services: Services, directory: Directory, principal: ServicePrincipal, job: Job
    ) -> None:
        self.services = services
        self.directory = directory
        self.principal = principal
        self.job = job
        self.now = services.clock.now()

    def catch_up(self) -> None:
        job, fault = self.job, None
        if job.quarantine is None:
            fault = self.services.faults.take("synchronization", "", frozenset(QUARANTINE_REASONS))
        if fault is not None:
            told = "The practice tenant was asked for this."
            self.quarantine(
                QUARANTINE_REASONS[fault.fault], Trouble("PracticeFault", told), self.now
            )
        for _ in range(_MOST_CYCLES):
            if job.quarantine is not None and not self.retried(job.quarantine):
                return
            if job.cycle is None:
                if job.next_cycle is not None and job.next_cycle > self.now:
                    return
                self.begin(job.next_cycle or self.now)
            if job.cycle is None or not self.continued(job.cycle):
                return

    def retried(self, quarantine: Quarantine) -> bool:
        """Tell whether a job may leave quarantine, because a due attempt succeeded."""
        if self.now - quarantine.began >= _GIVEN_UP:
            self.job.started = False
            return False
        if quarantine.next_attempt > self.now:
            return False
        trouble, _ = self.services.webex.trouble_with(self.principal.secrets)
        if trouble is None and self.is_over(quarantine):
            self.job.quarantine = None
            self.job.next_cycle = self.now
            return True
        quarantine.attempts += 1
        pause = _RETRIES[min(quarantine.attempts - 1, len(_RETRIES) - 1)]
        quarantine.next_attempt = self.now + pause
        return False

    def is_over(self, quarantine: Quarantine) -> bool:
        """Tell whether the reason for a quarantine is gone, now that Webex can be used."""
        if quarantine.reason == "TooManyDeletes":  # whoever was to leave may be assigned again
            return len(self.leaving()) < (_delete_limit(self.principal) or len(self.job.links) + 1)
        return quarantine.reason == "EncounteredQuarantineException"

    def begin(self, moment: datetime) -> None:
        """Begin a cycle, or go into quarantine where Webex cannot be used."""
        job = self.job
        trouble, _ = self.services.webex.trouble_with(self.principal.secrets)
        if trouble is not None:
            job.last = Execution(
                moment, moment, new_id(), code=trouble.code, message=trouble.message
            )
            job.failures += 1
            self.quarantine("EncounteredQuarantineException", trouble, moment)
            return
        initial = job.steady_since is None
        provisioning = self.provisioning()
        provisioning.begin(initial=initial)
        subjects = provisioning.subjects()
        length = max(SHORTEST_CYCLE, len(subjects) * SECONDS_PER_PERSON) if initial else 0.0
        pause = length / max(len(subjects), 1)
        waiting = [
            (moment + timedelta(seconds=pause * (number + 1)), identifier, kind)
            # Groups come last: their members must be there before them.
            for number, (identifier, kind) in enumerate(
                sorted(subjects, key=lambda one: one[1], reverse=True)
            )
        ]
        done = Execution(moment, moment + timedelta(seconds=length), new_id())
        job.cycle = Cycle(done.cycle_id, moment, waiting, len(waiting), done)
        self.hold_back_deletions(moment)

    def hold_back_deletions(self, moment: datetime) -> None:
        """Go into quarantine where more people would go than the limit allows (reference 3)."""
        limit = _delete_limit(self.principal)
        if limit is None or self.job.deletes_allowed or self.job.cycle is None:
            return
        leaving = self.leaving()
        if len(leaving) < limit:
            return
        self.job.cycle = None
        told = f"{len(leaving)} objects would be removed, and the limit is {limit}."
        self.quarantine("TooManyDeletes", Trouble("TooManyDeletes", told), moment)
        for identifier in leaving:
            name = str(self.directory.users.get(identifier, {}).get("userPrincipalName", ""))
            staged = ObjectOutcome("User", identifier, name, self.services.clock, "stagedDelete")
            staged.target_id = self.job.links[identifier]
            staged.skip("TooManyDeletes", told)
            self.write(staged, new_id(), moment)

    def leaving(self) -> list[str]:
        """Return the people whom the next cycle would switch off."""
        provisioning = self.provisioning()
        return [one for one in self.job.links if provisioning.would_disable(one)]

    def continued(self, cycle: Cycle) -> bool:
        """Work off what is due; tell whether the cycle is finished."""
        job = self.job
        while cycle.waiting and cycle.waiting[0][0] <= self.now:
            moment, identifier, kind = cycle.waiting.pop(0)
            outcome = self.provisioning().carry_out(identifier, kind)
            self.count(cycle.done, outcome)
            # A cycle that finds nothing to do writes nothing, save the first time.
            if job.steady_since is None or outcome.code != "RedundantExport":
                self.write(outcome, cycle.id, moment)
            if outcome.code in {"Unauthorized", "InsufficientRights"}:
                job.cycle = None
                trouble, _ = self.services.webex.trouble_with(self.principal.secrets)
                if trouble is not None:
                    self.quarantine("EncounteredQuarantineException", trouble, moment)
                    return False
                job.cycle = cycle
        if cycle.waiting or cycle.done.ended > self.now:
            return False
        self.finish(cycle)
        return True

    def count(self, done: Execution, outcome: ObjectOutcome) -> None:
        done.imported += 1
        done.entitled += outcome.code != "NotEffectivelyEntitled"
        done.exported += outcome.status == "success"
        done.escrowed += outcome.status == "failure"

    def finish(self, cycle: Cycle) -> None:
        job, done = self.job, cycle.done
        job.cycle = None
        job.deletes_allowed = False
        job.failures = 0
        job.last = job.last_good = done
        if done.exported:
            job.last_with_exports = done
        job.steady_since = job.steady_since or done.ended
        job.steady_until = done.ended
        job.counted = {
            kind: sum((one in self.directory.users) == (kind == "User") for one in job.links)
            for kind in ("User", "Group")
        }
        # Cycles that nobody looked at are not made up for one by one.
        missed = max(0, (self.now - done.ended) // CYCLE_INTERVAL - 1)
        job.next_cycle = done.ended + CYCLE_INTERVAL * (missed + 1)

    def quarantine(self, reason: str, trouble: Trouble, moment: datetime) -> None:
        self.job.cycle = None
        self.job.quarantine = Quarantine(
            reason, trouble.code, trouble.message, moment, moment + _RETRIES[0]
        )

    def provisioning(self) -> Provisioning:
        webex, clock = self.services.webex, self.services.clock
        return Provisioning(self.directory, self.principal, self.job, webex, clock)

    def write(self, outcome: ObjectOutcome, cycle_id: str, moment: datetime) -> None:
        self.directory.log.append(log_entry(outcome, self.principal, self.job, cycle_id, moment))


def _delete_limit(principal: ServicePrincipal) -> int | None:
    """Return how many deletions are too many, or None where nobody set a limit."""
    text = principal.secrets.get("SyncNotificationSettings", "")
    try:
        settings = json.loads(text) if text else {}
    except ValueError:
        return None
    if not settings.get("DeleteThresholdEnabled"):
        return None
    return int(settings.get("DeleteThresholdValue") or 0) or None

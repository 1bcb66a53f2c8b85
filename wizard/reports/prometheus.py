"""How profiles stand, as metrics for Prometheus' textfile collector; without names of people.

Source: Prometheus, "Exposition formats", text format 0.0.4.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import get_args

from wizard.reports.nagios import plugin_code
from wizard.reports.status import Standing
from wizard.store.job_health import HealthState

_PREFIX = "webex_wizard"
_HELP = {
    "run_timestamp_seconds": "When these figures were made.",
    "profiles": "How many profiles are stored here.",
    "status": "How a profile stands: 0 healthy, 1 attention, 2 stopped, 3 not known.",
    "looked": "Whether provisioning could be looked at in this run.",
    "last_look_timestamp_seconds": "When provisioning was last looked at.",
    "token_expires_timestamp_seconds": "When the token of Webex ends.",
    "token_renewal_timestamp_seconds": "When the token of Webex is to be renewed.",
    "last_success_timestamp_seconds": "When a cycle of provisioning last succeeded.",
    "silence_limit_seconds": "After which time without a success provisioning is silent.",
    "job_state": "How provisioning is doing: 1 for the state that was seen.",
    "quarantine": "Whether provisioning is in quarantine, and Microsoft's word for the cause.",
    "retried_entries": "Entries with errors in the last cycle, which are retried.",
    "failed_entries": "People and groups that failed in the log of the last day.",
    "linked_people": "People who are linked with an account in Webex.",
    "log_end_timestamp_seconds": "Of when the newest entry of the provisioning log is.",
}
"""Every metric and what it is; all are gauges."""

_Sample = tuple[str, dict[str, str], float]
"""Metric, labels, value."""


def exposition(found: Sequence[Standing], now: datetime) -> str:
    """Return the metrics of all profiles, with a line end at the end and no times beside values."""
    samples: list[_Sample] = [
        ("run_timestamp_seconds", {}, now.timestamp()),
        ("profiles", {}, sum(standing.is_kept for standing in found)),
    ]
    for standing in found:
        labels = {"profile": standing.profile}
        samples += [(name, labels | more, value) for name, more, value in _samples(standing)]
    return "".join(_family(name, samples) for name in _HELP)


def _samples(standing: Standing) -> Iterator[_Sample]:
    """Yield what is known of a profile.

    Of provisioning that was not seen in this run, only when it was last seen and last succeeded.
    """
    yield "status", {}, plugin_code(standing)
    if standing.watched:
        yield "looked", {}, standing.looked
    yield from _moments(
        token_expires=standing.expires_at,
        token_renewal=standing.renew_at,
    )
    job = standing.job
    if job is None:
        return
    yield from _moments(last_look=job["seen_at"], last_success=job["last_success"])
    yield "silence_limit_seconds", {}, job["silent_after"]
    if not standing.looked:
        return
    yield from _moments(log_end=job["log_end"])
    for state in get_args(HealthState):
        yield "job_state", {"state": state}, state == job["state"]
    if job["cause"]:
        yield "quarantine", {"cause": job["cause"]}, 1
    counts = {"escrowed": "retried_entries", "failed": "failed_entries", "people": "linked_people"}
    yield from ((name, {}, job[key]) for key, name in counts.items() if job[key] is not None)


def _moments(**told: str | None) -> Iterator[_Sample]:
    for name, at in told.items():
        if at is not None:
            yield f"{name}_timestamp_seconds", {}, datetime.fromisoformat(at).timestamp()


def _family(name: str, samples: Iterable[_Sample]) -> str:
    mine = [(labels, value) for metric, labels, value in samples if metric == name]
    if not mine:
        return ""
    full = f"{_PREFIX}_{name}"
    lines = [f"# HELP {full} {_HELP[name]}", f"# TYPE {full} gauge"]
    lines += [f"{full}{_labels(labels)} {value:.15g}" for labels, value in mine]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    each = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{each}}}" if each else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

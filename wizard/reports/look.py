"""Whether anybody has looked: what was stored some time ago is no look, and says how old it is."""

from dataclasses import replace
from datetime import datetime

from wizard.errors import HostsError
from wizard.reports.attention import Urgency, attention_of
from wizard.reports.status import Standing, job_in_words
from wizard.store.job_health import HealthState
from wizard.words.clock import saved_later
from wizard.words.text import lasting

_BY_HAND = "Entra was not asked: provisioning is set up by hand here."
_WAS: dict[HealthState, str] = {
    "running": "ran",
    "first cycle": "was in its first cycle",
    "off": "was off",
    "failing": "failed",
    "quarantine": "was in quarantine",
}
"""How a job was doing, after the word provisioning."""
_NOT_REMEMBERED = "Entra was not asked: no Microsoft sign-in is remembered here."


def after_look(found: Standing, said: str | HostsError | None, now: datetime) -> Standing:
    """Return how a profile stands after Entra was to be asked.

    Args:
        found: As it stands by what is stored, which a look has renewed.
        said: Why Entra could not be asked, empty where it was; None where nobody tried.
        now: The time.
    """
    if not found.readable:
        return found
    saved_at = datetime.fromisoformat(found.saved_at) if found.saved_at else now
    if told := saved_later(saved_at, now):
        return _unseen(found, note=told)
    if isinstance(said, HostsError):
        told = f"{seen_before(found).attention} {said.message} {said.hint}".strip()
        return _unseen(found, attention=told)
    if said is None and found.watched:
        said = _BY_HAND if found.is_only_said else _NOT_REMEMBERED
    if said:
        return _unseen(found, note=f"{said} {_age(found, now)}")
    return replace(found, looked=True)


def seen_before(found: Standing) -> Standing:
    """Return how a profile stands where nobody looks at provisioning: told of the time it was."""
    job = found.job
    if job is None:
        return found
    return replace(
        found,
        attention=attention_of(found.needs, datetime.fromisoformat(job["seen_at"])),
        job=job | {"words": job_in_words(job, _WAS)},
    )


def _unseen(found: Standing, **told: str) -> Standing:
    is_worse = found.urgency < Urgency.UNKNOWN
    return replace(
        seen_before(found),
        **told,  # type: ignore[arg-type]  # both are texts
        looked=False,
        healthy=False,
        first=found.first if is_worse else "not looked at",
        urgency=min(found.urgency, Urgency.UNKNOWN),
    )


def _age(found: Standing, now: datetime) -> str:
    """Return how old the last look at provisioning is."""
    if found.job is None:
        return "It was never looked at."
    age = (now - datetime.fromisoformat(found.job["seen_at"])).total_seconds()
    return f"The last look is {lasting(max(age, 0))} old."

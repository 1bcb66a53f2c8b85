"""How each profile stands: organization, days left, last test, and what needs attention."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from wizard.errors import ProfileError
from wizard.flow.marks import mark_of, outcome_of
from wizard.flow.plan import SETUP
from wizard.store.history import History
from wizard.store.job_health import HealthState, JobHealth
from wizard.store.journal import Journal
from wizard.store.marks import DONE_MARKS, Mark
from wizard.store.narrowings import waits
from wizard.store.profiles import Profile, ProfileStore, TokenFacts
from wizard.webex.lifetime import GET_A_LASTING_ONE, IN_MEMORY, has_ended, stops_soon
from wizard.words.cycles import DROPPED, retried, tried_again
from wizard.words.text import days

STANDING_VERSION = 1

JOB_WORDS: dict[HealthState, str] = {
    "running": "runs",
    "first cycle": "is in its first cycle",
    "off": "is off",
    "failing": "fails",
    "quarantine": "is in quarantine",
}
"""How a job is doing, after the word provisioning."""

_STARTED = frozenset({Mark.SEEN, Mark.SAID, Mark.ATTENTION})


@dataclass(frozen=True)
class Standing:
    """One profile in one line."""

    profile: str
    organization_id: str | None
    days_left: int | None
    expires_at: str | None
    lifetime_assumed: bool
    renewal_waiting: bool
    """Whether a new token waits in the keyring until Entra has it."""
    last_test: str | None
    job: dict[str, Any] | None
    """How the provisioning job was doing when it was last looked at."""
    steps_done: int
    steps: int
    healthy: bool
    attention: str
    """What needs attention, as a sentence; empty when nothing does."""
    note: str = ""
    """Why Entra could not be asked afresh, as sentences; empty when it was, or need not be."""
    token_in_memory: bool = False
    """Whether a program kept the token in memory only, so that it is gone with it."""
    job_unseen: bool = False
    """Whether provisioning was set up or changed, and nobody has looked at it since."""
    left: str = ""
    """What an undo could not take back in Entra, as a sentence; empty where nothing stays."""
    readable: bool = True
    """False when the stored profile is damaged, and nothing else is known of it."""

    @property
    def sentence(self) -> str:
        """The profile in words."""
        if not self.readable:
            return f"{self.profile}: {self.attention}"
        left = _left(self.days_left)
        test = f", last test {self.last_test}" if self.last_test else ""
        job = f", provisioning {self.job['words']}" if self.job else ""
        job = ", provisioning not looked at since the last change" if self.job_unseen else job
        parts = f"{self.profile}: {left}, {self.steps_done} of {self.steps} steps done{test}{job}."
        return " ".join(filter(None, (parts, self.attention, self.left, self.note)))

    def to_json(self) -> dict[str, Any]:
        """Return the standing as JSON-ready data."""
        return asdict(self)


def standings(profiles: ProfileStore, now: datetime) -> list[Standing]:
    """Return how every stored profile stands; a damaged one is named, never hidden."""
    return [_load(profiles, name, now) for name in profiles.names()]


def standing(profile: Profile, now: datetime) -> Standing:
    """Return how a profile stands."""
    facts = profile.token
    attention = _attention(profile, now)
    return Standing(
        profile=profile.name,
        organization_id=profile.organization_id,
        days_left=facts.days_left(now) if facts else None,
        expires_at=facts.expires_at.isoformat() if facts else None,
        lifetime_assumed=bool(facts and facts.expires_assumed),
        renewal_waiting=_waits(profile),
        last_test=profile.last_test.verdict if profile.last_test else None,
        job=_job(profile.entra.job_health),
        steps_done=sum(outcome_of(profile, step.id) in DONE_MARKS for step in SETUP),
        steps=len(SETUP),
        healthy=not attention,
        attention=attention,
        token_in_memory=facts is not None and facts.in_memory,
        job_unseen=bool(profile.entra.job_id) and profile.entra.job_health is None,
    )


def _waits(profile: Profile) -> bool:
    """Tell whether a new token waits; one in the memory of a program waits for nobody else."""
    in_memory = profile.token is not None and profile.token.in_memory
    return profile.has_waiting_token and not in_memory


def _attention(profile: Profile, now: datetime) -> str:
    sentences = [_token_attention(profile.token, now)]
    if profile.token is not None and profile.token.in_memory:
        sentences.insert(0, IN_MEMORY)
    if _waits(profile):
        sentences.append("A new token waits: run `webex-wizard renew` to finish.")
    if profile.storing is not None:
        command = "setup" if profile.storing.step == "token" else "renew"
        sentences.append(
            f"The keyring stumbled over the token of {profile.storing.facts.obtained_at:%Y-%m-%d}, "
            f"and nobody knows yet whether it is there: run `webex-wizard {command}` to look."
        )
    if profile.last_test is not None and profile.last_test.verdict == "failed":
        sentences.append("The last test failed.")
    sentences.append(_job_attention(profile))
    return " ".join(filter(None, sentences))


def _job_attention(profile: Profile) -> str:
    health = profile.entra.job_health
    if health is None:
        return ""
    told = [DROPPED] if health.dropped else []
    if health.state in {"running", "first cycle"} and health.nobody:
        told.append(health.nobody)
    if health.state in {"quarantine", "failing"}:
        told = [health.trouble, health.hint, *told]
    elif health.state == "off" and mark_of(profile, "start") in _STARTED:
        told = ["Provisioning is off, although it was started.", *told]
    return " ".join(filter(None, told))


def _job(health: JobHealth | None) -> dict[str, Any] | None:
    if health is None:
        return None
    seen = f"{JOB_WORDS[health.state]} (seen {health.at:%Y-%m-%d %H:%M} UTC)"
    more = (retried(health.escrowed), tried_again(health.next_try))
    return {
        "state": health.state,
        "words": ", ".join((seen, *(each.rstrip(".") for each in more if each))),
        "seen_at": health.at.isoformat(),
        "last_cycle": health.last_cycle.isoformat() if health.last_cycle else None,
        "trouble": health.trouble,
        "hint": health.hint,
        "escrowed": health.escrowed,
        "dropped": health.dropped,
        "next_try": health.next_try.isoformat() if health.next_try else None,
    }


def _token_attention(facts: TokenFacts | None, now: datetime) -> str:
    if facts is None:
        return "The setup is not finished."
    if has_ended(facts.expires_at, now):
        return "The token has expired: renew it."
    if stops := stops_soon(facts.obtained_at, facts.expires_at, now):
        return f"{stops} {GET_A_LASTING_ONE}"
    return "Renew the token soon." if facts.needs_renewal(now) else ""


def _left(count: int | None) -> str:
    if count is None:
        return "no token yet"
    return f"expired {days(-count)} ago" if count < 0 else f"{days(count)} left"


def _load(profiles: ProfileStore, name: str, now: datetime) -> Standing:
    try:
        profile = profiles.load(name)
        history = History(Journal(profiles.journal_path(name)))
    except ProfileError as error:
        return _unreadable(name, error)
    trouble = history.trouble
    waiting = waits(history.unrestarted(profile.entra.job_id)) if profile else ""
    found = standing(profile or Profile.new(name, now), now)
    alike = ", ".join(profiles.alike(name))
    told = (
        found.attention,
        waiting,
        trouble.message if trouble else "",
        f"Another profile differs only by case: {alike}. Name each exactly." if alike else "",
    )
    return replace(
        found,
        attention=" ".join(filter(None, told)),
        healthy=found.healthy and trouble is None and not waiting,
        left=history.left_in_words,
    )


def _unreadable(name: str, error: ProfileError) -> Standing:
    return Standing(
        profile=name,
        organization_id=None,
        days_left=None,
        expires_at=None,
        lifetime_assumed=False,
        renewal_waiting=False,
        last_test=None,
        job=None,
        steps_done=0,
        steps=len(SETUP),
        healthy=False,
        attention=f"{error.message} {error.hint}",
        readable=False,
    )

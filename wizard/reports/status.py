"""How each profile stands: organization, days left, last test, and what needs attention."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, Any

from wizard.errors import ProfileError
from wizard.flow.marks import DoneSteps, done_steps, mark_of, record_of
from wizard.flow.plan import SETUP, STEPS
from wizard.options import CommandLine, command_line
from wizard.reports.attention import (
    Need,
    Urgency,
    attention_of,
    most_urgent,
    needs,
    needs_without_profile,
    renewal_is_next,
    waits_in_keyring,
)
from wizard.reports.taken_back import stays_in_webex, taken_back_words
from wizard.store.history import History
from wizard.store.job_health import HealthState, JobHealth
from wizard.store.journal import Journal
from wizard.store.lent import lent, lent_words
from wizard.store.marks import DONE_MARKS, Mark
from wizard.store.narrowings import waits
from wizard.store.profiles import Profile, ProfileStore
from wizard.webex.lifetime import IN_MEMORY
from wizard.words.cycles import retried, tried_again
from wizard.words.text import days

if TYPE_CHECKING:
    from wizard.store.anchor import Anchor

STANDING_VERSION = 1

JOB_WORDS: dict[HealthState, str] = {
    "running": "runs",
    "first cycle": "is in its first cycle",
    "off": "is off",
    "failing": "fails",
    "quarantine": "is in quarantine",
}
"""How a job is doing, after the word provisioning."""

_JOB_MOMENTS = ("seen_at", "next_try")
_LOOKED = frozenset({Mark.SEEN, Mark.ATTENTION, Mark.FAILED})
"""Marks that only a look of this program gives."""


@dataclass(frozen=True)
class Standing:
    """One profile in one line."""

    profile: str
    organization_id: str | None = None
    days_left: int | None = None
    expires_at: str | None = None
    lifetime_assumed: bool = False
    renewal_waiting: bool = False
    """Whether a new token waits in the keyring until Entra has it."""
    last_test: str | None = None
    job: dict[str, Any] | None = None
    """How the provisioning job was doing when it was last looked at."""
    steps_done: int = 0
    steps: int = 0
    healthy: bool = False
    attention: str = ""
    """What needs attention, as a sentence; empty when nothing does."""
    job_attention: str = ""
    """What of that was so when provisioning was looked at last."""
    note: str = ""
    """Why Entra could not be asked afresh, as sentences; empty when it was, or need not be."""
    token_in_memory: bool = False
    """Whether a program kept the token in memory only, so that it is gone with it."""
    job_unseen: bool = False
    """Whether provisioning was set up or changed, and nobody has looked at it since."""
    left: str = ""
    """What an undo could not take back in Entra, as a sentence; empty where nothing stays."""
    undone: str = ""
    """What was taken back in Entra, and who stays in Webex, as sentences; empty for nothing."""
    is_only_said: bool = False
    """Whether provisioning runs by somebody's word, and this program never saw it."""
    steps_said: int = 0
    """How many of those that are done are so by somebody's word."""
    readable: bool = True
    """False when the stored profile is damaged, and nothing else is known of it."""
    first: str = ""
    """What needs attention first, in a few words; empty when nothing does."""
    urgency: int = Urgency.NOTHING
    """How much that presses, as `Urgency`; less comes first."""
    looked_at: str | None = None
    """When this program looked last at anything of it; None when it never did."""
    next_command: str = "setup"
    """What to go on with: `setup` or `renew`."""
    renew_at: str | None = None
    """When to renew the token."""
    saved_at: str | None = None
    """When the profile was last saved."""
    watched: bool = False
    """Whether provisioning is set up, so that there is something to watch."""
    looked: bool = False
    """Whether what there is to look at was looked at by this run; nothing to look at is no lack."""
    is_kept: bool = True
    """False where no profile was read; then token, steps and tests are not known."""
    needs: tuple[Need, ...] = ()
    """What needs attention, one by one; no part of the JSON."""

    @property
    def sentence(self) -> str:
        """The profile in words."""
        if not self.readable:
            return f"{self.profile}: {self.attention}"
        if not self.is_kept:
            return self._told(f"provisioning {self.job['words']}." if self.job else "")
        left = _left(self.days_left)
        test = f", last test {self.last_test}" if self.last_test else ""
        job = f", provisioning {self.job['words']}" if self.job else ""
        job = ", provisioning not looked at since the last change" if self.job_unseen else job
        job = ", provisioning never looked at" if self.is_only_said else job
        return self._told(f"{left}, {self._done}{test}{job}.")

    @property
    def beside_table(self) -> str:
        """The profile in words, without what a table of profiles shows."""
        if not self.readable:
            return self.sentence
        test = f", last test {self.last_test}" if self.last_test else ""
        return self._told(f"{self._done}{test}.")

    @property
    def _done(self) -> str:
        return DoneSteps(self.steps_done - self.steps_said, self.steps_said, self.steps).words

    def _told(self, parts: str) -> str:
        kept = IN_MEMORY if self.token_in_memory and IN_MEMORY not in self.attention else ""
        told = (parts, kept, self.attention, self.undone, self.left, self.note)
        return f"{self.profile}: {' '.join(filter(None, told))}"

    def to_json(self) -> dict[str, Any]:
        """Return the standing as JSON-ready data."""
        told = asdict(self)
        del told["needs"]
        return told


def standings(
    profiles: ProfileStore, now: datetime, anchors: "Callable[[str], Anchor | None] | None" = None
) -> list[Standing]:
    """Return how every stored profile stands; a damaged one is named, never hidden.

    Args:
        profiles: Where they are.
        now: The time.
        anchors: Tells where the journal of a profile is anchored; None asks no keyring.
    """
    return [_load(profiles, name, now, anchors) for name in profiles.names()]


def standing(profile: Profile, now: datetime, line: CommandLine = command_line) -> Standing:
    """Return how a profile stands.

    Args:
        profile: The profile.
        now: The time.
        line: Makes the command lines that are told.
    """
    facts = profile.token
    found = needs(profile, now, line)
    attention, first = attention_of(found), most_urgent(found)
    looked = _looked_at(profile)
    done = done_steps(profile)
    return Standing(
        profile=profile.name,
        organization_id=profile.organization_id,
        days_left=facts.days_left(now) if facts else None,
        expires_at=facts.expires_at.isoformat() if facts else None,
        lifetime_assumed=bool(facts and facts.expires_assumed),
        renewal_waiting=waits_in_keyring(profile),
        last_test=profile.last_test.verdict if profile.last_test else None,
        job=_job(profile.entra.job_health),
        steps_done=done.seen + done.said,
        steps_said=done.said,
        is_only_said=not profile.entra.job_id and mark_of(profile, "start") is Mark.SAID,
        steps=done.of,
        healthy=not attention,
        attention=attention,
        job_attention=_seen(found),
        token_in_memory=facts is not None and facts.in_memory,
        job_unseen=bool(profile.entra.job_id) and profile.entra.job_health is None,
        first=first.words,
        urgency=first.urgency,
        looked_at=looked.isoformat() if looked else None,
        next_command="renew" if renewal_is_next(profile, now) else "setup",
        renew_at=facts.renewal_at.isoformat() if facts else None,
        saved_at=profile.updated_at.isoformat(),
        watched=bool(profile.entra.job_id) or mark_of(profile, "start") in DONE_MARKS,
        needs=found,
    )


def standing_there(profile: Profile) -> Standing:
    """Return how provisioning stands in a tenant of which no profile is kept.

    Args:
        profile: What was found there.
    """
    found = needs_without_profile(profile)
    first, health = most_urgent(found), profile.entra.job_health
    return Standing(
        profile=profile.name,
        job=_job(health),
        healthy=not found,
        attention=attention_of(found),
        job_attention=_seen(found),
        first=first.words,
        urgency=first.urgency,
        looked_at=health.at.isoformat() if health else None,
        next_command="",
        saved_at=profile.updated_at.isoformat(),
        watched=True,
        is_kept=False,
        needs=found,
    )


def _seen(found: Iterable[Need]) -> str:
    return " ".join(need.sentence for need in found if need.is_seen)


def by_attention(found: Iterable[Standing]) -> list[Standing]:
    """Return how profiles stand, with that first which needs attention most."""
    return sorted(found, key=lambda each: (each.urgency, _least_days(each), each.profile.lower()))


def _least_days(found: Standing) -> float:
    return inf if found.days_left is None else found.days_left


def _looked_at(profile: Profile) -> datetime | None:
    """Return when this program looked last at anything of a profile."""
    health, test = profile.entra.last_look, profile.last_test
    at = [each.at for each in (health, test) if each is not None]
    for step_id in STEPS:
        record = record_of(profile, step_id)
        if record is not None and mark_of(profile, step_id) in _LOOKED:
            at.append(record.at)
    return max(at, default=None)


def _job(health: JobHealth | None) -> dict[str, Any] | None:
    if health is None:
        return None
    told = {
        "state": health.state,
        "words": "",
        "seen_at": health.at.isoformat(),
        "last_cycle": health.last_cycle.isoformat() if health.last_cycle else None,
        "last_success": health.last_success.isoformat() if health.last_success else None,
        "silent_after": round(health.silent_after.total_seconds()),
        "trouble": health.trouble,
        "hint": health.hint,
        "cause": health.cause,
        "people": health.people,
        "escrowed": health.escrowed,
        "failed": health.failed,
        "failed_at_least": health.is_cut,
        "log_end": health.log_end.isoformat() if health.log_end else None,
        "dropped": health.dropped,
        "next_try": health.next_try.isoformat() if health.next_try else None,
    }
    return told | {"words": job_in_words(told, JOB_WORDS)}


def job_in_words(job: Mapping[str, Any], words: Mapping[HealthState, str]) -> str:
    """Return how a job is doing, for after the word provisioning.

    Args:
        job: What is told of it.
        words: What a state is called.
    """
    at, next_try = (job[name] and datetime.fromisoformat(job[name]) for name in _JOB_MOMENTS)
    more = (retried(job["escrowed"]), tried_again(next_try))
    told = (f"{words[job['state']]} (seen {at:%Y-%m-%d %H:%M} UTC)", *more)
    return ", ".join(each.rstrip(".") for each in told if each)


def _left(count: int | None) -> str:
    if count is None:
        return "no token yet"
    return f"expired {days(-count)} ago" if count < 0 else f"{days(count)} left"


def _load(
    profiles: ProfileStore,
    name: str,
    now: datetime,
    anchors: "Callable[[str], Anchor | None] | None",
) -> Standing:
    try:
        profile = profiles.load(name)
        journal = Journal(profiles.journal_path(name), anchors(name) if anchors else None)
        history = History(journal)
        trouble = _lacking(journal) if journal.anchor else history.trouble
    except ProfileError as error:
        return _unreadable(name, error)
    waiting = waits(history.unrestarted(profile.entra.job_id)) if profile else ""
    found = standing(profile or Profile.new(name, now), now, profiles.line)
    go_on = profiles.line(profile=name)
    told = _of_files(history, trouble, waiting, profiles.alike(name), go_on)
    all_needs = (*found.needs, *told)
    first = most_urgent(all_needs)
    return replace(
        found,
        needs=all_needs,
        attention=attention_of(all_needs),
        healthy=found.healthy and not any(need.urgency < Urgency.NOTHING for need in told),
        first=first.words,
        urgency=first.urgency,
        left=history.left_in_words,
        undone=" ".join(filter(None, (taken_back_words(history), stays_in_webex(history)))),
    )


def _lacking(journal: Journal) -> ProfileError | None:
    from wizard.store.verification import lacking_of  # asks the keyring

    return lacking_of(journal)


def _of_files(
    history: History, trouble: ProfileError | None, waiting: str, alike: list[str], go_on: str
) -> tuple[Need, ...]:
    """Return what needs attention beside the profile itself."""
    found = []
    if (loan := lent(history)) is not None:
        told = f"{lent_words(loan)} `{go_on}` puts it back when the cycle has ended."
        found.append(Need(Urgency.LOOK, "limit lent", told))
    if waiting:
        found.append(Need(Urgency.LOOK, "restart waits", waiting))
    if trouble is not None:
        found.append(Need(Urgency.LOOK, "journal damaged", trouble.message))
    if alike:
        told = f"Another profile differs only by case: {', '.join(alike)}. Name each exactly."
        found.append(Need(Urgency.NOTHING, "", told))
    return tuple(found)


def _unreadable(name: str, error: ProfileError) -> Standing:
    return Standing(
        profile=name,
        steps=len(SETUP),
        attention=f"{error.message} {error.hint}",
        readable=False,
        first="damaged",
        urgency=Urgency.UNKNOWN,
    )

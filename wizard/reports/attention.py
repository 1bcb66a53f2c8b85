"""What needs attention of a profile, the most urgent first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import partial
from itertools import groupby

from wizard.flow.marks import is_in_memory_alone, mark_of, moment
from wizard.options import CommandLine, command_line
from wizard.store.job_health import JobHealth, WentWrong
from wizard.store.marks import DONE_MARKS, Mark
from wizard.store.profiles import Profile, TokenFacts
from wizard.webex.lifetime import GET_A_LASTING_ONE, IN_MEMORY, has_ended, stops_soon
from wizard.words.cycles import DROPPED

_STARTED = frozenset({Mark.SEEN, Mark.SAID, Mark.ATTENTION})


class Urgency(IntEnum):
    """How much something presses; less comes first."""

    STOPPED = 0
    """Nobody is provisioned any more."""
    UNKNOWN = 1
    """Nobody can tell."""
    SOON = 2
    LOOK = 3
    UNFINISHED = 4
    NOTHING = 5


@dataclass(frozen=True)
class Need:
    """One thing that needs attention."""

    urgency: Urgency
    words: str
    """It in a few words, for a table."""
    sentence: str
    """It, and what to do."""
    is_seen: bool = False
    """Whether it was so when provisioning was looked at last."""


def needs(profile: Profile, now: datetime, line: CommandLine = command_line) -> tuple[Need, ...]:
    """Return what needs attention of a profile, in the order in which it is told.

    Args:
        profile: The profile.
        now: The time.
        line: Makes the command lines that are told.
    """
    return tuple(_needs(profile, now, partial(line, profile=profile.name)))


def needs_without_profile(profile: Profile) -> tuple[Need, ...]:
    """Return what needs attention of a job of which no profile is kept.

    Whoever watches it wants it on, though nobody here knows who has started it.
    """
    health = profile.entra.job_health
    if health is None:
        return ()
    off = Need(Urgency.STOPPED, "switched off", "Provisioning is off.")
    return ((off,) if health.state == "off" else ()) + tuple(_of_job(profile, health))


def attention_of(found: Iterable[Need], seen_at: datetime | None = None) -> str:
    """Return what needs attention, as sentences; empty when nothing does.

    Args:
        found: The needs, in their order.
        seen_at: When provisioning was looked at last, where that was not just now.
    """
    told = []
    for is_seen, needs in groupby(found, lambda need: need.is_seen):
        if is_seen and seen_at is not None:
            told.append(f"When provisioning was last looked at, {moment(seen_at)}:")
        told += [need.sentence for need in needs]
    return " ".join(filter(None, told))


def most_urgent(found: tuple[Need, ...]) -> Need:
    """Return what comes first; something without words where nothing needs attention."""
    return min(found, key=lambda need: need.urgency, default=Need(Urgency.NOTHING, "", ""))


def renewal_is_next(profile: Profile, now: datetime) -> bool:
    """Tell whether renewing the token is what is to be done next, rather than the setup."""
    if waits_in_keyring(profile) or _stumbled_in(profile) == "renew":
        return True
    token = profile.token
    is_in_entra = mark_of(profile, "credentials") in DONE_MARKS
    return is_in_entra and token is not None and any(_of_token(token, now))


def waits_in_keyring(profile: Profile) -> bool:
    """Tell whether a new token waits; one in the memory of a program waits for nobody else."""
    in_memory = profile.token is not None and profile.token.in_memory
    return profile.has_waiting_token and not in_memory


def _needs(profile: Profile, now: datetime, line: CommandLine) -> Iterator[Need]:
    token = profile.token
    if token is None:
        yield Need(Urgency.UNFINISHED, "not finished", "The setup is not finished.")
    else:
        if is_in_memory_alone(profile):
            yield Need(Urgency.SOON, "not kept", f"{IN_MEMORY} The setup asks for a new one.")
        yield from _of_token(token, now)
    if waits_in_keyring(profile):
        waits = f"A new token waits: run `{line('renew')}` to finish."
        yield Need(Urgency.SOON, "finish renewal", waits)
    if profile.storing is not None:
        told = (
            f"The keyring stumbled over the token of {profile.storing.facts.obtained_at:%Y-%m-%d}, "
            f"and nobody knows yet whether it is there: run `{line(_stumbled_in(profile))}` "
            "to look."
        )
        yield Need(Urgency.UNKNOWN, "keyring unsure", told)
    if profile.last_test is not None and profile.last_test.verdict == "failed":
        yield Need(Urgency.LOOK, "test failed", "The last test failed.")
    if profile.entra.job_health is not None:
        yield from _of_job(profile, profile.entra.job_health)


def _stumbled_in(profile: Profile) -> str:
    """Return the command that looks for a token which may not be kept; empty without one."""
    if profile.storing is None:
        return ""
    return "setup" if profile.storing.step == "token" else "renew"


def _of_token(facts: TokenFacts, now: datetime) -> Iterator[Need]:
    if has_ended(facts.expires_at, now):
        yield Need(Urgency.STOPPED, "token ended", "The token has expired: renew it.")
    elif stops := stops_soon(facts.obtained_at, facts.expires_at, now):
        yield Need(Urgency.SOON, "short token", f"{stops} {GET_A_LASTING_ONE}")
    elif facts.needs_renewal(now):
        yield Need(Urgency.SOON, "renew token", "Renew the token soon.")


def _of_job(profile: Profile, health: JobHealth) -> Iterator[Need]:
    seen = partial(Need, is_seen=True)
    if health.state in {"quarantine", "failing"}:
        words = "in quarantine" if health.state == "quarantine" else "cycle fails"
        told = " ".join(filter(None, (health.trouble or "Provisioning fails.", health.hint)))
        yield seen(Urgency.STOPPED, words, told)
    elif health.state == "off" and mark_of(profile, "start") in _STARTED:
        off = "Provisioning is off, although it was started."
        yield seen(Urgency.STOPPED, "switched off", off)
    if (since := health.silent_since) is not None:
        told = (
            f"No cycle has succeeded since {since:%Y-%m-%d %H:%M} UTC, although provisioning is "
            "on: look at it in the Entra portal."
        )
        yield seen(Urgency.STOPPED, "silent", told)
    if health.grown_from is not None:
        yield seen(Urgency.LOOK, "errors grow", _grown(health, health.grown_from))
    if health.dropped:
        yield seen(Urgency.LOOK, "errors dropped", DROPPED)
    if health.state in {"running", "first cycle"} and health.nobody:
        yield seen(Urgency.LOOK, "nobody in scope", health.nobody)


def _grown(health: JobHealth, then: WentWrong) -> str:
    """Return how much more goes wrong than a day ago, or since when it is counted."""
    told = []
    if health.escrowed > then.escrowed:
        told.append(f"{health.escrowed:,} entries with errors instead of {then.escrowed:,}")
    if health.failed is not None and then.failed is not None and health.failed > then.failed:
        told.append(f"{health.failed:,} failed people and groups instead of {then.failed:,}")
    return (
        f"More goes wrong than at {then.at:%Y-%m-%d %H:%M} UTC: {', '.join(told)}. Look at the "
        "provisioning logs."
    )

"""Whether anybody has arrived in Webex, as far as anybody knows."""

from dataclasses import dataclass

from wizard.flow.marks import mark_of, moment
from wizard.store.history import History, has_arrived
from wizard.store.marks import Mark
from wizard.store.profiles import Profile
from wizard.words.text import plain_line


@dataclass(frozen=True)
class Arrivals:
    """What is known of people in Webex."""

    words: str
    """That, as a sentence."""
    is_seen: bool = False
    """Whether Entra told of somebody who is there."""
    is_said: bool = False
    """Whether somebody said so."""


def arrivals(profile: Profile, history: History) -> Arrivals:
    """Return whether anybody was provisioned: as Entra counted, or one by one; else by word."""
    health, entra = profile.entra.job_health, profile.entra
    if health is not None and health.people:
        who = "1 person is" if health.people == 1 else f"{health.people:,} people are"
        there = f"{who} linked with an account in Webex, seen {moment(health.at)}."
        return Arrivals(there, is_seen=True)
    tries = history.tried(entra.service_principal_id) if entra.service_principal_id else ()
    if arrived := [entry for entry in tries if has_arrived(entry)]:
        last = arrived[-1]
        name = plain_line(last.subject, 60)
        return Arrivals(f"{name} arrived in Webex, seen {moment(last.at)}.", is_seen=True)
    if health is not None and health.people == 0:
        return Arrivals(f"Nobody is linked with an account in Webex, seen {moment(health.at)}.")
    if mark_of(profile, "watch") is Mark.SAID:
        return Arrivals(
            "You said that the first cycle is complete; this program has seen nobody arrive in "
            "Webex.",
            is_said=True,
        )
    return Arrivals("Nobody was provisioned, as far as this program has seen.")

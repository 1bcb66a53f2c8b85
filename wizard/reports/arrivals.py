"""Whether anybody has arrived in Webex, as far as anybody knows."""

from dataclasses import dataclass

from wizard.flow.marks import mark_of, moment
from wizard.reports.taken_back import stays_in_webex, taken_back
from wizard.store.history import History, deed, has_arrived
from wizard.store.job_health import JobHealth
from wizard.store.journal import Action, JournalEntry
from wizard.store.marks import DONE_MARKS, Mark
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
    is_past: bool = False
    """Whether what provisioned them was taken back since."""


def arrivals(profile: Profile, history: History) -> Arrivals:
    """Return whether anybody was provisioned: as Entra counted, or one by one; else by word.

    The newest counts: a later count holds all tries before it, a later try of one person what was
    seen of that person before.
    """
    health, entra = profile.entra.last_look, profile.entra
    counted = health if health is not None and health.people is not None else None
    tries = history.latest_tries(entra.service_principal_id) if entra.service_principal_id else ()
    since = [entry for entry in tries if counted is None or entry.at > counted.at]
    arrived = [entry for entry in since if has_arrived(entry)]
    gone = [entry for entry in since if deed(entry) == Action.TRIED]
    if counted and (counted.people or 0) > len(gone):
        return Arrivals(_linked(counted), is_seen=True)
    if arrived:
        last = arrived[-1]
        name = plain_line(last.subject, 60)
        return Arrivals(f"{name} arrived in Webex, seen {moment(last.at)}.", is_seen=True)
    if counted:
        return Arrivals(" ".join((_linked(counted), *map(_told, gone[-1:]))))
    if any(has_arrived(entry) for entry in history.tried(entra.service_principal_id)):
        return Arrivals(f"Who had arrived in Webex was tried again. {_told(tries[-1])}")
    return _unseen(profile, history)


def _unseen(profile: Profile, history: History) -> Arrivals:
    """Return what is known where nobody was seen to arrive in the application there is."""
    if past := stays_in_webex(history):
        return Arrivals(past, is_past=True)
    if mark_of(profile, "watch") is Mark.SAID:
        return Arrivals(
            "You said that the first cycle is complete; this program has seen nobody arrive in "
            "Webex.",
            is_said=True,
        )
    return Arrivals("Nobody was provisioned, as far as this program has seen.")


def unassigned(profile: Profile, history: History, found: Arrivals) -> str:
    """Return why nobody is provisioned where nobody is assigned, as far as anybody knows.

    Args:
        profile: The profile.
        history: What was done of it.
        found: Whether anybody has arrived.

    Returns:
        A sentence, or two; empty where somebody may be assigned, or has arrived.
    """
    health = profile.entra.last_look
    if health is not None and health.nobody:
        return f"{health.nobody} Seen {moment(health.at)}."
    if found.is_seen or mark_of(profile, "assignment") in DONE_MARKS:
        return ""
    gone = {entry.step for entry in taken_back(history)}
    if "application" in gone:
        return ""
    who = "Nobody was assigned here"
    if "assignment" in gone:
        who = "Who was assigned here is not any more"
    return f"{who}: where only who is assigned is in scope, nobody is provisioned."


def _told(entry: JournalEntry) -> str:
    said = plain_line(entry.details.get("said", ""), 300) or f"{entry.subject}: {deed(entry)}."
    return f"{moment(entry.at)}: {said}"


def _linked(health: JobHealth) -> str:
    count = health.people
    who = f"{count:,} people are" if count else "Nobody is"
    who = "1 person is" if count == 1 else who
    return f"{who} linked with an account in Webex, seen {moment(health.at)}."

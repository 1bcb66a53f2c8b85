"""Whether anybody is in Webex: of what was seen, the newest counts."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.sessions import NOW, session_in
from wizard.reports.arrivals import Arrivals, arrivals, unassigned
from wizard.reports.taken_back import taken_back, taken_back_words
from wizard.store.history import History
from wizard.store.job_health import JobHealth
from wizard.store.journal import Action, JournalEntry
from wizard.store.profiles import EntraFacts


def seen(folder: Path, *observed: str) -> Arrivals:
    """Return what is known after observations, an hour each: a count, or a person and an end.

    A person is a name, or a name and an id.
    """
    entries, health = [], None
    for hour, (who, _, what) in enumerate(each.partition(" ") for each in observed):
        at = NOW + timedelta(hours=hour)
        if who.isdecimal():
            health = JobHealth(job_id="j", at=at, state="running", people=int(who))
            continue
        name, _, user_id = who.partition("/")
        action = {"created": Action.PROVISIONED, "failed": Action.FAILED}.get(what, Action.TRIED)
        details = {
            "service_principal_id": "p",
            **({"user_id": user_id} if user_id else {}),
            "outcome": "failure" if what == "failed" else "success",
            "said": f"{name} was {what} in Webex.",
        }
        entries.append(
            JournalEntry(at=at, step="on-demand", action=action, subject=name, details=details)
        )
    entra = EntraFacts(job_id="j", service_principal_id="p", health=health)
    return arrivals(session_in(folder, entra=entra).profile, History(entries))


@pytest.mark.parametrize(
    ("observed", "told", "is_seen"),
    [
        (["Alice created"], "Alice arrived in Webex, seen 2026-11-23 10:30 UTC.", True),
        (["Alice created", "Alice disabled"], "Alice was disabled in Webex.", False),
        (["Alice created", "Alice failed"], "Alice was failed in Webex.", False),
        (["Alice disabled", "Alice created"], "Alice arrived in Webex", True),
        (["Alice created", "Bob disabled"], "Alice arrived in Webex", True),
        (["Alice created", "Alice disabled", "0"], "Nobody is linked", False),
        (["Alice created", "0"], "Nobody is linked", False),
        (["0", "Alice created"], "Alice arrived in Webex", True),
        (["Alice created", "1", "Alice disabled"], "Alice was disabled in Webex.", False),
        (["Alice created", "2", "Alice disabled"], "2 people are linked", True),
        (["1", "Bob failed"], "1 person is linked", True),
        (["1", "Alice disabled", "Bob created"], "Bob arrived in Webex", True),
        (["Alice disabled"], "Nobody was provisioned", False),
        (["Alice/1 created", "Alice/2 disabled"], "Alice arrived in Webex", True),
        (["Alice/1 created", "Alice/1 disabled"], "Alice was disabled in Webex.", False),
        (["Alice created", "Alice/1 disabled"], "Alice was disabled in Webex.", False),
        (["2", "Alice/1 disabled", "Alice/2 disabled"], "Alice was disabled in Webex.", False),
    ],
    ids=lambda value: "; ".join(value) if isinstance(value, list) else "",
)
def test_the_newest_counts(observed: list[str], told: str, is_seen: bool, tmp_path: Path) -> None:
    found = seen(tmp_path, *observed)
    assert told in found.words
    assert found.is_seen is is_seen


def undone(step: str, subject: str, hour: int, **details: object) -> JournalEntry:
    at = NOW + timedelta(hours=hour)
    return JournalEntry(
        at=at, step=step, action=Action.UNDONE, subject=subject, details={"of": "?", **details}
    )


CREATED = {"service_principal_id": "p", "outcome": "success", "said": "Ana was created in Webex."}
ANA = JournalEntry(
    at=NOW, step="on-demand", action=Action.PROVISIONED, subject="Ana", details=CREATED
)
GONE = (undone("assignment", "Ana", 1), undone("application", "Cisco Webex", 2))


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ((ANA, *GONE), "Ana arrived in Webex, seen 2026-11-23 10:30 UTC. What provisioned them"),
        (
            (undone("start", "on", 1, people=12, people_seen=NOW.isoformat()), *GONE),
            "12 people were linked with an account in Webex, seen 2026-11-23 10:30 UTC.",
        ),
        (GONE, "Nobody was provisioned, as far as this program has seen."),
    ],
)
def test_after_an_undo_who_stays_in_webex_is_told(
    entries: tuple[JournalEntry, ...], told: str, tmp_path: Path
) -> None:
    profile, history = session_in(tmp_path).profile, History(entries)
    found = arrivals(profile, history)
    assert found.words.startswith(told)
    assert not found.is_seen
    assert unassigned(profile, history, found) == "", "the application is gone, and that is told"
    assert taken_back_words(history) == "Taken back, last 2026-11-23 12:30 UTC: " + (
        "Cisco Webex, Ana, on."
        if len(entries) > 2 and entries[0] is not ANA
        else "Cisco Webex, Ana."
    )


def test_who_was_unassigned_is_not_told_as_never_assigned(tmp_path: Path) -> None:
    profile, history = session_in(tmp_path).profile, History(GONE[:1])
    told = unassigned(profile, history, arrivals(profile, history))
    assert told.startswith("Who was assigned here is not any more")
    made = JournalEntry(
        at=NOW + timedelta(hours=9), step="assignment", action="made", subject="Ana"
    )
    assert taken_back(History((*GONE[:1], made))) == ()

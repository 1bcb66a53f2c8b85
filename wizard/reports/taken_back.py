"""What was taken back in Entra, and who stays in Webex all the same."""

from datetime import datetime

from wizard.flow.marks import moment
from wizard.flow.plan import title_of
from wizard.store.history import History, has_arrived
from wizard.store.journal import MADE, Action, JournalEntry
from wizard.words.text import plain_line

_NAMED = 3


def taken_back(history: History) -> tuple[JournalEntry, ...]:
    """Return the entries that took something back which was not made anew since, oldest first."""
    found: dict[tuple[str, str], JournalEntry] = {}
    for entry in history.entries:
        about = (entry.step, entry.subject)
        if entry.action == Action.UNDONE:
            found.pop(about, None)
            found[about] = entry
        elif entry.action in MADE | {Action.ADOPTED}:
            found.pop(about, None)
    return tuple(found.values())


def taken_back_lines(history: History) -> tuple[str, ...]:
    """Return what was taken back, a line each."""
    return tuple(
        f"{moment(entry.at)} {title_of(entry.step)}: {entry.subject}"
        for entry in taken_back(history)
    )


def taken_back_words(history: History) -> str:
    """Return what was taken back, as a sentence; empty where nothing was."""
    gone = taken_back(history)
    if not gone:
        return ""
    names = list(dict.fromkeys(plain_line(entry.subject, 60) for entry in reversed(gone)))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"Taken back, last {moment(gone[-1].at)}: {', '.join(names[:_NAMED])}{more}."


def stays_in_webex(history: History) -> str:
    """Return who arrived in Webex before something was taken back, as sentences; empty for nobody.

    An undo in Entra ends provisioning, and deletes nobody in Webex (reference/webex.md 5).
    """
    gone = taken_back(history)
    counts = [entry for entry in gone if _count(entry)]
    if counts:
        last = max(counts, key=lambda entry: str(entry.details.get("people_seen")))
        many = _count(last)
        who = "1 person was" if many == 1 else f"{many:,} people were"
        seen = datetime.fromisoformat(str(last.details["people_seen"]))
        told = f"{who} linked with an account in Webex, seen {moment(seen)}"
    elif gone and (arrived := _arrived(history)):
        names = ", ".join(plain_line(entry.subject, 60) for entry in arrived[-_NAMED:])
        more = f" and {len(arrived) - _NAMED} more" if len(arrived) > _NAMED else ""
        told = f"{names}{more} arrived in Webex, seen {moment(arrived[-1].at)}"
    else:
        return ""
    return f"{told}. What provisioned them was taken back since; who was provisioned stays there."


def _count(entry: JournalEntry) -> int:
    people = entry.details.get("people")
    return people if isinstance(people, int) else 0


def _arrived(history: History) -> list[JournalEntry]:
    """Return the last try of each person in whichever application, where that person arrived."""
    applications = dict.fromkeys(
        str(entry.details.get("service_principal_id"))
        for entry in history.entries
        if entry.step == "on-demand"
    )
    return [
        entry for each in applications for entry in history.latest_tries(each) if has_arrived(entry)
    ]

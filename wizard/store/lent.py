"""Entra's deletion limit while it is lent to a plan, as the journal tells.

It is an entry of the step that saves the limit, so that an undo takes it back as any other.
"""

from wizard.store.history import History
from wizard.store.journal import Action, JournalEntry
from wizard.words.text import plain_line

STEP = "notification"
LENT = "lent_limit"
"""The detail with the number, by which such an entry is known."""
LIMIT_LENT = "deletion limit"
"""What a change of it is about."""

_GIVES = frozenset({("credentials", Action.CHANGED), ("replacement", Action.RENEWED)})
_TAKES = frozenset({("token", Action.STORED), ("token", Action.IMPORTED)})


def lent(history: History) -> JournalEntry | None:
    """Return the entry of the limit that is lent, or may be after a run that was cut off."""
    found = (each for each in reversed(history.standing()) if _is_loan(each))
    return next(found, None)


def has_the_token(history: History, principal_id: str) -> bool:
    """Tell whether Entra has the token in force, as far as is known here.

    Args:
        history: What was done.
        principal_id: The application.
    """
    is_given = False
    for entry in history.entries:
        doing = (entry.step, entry.action)
        if doing in _GIVES and entry.details.get("service_principal_id") == principal_id:
            is_given = True
        elif doing in _TAKES:
            is_given = False
    return is_given and history.saved_by_us(principal_id) and not history.may_be_in_entra


def lent_words(entry: JournalEntry) -> str:
    """Return what is lent, and what was there before, in a sentence."""
    was = plain_line(entry.before(LIMIT_LENT), 20) or "none"
    number = plain_line(entry.details.get(LENT), 20)
    return f"Entra's deletion limit is lent to a plan for one cycle: {number}, before {was}."


def _is_loan(entry: JournalEntry) -> bool:
    return entry.step == STEP and LENT in entry.details

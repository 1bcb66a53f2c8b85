"""What a change ticket is closed with: who changed how much and when, on what, and what vouches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wizard.flow.marks import moment
from wizard.store.history import History, deed
from wizard.store.journal import IN_ENTRA, Action, JournalEntry
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.store.verification import Verification

_TAKEN_BACK = frozenset({Action.UNDONE, Action.RETURNED})
_TOKEN_STEPS = frozenset({"token", "new-token", "replacement", "credentials"})
_OF_TOKENS = frozenset(
    {
        Action.CHANGED,
        Action.DISCARDED,
        Action.EXPORTED,
        Action.FORGOTTEN,
        Action.GIVEN_UP,
        Action.IMPORTED,
        Action.PROMOTED,
        Action.PUT_BACK,
        Action.RENEWED,
        Action.REVOKED,
        Action.STORED,
        Action.UNDONE,
    }
)
_LONGEST = 300


@dataclass(frozen=True)
class AcceptedPreview:
    """A preview that somebody accepted."""

    at: str
    code: str
    """The code of its plan, as an approver types it."""
    digest: str
    """Of its plan, SHA-256."""
    counts: dict[str, int]
    """People and groups, by what was predicted of them."""
    by: str


@dataclass(frozen=True)
class TokenLine:
    """One thing that was done with a token; the token itself is nowhere."""

    at: str
    what: str
    changes: tuple[str, ...]
    """Which token takes the place of which, by until when they are valid."""
    expires_at: str
    owner: str
    """The Webex account that signed in for it; empty where that is not known."""
    hosts: str
    """Where it was obtained; empty where that is not known."""
    by: str
    """The Microsoft account that was signed in; empty where none was known."""


@dataclass(frozen=True)
class EvidencePart:
    """Who changed how much and when, on which previews, and what vouches for the journal."""

    standing: int
    """Entries about changes in Entra that were not taken back; one may be of several settings."""
    taken_back: int
    first_at: str | None
    """When the first of all changes in Entra was made."""
    last_at: str | None
    accounts: tuple[str, ...]
    """The Microsoft accounts that were signed in when something was changed there."""
    of_nobody_known: int
    """Entries about Entra that name no account, as those of earlier versions."""
    previews: tuple[AcceptedPreview, ...]
    tokens: tuple[TokenLine, ...]
    verification: "Verification | None"
    """None where the journal was not laid beside its chain."""


def evidence_of(history: History, verification: "Verification | None") -> EvidencePart:
    """Return what a journal tells for a change ticket.

    Args:
        history: The journal.
        verification: What was found of its chain.
    """
    refused = {_of(each) for each in history.entries if each.action == Action.REFUSED}
    entries = [each for each in history.entries if (each.step, each.at.isoformat()) not in refused]
    back = [each for each in entries if each.action in _TAKEN_BACK]
    changed = [each for each in entries if each.action in IN_ENTRA or each in back]
    return EvidencePart(
        standing=len(history.standing(IN_ENTRA)),
        taken_back=len(back),
        first_at=moment(changed[0].at) if changed else None,
        last_at=moment(changed[-1].at) if changed else None,
        accounts=tuple(dict.fromkeys(each.by for each in changed if each.by)),
        of_nobody_known=sum(not each.by for each in changed),
        previews=tuple(_previews(entries)),
        tokens=tuple(_tokens(entries)),
        verification=verification,
    )


def _previews(entries: list[JournalEntry]) -> Iterator[AcceptedPreview]:
    for entry in entries:
        digest = entry.details.get("digest")
        if entry.action == Action.CONFIRMED and isinstance(digest, str):
            counts = entry.details.get("counts")
            numbers = counts.items() if isinstance(counts, dict) else ()
            yield AcceptedPreview(
                moment(entry.at),
                _text(entry, "code"),
                plain_line(digest, _LONGEST),
                {plain_line(name, 80): n for name, n in numbers if isinstance(n, int)},
                entry.by,
            )


def _tokens(entries: list[JournalEntry]) -> Iterator[TokenLine]:
    for entry in entries:
        if entry.step in _TOKEN_STEPS and entry.action in _OF_TOKENS:
            yield TokenLine(
                moment(entry.at),
                f"{deed(entry)} {entry.subject}",
                tuple(
                    f"{each.subject}: from {each.before or 'nothing'} to {each.after or 'nothing'}"
                    for each in entry.changes
                ),
                _text(entry, "expires_at"),
                _text(entry, "owner"),
                _text(entry, "hosts"),
                entry.by,
            )


def _text(entry: JournalEntry, name: str) -> str:
    value: Any = entry.details.get(name, "")
    return plain_line(value, _LONGEST) if isinstance(value, str) else ""


def _of(entry: JournalEntry) -> tuple[str, str]:
    return entry.step, str(entry.details.get("of"))

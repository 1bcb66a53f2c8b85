"""The journal: an append-only record of what this program did, without secrets."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache, partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from wizard.errors import ProfileError
from wizard.machine.files import append_private, check_of, read_file, reason_of, tail_of
from wizard.store.fields import Line, Made, Moment, Record
from wizard.words.redact import redact
from wizard.words.text import cut, plain_line

if TYPE_CHECKING:
    from wizard.store.anchor import Anchor, Sealer

MAX_JOURNAL_BYTES = 64_000_000
"""Largest journal that is read; a setup writes some ten thousand bytes."""
WHOLE = 10_000
"""Characters of a text in a change: more than Microsoft's parser takes of an expression."""
_SHOWN = 500
"""Characters of such a text in a sentence."""
_AROUND = 40
_KEPT = 1024
"""Lines whose meaning is kept: a journal grows at its end, and is asked again and again."""
_BEGINNING = b'{"at":"'
_CHECK = re.compile(
    rb'(?P<linked>\{.*,"after":"(?P<after>[0-9a-f]{8})"),"check":"(?P<check>[0-9a-f]{8})"\}',
    re.DOTALL,
)


class Action(StrEnum):
    """What was done, as a word of the journal; one of another version may be none of these."""

    ADOPTED = "adopted"
    BOUND = "bound"
    CHANGED = "changed"
    CHOSEN = "chosen"
    CONFIRMED = "confirmed"
    DECIDED = "decided"
    """That users or groups shall be on or off."""
    DISCARDED = "discarded"
    EXPORTED = "exported"
    FAILED = "failed"
    """One person, who did not arrive."""
    FORGETTING = "forgetting"
    FORGOTTEN = "forgotten"
    GIVEN_UP = "given up"
    IMPORTED = "imported"
    INTENDED = "intended"
    """Something is about to be made; without an outcome after it, a run was cut off."""
    LEFT = "left in Entra"
    """By its time in `of`, an entry that was to be taken back and holds on: it cannot be."""
    MADE = "made"
    PROMOTED = "promoted"
    PROVISIONED = "provisioned"
    """One person, at once; earlier versions wrote it of everybody who was tried."""
    PUT_BACK = "put back"
    """The old token is in Entra again."""
    REFUSED = "refused"
    """By its time in `of`, an entry that never held."""
    REMEMBERED = "remembered"
    RENEWED = "renewed"
    """A new token was about to go into Entra, and nothing can take that back."""
    RESTARTED = "restarted"
    RETURNED = "returned"
    """By its time in `of`, an entry that was to hold for one cycle only."""
    REVOKED = "revoked"
    SKIPPED = "skipped"
    """One person, of whom Entra sent nothing."""
    STORED = "stored"
    TRIED = "tried"
    """One person, who was switched off by that, or of whom nothing clear was told."""
    UNDONE = "undone"
    """By its time in `of`, an entry that does not hold any more."""


@dataclass(frozen=True)
class Change:
    """One thing that is done: what to what, what was there before, and what is there then.

    Screens and prompts tell it before, the journal keeps it without the verb, and the report tells
    it afterwards.
    """

    verb: str = ""
    """A sentence of ours with `{subject}`, `{before}` and `{after}` where they stand in it."""
    subject: str = ""
    before: str = ""
    """Empty where nothing was there."""
    after: str = ""
    """Empty where nothing is there then, or where an answer decides that.

    The same as before where something was found and left as it is.
    """

    @property
    def words(self) -> str:
        """What would be done, as a sentence, in which long texts are cut to where they differ."""
        pairs = zip(self.before, self.after, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        start = same - _AROUND if same > _SHOWN - _AROUND else 0
        before, after = (cut(text, _SHOWN, start) for text in (self.before, self.after))
        return self.verb.format(subject=self.subject, before=before, after=after)


def _kept(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Return changes as harmless lines."""
    return tuple(
        replace(
            each,
            subject=_harmless(each.subject),
            before=_harmless(each.before),
            after=_harmless(each.after),
        )
        for each in changes
    )


def _harmless(text: str) -> str:
    return redact(plain_line(text, WHOLE))


class JournalEntry(Record):
    """One thing that was done: when, in which step, what, and to what."""

    at: Moment
    step: Line
    action: Line
    """An `Action`, or a word of another version."""
    subject: Line
    """What it was done to, in the administrator's words."""
    details: dict[str, Any] = field(default_factory=dict)
    changes: Annotated[tuple[Change, ...], Made(_kept)] = ()
    """What it was before and after, one by one, where that is known; earlier versions told none."""
    by: Line = ""
    """The Microsoft account that was signed in; empty where none was, or in earlier versions."""

    def before(self, subject: str) -> str:
        """Return what one of its changes says was there before; empty where none does."""
        return next((each.before for each in self.changes if each.subject == subject), "")

    @property
    def earlier(self) -> str:
        """What there was before, one by one, as far as something is known to have been there."""
        return ", ".join(f"{each.subject}: {each.before}" for each in self.changes if each.before)

    def line(self) -> str:
        """Return it as the journal keeps it."""
        told = vars(self) | {
            "changes": [
                {"subject": each.subject, "before": each.before, "after": each.after}
                for each in self.changes
            ]
        }
        empty = {name for name in ("changes", "by") if not told[name]}
        kept = {name: each for name, each in told.items() if name not in empty}
        return msgspec.json.encode(kept).decode()


MADE = frozenset({Action.MADE, Action.CHANGED})
"""Actions that made something, which can be taken back."""
IN_ENTRA = MADE | {Action.PUT_BACK, Action.RENEWED, Action.RESTARTED}
"""Actions after which something in Entra is another than before."""
TENANT_URL = "tenant URL"
"""What a change of the tenant URL in Entra is about."""
FORGETTING = ("token", Action.FORGETTING)
"""Step and action of the entry before a profile's tokens are touched, with what undo needs."""
FORGOTTEN = ("token", Action.FORGOTTEN)
"""Step and action of the entry after all tokens of a profile were taken out of the keyring.

Earlier versions wrote it before, and with what undo needs.
"""


Harm = Literal["damaged", "cut off", "missing"]


@dataclass(frozen=True)
class Damage:
    """A place in a journal that does not say any more what it said."""

    file: Path
    line: int
    harm: Harm
    """`cut off` was never written to its end, as a crash or a full disk leaves it; `missing` means
    that what stood before the line was changed or is gone."""

    @property
    def words(self) -> str:
        """The place and what is wrong with it, for the middle of a sentence."""
        return {
            "damaged": f"line {self.line} is damaged",
            "cut off": f"line {self.line} was cut off while it was written, as by a crash",
            "missing": f"before line {self.line} something was changed or is missing",
        }[self.harm]


class Journal:
    """The journal of one profile: JSON lines, each on the disk before the next thing is done.

    A line ends with a check of itself and of the line before it, against accidents, and is sealed
    against anybody where it has an anchor. Lines of earlier versions have neither, and are believed
    where they can be read.

    Args:
        file: Where it is.
        anchor: Where its chain is anchored; without one, no line is sealed.
    """

    def __init__(self, file: Path, anchor: "Anchor | None" = None) -> None:
        self.file = file
        self.anchor = anchor

    async def add(self, entry: JournalEntry) -> None:
        """Add an entry as `append` does, while the event loop goes on.

        It is on the disk and noted before whoever adds it does the next thing; what waits for the
        keyring or for another window is a thread, which adds one entry after another.

        Raises:
            ProfileError: The disk is full or the folder cannot be written.
        """
        from wizard.machine.threads import to_its_end  # reading needs no event loop

        await to_its_end(partial(self.append, entry))

    def append(self, entry: JournalEntry) -> None:
        """Add an entry, and block until it is noted.

        Raises:
            ProfileError: The disk is full or the folder cannot be written.
        """
        line = redact(entry.line())
        if self.anchor is None:
            self._append(line)
            return
        with self.anchor.seals(self.file) as sealer:
            self._append(line, sealer)
            if sealer is not None:
                sealer.note()

    def _append(self, line: str, sealer: "Sealer | None" = None) -> None:
        from wizard.store.locks import saving

        with saving(self.file.parent):
            try:
                before = tail_of(self.file).rstrip(b"\n").rpartition(b"\n")[2]
                if sealer is not None:
                    line = sealer.sealed(line, MAX_JOURNAL_BYTES)
            except OSError as error:
                raise self._unreadable(error) from error
            append_private(self.file, _checked(line, before))

    def __iter__(self) -> Iterator[JournalEntry | Damage]:
        """Return the entries, oldest first, and in their places what cannot be relied on.

        Raises:
            ProfileError: The file is there and cannot be read.
        """
        return self.lines(self.content())

    def lines(self, content: bytes) -> Iterator[JournalEntry | Damage]:
        """Yield what a content of the journal says, as iterating does."""
        lines = list(enumerate(content.split(b"\n"), 1))
        is_ended = not lines[-1][1]
        lines = [(number, line) for number, line in lines if line.strip()]
        before, known = b"", True
        for place, (number, line) in enumerate(lines):
            entry = _entry(line)
            following = lines[place + 1][1] if place + 1 < len(lines) else None
            if entry is None:
                was_cut = _is_beginning(line) and (
                    not is_ended if following is None else _follows(following, line) is True
                )
                yield Damage(self.file, number, "cut off" if was_cut else "damaged")
            else:
                if known and _follows(line, before) is False:
                    yield Damage(self.file, number, "missing")
                yield entry
            before, known = line, entry is not None

    def content(self) -> bytes:
        """Return the journal as it is on the disk; nothing where there is none.

        Raises:
            ProfileError: The file is there and cannot be read.
        """
        try:
            content = read_file(self.file, MAX_JOURNAL_BYTES)
            if content and not content.endswith(b"\n"):
                # Another window may be writing: look again when it has ended.
                from wizard.store.locks import saving

                with suppress(ProfileError), saving(self.file.parent):
                    content = read_file(self.file, MAX_JOURNAL_BYTES)
        except FileNotFoundError:
            return b""
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        return content

    def _unreadable(self, error: Exception) -> ProfileError:
        return ProfileError(
            f"The journal {plain_line(self.file)} cannot be read: {reason_of(error)}.",
            "Make the file readable and try again.",
            code="journal-unreadable",
        )


def _checked(line: str, before: bytes) -> str:
    """Return a line with a check of the line before it and of itself."""
    linked = f'{line[:-1]},"after":"{check_of(before)}"'
    return f'{linked},"check":"{check_of(linked.encode())}"}}'


@lru_cache(_KEPT)
def _entry(line: bytes) -> JournalEntry | None:
    """Return what a line says; None when it cannot be read, or is not what was written."""
    checked = _CHECK.fullmatch(line)
    if checked and check_of(checked["linked"]) != checked["check"].decode():
        return None
    try:
        return msgspec.json.decode(line, type=JournalEntry)
    except (ValueError, RecursionError):
        return None


def _follows(line: bytes, before: bytes) -> bool | None:
    """Tell whether a line was written after another one; None when it does not say."""
    checked = _CHECK.fullmatch(line)
    return check_of(before) == checked["after"].decode() if checked else None


def _is_beginning(line: bytes) -> bool:
    return line.startswith(_BEGINNING[: len(line)])

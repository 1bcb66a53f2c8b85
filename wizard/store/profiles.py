"""Profiles: what is known of one Webex organization and how far its setup is. No secrets."""

import json
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any, Self

from wizard.errors import InvalidInput, ProfileError
from wizard.machine.files import (
    Altered,
    read_file,
    reason_of,
    remove,
    with_check,
    without_check,
    write_private,
)
from wizard.options import DEFAULT_NAME, CommandLine, Options, command_line
from wizard.store.fields import Line, Moment, Record, Second
from wizard.store.job_health import JobHealth
from wizard.store.marks import Mark
from wizard.store.places import settings_folder
from wizard.store.profile_names import (
    LOCK,
    checked_name,
    differs_by_case,
    files_of,
    files_of_undo,
    stored_names,
)
from wizard.store.profile_troubles import damaged, newer, newly, no_such
from wizard.store.score_record import ScoreRecord
from wizard.store.test_record import TestRecord

SCHEMA_VERSION = 1
_MAX_BYTES = 1_000_000
"""Largest profile that is read; one has some thousand bytes."""
_BY_HAND = 'If you changed it by hand and mean it, take the line with "check" out of it.'
LONGEST_WARNING = timedelta(days=30)


class TokenFacts(Record):
    """What is known of a token besides the token itself."""

    organization_id: Line
    obtained_at: Second
    expires_at: Second
    expires_assumed: bool = False  # True when the server did not say how long the token lives
    email: Line = ""
    display_name: Line = ""
    roles: tuple[Line, ...] = ()
    scopes: tuple[Line, ...] = ()
    place: Line = ""
    """The hosts it was obtained for (`store.binding.Place`); empty in what earlier versions wrote.
    """
    in_memory: bool = False  # whether the memory of a program alone kept it; it is gone with that
    said_seconds: int | None = None  # how long Webex said it lives; None where nobody heard that

    @property
    def renewal_at(self) -> datetime:
        """When to renew: 30 days, or a sixth of the lifetime if shorter, before the end."""
        lifetime = max(timedelta(0), self.expires_at - self.obtained_at)
        return self.expires_at - min(LONGEST_WARNING, lifetime / 6)

    def remaining(self, now: datetime) -> timedelta:
        """Return the time left; negative when expired."""
        return self.expires_at - now

    def days_left(self, now: datetime) -> int:
        """Return the whole days left; negative when expired."""
        return self.remaining(now) // timedelta(days=1)

    def needs_renewal(self, now: datetime) -> bool:
        """Tell whether the time to renew has come."""
        return now >= self.renewal_at

    def is_of_same_token(self, other: "TokenFacts | None") -> bool:
        """Tell whether these are the facts of the same token, however much of them is known."""
        mine = (self.organization_id, self.obtained_at, self.expires_at)
        return other is not None and mine == (
            other.organization_id,
            other.obtained_at,
            other.expires_at,
        )


class StepRecord(Record):
    """How a step stands, when that was seen or said, and in what words."""

    at: Moment
    note: Line = ""
    mark: Mark = Mark.UNTOLD


class StoringRecord(Record):
    """That a token was given to the keyring, and nobody has seen yet whether it is there."""

    step: Line  # that stored it
    facts: TokenFacts


class EntraFacts(Record):
    """What is known of the Entra side, once somebody has signed in there."""

    tenant_id: Line = ""
    account: Line = ""
    application_id: Line = ""
    service_principal_id: Line = ""
    sync_template_id: Line = ""
    job_id: Line = ""
    health: JobHealth | None = None
    score: ScoreRecord | None = None  # how the kept preview came out, when the log was last read
    client_id: Line = ""  # the registration that signs in, or is to; empty is that of the hosts
    is_remembered: bool = False  # whether the keyring may hold the sign-in; else it is not asked

    @property
    def job_health(self) -> JobHealth | None:
        """How the job of this profile is doing, as far as it was looked at."""
        seen = self.last_look
        return None if seen is None or seen.is_outdated else seen

    @property
    def last_look(self) -> JobHealth | None:
        """What was last seen of the job of this profile, whatever was done since."""
        return self.health if self.health and self.health.job_id == self.job_id else None

    @property
    def job_score(self) -> ScoreRecord | None:
        """How a preview of this job came out, as far as the log told."""
        return self.score if self.score and self.score.job_id == self.job_id else None


class Profile(Record):
    """One Webex organization, as stored."""

    schema_version: int = SCHEMA_VERSION
    name: str
    organization_id: Line | None = None
    token: TokenFacts | None = None
    storing: StoringRecord | None = None
    steps: dict[Line, StepRecord] = field(default_factory=dict)
    """Those that are done."""
    undone: dict[Line, StepRecord] = field(default_factory=dict)
    """Those that are not done, although something is known of them."""
    at_step: Line = ""
    reached: tuple[Line, ...] = ()
    last_test: TestRecord | None = None
    entra: EntraFacts = EntraFacts()
    created_at: Moment
    updated_at: Moment

    @classmethod
    def new(cls, name: str, now: datetime) -> Self:
        """Return an empty profile."""
        return cls(name=name, created_at=now, updated_at=now)

    def with_changes(self, **changes: Any) -> Self:
        """Return a checked copy with some fields changed."""
        return type(self).model_validate(vars(self) | changes)

    @property
    def has_waiting_token(self) -> bool:
        """Whether a renewal has a new token in the keyring that is not in force yet."""
        return "new-token" in self.steps and "replacement" not in self.steps


Update = Callable[[Profile | None], Profile | None]
"""Gets the stored profile, or None, and returns what shall be stored."""


class ProfileStore:
    """The folder of profiles; each is one JSON file that is written whole or not at all."""

    keeps = True
    """Whether they are stored at all."""

    def __init__(
        self, folder: Path, *, practice: bool = False, line: CommandLine | None = None
    ) -> None:
        self.folder = folder
        self.practice = practice
        """Whether they are those of practice."""
        self.line = line or partial(command_line, practice=practice)
        """Makes the command lines that are told, about the same hosts as the command that runs."""

    @classmethod
    def here(cls, options: Options) -> Self:
        """Return the folder of this person's profiles, or of those of practice."""
        practice = options.practice
        return cls(settings_folder(practice=practice), practice=practice, line=options.line)

    def names(self) -> list[str]:
        """Return the names of all stored profiles, sorted.

        Raises:
            ProfileError: The folder cannot be read.
        """
        return stored_names(self.folder)

    def exists(self, name: str) -> bool:
        """Tell whether a profile is stored, readable or not."""
        return name in self.names()

    def alike(self, name: str) -> list[str]:
        """Return the other stored profiles whose names differ from this one only by case.

        Earlier versions made them on disks that tell case apart.

        Raises:
            ProfileError: The folder cannot be read.
        """
        return [each for each in self.names() if each != name and each.lower() == name.lower()]

    def known_as(self, name: str) -> str:
        """Return the name under which a profile is stored, which may differ by case.

        Raises:
            InvalidInput: No profile can have this name, or several differ from it only by case.
            ProfileError: The folder cannot be read.
        """
        alike = self.alike(checked_name(name))
        if not alike or self.exists(name):
            return name
        if len(alike) > 1:
            raise InvalidInput(
                f"Several profiles differ from {name} only by case: {', '.join(alike)}.",
                "Give the exact name of one of them with --profile.",
                code="profile-ambiguous",
            )
        return alike[0]

    def load(self, name: str) -> Profile | None:
        """Return a stored profile, or None if there is none.

        Raises:
            ProfileError: The file is damaged, newer than this program, or cannot be read.
        """
        file = self.path(name)
        try:
            text = without_check(read_file(file, _MAX_BYTES)).decode()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._damaged(name, f"cannot be read: {reason_of(error)}") from error
        except UnicodeDecodeError as error:
            raise self._damaged(name, "is damaged") from error
        except Altered as error:
            raise self._damaged(name, "is damaged: its check does not fit", _BY_HAND) from error
        try:
            content = json.loads(text)
            version = content["schema_version"]
            if isinstance(version, int) and version > SCHEMA_VERSION:
                raise newer(file)
            # The file's name counts: a copied file is a profile of its own.
            return Profile.model_validate(content | {"name": name})
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise self._damaged(name, "is damaged") from error

    def update(self, name: str, change: Update) -> Profile | None:
        """Change what is on the disk while no other window can, and return what is there then.

        Args:
            name: The profile.
            change: Makes of what is stored what shall be.

        Raises:
            ProfileError: It cannot be read or written, or another window does not end saving.
        """
        from wizard.store.locks import saving

        with saving(self.folder):
            before = self.load(name)
            if before is None and (alike := self.alike(name)):
                raise differs_by_case(name, alike[0])
            after = change(before)
            if after is not None and after != before:
                self.save(after)
        return after

    def save(self, profile: Profile) -> None:
        """Store a profile whole, whatever was there; windows use `update`.

        Raises:
            ProfileError: The disk is full or the folder cannot be written.
        """
        write_private(self.path(profile.name), with_check(profile.model_dump_json(indent=2)))

    def withdraw(self, profile: Profile) -> bool:
        """Remove a profile's file if it says just this, and tell whether it did; as `update`."""
        from wizard.store.locks import saving

        with saving(self.folder):
            is_same = self.load(profile.name) == profile
            if is_same:
                remove(self.path(profile.name))
        return is_same

    def delete(self, name: str, *, keep_journal: bool = False) -> None:
        """Remove a profile with all that belongs to it; one that is not there is no error.

        Args:
            name: The profile.
            keep_journal: Whether the journal stays, with the snapshots that undo puts back.

        Raises:
            ProfileError: The folder cannot be written.
        """
        from wizard.store.locks import saving

        checked_name(name)
        if not self.folder.exists():
            return
        with saving(self.folder):
            mine = files_of(name)
            # The profile goes last: what a failure leaves can be found by its name.
            found = [file for file in self.folder.iterdir() if mine.fullmatch(file.name)]
            if keep_journal:
                found = [file for file in found if not files_of_undo(name).fullmatch(file.name)]
            for file in (*found, self.path(name)):
                remove(file)

    def sweep(self, keep: Collection[Path] = ()) -> None:
        """Remove the folder, and the one it is in, where nothing but our own idle locks is left.

        Args:
            keep: What stays of them, as it was there before.
        """
        from wizard.store.locks import remove_idle

        with suppress(OSError, ProfileError):
            left = list(self.folder.iterdir())
            if all(LOCK.fullmatch(file.name) for file in left):
                remove_idle(left)
                ours = (self.folder, self.folder.parent)
                for folder in takewhile(lambda each: each not in keep, ours):
                    folder.rmdir()

    def path(self, name: str) -> Path:
        """Return the file of a profile."""
        return self.folder / f"{checked_name(name)}.json"

    def mapping_path(self, name: str) -> Path:
        """Return the file that keeps a profile's edited mapping."""
        return self.folder / f"{checked_name(name)}.mapping"

    def journal_path(self, name: str) -> Path:
        """Return the file that keeps a profile's journal."""
        return self.folder / f"{checked_name(name)}.journal"

    def plan_path(self, name: str) -> Path:
        """Return the file that keeps the plan of a profile's last preview."""
        return self.folder / f"{checked_name(name)}.plan"

    def drift_path(self, name: str) -> Path:
        """Return the file that keeps what was last set up or accepted in a profile's tenant."""
        return self.folder / f"{checked_name(name)}.drift"

    def turn_path(self, name: str) -> Path:
        """Return the file that stands for whose turn it is to change a profile's tokens."""
        return self.folder / f".{checked_name(name).lower()}.lock"

    def require(self, name: str) -> None:
        """Let nobody go on with a profile that is not there; its journal counts for as long.

        Raises:
            InvalidInput: Neither is (`no-such-profile`); the hint names those that are.
            ProfileError: The folder cannot be read.
        """
        if not (self.exists(name) or self.journal_path(name).exists()):
            raise self.no_such(name)

    def no_such(self, name: str) -> InvalidInput:
        """Return the error for a profile that is not there; it names those that are."""
        setup = self.line("setup", profile="" if name == DEFAULT_NAME else name)
        return no_such(name, self.names(), setup)

    def newly(self, name: str) -> str:
        """Say that a profile is a new one; nothing of one that is there, or of the very first.

        Raises:
            ProfileError: The folder cannot be read.
        """
        known = self.names()
        is_first = name == DEFAULT_NAME and not known
        is_there = name in known or self.journal_path(name).exists()
        return "" if is_first or is_there else newly(name, known)

    def _damaged(self, name: str, what: str, more: str = "") -> ProfileError:
        setup = self.line("setup", profile=name)
        return damaged(self.path(name), what, setup, more)


def utc_now() -> datetime:
    """Return the time by this machine's clock, in UTC."""
    return datetime.now(UTC)

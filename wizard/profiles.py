"""Profiles: what is known of one Webex organization and how far its setup is. No secrets."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from wizard.errors import InvalidInput, ProfileError
from wizard.files import write_private
from wizard.text import plain_line

SCHEMA_VERSION = 1
DEFAULT_NAME = "default"
LONGEST_WARNING = timedelta(days=30)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TokenFacts(_Record):
    """What is known of a token besides the token itself."""

    organization_id: str
    obtained_at: datetime
    expires_at: datetime
    expires_assumed: bool = False
    """True when the server did not say how long the token lives."""
    email: str = ""
    display_name: str = ""
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()

    def remaining(self, now: datetime) -> timedelta:
        """Return the time left; negative when expired."""
        return self.expires_at - now

    def days_left(self, now: datetime) -> int:
        """Return the whole days left; negative when expired."""
        return self.remaining(now) // timedelta(days=1)

    def needs_renewal(self, now: datetime) -> bool:
        """Tell whether 30 days, or a sixth of the lifetime if that is shorter, are left."""
        warning = min(LONGEST_WARNING, (self.expires_at - self.obtained_at) / 6)
        return self.remaining(now) <= warning


class StepRecord(_Record):
    """That a step is done, since when, and in what words."""

    at: datetime
    note: str = ""


class TestRecord(_Record):
    """The outcome of the last connection test."""

    __test__ = False  # not a test class, whatever its name suggests to pytest

    at: datetime
    verdict: str
    entra_says: str
    writes: str
    failed: tuple[str, ...] = ()


class Profile(_Record):
    """One Webex organization, as stored."""

    schema_version: int = SCHEMA_VERSION
    name: str
    organization_id: str | None = None
    token: TokenFacts | None = None
    steps: dict[str, StepRecord] = {}
    at_step: str = ""
    reached: tuple[str, ...] = ()
    last_test: TestRecord | None = None
    notification_email: str = ""
    created_at: datetime
    updated_at: datetime

    @classmethod
    def new(cls, name: str, now: datetime) -> Self:
        """Return an empty profile."""
        return cls(name=name, created_at=now, updated_at=now)

    def with_changes(self, **changes: Any) -> Self:
        """Return a checked copy with some fields changed."""
        return type(self).model_validate(self.model_dump() | changes)


class ProfileStore:
    """The folder of profiles; each is one JSON file that is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """Return the names of all stored profiles, sorted."""
        if not self.folder.is_dir():
            return []
        files = self.folder.glob("*.json")
        return sorted(file.stem for file in files if _NAME.fullmatch(file.stem))

    def load(self, name: str) -> Profile | None:
        """Return a stored profile, or None if there is none.

        Raises:
            ProfileError: The file is damaged, newer than this program, or cannot be read.
        """
        file = self.path(name)
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged(file, "cannot be read") from error
        try:
            content = json.loads(text)
            version = content["schema_version"]
            if isinstance(version, int) and version > SCHEMA_VERSION:
                raise self._newer(file)
            return Profile.model_validate(content)
        except (ValueError, RecursionError, KeyError, TypeError, ValidationError) as error:
            raise self._damaged(file, "is damaged") from error

    def save(self, profile: Profile) -> None:
        """Store a profile.

        Raises:
            ProfileError: The disk is full or the folder cannot be written.
        """
        write_private(self.path(profile.name), profile.model_dump_json(indent=2) + "\n")

    def delete(self, name: str) -> None:
        """Remove a profile; one that is not there is no error."""
        self.path(name).unlink(missing_ok=True)
        self.mapping_path(name).unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        """Return the file of a profile."""
        return self.folder / f"{checked_name(name)}.json"

    def mapping_path(self, name: str) -> Path:
        """Return the file that keeps a profile's edited mapping."""
        return self.folder / f"{checked_name(name)}.mapping"

    def _damaged(self, file: Path, what: str) -> ProfileError:
        return ProfileError(
            f"The profile file {plain_line(file)} {what}.",
            "It was left as it is, and the keyring was not touched. Move the file away and run "
            "`webex-wizard setup` again, or work under another name with --profile.",
            code="profile-damaged",
        )

    def _newer(self, file: Path) -> ProfileError:
        return ProfileError(
            f"The profile file {plain_line(file)} was written by a newer webex-wizard.",
            "Update webex-wizard, or work under another name with --profile.",
            code="profile-newer",
        )


def checked_name(name: str) -> str:
    """Return a profile name that is safe as a file name.

    Raises:
        InvalidInput: The name has other characters than letters, digits, dot, dash, underscore.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "A profile name has 1 to 40 letters, digits, dots, dashes and underscores, "
            "and starts with a letter or a digit.",
            "Example: --profile contoso",
            code="profile-name",
        )
    return name


def utc_now() -> datetime:
    """Return the time by this machine's clock, in UTC."""
    return datetime.now(UTC)

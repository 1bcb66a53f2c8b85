"""The base: what was last set up or accepted in a tenant, in a file beside the profile.

It is written whole, readable by its owner alone, and holds no secret. It has names of who is
assigned, and addresses of whom Entra mails.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Self

from wizard.drift.items import Watched, WatchedItem, changed_by
from wizard.errors import ProfileError
from wizard.machine.files import (
    Altered,
    read_file,
    reason_of,
    set_aside,
    with_check,
    without_check,
    write_private,
)
from wizard.options import CommandLine
from wizard.store.fields import Line, Moment, Record
from wizard.words.text import plain_line

BASE_VERSION: Final = 1
DAMAGED_BASE: Final = "drift-base-damaged"
_MOST: Final = 64_000_000
"""Bytes that are read; somebody who is assigned takes some 200."""


class PendingChange(Record):
    """A change of ours that was begun, and of which nobody has seen what became in Entra."""

    step: Line
    at: Moment
    parts: tuple[Watched, ...] = ()


class DriftBase(Record):
    """What is compared with."""

    version: int = BASE_VERSION
    tenant: Line
    application: Line
    at: Moment
    """When it was taken as a whole."""
    how: Literal["set up", "accepted"]
    changed_at: Moment
    """When a change of ours was last noted in it."""
    items: dict[str, WatchedItem]
    pending: tuple[PendingChange, ...] = ()

    @property
    def job(self) -> str:
        """The id of the job; empty where there was none."""
        item = self.items.get("job")
        return item.value if item is not None else ""

    @property
    def template(self) -> str:
        """The id of the template; empty where there was none."""
        item = self.items.get("template")
        return item.value if item is not None else ""

    def is_about(self, tenant: str, application: str) -> bool:
        """Tell whether it is about this application of this tenant."""
        mine = (self.tenant.casefold(), self.application.casefold())
        return mine == (tenant.casefold(), application.casefold())

    def with_changes(self, changes: Mapping[str, WatchedItem | None], now: datetime) -> Self:
        """Return it with what a change of ours made of what."""
        items = changed_by(self.items, changes)
        return self.model_copy(update={"items": items, "changed_at": now})

    def with_pending(self, change: PendingChange) -> Self:
        """Return it with a change that is under way."""
        return self.model_copy(update={"pending": (*self.pending, change)})

    def without_pending(self, change: PendingChange) -> Self:
        """Return it without a change that was seen."""
        left = tuple(each for each in self.pending if each != change)
        return self.model_copy(update={"pending": left})


BaseUpdate = Callable[[DriftBase | None], DriftBase | None]
"""Gets what is stored, or None, and returns what shall be."""


class BaseFile:
    """The file of one profile's base.

    Args:
        file: Where it is.
        line: Makes the command lines that are told.
    """

    def __init__(self, file: Path, line: CommandLine) -> None:
        self.file = file
        self._line = line
        self._last: tuple[bytes, DriftBase] | None = None
        """What was read or written here last, and what it says: it may be large."""

    def read(self) -> DriftBase | None:
        """Return what is kept; None where nothing is.

        Raises:
            ProfileError: It is damaged (`drift-base-damaged`), of a newer version
                (`drift-base-newer`), or cannot be read.
        """
        try:
            content = read_file(self.file, _MOST)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ProfileError(
                f"What was last set up or accepted cannot be read from {plain_line(self.file)}: "
                f"{reason_of(error)}. So nothing can be compared.",
                "Make the file readable and try again.",
                code="drift-base-unreadable",
            ) from error
        if self._last is None or self._last[0] != content:
            self._last = content, self._understood(content)
        return self._last[1]

    def _understood(self, content: bytes) -> DriftBase:
        try:
            text = without_check(content)
        except Altered as error:
            raise self._damaged() from error
        try:
            base = _Version.model_validate_json(text)
            if base.version > BASE_VERSION:
                raise self._newer()
            if text is content:  # a base always has its check
                raise self._damaged()
            return DriftBase.model_validate_json(text)
        except (ValueError, RecursionError) as error:
            raise self._damaged() from error

    def update(self, change: BaseUpdate) -> DriftBase | None:
        """Change what is on the disk while no other window can, and return what is there then.

        Raises:
            ProfileError: It cannot be read or written, or another window does not end saving.
        """
        from wizard.store.locks import saving

        with saving(self.file.parent):
            before = self.read()
            after = change(before)
            if after is not None and after != before:
                text = with_check(after.model_dump_json(indent=1))
                write_private(self.file, text)
                self._last = text.encode(), after
        return after

    def set_aside(self) -> Path | None:
        """Give a damaged base another name, and return where it is then."""
        return set_aside(self.file)

    def _damaged(self) -> ProfileError:
        return ProfileError(
            f"What was last set up or accepted is kept in {plain_line(self.file)}, which is "
            "damaged, or was changed by hand. So nothing can be compared.",
            f"`{self._line('drift', '--accept')}` keeps that file under another name, shows what "
            "Entra has, and takes it as the new base.",
            code=DAMAGED_BASE,
        )

    def _newer(self) -> ProfileError:
        return ProfileError(
            f"{plain_line(self.file)}, which keeps what was last set up or accepted, was written "
            "by a newer webex-wizard. So nothing can be compared.",
            "Update webex-wizard. It was left as it is.",
            code="drift-base-newer",
        )


class _Version(Record):
    version: int

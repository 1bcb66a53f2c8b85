"""The mapping document of a profile, which the steps `mapping` and `scoping` share."""

import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wizard.errors import MappingError
from wizard.flow.session import Session
from wizard.machine.files import (
    Altered,
    read_file,
    reason_of,
    remove,
    set_aside,
    with_check,
    without_check,
    write_private,
)
from wizard.mapping.document import MappingDocument
from wizard.mapping.reading_text import is_text
from wizard.mapping.schema import MAX_SCHEMA_BYTES, read_schema, write_schema
from wizard.mapping.written import read_whole
from wizard.store.locks import saving
from wizard.store.profiles import ProfileStore
from wizard.words.text import plain_line

NO_EDIT: Final = "No edit to take back since this step was opened."


class MappingFile:
    """Reads and writes the synchronization schema that belongs to a profile."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._profiles = profiles
        self._seen: dict[Path, bytes | None] = {}
        self._earlier: dict[Path, list[bytes | None]] = {}
        """What stood there before each edit, the newest last; None where nothing did."""

    def exists(self, session: Session) -> bool:
        """Tell whether the profile has a mapping of its own."""
        return self._path(session).exists()

    def changed_at(self, session: Session) -> datetime:
        """Return when the profile's mapping was written last."""
        return datetime.fromtimestamp(self._path(session).stat().st_mtime, UTC)

    def document(self, session: Session) -> MappingDocument:
        """Return the profile's mapping, or the default one.

        Raises:
            MappingError: The stored document is damaged.
        """
        file = self._path(session)
        known = self._stored(file)
        self._seen.setdefault(file, known)
        return MappingDocument.default() if known is None else _understood(file, known)

    def keep(self, session: Session, document: MappingDocument) -> None:
        """Store an edited mapping; what cannot be understood is set aside, never overwritten.

        Raises:
            MappingError: Another window has changed it since it was read here.
            ProfileError: It could not be saved.
        """
        self.change(session, lambda _stored: document)

    def change(
        self, session: Session, change: Callable[[MappingDocument], MappingDocument]
    ) -> None:
        """Change what is stored while no other window can.

        Raises:
            MappingError: Another window has changed it since it was read here.
            ProfileError: It could not be saved.
        """
        file = self._path(session)
        with saving(file.parent):
            known = self._stored(file)
            if self._seen.get(file, known) != known:
                raise _changed_meanwhile()
            before = MappingDocument.default()
            if known is not None:
                try:
                    before = _understood(file, known)
                except MappingError:
                    set_aside(file)
            content = with_check(write_schema(change(before).schema))
            write_private(file, content)
            self._seen[file] = content.encode()
            if content.encode() != known:
                self._earlier.setdefault(file, []).append(known)

    def is_edited(self, session: Session) -> bool:
        """Tell whether there is an edit to take back."""
        return bool(self._earlier.get(self._path(session)))

    def undo(self, session: Session) -> MappingDocument:
        """Take the newest edit back that was made here, and return what stands there then.

        Raises:
            MappingError: There is none (`mapping-nothing-to-undo`), or another window has changed
                the mapping since.
            ProfileError: It could not be saved.
        """
        file = self._path(session)
        earlier = self._earlier.get(file)
        if not earlier:
            raise MappingError(
                NO_EDIT,
                "Import a file, or go back to the default mapping.",
                code="mapping-nothing-to-undo",
            )
        with saving(file.parent):
            if self._stored(file) != self._seen[file]:
                raise _changed_meanwhile()
            content = earlier.pop()
            if content is None:
                remove(file)
            else:
                write_private(file, content.decode())
            self._seen[file] = content
        return self.document(session)

    def _stored(self, file: Path) -> bytes | None:
        return _content(file) if file.exists() else None

    def forget(self, session: Session) -> None:
        """Go back to the default mapping."""
        file = self._path(session)
        remove(file)
        self._seen[file] = None

    def take_snapshot(self, session: Session, document: MappingDocument) -> str:
        """Keep what is in Entra before it is changed; return the name of the snapshot.

        Raises:
            ProfileError: It could not be saved.
        """
        name = f"{session.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        write_private(self._snapshot(session, name), with_check(write_schema(document.schema)))
        return name

    def snapshot(self, session: Session, name: str) -> MappingDocument:
        """Return what was in Entra before a change.

        Raises:
            MappingError: The snapshot is not there any more, or damaged.
        """
        return self.imported(self._snapshot(session, plain_line(name, 40)))

    def imported(self, file: Path, over: MappingDocument | None = None) -> MappingDocument:
        """Return the mapping in a Graph synchronization schema document, or in its text.

        Args:
            file: Where it is.
            over: What a text is laid over that has no document beside it.

        Raises:
            MappingError: The file cannot be read, or is no such document.
        """
        content = _content(file)
        if is_text(content):
            return read_whole(file.expanduser(), over)
        return _understood(file, content)

    def exported(self, document: MappingDocument, file: Path) -> str:
        """Write the mapping as a Graph synchronization schema document.

        Returns:
            That it was saved, and whether over an earlier file, in words.

        Raises:
            MappingError: The path names a home that does not exist.
            ProfileError: The file could not be written.
        """
        try:
            target = file.expanduser()
        except RuntimeError as error:
            raise MappingError(
                f"{plain_line(file)} cannot be written: {reason_of(error)}.",
                "Check the path and try again.",
                code="mapping-file",
            ) from error
        over = " over the file that was there" if os.path.lexists(target) else ""
        write_private(target, write_schema(document.schema))
        return f"Saved{over}"

    def _snapshot(self, session: Session, name: str) -> Path:
        return self._path(session).with_suffix(f".mapping-{name}")

    def _path(self, session: Session) -> Path:
        return self._profiles.mapping_path(session.profile.name)


def _content(file: Path) -> bytes:
    try:
        return read_file(file.expanduser(), MAX_SCHEMA_BYTES)
    except (OSError, ValueError, RuntimeError) as error:  # also an odd name, an unknown home
        raise MappingError(
            f"{plain_line(file)} cannot be read: {reason_of(error)}.",
            "Check the path and try again.",
            code="mapping-file",
        ) from error


def _understood(file: Path, content: bytes) -> MappingDocument:
    try:
        return MappingDocument(read_schema(without_check(content)))
    except Altered as error:
        raise MappingError(
            f"{plain_line(file)} is damaged: its check does not fit.",
            "It is not overwritten. Go on with the default, or import a mapping that you have "
            'exported. If you changed it by hand and mean it, take the line with "check" out.',
            code="mapping-damaged",
        ) from error


def _changed_meanwhile() -> MappingError:
    return MappingError(
        "Another window has changed the mapping meanwhile, so this change was not kept.",
        "Leave this step and come back: then you see what the other window has made of it.",
        code="mapping-changed",
    )

"""The mapping document of a profile, which the steps `mapping` and `scoping` share."""

import secrets
from pathlib import Path

from wizard.errors import MappingError
from wizard.files import read_file, reason_of, remove, write_private
from wizard.flow import Session
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import MAX_BYTES, read, write
from wizard.profiles import ProfileStore
from wizard.text import plain_line


class MappingFile:
    """Reads and writes the synchronization schema that belongs to a profile."""

    def __init__(self, profiles: ProfileStore) -> None:
        self._profiles = profiles

    def exists(self, session: Session) -> bool:
        """Tell whether the profile has a mapping of its own."""
        return self._path(session).exists()

    def document(self, session: Session) -> MappingDocument:
        """Return the profile's mapping, or the default one.

        Raises:
            MappingError: The stored document is damaged.
        """
        if not self.exists(session):
            return MappingDocument.default()
        return self.imported(self._path(session))

    def keep(self, session: Session, document: MappingDocument) -> None:
        """Store an edited mapping.

        Raises:
            ProfileError: It could not be saved.
        """
        write_private(self._path(session), write(document.schema))

    def forget(self, session: Session) -> None:
        """Go back to the default mapping."""
        remove(self._path(session))

    def take_snapshot(self, session: Session, document: MappingDocument) -> str:
        """Keep what is in Entra before it is changed; return the name of the snapshot.

        Raises:
            ProfileError: It could not be saved.
        """
        name = f"{session.clock():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        write_private(self._snapshot(session, name), write(document.schema))
        return name

    def snapshot(self, session: Session, name: str) -> MappingDocument:
        """Return what was in Entra before a change.

        Raises:
            MappingError: The snapshot is not there any more, or damaged.
        """
        return self.imported(self._snapshot(session, plain_line(name, 40)))

    def imported(self, file: Path) -> MappingDocument:
        """Return the mapping in a Graph synchronization schema document.

        Raises:
            MappingError: The file cannot be read, or is no such document.
        """
        try:
            content = read_file(file.expanduser(), MAX_BYTES)
        except (OSError, ValueError, RuntimeError) as error:  # also an odd name, an unknown home
            raise MappingError(
                f"{plain_line(file)} cannot be read: {reason_of(error)}.",
                "Check the path and try again.",
                code="mapping-file",
            ) from error
        return MappingDocument(read(content))

    def exported(self, document: MappingDocument, file: Path) -> None:
        """Write the mapping as a Graph synchronization schema document.

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
        write_private(target, write(document.schema))

    def _snapshot(self, session: Session, name: str) -> Path:
        return self._path(session).with_suffix(f".mapping-{name}")

    def _path(self, session: Session) -> Path:
        return self._profiles.mapping_path(session.profile.name)

"""Step `mapping`: review and edit the attribute mapping as a document."""

from pathlib import Path

from wizard.errors import MappingError
from wizard.files import reason_of, remove, write_private
from wizard.flow import Finding, Session, State
from wizard.journal import JournalEntry
from wizard.mapping.document import MappingDocument
from wizard.mapping.problems import Problem, problems
from wizard.mapping.schema import read, write
from wizard.plan import StepInfo
from wizard.profiles import ProfileStore
from wizard.text import plain_line


class MappingStep:
    """Keeps the profile's mapping; the default one until it was edited."""

    def __init__(self, info: StepInfo, *, profiles: ProfileStore) -> None:
        self.info = info
        self._profiles = profiles

    def document(self, session: Session) -> MappingDocument:
        """Return the profile's mapping, or the default one.

        Raises:
            MappingError: The stored document is damaged.
        """
        file = self._profiles.mapping_path(session.profile.name)
        if not file.exists():
            return MappingDocument.default()
        return self.imported(file)

    def imported(self, file: Path) -> MappingDocument:
        """Return the mapping in a Graph synchronization schema document.

        Raises:
            MappingError: The file cannot be read, or is no such document.
        """
        try:
            content = file.expanduser().read_bytes()
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

    def problems(self, document: MappingDocument) -> tuple[Problem, ...]:
        """Return what is wrong with a mapping."""
        return problems(document)

    async def check(self, session: Session) -> Finding:
        """Tell whether the mapping was reviewed and is free of errors."""
        found = [p for p in problems(self.document(session)) if p.severity == "error"]
        if found:
            return Finding(State.ATTENTION, f"Errors in the mapping: {len(found)}.")
        if session.is_done(self.info.id):
            return Finding(State.DONE, "The mapping was reviewed.")
        return Finding(State.OPEN, "Not reviewed yet.")

    def keep(self, session: Session, document: MappingDocument) -> None:
        """Store an edited mapping.

        Raises:
            ProfileError: It could not be saved.
        """
        write_private(self._profiles.mapping_path(session.profile.name), write(document.schema))

    async def apply(self, session: Session, document: MappingDocument) -> None:
        """Keep the mapping and remember that it was reviewed.

        Raises:
            ProfileError: It could not be saved.
        """
        if not document.is_default or self._profiles.mapping_path(session.profile.name).exists():
            self.keep(session, document)
        session.log(self.info.id, "confirmed", f"mapping with {len(document.rows)} rows")
        session.tick(self.info.id)

    async def undo(self, session: Session, made: JournalEntry) -> None:
        """Go back to the default mapping."""
        remove(self._profiles.mapping_path(session.profile.name))
        session.untick(self.info.id)

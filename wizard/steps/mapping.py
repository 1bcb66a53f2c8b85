"""Step `mapping`: review and edit the attribute mapping, and try it on people."""

from pathlib import Path
from typing import TYPE_CHECKING

from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.mapping.document import MappingDocument
from wizard.mapping.lint.linter import lint
from wizard.mapping.objects import Kind
from wizard.steps.mapping_file import MappingFile
from wizard.steps.narrowed_by_hand import confirmation
from wizard.steps.switches import Switch, decide, switches, take_over, with_decisions
from wizard.store.journal import JournalEntry

if TYPE_CHECKING:
    from wizard.steps.directory import Directory
    from wizard.steps.microsoft_parser import SecondOpinion
    from wizard.steps.tenant import EntraTenant
    from wizard.trial.process import Trial


class MappingStep:
    """Keeps the profile's mapping; the default one until it was edited.

    Attributes:
        file: Where the mapping is kept.
        trial: The people it is tried on.
        directory: Where real people are found.
        microsoft: Who else reads an expression.
        tenant: Where the switches of users and groups are read.
    """

    def __init__(
        self,
        info: StepInfo,
        *,
        file: MappingFile,
        trial: "Trial",
        directory: "Directory",
        microsoft: "SecondOpinion",
        tenant: "EntraTenant | None" = None,
    ) -> None:
        self.info = info
        self.file = file
        self.trial = trial
        self.directory = directory
        self.microsoft = microsoft
        self.tenant = tenant

    async def switches(self, session: Session, document: MappingDocument) -> tuple[Switch, ...]:
        """Return users and groups with their switches, as decided here and as Entra has them."""
        return await switches(session, document, self.tenant)

    def switch(self, session: Session, kind: Kind, *, on: bool) -> None:
        """Decide whether users, or groups, shall go along; Entra hears of it when it is saved.

        Raises:
            ProfileError: It could not be saved.
        """
        decide(session, kind, on=on)

    def imported(self, session: Session, file: Path) -> MappingDocument:
        """Keep the mapping of a Graph synchronization schema document, and return it.

        Its switches count as decided, but not before it is kept.

        Raises:
            MappingError: The file cannot be read, or is no such document; or another window has
                changed the mapping since it was read here.
            ProfileError: It could not be saved.
        """
        document = self.file.imported(file)
        self.file.keep(session, document)
        take_over(session, document)
        return document

    def exported(self, session: Session, document: MappingDocument, file: Path) -> None:
        """Write the mapping as a Graph synchronization schema document, switched as decided.

        Raises:
            MappingError: The path names a home that does not exist.
            ProfileError: The file could not be written.
        """
        decided = MappingDocument(with_decisions(document.schema, session))
        self.file.exported(decided, file)

    def reset(self, document: MappingDocument) -> MappingDocument:
        """Return the default rows with the scope that the document has."""
        from wizard.mapping.scoping.editing import with_scope

        return with_scope(MappingDocument.default(), document.users.scope)

    def confirmation(self, session: Session) -> str:
        """Return what to ask before the mapping counts as set in Entra by hand."""
        return confirmation(session, self.info.id)

    async def check(self, session: Session) -> Finding:
        """Tell whether the mapping was reviewed and is free of errors."""
        document = self.file.document(session)
        found = [each for each in lint(document) if each.severity == "error"]
        if found:
            return Finding(State.ATTENTION, f"Errors in the mapping: {len(found)}.")
        if session.is_done(self.info.id):
            return Finding(State.DONE, "The mapping was reviewed.")
        return Finding(State.OPEN, "Not reviewed yet.")

    async def apply(self, session: Session, document: MappingDocument) -> None:
        """Keep the mapping and remember that it was reviewed.

        Raises:
            ProfileError: It could not be saved.
        """
        if not document.is_default or self.file.exists(session):
            self.file.keep(session, document)
        session.log(self.info.id, "confirmed", f"mapping with {len(document.rows)} rows")
        session.tick(self.info.id)

    async def undo(self, session: Session, made: JournalEntry) -> None:
        """Go back to the default mapping."""
        self.file.forget(session)
        session.untick(self.info.id)

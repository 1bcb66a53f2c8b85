"""Step `mapping`: review and edit the attribute mapping, and try it on people."""

from typing import TYPE_CHECKING

from wizard.flow import Finding, Session, State
from wizard.journal import JournalEntry
from wizard.mapping.document import MappingDocument
from wizard.mapping.problems import problems
from wizard.plan import StepInfo
from wizard.steps.mapping_file import MappingFile

if TYPE_CHECKING:
    from wizard.steps.directory import Directory
    from wizard.steps.second_opinion import SecondOpinion
    from wizard.trial.process import Trial


class MappingStep:
    """Keeps the profile's mapping; the default one until it was edited.

    Attributes:
        file: Where the mapping is kept.
        trial: The people it is tried on.
        directory: Where real people are found.
        microsoft: Who else reads an expression.
    """

    def __init__(
        self,
        info: StepInfo,
        *,
        file: MappingFile,
        trial: "Trial",
        directory: "Directory",
        microsoft: "SecondOpinion",
    ) -> None:
        self.info = info
        self.file = file
        self.trial = trial
        self.directory = directory
        self.microsoft = microsoft

    def reset(self, document: MappingDocument) -> MappingDocument:
        """Return the default rows with the scope that the document has."""
        from wizard.mapping.scoping.editing import with_scope

        return with_scope(MappingDocument.default(), document.users.scope)

    async def check(self, session: Session) -> Finding:
        """Tell whether the mapping was reviewed and is free of errors."""
        document = self.file.document(session)
        found = [problem for problem in problems(document) if problem.severity == "error"]
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

"""Step `mapping`: review and edit the attribute mapping, and try it on people."""

from pathlib import Path

from wizard.flow.plan import StepInfo
from wizard.flow.session import Session
from wizard.mapping.document import MappingDocument
from wizard.mapping.objects import ObjectKind
from wizard.mapping.scoping.editing import with_scope
from wizard.steps.base import Tools
from wizard.steps.microsoft_parser import SecondOpinion
from wizard.steps.schema import SchemaStep
from wizard.steps.switches import Switch, decide, switches, take_over, with_decisions
from wizard.store.journal import Action


class MappingStep(SchemaStep):
    """Keeps the profile's mapping; the default one until it was edited.

    Attributes:
        microsoft: Who else reads an expression.
    """

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self.microsoft = SecondOpinion(tools.tenant, tools.trial)

    async def switches(self, session: Session, document: MappingDocument) -> tuple[Switch, ...]:
        """Return users and groups with their switches, as decided here and as Entra has them."""
        return await switches(session, document, self.tools.tenant)

    def switch(self, session: Session, kind: ObjectKind, *, on: bool) -> None:
        """Decide whether users, or groups, shall go along; Entra hears of it when it is saved.

        Raises:
            ProfileError: It could not be saved.
        """
        decide(session, kind, on=on)

    def imported(self, session: Session, file: Path) -> MappingDocument:
        """Keep the mapping of a Graph synchronization schema document, and return it.

        Its switches count as decided, but not before it is kept. A part that says nothing of the
        scope leaves the scope as it is.

        Raises:
            MappingError: The file cannot be read, or is no such document; or another window has
                changed the mapping since it was read here.
            ProfileError: It could not be saved.
        """
        document = self.file.imported(file)
        if "scope" not in document.users.model_fields_set:
            document = with_scope(document, self.file.document(session).users.scope)
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
        return with_scope(MappingDocument.default(), document.users.scope)

    async def reviewed(self, session: Session, document: MappingDocument) -> None:
        """Keep the mapping and remember that it was reviewed.

        Raises:
            ProfileError: It could not be saved.
        """
        if not document.is_default or self.file.exists(session):
            self.file.keep(session, document)
        session.log(self.info.id, Action.CONFIRMED, f"mapping with {len(document.rows)} rows")
        session.tick(self.info.id)

"""Step `mapping`: review and edit the attribute mapping, and try it on people."""

from pathlib import Path

from wizard.flow.plan import StepInfo
from wizard.flow.session import Session
from wizard.mapping.document import ALWAYS, MappingDocument, Row
from wizard.mapping.objects import ObjectKind
from wizard.mapping.scoping.editing import with_scope
from wizard.steps.base import Guide, Tools
from wizard.steps.microsoft_parser import SecondOpinion
from wizard.steps.narrowed_by_hand import caution
from wizard.steps.portal import applications_link
from wizard.steps.schema import SchemaStep
from wizard.steps.switches import Switch, decide_switch, switches, take_over, with_decisions
from wizard.store.journal import Action
from wizard.store.marks import Mark
from wizard.words.text import plain_line


class MappingStep(SchemaStep):
    """Keeps the profile's mapping; the default one until it was edited.

    Attributes:
        microsoft: Who else reads an expression.
    """

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self.microsoft = SecondOpinion(tools.tenant, tools.trial)

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 1, 2.8 and 11).

        Raises:
            MappingError: The stored document is damaged.
        """
        return Guide(
            purpose=_purpose(self.file.document(session)),
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning > Manage > Attribute mapping > the mapping for "
                "users.",
                "Choose a row that differs, or Add New Mapping; set source, target, default value, "
                "matching and when it applies; choose OK.",
                "Delete rows that are not listed here; choose Save, and confirm.",
            ),
            older_portal=(
                "Open Cisco Webex > Provisioning > Mappings > Synchronize Azure Active Directory "
                "Users to Cisco Webex.",
                "Choose a row that differs, or Add New Mapping; set source, target, default value, "
                "matching and when it applies; choose OK.",
                "Delete rows that are not listed here; choose Save, and confirm.",
            ),
            cautions=(caution("mapping"),),
            notes=(
                "Saving starts a full cycle: Entra looks at everybody again.",
                "Match by userName alone, unless Webex can search by the other attribute.",
                "A target that the portal does not offer is added under Show advanced options > "
                "Edit attribute list, which it shows when its address has "
                "?Microsoft_AAD_Connect_Provisioning_forceSchemaEditorEnabled=true before the #.",
                "Users and groups are switched on or off under Scoping filters, tabs Users and "
                "Groups; in the older portal inside of their mappings, as Enabled.",
            ),
            done="The rows in Entra are these",
        )

    async def switches(self, session: Session, document: MappingDocument) -> tuple[Switch, ...]:
        """Return users and groups with their switches, as decided here and as Entra has them."""
        return await switches(session, document, self.tools.tenant)

    async def switch(self, session: Session, kind: ObjectKind, *, on: bool) -> None:
        """Decide whether users, or groups, shall go along; Entra hears of it when it is saved.

        Raises:
            ProfileError: It could not be saved.
        """
        await decide_switch(session, kind, on=on)

    async def imported(self, session: Session, file: Path) -> MappingDocument:
        """Keep the mapping of a Graph synchronization schema document, or of a text; return it.

        Its switches count as decided, but not before it is kept. A part that says nothing of the
        scope leaves the scope as it is.

        Raises:
            MappingError: The file cannot be read, or is no such document; or another window has
                changed the mapping since it was read here.
            ProfileError: It could not be saved.
        """
        document = self.file.imported(file, self.file.document(session))
        if "scope" not in document.users.model_fields_set:
            document = with_scope(document, self.file.document(session).users.scope)
        self.file.keep(session, document)
        await take_over(session, document)
        return document

    def exported(self, session: Session, document: MappingDocument, file: Path) -> str:
        """Write the mapping as a Graph synchronization schema document, switched as decided.

        Returns:
            That it was saved, and whether over an earlier file, in words.

        Raises:
            MappingError: The path names a home that does not exist.
            ProfileError: The file could not be written.
        """
        decided = MappingDocument(with_decisions(document.schema, session))
        return self.file.exported(decided, file)

    def reset(self, document: MappingDocument) -> MappingDocument:
        """Return the default rows with the scope that the document has."""
        return with_scope(MappingDocument.default(), document.users.scope)

    def removal(self, document: MappingDocument, row: Row) -> str:
        """Return what to ask before a row is removed: what breaks for everybody; else nothing.

        Raises:
            MappingError: The row is not there, or not unique.
        """
        from wizard.mapping.lint.linter import lint

        after = lint(document.without(row.target, position=row.position))
        known = {each.code for each in lint(document)}
        broken = [each for each in after if each.severity == "error" and each.code not in known]
        why = " ".join(dict.fromkeys(each.why for each in broken if each.target is None))
        return f"Without this row: {why} Remove it all the same?" if why else ""

    async def reviewed(self, session: Session, document: MappingDocument) -> None:
        """Keep the mapping and remember that it was reviewed.

        Raises:
            ProfileError: It could not be saved.
        """
        if not document.is_default or self.file.exists(session):
            self.file.keep(session, document)
        await session.log(self.info.id, Action.CONFIRMED, f"mapping with {len(document.rows)} rows")
        session.tick(self.info.id, mark=Mark.SAID)


def _purpose(document: MappingDocument) -> str:
    lead = "These are the rows to set:"
    if document.is_default:
        lead = "These are the usual rows. Where Entra has them, nothing is to be done:"
    rows = (f"- {_words(row)}" for row in document.rows)
    return "\n".join([lead, *rows, "There are no other rows of people."])


def _words(row: Row) -> str:
    """Return a row as it is set in the portal."""
    parts = [f"{row.target} from {plain_line(row.source, 300)}" if row.source else row.target]
    if row.matching_priority:
        parts.append(f"matching {row.matching_priority}")
    if row.default_value:
        parts.append(f'default value "{plain_line(row.default_value, 60)}"')
    if row.apply != ALWAYS:
        parts.append(row.apply.lower())
    return ", ".join(parts)

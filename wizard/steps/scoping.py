"""Step `scoping`: filters by attribute, on top of the assignment."""

from wizard.flow.session import Session
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import Filter
from wizard.steps.base import Guide
from wizard.steps.narrowed_by_hand import caution
from wizard.steps.portal import applications_link
from wizard.steps.schema import SchemaStep


class ScopingStep(SchemaStep):
    """Keeps the filters in the profile's mapping; Entra gets them by hand, or through Graph."""

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 5)."""
        return Guide(
            purpose=_purpose(self.scope(session)),
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning > Manage > Scoping filters > Users > the pencil.",
                "In Configure Scoping Filters go on to Scope by attribute; add a filter with its "
                "clauses; review and save.",
                "The tab Groups beside Users switches groups on or off, and has filters of its "
                "own.",
            ),
            older_portal=(
                "Open Provisioning > Mappings > the mapping for users > Source Object Scope.",
                "Add scoping filter, add its clauses, choose OK and Save.",
                "The mapping for groups has a switch, Enabled, and filters of its own.",
            ),
            cautions=(caution("scoping"),),
            notes=(
                "All clauses of one filter must hold; one of several filters is enough.",
                "Once provisioning has run, saving starts a full cycle.",
                "These filters are about people. While groups are on, each group in scope becomes "
                "a group in Webex, whatever they say.",
            ),
            done="The filters are set, or you need none",
        )

    def document(self, session: Session) -> MappingDocument:
        """Return the mapping whose scope it is.

        Raises:
            MappingError: The stored document is damaged.
        """
        return self.file.document(session)

    def scope(self, session: Session) -> Filter | None:
        """Return the scope; None lets everybody in.

        Raises:
            MappingError: The stored document is damaged.
        """
        return self.document(session).users.scope

    def keep(self, session: Session, scope: Filter | None) -> None:
        """Store an edited scope; the rows of the mapping stay as they are.

        Raises:
            MappingError: The stored document is damaged.
            ProfileError: It could not be saved.
        """
        from wizard.mapping.scoping.editing import with_scope

        self.file.change(session, lambda document: with_scope(document, scope))


def _purpose(scope: Filter | None) -> str:
    from wizard.mapping.scoping.outline import outline

    lines = [line.text if line.clause is None else f"- {line.text}" for line in outline(scope)]
    if not lines:
        return "You have no filter here, and need none if assigning people and groups is enough."
    return "\n".join(["Set these filters:", *lines])

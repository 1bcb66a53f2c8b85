"""Step `scoping`: filters by attribute, on top of the assignment."""

from typing import TYPE_CHECKING

from wizard.flow.plan import StepInfo
from wizard.flow.session import Session
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import Filter
from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import ByHandStep, Guide
from wizard.steps.credentials import applications_link
from wizard.steps.mapping_file import MappingFile
from wizard.steps.narrowed_by_hand import caution

if TYPE_CHECKING:
    from wizard.steps.directory import Directory
    from wizard.trial.process import Trial


class ScopingStep(ByHandStep):
    """Keeps the filters in the profile's mapping; setting them in Entra is done by hand.

    Attributes:
        file: Where the mapping with its scope is kept.
        trial: The people the scope is tried on.
        directory: Where real people are found.
    """

    def __init__(
        self,
        info: StepInfo,
        *,
        endpoints: Endpoints,
        file: MappingFile,
        trial: "Trial",
        directory: "Directory",
    ) -> None:
        super().__init__(info, lambda session: guide(endpoints, self.scope(session)))
        self.file = file
        self.trial = trial
        self.directory = directory

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


def guide(endpoints: Endpoints, scope: Filter | None) -> Guide:
    """Return what to do by hand (reference/graph-entra.md 5)."""
    return Guide(
        purpose=_purpose(scope),
        link=applications_link(endpoints),
        portal=(
            "Open Cisco Webex > Provisioning > Manage > Scoping filters > Users > the pencil.",
            "Under Scope by attribute add a filter with its clauses; review and save.",
            "The tab Groups beside Users switches groups on or off, and has filters of its own.",
        ),
        older_portal=(
            "Open Provisioning > Mappings > the mapping for users > Source Object Scope.",
            "Add scoping filter, add its clauses, choose OK and Save.",
            "The mapping for groups has a switch, Enabled, and filters of its own.",
        ),
        cautions=(
            "All clauses of one filter must hold; one of several filters is enough.",
            "Saving starts a full cycle.",
            caution("scoping"),
            "These filters are about people. While groups are on, each group in scope becomes a "
            "group in Webex, whatever they say.",
        ),
        done="The filters are set, or I need none",
    )


def _purpose(scope: Filter | None) -> str:
    from wizard.mapping.scoping.outline import outline

    lines = [line.text if line.clause is None else f"- {line.text}" for line in outline(scope)]
    if not lines:
        return "You have no filter here, and need none if assigning people and groups is enough."
    return "\n".join(["Set these filters:", *lines])

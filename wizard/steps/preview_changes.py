"""What a kept preview rests on, compared with what Entra has."""

from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.net.pace import Pace
from wizard.preview.assignments import Assignments
from wizard.preview.online import GraphAssignments
from wizard.preview.settings import Settings
from wizard.steps.base import Tools
from wizard.steps.kept_preview import KeptPreview
from wizard.steps.previewing import previewing
from wizard.steps.target import principal_of


async def changed_since(
    tools: Tools, session: Session, graph: GraphClient, kept: KeptPreview
) -> tuple[str, ...]:
    """Return what a kept preview rests on that is another since, in words; nobody is read.

    Raises:
        WizardError: Keyring, Graph or Webex cannot be asked.
    """
    async with previewing(tools, session) as both:
        settings = both.settings
    return kept.changed(settings, await _assigned(session, graph, settings))


async def _assigned(session: Session, graph: GraphClient, settings: Settings) -> frozenset[str]:
    """Return the ids of who is assigned; none where everybody is in scope."""
    assignments = Assignments()
    if not settings.everybody:
        pace = Pace("Microsoft Graph", 1)
        source = GraphAssignments(graph.reading(pace), principal_of(session))
        async for page in source.pages():
            assignments.take(page)
        if source.interrupted is not None:
            raise source.interrupted
    return frozenset(assignments.principals)

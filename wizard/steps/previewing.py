"""What a preview of a profile's own tenant reads, and by whose tokens: reading alone."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.errors import AnswerError, TransportError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.secrets import SECRET_TOKEN
from wizard.mapping.document import MappingDocument
from wizard.net.pace import Pace
from wizard.preview import settings as preview
from wizard.preview.both import BothDirectories
from wizard.preview.process import DirectoriesDesk
from wizard.preview.sources import Reader, Unknown
from wizard.scim.reading import Service
from wizard.steps.base import Tools
from wizard.steps.saved_settings import Given
from wizard.steps.target import job_of, principal_of
from wizard.webex.client import WebexClient
from wizard.webex.models import rest_id
from wizard.words.progress import Report, silent, telling

if TYPE_CHECKING:
    import httpx

    from wizard.net.endpoints import WebexEndpoints

_GRAPH_AT_ONCE, _WEBEX_AT_ONCE = 4, 8
"""Questions under way. Each page of Graph names the next; eight of Webex were seen to be enough."""

_NOT_SAID = (
    "Entra does not say whether everybody or only who is assigned is in scope, so whoever is not "
    "assigned may be, too."
)

_WHOSE_UNKNOWN = (
    "Webex did not say whose token it is, so whether its own account is among those who are "
    "switched off is not known."
)


@dataclass(frozen=True)
class WouldBe:
    """What is taken to be otherwise than Entra has it, because somebody is about to change it.

    Attributes:
        document: The mapping with its scope; None is the one in Entra.
        everybody: Whether everybody is in scope; None is as Entra has it.
        unassigned: The ids of assignments that are removed.
        beside: A mapping that is tried beside it, on the same pages: what it names is read, too.
    """

    document: MappingDocument | None = None
    everybody: bool | None = None
    unassigned: frozenset[str] = frozenset()
    beside: MappingDocument | None = None

    def then(self, later: "WouldBe") -> "WouldBe":
        """Return what is so when something else is changed after this."""
        return WouldBe(
            self.document if later.document is None else later.document,
            self.everybody if later.everybody is None else later.everybody,
            self.unassigned | later.unassigned,
        )


AS_IT_IS = WouldBe()


@asynccontextmanager
async def previewing(
    tools: Tools,
    session: Session,
    *,
    state: preview.JobState | None = None,
    would_be: WouldBe = AS_IT_IS,
    report: Report = silent,
) -> AsyncIterator[BothDirectories]:
    """Yield both directories of a profile, to be read as long as this lasts.

    Args:
        tools: With somebody who is signed in to Microsoft, and the stored token.
        session: The profile.
        state: How the job stands; None takes what its status tells.
        would_be: What is taken to be otherwise than Entra has it.
        report: Is told how many came of what, and of waits.

    Raises:
        InvalidInput: Nobody is signed in, or the application has no job yet.
        KeystoreError: There is no token in the keyring, or it cannot be read.
        HostsError: The token is of other hosts than these.
        WizardError: Graph could not be asked for mapping, settings and job.
    """
    principal_id = principal_of(session)
    await tools.keystore.require_here(session.profile)
    bearer, tell = (await Given(tools).secrets(session)).values[SECRET_TOKEN], telling(report)
    async with (
        tools.tenant.graph(report, read_only=True) as graph,
        tools.connect(bearer=bearer, read_only=True, retries=False) as webex,
    ):
        settings, is_said = await _settings(tools, session, graph, webex, state, would_be=would_be)
        reading = graph.reading(Pace("Microsoft Graph", _GRAPH_AT_ONCE, tell=tell))
        services = _services(tools, session, webex, Pace("Webex", _WEBEX_AT_ONCE, tell=tell))
        gone = would_be.unassigned
        both = BothDirectories(
            reading, principal_id, services, settings, report, without=gone, beside=would_be.beside
        )
        _note_untold(both, is_said=is_said)
        yield both


def _note_untold(both: BothDirectories, *, is_said: bool) -> None:
    """Note what the settings do not tell: who is in scope, and whose token it is."""
    if not is_said:
        both.sides.entra.lacks(Unknown.ASSIGNMENTS, _NOT_SAID)
    if not both.settings.own_account:
        both.sides.webex.lacks(Unknown.OWN_ACCOUNT, _WHOSE_UNKNOWN)


def desk_of(
    tools: Tools,
    session: Session,
    *,
    state: preview.JobState | None = None,
    would_be: WouldBe = AS_IT_IS,
    before: int | None = None,
    check: Callable[[BothDirectories], None] = lambda _: None,
) -> DirectoriesDesk:
    """Return a desk over both directories of a profile; what `read` raises: as `previewing`.

    Args:
        tools: With somebody who is signed in to Microsoft, and the stored token.
        session: The profile.
        state: How the job stands; None takes what its status tells.
        would_be: What is taken to be otherwise than Entra has it.
        before: How many people the directory had in the plan of before.
        check: Takes both before anything of them is read, and may refuse.
    """

    @asynccontextmanager
    async def opening(report: Report) -> AsyncIterator[BothDirectories]:
        reading = previewing(tools, session, state=state, would_be=would_be, report=report)
        async with reading as both:
            check(both)
            yield both

    return DirectoriesDesk(opening, before=before, start=tools.start_preview)


def state_of(job: Job) -> preview.JobState:
    """Return how a job stands, as far as its status tells.

    Whether a restart has forgotten the links is not told (reference/graph-entra.md 2.10): where
    people are linked still, they count as known.
    """
    if job.first_cycle_is_done or job.linked_people:
        return "running"
    return "never" if job.status.last_execution is None else "restarted"


def _services(
    tools: Tools, session: Session, webex: "httpx.AsyncClient", pace: Pace
) -> dict[Reader, Service]:
    """Return what may list Webex: where Entra asks, and the SCIM 2.0 service."""
    bases = {
        Reader.FACADE: Given(tools).tenant_url(session),
        Reader.SCIM2: tools.endpoints.scim2_url(session.profile.organization_id or ""),
    }
    return {reader: Service(base, webex, pace) for reader, base in bases.items() if base}


async def _settings(
    tools: Tools,
    session: Session,
    graph: GraphClient,
    webex: "httpx.AsyncClient",
    state: preview.JobState | None,
    *,
    would_be: "WouldBe",
) -> tuple[preview.Settings, bool]:
    """Return what the preview rests on, and whether Entra says who is in scope."""
    principal_id, job = principal_of(session), await job_of(session, graph)
    document = would_be.document
    if document is None:
        document = MappingDocument(await graph.schema.read(principal_id, job.id))
    saved = await graph.secrets.read(principal_id)
    limits = saved.notification
    everybody = saved.syncs_all if would_be.everybody is None else would_be.everybody
    target = preview.PreviewTarget(
        tenant=tools.tenant.tenant_id,
        organization=session.profile.organization_id or "",
        application=principal_id,
        job=job.id,
        deletion_limit=limits.deletion_limit if limits and limits.limits_deletions else None,
    )
    settings = preview.Settings(
        document,
        state or state_of(job),
        everybody=everybody is True,
        keeps_out_of_scope=saved.keeps_out_of_scope,
        own_account=await _own_account(tools.endpoints.webex, webex),
        target=target,
        known_people=job.linked_people,
    )
    return settings, everybody is not None


async def _own_account(endpoints: "WebexEndpoints", http: "httpx.AsyncClient") -> str:
    """Return Webex's id of whose token it is; empty where Webex does not say."""
    try:
        owner = await WebexClient(endpoints, http).me()
    except (AnswerError, TransportError):
        return ""
    return rest_id(owner.id) if owner is not None else ""

"""A preview of the practice tenants laid beside what their provisioning service then does."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from tests.agreement import Company, Happened, happened, snapshot, with_more_rows
from tests.entra import set_up
from tests.graph_client import Time
from tests.practice_here import PracticeHere
from wizard.graph.authorization import GraphAuth
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.reading import ReadingRequests
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import SynchronizationSchema
from wizard.net.pace import Pace
from wizard.preview.both import BothDirectories, TakingHere
from wizard.preview.intake import Intake
from wizard.preview.outcome import Prospect
from wizard.preview.result import Preview
from wizard.preview.settings import JobState, Settings
from wizard.preview.sources import Reader
from wizard.scim.reading import Service

ACTING = frozenset(
    {Prospect.CREATE, Prospect.LINK, Prospect.RENAME, Prospect.REACTIVATE, Prospect.UPDATE,
     Prospect.DISABLE, Prospect.DELETE, Prospect.CONFLICT}
)  # fmt: skip
"""Outcomes of which something is seen afterwards, in Webex or in the log."""

_CYCLE = 41 * 60
_SECONDS_EACH = 0.6
"""Seconds that an initial cycle of the practice takes for each person."""


@dataclass
class Reading:
    """What reads both sides, at a pace whose clock only sleeping moves."""

    tenant: PracticeHere
    graph: ReadingRequests
    facade: Service
    v2: Service


@asynccontextmanager
async def reading_of(tenant: PracticeHere, graph_token: str, token: str) -> AsyncIterator[Reading]:
    """Let somebody who has signed in to both sides read them, and do nothing else."""

    async def signed_in(_claims: str | None) -> SecretStr:
        return SecretStr(graph_token)

    time, options = Time(), {"read_only": True, "retries": False}
    pace = Pace("A service", 4, sleep=time.sleep, clock=time)
    endpoints, organization = tenant.endpoints, tenant.organization_id
    async with (
        tenant.connect(auth=GraphAuth(signed_in), **options) as graph,
        tenant.connect(bearer=SecretStr(token), **options) as webex,
    ):
        yield Reading(
            tenant,
            GraphClient(endpoints.entra, graph).reading(pace),
            Service(endpoints.tenant_url(organization), webex, pace),
            Service(endpoints.scim2_url(organization), webex, pace),
        )


@contextmanager
def company_of(people: int) -> Iterator[Company]:
    """Fill a practice tenant; who is assigned is provisioned, and no limit holds anything back."""
    with PracticeHere() as tenant:
        setup = set_up(tenant)
        setup.admin = replace(setup.admin, judged=False)
        assert setup.secrets(SyncNotificationSettings="").status_code == 204
        changed = with_more_rows(setup.schema())
        assert setup.admin.put(f"{setup.job}/schema", changed).status_code == 204
        company = Company(setup)
        company.fill(people)
        yield company


def previewed(company: Company, job: JobState, later: timedelta = timedelta(0)) -> Preview:
    """Preview online what the next cycle would do, without a write, or what one will later."""
    setup = company.setup
    schema = SynchronizationSchema.model_validate(setup.schema())
    known = Job.model_validate(setup.admin.get(setup.job).json()).linked_people
    now = datetime.now(UTC) + later
    settings = Settings(MappingDocument(schema), job, everybody=False, known_people=known, now=now)

    async def read() -> Preview:
        tenant = setup.tenant
        assert isinstance(tenant, PracticeHere)
        async with reading_of(tenant, setup.admin.token, setup.webex.token) as reading:
            services = {Reader.FACADE: reading.facade, Reader.SCIM2: reading.v2}
            both = BothDirectories(reading.graph, setup.principal["id"], services, settings)
            intake = Intake(settings, both.sides)
            await both.read(TakingHere(intake))
            assert both.interrupted is None
            return intake.result()

    setup.tenant.forget_requests()
    preview = asyncio.run(read())
    assert {request.method for request in setup.tenant.requests()} == {"GET"}
    return preview


def cycle(company: Company, *, restart: bool = False, later: timedelta = timedelta(0)) -> Happened:
    """Let the service do a cycle, now or later, and return what it did."""
    before, known = snapshot(company.setup), {entry["id"] for entry in _logged(company)}
    asked = {"criteria": {"resetScope": "Full"}}
    verb, body = ("restart", asked) if restart else ("start", None)
    assert company.setup.admin.post(f"{company.setup.job}/{verb}", body).status_code == 204
    seconds = max(_CYCLE, len(company.people) * _SECONDS_EACH * 1.2)
    company.setup.tenant.tell_entra(advance=seconds + later.total_seconds())
    log = [entry for entry in _logged(company) if entry["id"] not in known]
    return happened(before, snapshot(company.setup), log)


def differences(preview: Preview, real: Happened) -> list[tuple[Any, ...]]:
    """Return wherever something else happened than was said, and to whom nothing was said of."""
    said = {fate.id: fate for fate in preview.fates() if fate.id}
    found: list[tuple[Any, ...]] = [
        (identifier, "nothing was said") for identifier in real.outcomes.keys() - said.keys()
    ]
    for identifier, fate in said.items():
        predicted = str(fate.outcome) if fate.outcome in ACTING else "nothing"
        actual = real.outcomes.get(identifier, "nothing")
        if predicted != actual:
            found.append((fate.name, predicted, actual, fate.reasons))
            continue
        written = dict(real.values.get(identifier, {}))
        sent = {target: after for target, _, after in fate.changes}
        if (sent.pop("members", None) is None) != (written.pop("members", None) is None):
            found.append((fate.name, "members", real.values.get(identifier), fate.changes))
        if predicted == "create":  # Webex adds some of its own
            written = {target: text for target, text in written.items() if target in sent}
        if predicted not in {"nothing", "conflict"} and sent != written:
            found.append((fate.name, predicted, sent, written))
    return found


def _logged(company: Company) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    path = "/auditLogs/provisioning?$top=999"
    while path:
        page = company.setup.admin.get(path).json()
        found += page["value"]
        path = page.get("@odata.nextLink", "")
    return found

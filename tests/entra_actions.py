"""Walking the steps that are done through Graph, against the practice tenants.

Nobody waits: a clock that only sleeping moves is the session's, the client's and the tenant's.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.sessions import facts, memory_keystore, session_in, tools
from wizard.flow import plan
from wizard.flow.plan import SIGN_IN
from wizard.flow.session import Session, State
from wizard.graph.authorization import GraphAuth
from wizard.graph.client import GraphClient
from wizard.mapping.document import Row
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.net import transport
from wizard.net.connect import Connect
from wizard.practice.process import PracticeTenant
from wizard.steps.base import GraphStep, Question
from wizard.steps.mapping_file import MappingFile
from wizard.steps.ownership import expect_young
from wizard.steps.sign_in import SignInStep
from wizard.steps.tenant import EntraTenant
from wizard.store.keystore import Keystore, StoredToken
from wizard.store.profiles import utc_now
from wizard.undo import ActionFor
from wizard.words.progress import Progress, Report, silent

STEPS = (
    "application",
    "credentials",
    "notification",
    "mapping",
    "scoping",
    "assignment",
    "scope",
    "on-demand",
    "start",
    "watch",
)
MAIL = "it@practice.example"
NAMED = {"name": "Cisco Webex"}
"""The answer without which nobody who is in Webex is touched."""
ANA = "ana.ruiz"
"""Who is assigned and provisioned first."""


@dataclass
class Hours:
    """A clock that waiting moves, here and in the tenant."""

    tenant: PracticeTenant
    ahead: float = 0.0
    told: list[Progress] = field(default_factory=list)
    session: Session | None = None

    def __call__(self) -> datetime:
        return utc_now() + timedelta(seconds=self.ahead)

    def seconds(self) -> float:
        return time.monotonic() + self.ahead

    def pass_by(self, seconds: float) -> None:
        self.ahead += seconds
        self.tenant.tell_entra(advance=seconds)

    async def sleep(self, seconds: float) -> None:
        self.pass_by(seconds)


class Tenant(EntraTenant):
    """A tenant in whose conversations nobody waits."""

    def __init__(self, practice: PracticeTenant, hours: Hours, connect: Connect) -> None:
        super().__init__(practice.endpoints, connect)
        self.hours = hours

    @asynccontextmanager
    async def graph(
        self, report: Report = silent, *, read_only: bool = False
    ) -> AsyncIterator[GraphClient]:
        assert self.signed_in is not None
        auth = GraphAuth(self.token)
        async with self.connect(auth=auth, read_only=read_only) as http:
            graph = GraphClient(
                self.endpoints.entra,
                http,
                report=self.hours.told.append,
                sleep=self.hours.sleep,
                clock=self.hours.seconds,
            )
            if self.hours.session is not None:
                expect_young(self.hours.session, graph)
            yield graph


class Cut(httpx.AsyncBaseTransport):
    """Lets so many requests through, and ends the program before or after the next one."""

    def __init__(self, inner: httpx.AsyncBaseTransport, after: int, *, landed: bool) -> None:
        self._inner = inner
        self._left = after
        self._landed = landed
        self.is_over = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._left -= 1
        if self._left >= 0:
            return await self._inner.handle_async_request(request)
        if self._landed:
            response = await self._inner.handle_async_request(request)
            await response.aread()
        self.is_over = True
        raise KilledError


class KilledError(Exception):
    """What ends a run as `kill -9` would: nothing of ours catches it."""


def client_for(tenant: PracticeTenant) -> Connect:
    """Return what makes clients that reach a practice tenant."""
    if isinstance(tenant, PracticeHere):
        return tenant.connect
    trusted = ssl.create_default_context(cafile=tenant.certificate())
    return partial(transport.client, trusted=trusted)


def hours_of(session: Session) -> Hours:
    assert isinstance(session.clock, Hours)
    return session.clock


async def signed_in(tenant: PracticeTenant, session: Session) -> Tenant:
    """Sign in with the browser, whose part the practice tenant does."""
    entra = Tenant(tenant, hours_of(session), client_for(tenant))
    step = SignInStep(SIGN_IN, tools(tenant=entra))
    helping: list[asyncio.Future[None]] = []

    def show(waiting: Any) -> None:
        helping.append(asyncio.ensure_future(asyncio.to_thread(tenant.sign_in, waiting.url)))

    await step.by_browser(session, step.request(""), show, lambda _error: None)
    await asyncio.gather(*helping)
    return entra


@asynccontextmanager
async def talking(entra: EntraTenant) -> AsyncIterator[GraphClient]:
    async with entra.graph() as graph:
        yield graph


def resumed(folder: Path, hours: Hours) -> Session:
    """Return the session of what was stored in a folder, as the next run finds it."""
    session = session_in(folder)
    session.clock = hours
    hours.session = session
    return session


def ready(tenant: PracticeTenant, folder: Path) -> tuple[Session, Keystore]:
    """Return a session with an organization, and a keystore with a token for it."""
    session = resumed(folder, Hours(tenant))
    session.change(organization_id=tenant.organization_id)
    token = SecretStr(sign_in(tenant).token)
    stored = StoredToken(token=token, facts=facts(organization_id=tenant.organization_id))
    return session, memory_keystore(current=stored)


def action(tenant: PracticeTenant, keystore: Keystore, step_id: str, session: Session) -> GraphStep:
    space = tools(keystore, endpoints=tenant.endpoints, profiles=session.profiles)
    found = space.step(plan.STEPS[step_id])
    assert isinstance(found, GraphStep)
    return found


def taking_back(tenant: PracticeTenant, keystore: Keystore, session: Session) -> ActionFor:
    return lambda step_id: action(tenant, keystore, step_id, session)


async def answered(
    doing: GraphStep, graph: GraphClient, questions: tuple[Question, ...]
) -> dict[str, str]:
    """Answer as recommended; search for Ana, and give a mail address."""
    answers = {each.id: each.answer for each in questions}
    for each in questions:
        if each.searches:
            answers[each.id] = (await doing.find(graph, each.id, ANA))[0].id
        elif each.id == "mail":
            answers[each.id] = MAIL
    return answers


async def set_up(
    tenant: PracticeTenant,
    session: Session,
    keystore: Keystore,
    *,
    with_edits: bool = False,
    until: str = "",
) -> Tenant:
    entra = await signed_in(tenant, session)
    for step_id in STEPS[: STEPS.index(until)] if until else STEPS:
        if step_id == "mapping" and with_edits:
            edited(session)
        async with talking(entra) as graph:
            doing = action(tenant, keystore, step_id, session)
            found = await doing.look(session, graph)
            if step_id == "watch":  # doing it would be a restart
                continue
            assert found.plan or found.finding.state is State.DONE
            answers = await answered(doing, graph, found.questions)
            assert await doing.apply(session, graph, answers, silent)
    return entra


def kept(tenant: PracticeTenant) -> dict[str, Any]:
    """Return what there is in the tenant, without what differs from run to run."""
    state = tenant.entra()
    return {
        "applications": [each["displayName"] for each in state["applications"]],
        "principals": [each["displayName"] for each in state["servicePrincipals"]],
        "jobs": [job["id"] for each in state["servicePrincipals"] for job in each["jobs"]],
        "assigned": sum(len(each["assignments"]) for each in state["servicePrincipals"]),
    }


def schema_in(tenant: PracticeTenant) -> list[Any]:
    """Return the digests of the mappings in the tenant."""
    state = tenant.entra()
    return [job["schema"] for each in state["servicePrincipals"] for job in each["jobs"]]


def edited(session: Session) -> None:
    """Change a row, add one, and set a filter, as the screens do."""
    file = MappingFile(session.profiles)
    named = 'Join(" ", [givenName], [surname])'
    document = file.document(session).with_edited("displayName", source=named)
    if not any(row.target == "title" for row in document.rows):
        document = document.with_typed(Row("title", "[jobTitle]"))
    sales = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    file.keep(session, with_scope(document, sales))

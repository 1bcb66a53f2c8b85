"""Walking the steps that are done through Graph, against the practice tenants.

Nobody waits: a clock that only sleeping moves is the session's, the client's and the tenant's.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

import httpx
from pydantic import SecretStr

from tests.line import Line, Send, way_to
from tests.moments import Moment, moments_of
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.sessions import facts, memory_keystore, session_in, tools
from wizard.errors import WizardError
from wizard.flow import plan
from wizard.flow.plan import SIGN_IN
from wizard.flow.session import Session
from wizard.graph.authorization import GraphAuth
from wizard.graph.client import GraphClient
from wizard.mapping.document import Row
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.net.connect import direct
from wizard.practice.process import PracticeTenant
from wizard.steps.base import Answers, GraphStep, Outlook, Question, Stays, outlook_of
from wizard.steps.mapping_file import MappingFile
from wizard.steps.ownership import expect_young
from wizard.steps.sign_in import SignInStep
from wizard.steps.tenant import EntraTenant
from wizard.store.journal import JournalEntry
from wizard.store.keystore import Keystore, StoredToken
from wizard.store.profiles import utc_now
from wizard.walk.undoing import Undoing
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

    def __init__(self, practice: PracticeTenant, hours: Hours, **options: Any) -> None:
        self.line = Line(way_to(practice))
        super().__init__(practice.endpoints, partial(direct, inner=self.line, **options))
        self.hours = hours

    @asynccontextmanager
    async def graph(
        self, report: Report = silent, *, read_only: bool = False
    ) -> AsyncIterator[GraphClient]:
        assert self.signed_in is not None
        async with self.connect(auth=GraphAuth(self.token), read_only=read_only) as http:
            yield self.client(http)

    def client(self, http: httpx.AsyncClient) -> GraphClient:
        graph = GraphClient(
            self.endpoints.entra,
            http,
            report=self.hours.told.append,
            sleep=self.hours.sleep,
            clock=self.hours.seconds,
        )
        if self.hours.session is not None:
            expect_young(self.hours.session, graph)
        return graph


def hours_of(session: Session) -> Hours:
    assert isinstance(session.clock, Hours)
    return session.clock


async def signed_in(tenant: PracticeTenant, session: Session) -> Tenant:
    """Sign in with the browser, whose part the practice tenant does."""
    entra = Tenant(tenant, hours_of(session))
    step = SignInStep(SIGN_IN, tools(tenant=entra))
    helping: list[asyncio.Future[None]] = []

    def show(waiting: Any) -> None:
        helping.append(asyncio.ensure_future(asyncio.to_thread(tenant.sign_in, waiting.url)))

    await step.by_browser(session, step.request(""), show, lambda _error: None)
    await asyncio.gather(*helping)
    return entra


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


def action(
    tenant: PracticeTenant,
    keystore: Keystore,
    step_id: str,
    session: Session,
    entra: EntraTenant | None = None,
) -> GraphStep:
    space = tools(
        keystore,
        endpoints=tenant.endpoints,
        profiles=session.profiles,
        connect=entra.connect if entra is not None else direct,
        tenant=entra,
    )
    found = space.step(plan.STEPS[step_id])
    assert isinstance(found, GraphStep)
    return found


def undoing(
    practice: PracticeTenant, session: Session, keystore: Keystore, entra: EntraTenant
) -> Undoing:
    """Return what takes back what was made of a session, as whoever is signed in."""
    space = tools(
        keystore,
        endpoints=practice.endpoints,
        profiles=session.profiles,
        connect=entra.connect,
        tenant=entra,
    )
    return Undoing(space, session)


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


def planned(found: Outlook) -> tuple[str, ...]:
    """Return what would be done, as it is said."""
    return tuple(change.words for change in found.plan)


class Wizard:
    """One administrator's program: a profile, a keyring, and the tenant it is signed in to."""

    def __init__(
        self, practice: PracticeTenant, session: Session, keystore: Keystore, entra: Tenant
    ) -> None:
        self.practice = practice
        self.session = session
        self.keystore = keystore
        self.entra = entra

    @classmethod
    async def started(cls, practice: PracticeTenant, folder: Path) -> Self:
        """Return one that has a token of Webex's, and nothing in Entra yet."""
        session, keystore = ready(practice, folder)
        return cls(practice, session, keystore, await signed_in(practice, session))

    @classmethod
    async def running(cls, practice: PracticeHere, folder: Path, *, until: str = "") -> Self:
        """Return one whose setup is done, or was until a step."""

        async def make(first: Self) -> None:
            await first.set_up(until=until)

        return await cls.after(practice, folder, f"the setup, until {until}", make)

    @classmethod
    async def after(
        cls,
        practice: PracticeHere,
        folder: Path,
        what: str,
        make: Callable[[Self], Awaitable[object]],
    ) -> Self:
        """Return one that has done something, which is done once and gone on from each time."""
        known = moments_of(practice)
        if what not in known:
            first = await cls.started(practice, folder / "first")
            await make(first)
            known[what] = first.moment()
        return await cls.at(practice, known[what], folder)

    @classmethod
    async def at(
        cls, practice: PracticeHere, moment: Moment, folder: Path, entra: Tenant | None = None
    ) -> Self:
        """Return one that finds what another had left, signed in anew or as that was."""
        practice.transport.tenants, keystore, ahead = moment.again(folder)
        hours = Hours(practice, ahead)
        hours.pass_by(moment.at - time.time())  # in the tenant too it is the same moment again
        session = resumed(folder, hours)
        if entra is None:
            return cls(practice, session, keystore, await signed_in(practice, session))
        again = Tenant(practice, hours_of(session))
        again.signed_in = entra.signed_in
        return cls(practice, session, keystore, again)

    def moment(self) -> Moment:
        """Return all that is there, but for what was asked so far."""
        assert isinstance(self.practice, PracticeHere)
        self.practice.forget_requests()
        memory = (self.practice.transport.tenants, self.keystore, self.hours.ahead)
        return Moment.of(memory, self.session.profiles.folder)

    async def moments(self, run: Awaitable[object]) -> list[Moment]:
        """Return before and after which requests a run could be killed, in different states."""
        seen: dict[Moment, None] = {}

        async def keep(request: httpx.Request, send: Send) -> httpx.Response:
            seen[self.moment()] = None
            response = await send(request)
            seen[self.moment()] = None
            return response

        with self.entra.line.meddled(keep):
            await run
        return list(seen)

    @property
    def hours(self) -> Hours:
        return self.entra.hours

    @cached_property
    def graph(self) -> GraphClient:
        """What a test asks Graph with, beside the steps; it holds nothing that must be closed."""
        return self.entra.client(self.entra.connect(auth=GraphAuth(self.entra.token)))

    @property
    def undoing(self) -> Undoing:
        return undoing(self.practice, self.session, self.keystore, self.entra)

    def doing(self, step_id: str) -> GraphStep:
        return action(self.practice, self.keystore, step_id, self.session, self.entra)

    async def look(self, step_id: str) -> Outlook:
        async with self.entra.graph() as graph:
            return await self.doing(step_id).look(self.session, graph)

    async def apply(self, step_id: str, **answers: str) -> Outlook:
        """Do a step as recommended, but for some answers."""
        async with self.entra.graph() as graph:
            doing = self.doing(step_id)
            found = await doing.look(self.session, graph)
            given = await answered(doing, graph, found.questions) | answers
            return outlook_of(await doing.apply(self.session, graph, given, silent))

    async def answer(self, step_id: str, answers: Answers, report: Report = silent) -> Outlook:
        """Do a step with these answers and no others, without looking before."""
        async with self.entra.graph() as graph:
            said = await self.doing(step_id).apply(self.session, graph, answers, report)
            return outlook_of(said)

    async def set_up(self, *, with_edits: bool = False, until: str = "") -> None:
        """Do all steps as recommended, but watch, which would be a restart."""
        for step_id in STEPS[: STEPS.index(until or "watch")]:
            if step_id == "mapping" and with_edits:
                edited(self.session)
            assert (await self.apply(step_id)).finding.text

    async def take_back(self, *chosen: JournalEntry, answers: Answers = NAMED) -> list[str]:
        taken = self.undoing.take_back(chosen, answers, silent)
        said = [each async for each in taken]
        for each in said:
            if isinstance(each, WizardError):
                raise each
        return [each.text if isinstance(each, Stays) else str(each) for each in said]

    async def take_all_back(self) -> None:
        await self.take_back(*self.undoing.made)

    async def user(self, name: str) -> str:
        """Return the id of a person."""
        return (await self.graph.users.search(name)).items[0].id

    def newest(self, step_id: str) -> JournalEntry:
        return next(each for each in self.session.history.undoable if each.step == step_id)

    def actions(self, step_id: str) -> list[str]:
        return [each.action for each in self.session.history.entries if each.step == step_id]

    def secrets(self) -> dict[str, str]:
        """Return the digests of what is saved in the first application."""
        return dict(self.practice.entra()["servicePrincipals"][0]["secrets"])


async def set_up(tenant: PracticeTenant, session: Session, keystore: Keystore) -> Tenant:
    wizard = Wizard(tenant, session, keystore, await signed_in(tenant, session))
    await wizard.set_up()
    return wizard.entra


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


def filtered(session: Session, *departments: str) -> None:
    """Let a filter of the profile's let in only who works there."""
    file, scope = MappingFile(session.profiles), None
    for each in departments:
        scope = with_filter(scope, each, new_clause("department", "EQUALS", each))
    file.keep(session, with_scope(file.document(session), scope))

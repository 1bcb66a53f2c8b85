"""The steps that are done through Graph, walked against the practice tenants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from tests.practice import sign_in
from tests.sessions import facts, memory_keystore, session_in
from wizard import transport
from wizard.flow import Session, State
from wizard.graph.client import GraphClient
from wizard.keystore import Keystore, StoredToken
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.plan import SIGN_IN
from wizard.practice.tenant import PracticeTenant
from wizard.progress import silent
from wizard.steps.automatic import Automatic, Question
from wizard.steps.entra.registry import action_for
from wizard.steps.mapping_file import MappingFile
from wizard.steps.sign_in import SignInStep
from wizard.steps.tenant import EntraTenant
from wizard.undo import ActionFor

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
ANA = "ana.ruiz"
"""Who is assigned and provisioned first."""


def client_for(tenant: PracticeTenant) -> Callable[..., httpx.AsyncClient]:
    trusted = ssl.create_default_context(cafile=tenant.certificate())
    return partial(transport.client, trusted=trusted)


async def signed_in(tenant: PracticeTenant, session: Session) -> EntraTenant:
    """Sign in with the browser, whose part the practice tenant does."""
    entra = EntraTenant(tenant.endpoints, client_for(tenant))
    step = SignInStep(SIGN_IN, tenant=entra)
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


def ready(tenant: PracticeTenant, folder: Path) -> tuple[Session, Keystore]:
    """Return a session with an organization, and a keystore with a token for it."""
    session = session_in(folder, organization_id=tenant.organization_id)
    token = SecretStr(sign_in(tenant).token)
    stored = StoredToken(token=token, facts=facts(organization_id=tenant.organization_id))
    return session, memory_keystore(current=stored)


def action(tenant: PracticeTenant, keystore: Keystore, step_id: str, session: Session) -> Automatic:
    found = action_for(step_id, tenant.endpoints, keystore, MappingFile(session.profiles))
    assert found is not None
    return found


def taking_back(tenant: PracticeTenant, keystore: Keystore, session: Session) -> ActionFor:
    return lambda step_id: action(tenant, keystore, step_id, session)


async def answered(
    doing: Automatic, graph: GraphClient, questions: tuple[Question, ...]
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
    tenant: PracticeTenant, session: Session, keystore: Keystore, *, with_edits: bool = False
) -> EntraTenant:
    entra = await signed_in(tenant, session)
    for step_id in STEPS:
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
        document = document.added("title", "[jobTitle]")
    sales = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    file.keep(session, with_scope(document, sales))

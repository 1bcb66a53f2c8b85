"""`webex-wizard report --facts FILE`: what the services answered, without a value of theirs."""

import asyncio
from contextlib import closing
from functools import partial
from pathlib import Path

from wizard import DONE, FAILED, USAGE
from wizard.commands import output
from wizard.commands.output import data, narrate, tell_error
from wizard.errors import EndpointsError, InvalidInput, WizardError
from wizard.flow.plan import SIGN_IN
from wizard.flow.session import Session
from wizard.machine.files import write_private
from wizard.options import Options
from wizard.reports.facts.document import Facts, facts_from
from wizard.reports.facts.entra import EntraLook
from wizard.reports.facts.looking import Look
from wizard.reports.facts.webex import see_token, see_webex
from wizard.steps.sign_in import SignInStep
from wizard.store.keystore import Slot
from wizard.walk.hosts import asking_once
from wizard.words.progress import Progress
from wizard.words.text import plain_line
from wizard.workspace import Opening, Workspace, open_workspace


def run(options: Options, file: Path, opening: Opening = open_workspace) -> int:
    """Write the document; 1 when something else went wrong than a name or an option."""
    try:
        if file.exists():
            raise InvalidInput(
                f"{plain_line(file)} exists already.",
                "Choose another name; nothing is overwritten.",
                code="facts-file-exists",
            )
        work = partial(_facts, options, opening)
        facts = asking_once(options, output, lambda: asyncio.run(work()), opening)
        text = facts.model_dump_json(indent=2, ensure_ascii=True)
        write_private(file, f"{text}\n")
    except WizardError as error:
        tell_error(error, command="report", as_json=options.json)
        return USAGE if isinstance(error, InvalidInput | EndpointsError) else FAILED
    narrate(
        f"Written: {plain_line(file)}. {facts.seen} of {len(facts.facts)} questions are answered. "
        "It was sent nowhere: look into it before you give it to anybody."
    )
    if options.json:
        data(text)
    return DONE


async def _facts(options: Options, opening: Opening) -> Facts:
    with closing(await opening(options, narrate)) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session, look = space.session(name), Look()
        await space.keystore.require_here(session.profile)
        await _see_webex(look, space, session)
        await _see_entra(look, space, session)
        return facts_from(look.seen, tuple(look.answers), practice=space.practice is not None)


async def _see_webex(look: Look, space: Workspace, session: Session) -> None:
    profile, endpoints = session.profile, space.endpoints
    if profile.token is not None:
        see_token(look, profile.token, endpoints.webex)
    stored = await space.keystore.read(profile.name, Slot.CURRENT)
    if stored is None:
        narrate("Webex is not asked: there is no stored token.")
        return
    narrate("Asking Webex, reading only.")
    known = profile.organization_id or stored.facts.organization_id
    async with space.connect(bearer=stored.token, read_only=True, retries=False) as http:
        await see_webex(look, http, endpoints.webex, endpoints.tenant_url(known))


async def _see_entra(look: Look, space: Workspace, session: Session) -> None:
    try:
        if space.tenant.signed_in is None:
            await SignInStep(SIGN_IN, space).recall(session, _tell)
        if space.tenant.signed_in is None:
            narrate("Entra is not asked: no Microsoft sign-in is remembered.")
            return
        narrate("Asking Microsoft Graph, reading only.")
        async with space.tenant.graph(_tell, read_only=True) as graph:
            await EntraLook(look, graph, session).see()
    except WizardError as error:
        narrate(f"Entra could not be asked: {error.message} {error.hint}".strip())


def _tell(progress: Progress) -> None:
    narrate(progress.message)

"""`webex-wizard drift`: what differs in Entra from what was last set up or accepted."""

import asyncio
from contextlib import closing
from functools import partial

from wizard import DONE, FAILED, NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.output import is_usage, narrate, sentences, tell_error, write_document
from wizard.commands.preview_online import require_sign_in
from wizard.drift.document import DriftReport
from wizard.errors import WizardError
from wizard.options import Options
from wizard.steps.drift import DriftLook, drift_of
from wizard.walk.hosts import asking_once
from wizard.words.progress import Progress
from wizard.workspace import Opening, open_workspace


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Look; 0 nothing differs, or it is accepted, 1 something does, 2 usage, 4 nobody could look.

    Args:
        options: The profile, under which hosts, and whether what there is shall be accepted.
        opening: Puts the workspace together.
    """
    try:
        work = partial(_found, options, opening)
        found = asking_once(options, output, lambda: asyncio.run(work()), opening)
    except WizardError as error:
        tell_error(error, command="drift", as_json=options.json)
        return USAGE if is_usage(error) else NOT_LOOKED
    if options.json:
        write_document(found.to_json())
    else:
        sentences("\n".join(found.lines()))
    if found.unread:
        return NOT_LOOKED
    return FAILED if found.differences and found.taken is None else DONE


async def _found(options: Options, opening: Opening) -> DriftReport:
    with closing(await opening(options, narrate)) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session = space.work_on(name)
        await space.keystore.require_here(session.profile)
        look = DriftLook(session, is_accepting=options.accept)
        await require_sign_in(space, session)
        return await drift_of(space, session, look, _tell)


def _tell(progress: Progress) -> None:
    narrate(progress.message)

"""`webex-wizard drift`: what differs in Entra from what was last set up or accepted."""

import asyncio
from contextlib import closing
from functools import partial
from urllib.parse import urlsplit

from wizard import DONE, FAILED, LEFT, NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.asking import asked_again
from wizard.commands.output import (
    can_ask,
    from_a_command,
    is_usage,
    narrate,
    sentences,
    tell_error,
    write_document,
)
from wizard.commands.preview_online import require_sign_in
from wizard.drift.document import DriftReport
from wizard.errors import InvalidInput, LeftByUser, WizardError
from wizard.options import Options
from wizard.steps.drift import DriftLook, drift_of
from wizard.walk.hosts import asking_once
from wizard.words.progress import Progress
from wizard.workspace import Opening, open_workspace

_BY_THE_BASE = (
    "What differs is told by the base alone; the journal would tell what of it is our own change."
)


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Look; 0 the same, or accepted, 1 it differs, 2 usage, 4 nobody could look, 130 left.

    Args:
        options: The profile, under which hosts, and whether what there is shall be accepted.
        opening: Puts the workspace together.
    """
    try:
        work = partial(_found, options, opening)
        look, found, own = asking_once(options, output, lambda: asyncio.run(work()), opening)
        is_told = False
        if look.trouble is not None:
            narrate(f"{look.trouble.message} {_BY_THE_BASE}")
        if options.accept:
            is_told = _require_known(options, look, found, own)
            found = look.accepted(found)
    except LeftByUser as left:
        narrate(left.message)
        return LEFT
    except WizardError as error:
        tell_error(from_a_command(error, options), command="drift", as_json=options.json)
        return USAGE if is_usage(error) else NOT_LOOKED
    if options.json:
        write_document(found.to_json())
    else:
        sentences("\n".join(found.taken_lines() if is_told else found.lines()))
    if found.unread:
        return NOT_LOOKED
    return FAILED if found.differences and found.taken is None else DONE


async def _found(options: Options, opening: Opening) -> tuple[DriftLook, DriftReport, str]:
    """Return the look, what it found, and the tenant URL of the profile's own organization."""
    with closing(await opening(options, narrate)) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session = space.work_on(name)
        await space.keystore.require_here(session.profile)
        limit = options.seconds
        look = DriftLook(session, is_accepting=options.accept, time_limit=limit)
        await require_sign_in(space, session)
        found = await drift_of(space, session, look, _tell)
        return look, found, space.endpoints.tenant_url(session.profile.organization_id or "")


def _require_known(options: Options, look: DriftLook, found: DriftReport, own: str) -> bool:
    """Let nobody accept by the way that Entra sends everybody to somebody else.

    Returns:
        Whether what was found was told for that.

    Raises:
        InvalidInput: Nobody can be asked (`drift-unconfirmed`), or the host was not typed
            (`drift-host-wrong`).
        LeftByUser: The input has ended.
    """
    if found.unread or not (address := look.stranger(own)):
        return False
    told = (
        f"The tenant URL in Entra is none that this program knows: {address}. Entra sends the "
        "token, and everybody in scope, there."
    )
    if not can_ask(options):
        raise InvalidInput(
            f"{told} So nothing was accepted.",
            "Whoever means it accepts it in a terminal, without --json, and types its host.",
            code="drift-unconfirmed",
        )
    sentences("\n".join(found.found_lines()))
    host = _host(address)

    def take(typed: str) -> None:
        if typed.strip().casefold() != host.casefold():
            raise InvalidInput(
                "That is not it, so nothing was accepted.",
                f"To accept that address, type {host}.",
                code="drift-host-wrong",
            )

    narrate(told)
    asked_again(f"To accept it all the same, type {host}:", take)
    return True


def _host(address: str) -> str:
    """Return what is typed for an address: its host, or all of what has none."""
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def _tell(progress: Progress) -> None:
    narrate(progress.message)

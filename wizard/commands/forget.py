"""`webex-wizard forget`: tells what ends, asks for the profile's name, and forgets it."""

import asyncio
from contextlib import closing

from wizard.commands import output
from wizard.commands.output import (
    DONE,
    FAILED,
    USAGE,
    asked,
    can_ask,
    data,
    document,
    explain,
    narrate,
)
from wizard.errors import EndpointsError, InvalidInput, KeystoreError, WizardError
from wizard.options import Options
from wizard.walk.ending import ending
from wizard.walk.forgetting import forget
from wizard.walk.hosts import asking_once
from wizard.workspace import Opening, open_workspace

_UNCONFIRMED = "forget-unconfirmed"


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Forget one profile; 1 when there is none, or a token could not be revoked or removed."""
    try:
        if not options.yes and not can_ask(options):
            raise _unconfirmed()
        return asking_once(options, output, lambda: _run(options, opening))
    except WizardError as error:
        explain(error, command="forget", as_json=options.json)
        if isinstance(error, KeystoreError):
            narrate(
                "Nothing was removed, so that you can run this again. With --without-keyring the "
                "files are dropped, and what the keyring holds stays valid."
            )
        is_usage = error.code == _UNCONFIRMED or isinstance(error, EndpointsError)
        return USAGE if is_usage else FAILED


def _run(options: Options, opening: Opening) -> int:
    with closing(asyncio.run(opening(options, narrate))) as space:
        found = asyncio.run(ending(space, options))
        for sentence in found.sentences(options):
            narrate(sentence)
        # Outside of an event loop, which would swallow the first Ctrl-C.
        if not options.yes and asked(f"Type {found.name} to go on:") != found.name:
            narrate("That is not its name. Nothing was forgotten.")
            return FAILED
        outcome = asyncio.run(forget(space, options, found))
    if options.json:
        document(outcome.to_json())
    else:
        data("\n".join(outcome.sentences()))
    return DONE if outcome.complete else FAILED


def _unconfirmed() -> InvalidInput:
    return InvalidInput(
        "Forgetting ends tokens for good, and nobody can be asked here.",
        "Run it in a terminal, which tells what ends and asks; or add --yes.",
        code=_UNCONFIRMED,
    )

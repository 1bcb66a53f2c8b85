"""`webex-wizard forget`: tells what ends, asks for the profile's name, and forgets it."""

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import Any

from wizard import DONE, FAILED, USAGE
from wizard.commands import output
from wizard.commands.output import (
    asked,
    can_ask,
    narrate,
    refusal,
    sentences,
    tell_error,
    write_document,
)
from wizard.commands.parting import part_for_good, part_from
from wizard.errors import EndpointsError, InvalidInput, KeystoreError, WizardError
from wizard.options import Options
from wizard.store.profile_names import is_name
from wizard.store.profiles import ProfileStore
from wizard.walk.ending import ending
from wizard.walk.forgetting import FORGET_VERSION, Forgotten, forget
from wizard.walk.hosts import asking_once
from wizard.workspace import Opening, open_workspace

_UNCONFIRMED = "forget-unconfirmed"


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Forget one profile, or all; 1 when one is not there, or a token is not revoked or removed."""
    if not options.all:
        code, said = _one(options, opening)
    else:
        # Each is named and asked for by itself, and none stops the others.
        each = [_one(replace(options, profile=name), opening) for name in _names(options)]
        code = max((code for code, _ in each), default=DONE)
        profiles = [told for _, told in each]
        said = {"version": FORGET_VERSION, "command": "forget", "profiles": profiles}
        if not each:
            narrate("Nothing is set up, so there was nothing to forget.")
    if options.json:
        write_document(said)
    return code


def _names(options: Options) -> list[str]:
    """Return the profiles, and with `--drop-journal` also those whose journal alone is left."""
    store = ProfileStore.here(options)
    journals = store.folder.glob("*.journal") if options.drop_journal else ()
    return sorted({*store.names(), *(file.stem for file in journals if is_name(file.stem))})


def _one(options: Options, opening: Opening) -> tuple[int, dict[str, Any]]:
    """Forget one profile; return the exit code and the document about it."""
    try:
        outcome = asking_once(options, output, lambda: _outcome(options, opening), opening)
    except WizardError as error:
        if not options.json:
            tell_error(error, command="forget", as_json=False)
        if isinstance(error, KeystoreError):
            narrate(
                "Nothing was removed, so that you can run this again. With --without-keyring the "
                "files are dropped, and what the keyring holds stays valid."
            )
        is_usage = error.code == _UNCONFIRMED or isinstance(error, EndpointsError)
        return USAGE if is_usage else FAILED, refusal(error, command="forget")
    if outcome is None:
        return FAILED, {}
    if not options.json:
        sentences("\n".join(outcome.sentences(options)))
        if not options.all:
            _part(outcome, options)
    return DONE if outcome.complete else FAILED, outcome.to_json()


def _part(outcome: Forgotten, options: Options) -> None:
    """Narrate what comes next."""
    if outcome.profile_dropped:
        can_be_undone = outcome.journal_kept and outcome.can_be_undone
        part_for_good(outcome.profile, options, can_be_undone=can_be_undone)
    else:
        part_from(outcome.profile, options)


def _outcome(options: Options, opening: Opening) -> Forgotten | None:
    """Tell what ends, ask, and forget it; None when the answer was no."""
    with closing(asyncio.run(opening(options, narrate))) as space:
        space.require_profile()
        if not options.yes and not can_ask(options):
            raise _unconfirmed()
        found = asyncio.run(ending(space, options))
        for sentence in found.sentences(options):
            narrate(sentence)
        # Outside of an event loop, which would swallow the first Ctrl-C.
        if not options.yes and asked(f"Type {found.name} to go on:") != found.name:
            narrate("That is not its name. Nothing was forgotten.")
            return None
        return asyncio.run(forget(space, options, found))


def _unconfirmed() -> InvalidInput:
    return InvalidInput(
        "Forgetting ends tokens for good, and nobody can be asked here.",
        "Run it in a terminal, which tells what ends and asks; or add --yes.",
        code=_UNCONFIRMED,
    )

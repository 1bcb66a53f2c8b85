"""`webex-wizard handover`: the Webex half into a file for a colleague, or out of such a file."""

import asyncio
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from wizard import DONE, FAILED, LEFT, NO_TOKEN, USAGE
from wizard.errors import EndpointsError, HandoverError, InvalidInput, LeftByUser, WizardError
from wizard.flow.session import Session
from wizard.handover.exchange import content_of, new_file
from wizard.handover.passphrase import SHORTEST, as_typed, chosen, generated
from wizard.linear.console import ECHO_CAUTION, Console, GoBack
from wizard.machine.echo import without_echo
from wizard.options import Options
from wizard.walk.beforehand import require_usable
from wizard.walk.hosts import require_here
from wizard.workspace import Opening, Workspace, open_workspace

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wizard.handover.document import HandoverDocument


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Write a hand-over file or take one over; 3 when there is no token to hand over."""
    return asyncio.run(_run(options, Console(), opening))


async def _run(options: Options, console: Console, opening: Opening) -> int:
    try:
        _require_beforehand(options)
        with closing(await opening(options, console.say)) as space:
            if options.to_file is not None:
                space.require_profile()
                await _write(console, space.session(), space, options.to_file)
            elif options.from_file is not None:
                await _take_over(console, space, options.from_file)
    except (LeftByUser, GoBack):
        console.say("Left. Nothing was handed over.")
        return LEFT
    except WizardError as error:
        console.explain(error)
        if error.code in {"no-token", "no-such-profile"}:
            return NO_TOKEN
        return USAGE if isinstance(error, InvalidInput | EndpointsError) else FAILED
    return DONE


def _require_beforehand(options: Options) -> None:
    """Refuse what nobody could go on with; then a terminal is asked for."""
    require_usable(options)
    if options.to_file is not None:
        new_file(options.to_file)
    if options.from_file is not None:
        content_of(options.from_file)
    _refuse_without_terminal(options)


async def hand_over(console: Console, session: Session, space: Workspace) -> None:
    """Ask for a file and hand the Webex half over; what goes wrong is told, and nothing ends.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves.
    """
    try:
        _refuse_without_terminal(space.options)
        suggested = space.handover.suggested(session)
        text = await console.ask(f"Write it to (Enter takes {suggested}):")
        await _write(console, session, space, Path(text or suggested))
    except LeftByUser:
        raise
    except WizardError as error:
        console.explain(error)


async def _write(console: Console, session: Session, space: Workspace, file: Path) -> None:
    new_file(file)
    await require_here(console, space, session)
    document = await space.handover.document(session)
    for label, text in document.described():
        console.say(f"{label}: {text}")
    passphrase, is_own = await _new_passphrase(console)
    console.say("Sealing the file. This takes some seconds, and as long for whoever guesses.")
    written = await space.handover.exported(session, file, passphrase)
    console.say(f"Saved: {written}")
    if not is_own:
        console.say()
        console.say(f"Passphrase: {passphrase.get_secret_value()}")
        console.say("It is shown here once and kept nowhere.")
    console.say()
    console.say("Tell your colleague the passphrase by phone, never the same way as the file.")
    console.say("They need webex-wizard from the same place as yours, and run, where the file is:")
    console.say(f"  {space.handover.command(written)}")
    if space.practice is not None:
        console.say(
            "Practice: the file holds a token of the practice tenants, good for nothing else."
        )


async def _new_passphrase(console: Console) -> "tuple[SecretStr, bool]":
    """Return a passphrase, and whether the administrator thought of it."""
    while True:
        text = await console.ask("Enter makes a passphrase for the file; o takes one of your own:")
        if not text:
            return generated(), False
        if text.lower() != "o":
            console.say("Please press Enter, or answer o.")
            continue
        try:
            first = await _hidden(console, f"Passphrase ({SHORTEST} characters or more):")
            return chosen(first, await _hidden(console, "The same again:")), True
        except InvalidInput as error:
            console.explain(error)


async def _take_over(console: Console, space: Workspace, file: Path) -> None:
    document = await _opened(console, space, file)
    name = space.options.profile or document.profile
    session = space.session(name)
    await require_here(console, space, session)
    for label, text in document.described():
        console.say(f"{label}: {text}")
    if not await console.confirm(f"Take it over into the profile {name}?", default=True):
        raise LeftByUser("Nothing was taken over.")
    await space.handover.taken_over(session, document)
    if space.keeps_secrets:
        console.say("The token is in the keyring of this machine. Delete the file.")
    else:
        console.say("This machine has no usable keyring: practice forgets the token right away.")
    console.say("Next, test the connection from here:")
    console.say(f"  {space.options.line('test', profile=name)}")
    console.say("Then go on with the Entra half:")
    console.say(f"  {space.options.line(profile=name)}")


async def _opened(console: Console, space: Workspace, file: Path) -> "HandoverDocument":
    """Ask for the passphrase until it opens the file."""
    content = content_of(file)
    while True:
        passphrase = as_typed(await _hidden(console, "Passphrase of the file:"))
        if not passphrase:
            continue
        console.say("Opening the file. This takes some seconds.")
        try:
            return await space.handover.opened(content, passphrase)
        except HandoverError as error:
            if error.code != "handover-passphrase":
                raise
            console.explain(error)


async def _hidden(console: Console, question: str) -> str:
    with without_echo(sys.stdin) as is_hidden:
        if not is_hidden:
            console.say(ECHO_CAUTION)
        answer = await console.ask(question)
    console.say()
    return answer


def _refuse_without_terminal(options: Options) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InvalidInput(
            "A hand-over needs a terminal: its passphrase is typed or shown, and nowhere else.",
            f"Run `{options.line('handover')}` in a terminal of its own.",
            code="handover-no-terminal",
        )

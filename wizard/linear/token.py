"""The token in plain prompts: link, listener and a line to paste at once; then keep it or not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from wizard.errors import LeftByUser, WizardError
from wizard.flow.session import Session, State
from wizard.linear.console import Console, GoBack
from wizard.linear.meanwhile import WAY_BACK, Meanwhile, take_hidden
from wizard.machine.browser import can_open, open_url, ssh_forward_hint
from wizard.steps.issued import Issued
from wizard.steps.token import TokenStep
from wizard.walk.capture import WebexSignIn, capture
from wizard.walk.for_session import found
from wizard.walk.walk import Visit

if TYPE_CHECKING:
    from wizard.workspace import Workspace

T = TypeVar("T")


async def ask_token(console: Console, step: TokenStep, visit: Visit, space: "Workspace") -> None:
    """Have a token issued and kept, or keep the one that is there.

    Whatever leaves this question, Ctrl+C and the end of the input included, gives up a token that
    came and was not kept, and says what became of it.

    Raises:
        GoBack: The step before is wanted, or the token was not.
        LeftByUser: The administrator leaves.
        WizardError: No token came, or it must not be used, or it could not be kept.
    """
    session = visit.flow.session
    finding = await found(console, space, step, session)
    if finding.state is State.DONE and not visit.begins_anew:
        console.say(finding.text)
        if not visit.came_back or not await _wants_another(console, step, session):
            return
    elif finding.hint:  # there was one
        console.say(f"{finding.text} {finding.hint}")
    issued = step.issued(session)
    try:
        await _capture(console, step, issued, space)
        await _insist(
            console,
            issued,
            lambda: issued.judge(console.report),
            "The token is still here. Ask again? n gives it up.",
        )
        _show(console, issued)
        await _keep(console, step, issued)
    finally:
        if said := await issued.give_up():
            console.say(said)


async def _keep(console: Console, step: TokenStep, issued: Issued) -> None:
    if not await console.confirm("Keep this token?", default=issued.may_serve):
        raise GoBack
    again = "The token is still here, in memory. Store it again? n gives it up."
    said = await _insist(console, issued, issued.keep, again)
    console.say(f"The token is in {step.where}. {said}".rstrip())


async def _insist(
    console: Console, issued: Issued, work: Callable[[], Awaitable[T]], question: str
) -> T:
    """Do what may fail as often as wanted, as long as the token is in hand."""
    while True:
        try:
            return await work()
        except WizardError as error:
            if not issued.in_hand:
                raise
            console.explain(error)
            if not await console.wants(question):
                raise


async def _wants_another(console: Console, step: TokenStep, session: Session) -> bool:
    """Ask whether a good token should make place for another one."""
    if step.replaces(session):
        renew = session.line("renew")
        await console.ask(f"Entra has this token; `{renew}` replaces it. Enter goes on:")
        return False
    while True:
        text = (await console.ask("Enter keeps it, n signs in for another one:")).lower()
        if text in {"", "n"}:
            return bool(text)
        console.say("Please press Enter, or answer n.")


def _show(console: Console, issued: Issued) -> None:
    for label, text in issued.described():
        console.say(f"{label}: {text}")
    for caution in issued.cautions:
        console.say(f"Note: {caution}")


async def _capture(console: Console, step: TokenStep, issued: Issued, space: "Workspace") -> None:
    """Take what the browser brings, or what is pasted, whichever comes first.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves.
        WizardError: No token came.
    """
    beside = Meanwhile()

    def show(waiting: WebexSignIn) -> None:
        _invite(console, waiting.url, space)
        if space.options.use_browser and can_open():
            beside.add(_open(console, waiting.url))
        beside.add(_pasted(console, waiting, space))

    work = capture(step, issued, show, console.explain, linger=console.half_read)
    try:
        with console.company.during("Waiting for the browser.", WAY_BACK):
            await beside.during(work)
    except (GoBack, LeftByUser):
        if not issued.in_hand:
            raise
    if said := await issued.give_up_others():
        console.say(said)


def _invite(console: Console, url: str, space: "Workspace") -> None:
    console.say(
        "Open this link in a private browser window and sign in as the administrator that "
        "provisioning will act for. The ordinary history would keep the address that carries the "
        "token."
    )
    console.say()
    console.say(url)
    console.say()
    hint = ssh_forward_hint()
    if hint:
        console.say("Is the browser on your own computer? Run there first:")
        console.say(f"  {hint}")
    console.say("Waiting at localhost:3000. Or paste the address the browser ended at, and Enter.")
    if space.practice is not None:
        console.say("Practice: type p and Enter, and the practice tenant signs in for you.")


async def _open(console: Console, url: str) -> None:
    if not await open_url(url):
        console.say("No browser opened; open the link yourself.")


async def _pasted(console: Console, waiting: WebexSignIn, space: "Workspace") -> None:
    async def take(text: str) -> None:
        if text == "p" and space.practice is not None:
            await asyncio.to_thread(space.practice.sign_in, waiting.url)  # the listener has it
        else:
            waiting.paste(text)

    await take_hidden(console, take)

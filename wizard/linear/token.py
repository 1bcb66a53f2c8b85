"""The token in plain prompts: link, listener and a line to paste at once; then keep it or not."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, TypeVar

from wizard.errors import WizardError
from wizard.flow.session import Session, State
from wizard.linear.console import (
    PASTE_SECONDS,
    SHOWN,
    Console,
    GoBack,
    heeded,
    hidden,
    left,
)
from wizard.machine.browser import can_open, open_url, ssh_forward_hint
from wizard.oauth.webex.implicit import AuthorizationRequest, AuthorizationResponse
from wizard.steps.issued import Issued
from wizard.steps.token import PATIENCE, TokenStep, waited_too_long

if TYPE_CHECKING:
    from wizard.workspace import Workspace

T = TypeVar("T")


async def ask_token(
    console: Console, step: TokenStep, session: Session, space: "Workspace", *, came_back: bool
) -> None:
    """Have a token issued and kept, or keep the one that is there.

    Whatever leaves this question, Ctrl+C and the end of the input included, gives up a token that
    came and was not kept, and says what became of it.

    Raises:
        GoBack: The step before is wanted, or the token was not.
        LeftByUser: The administrator leaves.
        WizardError: No token came, or it must not be used, or it could not be kept.
    """
    finding = await step.check(session)
    if finding.state is State.DONE:
        console.say(finding.text)
        if not came_back or not await _wants_another(console, step, session):
            return
    elif finding.state is State.ATTENTION:
        console.say(f"{finding.text} {finding.hint}".rstrip())
    issued = step.issued(session)
    try:
        await _capture(console, step, issued, space)
        await _insist(
            console,
            issued,
            lambda: issued.judge(lambda progress: console.say(progress.message)),
            "The token is still here. Ask again? n gives it up.",
        )
        _show(console, step, issued)
        await _keep(console, issued)
    finally:
        if said := await issued.give_up():
            console.say(said)


async def _keep(console: Console, issued: Issued) -> None:
    if not await console.confirm("Keep this token?", default=True):
        raise GoBack
    again = "The token is still here, in memory. Store it again? n gives it up."
    said = await _insist(console, issued, issued.keep, again)
    console.say(f"The token is in the keyring. {said}".rstrip())


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
        await console.ask("Entra has this token; `webex-wizard renew` replaces it. Enter goes on:")
        return False
    while True:
        text = (await console.ask("Enter keeps it, n signs in for another one:")).lower()
        if text in {"", "n"}:
            return bool(text)
        console.say("Please press Enter, or answer n.")


def _show(console: Console, step: TokenStep, issued: Issued) -> None:
    for label, text in issued.described():
        console.say(f"{label}: {text}")
    missing = step.missing_scopes(issued.judged) if issued.judged else []
    if missing:
        console.say(f"Not granted: {' '.join(missing)}")


async def _capture(console: Console, step: TokenStep, issued: Issued, space: "Workspace") -> None:
    """Take what the browser brings, or what is pasted, whichever comes first.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves.
        WizardError: The port is taken, the keyring is not usable, Webex refused, or time ran out.
    """
    await issued.ready()
    request = step.request()
    listener = step.listener(request, console.explain)
    outcomes: list[AuthorizationResponse | BaseException] = []
    try:
        async with listener:
            await _invite(console, request, space)
            waiting = (
                asyncio.ensure_future(listener.response()),
                asyncio.ensure_future(_pasted(console, step, request, space)),
            )
            try:
                await _first(waiting)
            finally:
                for task in waiting:
                    task.cancel()
                outcomes += await asyncio.gather(*waiting, return_exceptions=True)
    finally:
        # Also where somebody leaves in the very moment in which it arrives.
        for came in (listener.answer, *outcomes):
            if isinstance(came, AuthorizationResponse):
                issued.take(came)
    if not issued.in_hand:
        raise next(each for each in outcomes if isinstance(each, Exception))
    if said := await issued.give_up_others():
        console.say(said)


async def _first(waiting: Collection[asyncio.Future[AuthorizationResponse]]) -> None:
    """Wait for the first to end, and a moment for the other: its paste may be half read.

    Raises:
        AuthorizationError: Time ran out.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    except TimeoutError as error:
        raise waited_too_long() from error
    await asyncio.wait(waiting, timeout=2 * PASTE_SECONDS)


async def _invite(console: Console, request: AuthorizationRequest, space: "Workspace") -> None:
    console.say("Open this link in a private browser window and sign in as the administrator")
    console.say("that provisioning will act for. The ordinary history would keep the address")
    console.say("that carries the token.")
    console.say()
    console.say(request.url)
    console.say()
    hint = ssh_forward_hint()
    if hint:
        console.say("Is the browser on your own computer? Run there first:")
        console.say(f"  {hint}")
    if space.options.use_browser and can_open() and not await open_url(request.url):
        console.say("No browser opened; open the link yourself.")
    console.say("Waiting at localhost:3000. Or paste the address the browser ended at, and Enter.")
    if space.practice is not None:
        console.say("Practice: type p and Enter, and the practice tenant signs in for you.")


async def _pasted(
    console: Console, step: TokenStep, request: AuthorizationRequest, space: "Workspace"
) -> AuthorizationResponse:
    """Return what was pasted.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves, or the input has ended: nobody is there any more who
            could answer what comes after the token.
    """
    with hidden() as is_hidden:
        console.say("What you type is not shown." if is_hidden else SHOWN)
        while (line := await console.pasted()) is not None:
            text = heeded(line)
            if not text:
                continue
            try:
                if text != "p" or space.practice is None:
                    return step.pasted(text, request)
                await asyncio.to_thread(space.practice.sign_in, request.url)
            except WizardError as error:
                console.explain(error)
            else:
                return await asyncio.Future()  # the listener has it
    raise left()

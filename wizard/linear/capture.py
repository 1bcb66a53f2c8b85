"""The token capture as plain text: the link, the listener, and a line to paste, all at once."""

import asyncio
from typing import TYPE_CHECKING

from wizard.browser import can_open, open_url, ssh_forward_hint
from wizard.errors import WizardError
from wizard.linear.console import Console, heeded, hidden
from wizard.steps.token import PATIENCE, TokenStep, waited_too_long

if TYPE_CHECKING:
    from wizard.oauth.implicit import AuthorizationRequest, AuthorizationResponse
    from wizard.workspace import Workspace


async def captured(
    console: Console, step: TokenStep, space: "Workspace"
) -> "AuthorizationResponse":
    """Return what the browser brought, or what was pasted, whichever comes first.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves.
        WizardError: The port is taken, the keyring is not usable, Webex refused, or time ran out.
    """
    await step.ready()
    request = step.request()
    async with step.listener(request, console.explain) as listener:
        await _invite(console, request, space)
        waiting = {
            asyncio.ensure_future(listener.response()),
            asyncio.ensure_future(_pasted(console, step, request, space)),
        }
        try:
            async with asyncio.timeout(PATIENCE):
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        except TimeoutError as error:
            raise waited_too_long() from error
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


async def _invite(console: Console, request: "AuthorizationRequest", space: "Workspace") -> None:
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
    console: Console, step: TokenStep, request: "AuthorizationRequest", space: "Workspace"
) -> "AuthorizationResponse":
    """Return what was pasted; after the input's end, leave the field to the listener."""
    with hidden() as is_hidden:
        console.say(f"What you type is {'not ' if is_hidden else ''}shown.")
        while (line := await console.pasted()) is not None:
            text = heeded(line)
            if not text:
                continue
            try:
                if text != "p" or space.practice is None:
                    return step.pasted(text, request)
                await asyncio.to_thread(space.practice.sign_in, request.url)
                break
            except WizardError as error:
                console.explain(error)
        return await asyncio.Future()

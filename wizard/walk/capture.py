"""The race for a Webex token: what the browser brings, or what is pasted, whichever comes first."""

import asyncio
from collections.abc import Callable

from wizard.errors import AuthorizationError, WizardError
from wizard.oauth.webex.implicit import AuthorizationRequest, AuthorizationResponse
from wizard.oauth.webex.token_redirect import RedirectListener
from wizard.steps.issued import Issued
from wizard.steps.token import TokenStep

_PATIENCE = 900.0
"""Seconds to wait for the browser."""


class WebexSignIn:
    """A sign-in that waits for its answer."""

    def __init__(self, step: TokenStep, request: AuthorizationRequest) -> None:
        self.request = request
        self.pasted: asyncio.Future[AuthorizationResponse] = asyncio.Future()
        self._step = step

    @property
    def url(self) -> str:
        """The link to open."""
        return self.request.url

    def paste(self, text: str) -> None:
        """Take the address the browser ended at, or a token; after the first, nothing more.

        Raises:
            WizardError: It is no answer to this sign-in; the message says what it is instead.
        """
        response = self._step.pasted(text, self.request)
        if not self.pasted.done():
            self.pasted.set_result(response)


async def capture(
    step: TokenStep,
    issued: Issued,
    show: Callable[[WebexSignIn], object],
    rejected: Callable[[WizardError], None],
    *,
    linger: float = 0.0,
) -> None:
    """Wait for the browser and for a paste at once; `issued` has in hand what came.

    That holds also where somebody leaves in the very moment in which a token arrives.

    Args:
        step: The step that wants a token.
        issued: What holds it.
        show: Is given the sign-in as soon as port 3000 is held.
        rejected: Is told about each request that was ignored, and why.
        linger: Seconds to wait for the other one after the first, where a paste may be half read.

    Raises:
        WizardError: The port is taken, the keyring is not usable, Webex refused, or time ran out.
    """
    await issued.ready()
    waiting = WebexSignIn(step, step.request())
    listener = step.listener(waiting.request, rejected)
    try:
        async with listener:
            show(waiting)
            await _first(listener, waiting, linger)
    finally:
        pasted = None if waiting.pasted.cancel() else waiting.pasted.result()
        for came in (listener.answer, pasted):
            if came is not None:
                issued.take(came)
    if not issued.in_hand:
        await listener.response()  # says why not


async def _first(listener: RedirectListener, waiting: WebexSignIn, linger: float) -> None:
    arrived = asyncio.ensure_future(listener.response())
    try:
        async with asyncio.timeout(_PATIENCE):
            await asyncio.wait({arrived, waiting.pasted}, return_when=asyncio.FIRST_COMPLETED)
        if linger:
            await asyncio.wait({arrived, waiting.pasted}, timeout=linger)
    except TimeoutError as error:
        raise _waited_too_long() from error
    finally:
        arrived.cancel()
        await asyncio.gather(arrived, return_exceptions=True)


def _waited_too_long() -> AuthorizationError:
    """Return the error of a browser that brought nothing in time."""
    return AuthorizationError(
        f"No token arrived within {_PATIENCE / 60:.0f} minutes.",
        "Was the page closed, or did Webex show an error? Start the sign-in again.",
        code="timed-out",
    )

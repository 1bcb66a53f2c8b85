"""The loopback redirect of the code flow (RFC 8252 section 7.3): a free port, one answer."""

import re
import socket
from collections.abc import Callable
from html import escape
from http import HTTPStatus
from string import Template

from pydantic import SecretStr

from wizard.assets import asset
from wizard.errors import AuthorizationError, MachineError, WizardError
from wizard.machine.ports import claim_free
from wizard.oauth.loopback.exchange import (
    INLINE,
    BrowserRequest,
    Exchange,
    Reply,
    guarded,
    hashed,
    sentence,
)
from wizard.oauth.loopback.listener import LoopbackListener
from wizard.oauth.loopback.redirect import (
    addresses,
    decoded,
    not_an_answer,
    parameters,
    state_matches,
    undressed,
)

Explain = Callable[[dict[str, str]], AuthorizationError]
"""Returns what the parameters of a refusal mean."""

_ANSWER = re.compile(r"(?:^|[?&])(?:code|error|state)=")
_QUOTED = re.compile(r"AADSTS[0-9]{4}")


_LANDINGS = {
    "received": (
        "Received",
        "You can close this window and go back to the terminal.",
        "",
    ),
    "refused": (
        "The sign-in did not succeed",
        "Microsoft refused it.",
        "Go back to the terminal to see what to do next.",
    ),
    "ignored": (
        "This answer was not used",
        "It belongs to another sign-in.",
        "Go back to the terminal. If it still waits, open the link shown there.",
    ),
    "already": (
        "Already received",
        "This sign-in was already answered; nothing was changed.",
        "You can close this window and go back to the terminal.",
    ),
}


class CodeListener(LoopbackListener[dict[str, str]]):
    """Waits on a free port of both loopback addresses; the answer is `code` and `state`.

    The code is of no use to whoever else sees it: it works once, and only with the verifier
    that stays in this process (RFC 7636).

    Args:
        state: The state of the request whose answer is awaited.
        explain: Turns a refusal into an error.
        rejected: Is told about each request that was ignored, and why.
    """

    def __init__(
        self,
        state: SecretStr,
        explain: Explain,
        rejected: Callable[[WizardError], None],
    ) -> None:
        super().__init__(rejected)
        self._state = state
        self._explain = explain

    @property
    def redirect_uri(self) -> str:
        """Where the browser has to bring the answer."""
        return f"http://localhost:{self.port}"

    def paste(self, text: str) -> None:
        """Take the answer from an address that was copied out of a browser elsewhere.

        Also explains an error that was copied off one of Microsoft's pages.

        Raises:
            InvalidInput: It is no answer of a sign-in.
            AuthorizationError: It is that of another sign-in, or an error; the wait goes on.
        """
        words = undressed(text).split()
        if not _ANSWER.search("".join(words)) and _QUOTED.search(text):
            raise self._explain({"error_description": text})
        given = _pasted(words, self._state)
        if self._answer is None:
            self._take(given)
            self._answered.set()

    async def _claim(self) -> list[socket.socket]:
        return claim_free()

    async def _route(self, request: BrowserRequest, exchange: Exchange) -> Reply:
        given = parameters(request.query, "")
        if request.path != "/" or not _is_answer(given):
            return sentence(HTTPStatus.NOT_FOUND, "There is nothing here.")
        if request.method != "GET":
            return sentence(
                HTTPStatus.METHOD_NOT_ALLOWED, "This page can only be opened.", ("Allow", "GET")
            )
        return self._judge(given) if self._is_addressed(request) else self._misdirected(request)

    def _judge(self, given: dict[str, str]) -> Reply:
        if self._answer is not None:
            return _landing(HTTPStatus.CONFLICT, "already")
        try:
            self._take(given)
        except AuthorizationError as error:
            self._report(error)
            return _landing(HTTPStatus.FORBIDDEN, "ignored", error)
        if isinstance(self._answer, AuthorizationError):
            return _landing(HTTPStatus.OK, "refused", self._answer)
        return _landing(HTTPStatus.OK, "received")

    def _take(self, given: dict[str, str]) -> None:
        """Believe what carries our state, and nothing else: any page can send a browser here."""
        if not state_matches(given, self._state):
            raise _state_mismatch()
        if given.get("error"):
            self._answer = self._explain(given)
        else:
            self._answer = {"code": given["code"], "state": given["state"]}

    def _insisted_on_https(self) -> MachineError:
        return MachineError(
            f"The browser asked for https://localhost:{self.port}, but the answer comes over http. "
            "It allows https only, or was told to use https for localhost.",
            "Change https to http in the address bar and press Enter, or paste the whole address "
            "here.",
            code="browser-insists-on-https",
        )


def _landing(status: HTTPStatus, outcome: str, error: WizardError | None = None) -> Reply:
    """Return a page without script, for an answer that came in the query of the address.

    Args:
        status: The HTTP status.
        outcome: `received`, `refused`, `ignored` or `already`.
        error: What the page says instead of its own words.
    """
    heading, message, hint = _LANDINGS[outcome]
    if error is not None:
        message, hint = error.message, error.hint
    style = dict(INLINE.findall(asset("callback.html")))["style"]
    words = {"outcome": outcome, "heading": heading, "message": message, "hint": hint}
    escaped = {name: escape(text) for name, text in words.items()}
    html = Template(asset("landing.html")).substitute(escaped, style=style)
    policy = (
        f"default-src 'none'; style-src '{hashed(style)}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
    return guarded(status, "text/html; charset=utf-8", html, policy)


def _is_answer(given: dict[str, str]) -> bool:
    return bool(given.get("code") or given.get("error"))


def _pasted(words: list[str], state: SecretStr) -> dict[str, str]:
    """Return the parameters of the answer in a pasted text.

    The address may be wrapped over the words, or be one of them.
    """
    whole = "".join(words)
    meant = [*addresses(whole), *(each for word in words for each in addresses(word)), whole]
    read = [_query(address) for address in meant]
    ours = (each for each in read if state_matches(each, state))
    given = next(ours, None) or next(filter(_is_answer, read), read[-1])
    if "response_type" in given:
        raise not_an_answer(
            "pasted-sign-in-link", "This is the link that starts the sign-in, not its answer."
        )
    if not _is_answer(given):
        raise not_an_answer("pasted-without-code", "This text holds no answer of a sign-in.")
    return given


def _query(address: str) -> dict[str, str]:
    if not _ANSWER.search(address):
        address = decoded(address)
    return parameters(address.partition("#")[0].rpartition("?")[2], "")


def _state_mismatch() -> AuthorizationError:
    return AuthorizationError(
        "This answer belongs to another sign-in: it does not carry the random value "
        "this program sent along.",
        "Close other Microsoft sign-in windows, then open the link shown in the terminal again.",
        code="state-mismatch",
    )

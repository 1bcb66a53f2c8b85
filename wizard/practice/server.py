"""The practice tenant as an HTTP server: one port, one table of places."""

import json
import time
from collections.abc import Callable, Iterable
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from wizard.endpoints import bundled
from wizard.errors import InvalidInput
from wizard.practice import pages
from wizard.practice.accounts import ACCOUNTS, ORGANIZATION_ID, account_by_number
from wizard.practice.authorization import (
    AUTHORIZE,
    CONSENT,
    LOGIN_WRAPPER,
    SIGN_IN,
    Authorization,
)
from wizard.practice.faults import TOKEN_FAULTS, Faults, from_json
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.misbehaviour import AFTERWARDS, INSTEAD, afterwards, instead
from wizard.practice.problems import problem
from wizard.practice.recorder import Recorder
from wizard.practice.rest import Rest
from wizard.practice.scim import PREFIX, Scim
from wizard.practice.tokens import IssuedTokens, read

CONTROL = "/practice/"
"""Below this path the practice tenant is told what to do; it is not part of what it imitates."""

Handler = Callable[[Request], Answer]


class PracticeWebex:
    """Everything that answers on the one port, as a WSGI application.

    Args:
        base_url: Scheme, host and port, without a slash at the end.
        faults: The faults in force from the start.
    """

    def __init__(self, base_url: str, faults: Faults) -> None:
        self.faults = faults
        self.recorder = Recorder()
        tokens = IssuedTokens()
        authorization = Authorization(base_url, tokens, faults)
        rest = Rest(tokens, faults)
        self._scim = Scim(base_url, tokens, faults)
        self._places: dict[str, tuple[str, Handler]] = {
            AUTHORIZE: ("authorization", authorization.authorize),
            SIGN_IN: ("authorization", authorization.sign_in),
            CONSENT: ("authorization", authorization.consent),
            LOGIN_WRAPPER: ("authorization", authorization.login_wrapper),
            "/v1/people/me": ("people", rest.people_me),
            "/identity/scim/v1/Users/me": ("identity", rest.identity_me),
            "/idb/oauth2/v1/tokens/me": ("tokens", rest.tokens_me),
            "/control-hub": ("", _control_hub),
            "/entra-portal/": ("", _entra_portal),
            "/practice/faults": ("", self._control_faults),
            "/practice/requests": ("", self._control_requests),
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one WSGI request."""
        request = Request.of(environ)
        answer = self.answer(request)
        if not request.path.startswith(CONTROL):
            self.recorder.record(
                request.method, request.target, answer.status, _account_of(request)
            )
        if answer.delay:
            time.sleep(answer.delay)
        headers = answer.headers | {"trackingid": request.tracking_id}
        if answer.stream is None and answer.status != 204:
            headers.setdefault("Content-Length", str(len(answer.body)))
        start_response(answer.status_line, list(headers.items()))
        return [answer.body] if answer.stream is None else answer.stream

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request, faults included."""
        where, handler = self._place(request.path)
        if not where:
            return handler(request)
        # In the authorization these are faults of the token it issues.
        instead_here = INSTEAD - TOKEN_FAULTS if where == "authorization" else INSTEAD
        spoils_here = AFTERWARDS - {"hostile"} if where == "authorization" else AFTERWARDS
        fault = self.faults.take(where, request.method, instead_here | spoils_here)
        if fault is None:
            return handler(request)
        if fault.fault in instead_here:
            return instead(fault, request)
        return afterwards(fault, handler(request))

    def _place(self, path: str) -> tuple[str, Handler]:
        if path.startswith(PREFIX):
            return "scim", self._scim.answer
        return self._places.get(path, ("", _nowhere))

    def _control_faults(self, request: Request) -> Answer:
        if request.method == "POST":
            try:
                for fault in from_json(json.loads(request.body)):
                    self.faults.add(fault)
            except ValueError:
                return _text("The faults are not JSON.", 400)
            except InvalidInput as error:
                return _text(str(error), 400)
        elif request.method == "DELETE":
            self.faults.clear()
        return json_answer({"faults": self.faults.listed()})

    def _control_requests(self, request: Request) -> Answer:
        if request.method == "DELETE":
            self.recorder.clear()
        return json_answer({"requests": self.recorder.listed()})


def _nowhere(request: Request) -> Answer:
    return problem(request, 404, "The requested resource could not be found.", "rest")


def _text(text: str, status: int) -> Answer:
    return Answer(status, text.encode(), {"Content-Type": "text/plain;charset=UTF-8"})


def _control_hub(_request: Request) -> Answer:
    return pages.note_page("Control Hub", f"Organization ID: {ORGANIZATION_ID}")


def _entra_portal(_request: Request) -> Answer:
    return pages.note_page(
        "Entra portal", "In practice there is nothing to do here: go back and choose Done."
    )


def _account_of(request: Request) -> str:
    grant = read(request.bearer)
    account = account_by_number(grant.account) if grant else None
    return account.email if account else ""


class PracticeServer(ThreadingMixIn, WSGIServer):
    """A quiet server with a thread per request."""

    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind without asking DNS for a name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients may go away in the middle of an answer."""


class QuietHandler(WSGIRequestHandler):
    """A request handler that keeps no access log: the recorder does."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the base class
        """Say nothing."""


def bind(faults: Faults) -> tuple[PracticeServer, str]:
    """Return a server that listens on a free loopback port, and its base URL."""
    server = make_server(
        "127.0.0.1", 0, _not_ready, server_class=PracticeServer, handler_class=QuietHandler
    )
    base_url = f"http://127.0.0.1:{server.server_port}"
    server.set_app(PracticeWebex(base_url, faults))
    return server, base_url


def _not_ready(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [])
    return [b""]


def announcement(base_url: str) -> dict[str, Any]:
    """Return what the server says of itself when it listens."""
    return {
        "endpoints": {
            "webex": {
                "authorization_endpoint": f"{base_url}{AUTHORIZE}",
                "login_wrapper": f"{base_url}{LOGIN_WRAPPER}?type=login&goto=",
                "token_endpoint_me": f"{base_url}/idb/oauth2/v1/tokens/me",
                "api_base": f"{base_url}/v1",
                "identity_base": f"{base_url}/identity/scim/v1",
                "scim_base": f"{base_url}{PREFIX.rstrip('/')}",
                "control_hub": f"{base_url}/control-hub",
                "client_id": bundled().webex.client_id,
                "scope": bundled().webex.scope,
            },
            "entra": {
                "authority": f"{base_url}/entra",
                "graph_base": f"{base_url}/graph/v1.0",
                "portal": f"{base_url}/entra-portal",
            },
        },
        "organization_id": ORGANIZATION_ID,
        "accounts": [
            {"email": account.email, "name": account.name, "description": account.description}
            for account in ACCOUNTS
        ],
        "base_url": base_url,
    }

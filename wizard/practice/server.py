"""What the practice tenants answer: one table of places."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.errors import InvalidInput
from wizard.net.endpoints import bundled
from wizard.practice.environment import variables
from wizard.practice.faults import TOKEN_FAULTS, Faults, from_json
from wizard.practice.fronts import AUTHORITY, GRAPH
from wizard.practice.kept_file import kept_resources
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.misbehaviour import AFTERWARDS, INSTEAD, afterwards, instead
from wizard.practice.problems import problem
from wizard.practice.recorder import Recorder
from wizard.practice.webex import pages
from wizard.practice.webex.accounts import ACCOUNTS, ORGANIZATION_ID, account_by_number
from wizard.practice.webex.authorization import (
    AUTHORIZE,
    LOGIN_WRAPPER,
    WEBEX_CONSENT,
    WEBEX_SIGN_IN,
    Authorization,
)
from wizard.practice.webex.rest import Rest
from wizard.practice.webex.tokens import IssuedTokens, administrators_grant, read_grant

if TYPE_CHECKING:
    from wizard.practice.entra.half import PracticeEntra
    from wizard.practice.webex.scim import Scim

CONTROL = "/practice/"
"""Below this path the practice tenant is told what to do; it is not part of what it imitates."""

_SCIM = "/v1/scim/"
"""Below this path stands an organization id, and below that its SCIM service."""

_SCIM_V2 = re.compile(r"/identity/scim/[^/]+/v2(?=/|$)")
"""Where the SCIM 2.0 service of an organization is that is documented (reference/webex.md 4.1)."""

Handler = Callable[[Request], Answer]

_OF_ENTRA = (f"{AUTHORITY}/", f"{GRAPH}/")
_ISSUERS = frozenset({"authorization", "authority", "device"})
_REDIRECTING = frozenset({"authorization", "authority"})


class PracticeSite:
    """Everything that answers, as a WSGI application.

    Args:
        base_url: Scheme, host and port, without a slash at the end.
        secure_url: The same over https, for the authority and for Graph.
        faults: The faults in force from the start.
        state: The file in which both halves are kept; None forgets them at the end.
    """

    def __init__(
        self, base_url: str, secure_url: str, faults: Faults, state: Path | None = None
    ) -> None:
        self.faults = faults
        self._state = state
        self.base_url = base_url
        self.secure_url = secure_url
        self._entra: PracticeEntra | None = None
        self._scim: Scim | None = None
        self._loading = threading.Lock()
        self.recorder = Recorder()
        self._tokens = tokens = IssuedTokens()
        authorization = Authorization(base_url, tokens, faults)
        rest = Rest(tokens, faults)
        self._places: dict[str, tuple[str, Handler]] = {
            AUTHORIZE: ("authorization", authorization.authorize),
            WEBEX_SIGN_IN: ("authorization", authorization.sign_in),
            WEBEX_CONSENT: ("authorization", authorization.consent),
            LOGIN_WRAPPER: ("authorization", authorization.login_wrapper),
            "/v1/people/me": ("people", rest.people_me),
            "/identity/scim/v1/Users/me": ("identity", rest.identity_me),
            "/idb/oauth2/v1/tokens/me": ("tokens", rest.tokens_me),
            "/control-hub": ("", _control_hub),
            "/entra-portal/": ("", _entra_portal),
            "/practice/certificate": ("", _certificate),
            "/practice/entra": ("", self._control_entra),
            "/practice/environment": ("", self._environment),
            "/practice/exchanges": ("", self._control_exchanges),
            "/practice/faults": ("", self._control_faults),
            "/practice/requests": ("", self._control_requests),
            "/practice/webex": ("", self._control_webex),
        }

    @property
    def entra(self) -> "PracticeEntra":
        """The Entra half, loaded when somebody asks for it."""
        with self._loading:
            if self._entra is None:
                from wizard.practice.entra.half import PracticeEntra
                from wizard.practice.entra.kept import Shelf

                self._entra = PracticeEntra(
                    self.base_url,
                    self.secure_url,
                    self.faults,
                    self.answer,
                    Shelf(self._state, self.base_url, self._in_webex),
                )
        return self._entra

    @property
    def scim(self) -> "Scim":
        """The SCIM services, loaded when somebody asks for them, which takes most of a second."""
        with self._loading:
            if self._scim is None:
                from wizard.practice.webex.scim import Scim

                kept = kept_resources(self._state) if self._state else None
                self._scim = Scim(self.base_url, _SCIM, self._tokens, self.faults, kept)
        return self._scim

    def _in_webex(self) -> list[dict[str, Any]] | None:
        """Return what is in Webex; None while nobody has asked for it."""
        return None if self._scim is None else self._scim.resources()

    def announcement(self) -> dict[str, Any]:
        """Return what the tenants say of themselves when they listen."""
        return {
            "endpoints": {
                "webex": {
                    "authorization_endpoint": f"{self.base_url}{AUTHORIZE}",
                    "login_wrapper": f"{self.base_url}{LOGIN_WRAPPER}?type=login&goto=",
                    "token_endpoint_me": f"{self.base_url}/idb/oauth2/v1/tokens/me",
                    "api_base": f"{self.base_url}/v1",
                    "identity_base": f"{self.base_url}/identity/scim/v1",
                    "scim_base": f"{self.base_url}{_SCIM.rstrip('/')}",
                    "control_hub": f"{self.base_url}/control-hub",
                    "client_id": bundled().webex.client_id,
                    "scope": bundled().webex.scope,
                },
                "entra": {
                    "authority": self.secure_url,
                    "graph_base": f"{self.base_url}/graph/v1.0",
                    "portal": f"{self.base_url}/entra-portal",
                    "validate_authority": False,
                },
            },
            "organization_id": ORGANIZATION_ID,
            "accounts": [
                {"email": account.email, "name": account.name, "description": account.description}
                for account in ACCOUNTS
            ],
            "base_url": self.base_url,
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve one WSGI request."""
        request = Request.of(environ)
        answer = self.exchange(request)
        if answer.delay:
            time.sleep(answer.delay)
        start_response(answer.status_line, list(answer.headers.items()))
        return [answer.body] if answer.stream is None else answer.stream

    def exchange(self, request: Request) -> Answer:
        """Return the answer to a request as it is sent, and record both."""
        answer = self.answer(request)
        if not request.path.startswith(CONTROL):
            self.recorder.record(request, answer, self._account_of(request))
        if self._state and request.method != "GET" and _is_of_webex(request.path):
            self.entra.keep()
        answer.headers |= _ids(request)
        if answer.stream is None and answer.status != 204:
            answer.headers.setdefault("Content-Length", str(len(answer.body)))
        return answer

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request, faults included."""
        where, handler = self._place(request)
        if not where:
            return handler(request)
        # Where tokens are issued, these are faults of the token and of the redirect.
        instead_here = INSTEAD - TOKEN_FAULTS if where in _ISSUERS else INSTEAD
        spoils_here = AFTERWARDS - {"hostile"} if where in _REDIRECTING else AFTERWARDS
        fault = self.faults.take(where, request.method, instead_here | spoils_here)
        if fault is None:
            return handler(request)
        if fault.fault in instead_here:
            return instead(fault, request, where)
        return afterwards(fault, request, handler(request))

    def _place(self, request: Request) -> tuple[str, Handler]:
        if request.path.startswith(_SCIM):
            return "scim", self.scim.facade
        if _SCIM_V2.match(request.path):
            return "scim-v2", self.scim.v2
        if request.path.startswith(_OF_ENTRA):
            return self.entra.place(request), self.entra.answer
        return self._places.get(request.path, ("", _nowhere))

    def _account_of(self, request: Request) -> str:
        if request.path.startswith(_OF_ENTRA):
            return self.entra.account_of(request)
        grant = read_grant(request.bearer)
        account = account_by_number(grant.account) if grant else None
        return account.email if account else ""

    def _control_entra(self, request: Request) -> Answer:
        return self.entra.control(request)

    def _control_webex(self, request: Request) -> Answer:
        return self.scim.control(request)

    def _environment(self, _request: Request) -> Answer:
        from wizard.practice.entra.certificate import authority_file

        token = self._tokens.issue(administrators_grant())
        return json_answer(variables(self.base_url, str(authority_file()), token))

    def _control_exchanges(self, _request: Request) -> Answer:
        return json_answer({"exchanges": self.recorder.exchanges()})

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


def _is_of_webex(path: str) -> bool:
    """Tell whether what stands there may change who is in Webex."""
    return path.startswith((_SCIM, "/identity/scim/")) or path == "/practice/webex"


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


def _certificate(_request: Request) -> Answer:
    from wizard.practice.entra.certificate import authority_file

    return json_answer({"file": str(authority_file())})


def _ids(request: Request) -> dict[str, str]:
    """Return the header in which the service names a request."""
    if request.path.startswith(f"{GRAPH}/"):
        given = request.headers.get("client-request-id", request.request_id)
        return {"request-id": request.request_id, "client-request-id": given}
    if request.path.startswith(_OF_ENTRA):
        return {"x-ms-request-id": request.request_id}
    return {"trackingid": request.tracking_id}

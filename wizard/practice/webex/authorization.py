"""The authorization endpoint of the practice tenant: the implicit grant (RFC 6749 section 4.2).

What comes back, and where, follows reference/webex.md 1.3: success in the fragment, refusal in the
query.
"""

import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from wizard.net.endpoints import bundled
from wizard.practice.faults import TOKEN_FAULTS, Faults
from wizard.practice.messages import Answer, Request, redirect
from wizard.practice.misbehaviour import HOSTILE_TEXT
from wizard.practice.webex import pages
from wizard.practice.webex.accounts import (
    ORGANIZATION_ID,
    OTHER_ORGANIZATION_ID,
    WebexAccount,
    account_by_email,
)
from wizard.practice.webex.tokens import WEBEX_SCOPES, WEBEX_TOKEN_LIFETIME, Grant, IssuedTokens

AUTHORIZE = "/idb/oauth2/v1/authorize"
WEBEX_SIGN_IN = "/idb/practice/sign-in"
WEBEX_CONSENT = "/idb/practice/consent"
LOGIN_WRAPPER = "/idb/saml2/jsp/doSSO.jsp"

_REDIRECT_URI = "http://localhost:3000/auth/code"
"""The one redirect URI registered for the client (reference/webex.md 1.1)."""

GRANT_FAULTS = TOKEN_FAULTS | {
    "granted-less",
    "deny-in-fragment",
    "no-expires-in",
    "success-in-query-too",
    "hostile",
}
"""Faults of what is granted, met when the account accepts or declines."""


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a program asks for in the name of an account (RFC 6749 section 4.2.1)."""

    query_string: str
    response_type: str
    client_id: str
    redirect_uri: str
    scope: str
    state: str | None

    @classmethod
    def of(cls, query_string: str) -> "AuthorizationRequest":
        """Return the request in a query string; what is missing is empty."""
        query = dict(parse_qsl(query_string, keep_blank_values=True))
        names = ("response_type", "client_id", "redirect_uri", "scope")
        values = {name: query.get(name, "") for name in names}
        return cls(query_string=query_string, state=query.get("state"), **values)

    @property
    def scopes(self) -> list[str]:
        """The scopes asked for."""
        return self.scope.split()


class Authorization:
    """Sign-in, consent, and the redirect that carries the token."""

    def __init__(self, base_url: str, tokens: IssuedTokens, faults: Faults) -> None:
        self._base_url = base_url
        self._tokens = tokens
        self._faults = faults

    def authorize(self, request: Request) -> Answer:
        """Answer the authorization endpoint with the sign-in page."""
        if request.method != "GET":
            return pages.error_page("This page is opened by a link.", 405)
        asked = AuthorizationRequest.of(request.query_string)
        return self._refused(asked) or pages.sign_in_page(
            WEBEX_SIGN_IN, {"request": request.query_string}
        )

    def sign_in(self, request: Request) -> Answer:
        """Answer the sign-in form with the consent page."""
        if request.method != "POST":
            return pages.error_page("This page is reached by the sign-in form.", 405)
        asked = AuthorizationRequest.of(request.form.get("request", ""))
        if refused := self._refused(asked):
            return refused
        account = account_by_email(request.form.get("email", ""))
        if account is None:
            problem = "There is no such practice account. Choose one of the list below."
            return pages.sign_in_page(WEBEX_SIGN_IN, {"request": asked.query_string}, problem)
        hidden = {"request": asked.query_string, "email": account.email}
        return pages.consent_page(WEBEX_CONSENT, hidden, asked.scopes)

    def consent(self, request: Request) -> Answer:
        """Answer the consent form with the redirect."""
        if request.method != "POST":
            return pages.error_page("This page is reached by the consent form.", 405)
        asked = AuthorizationRequest.of(request.form.get("request", ""))
        account = account_by_email(request.form.get("email", ""))
        if refused := self._refused(asked):
            return refused
        if account is None:
            return pages.error_page("Please sign in again.")
        fault = self._faults.take("authorization", "POST", GRANT_FAULTS)
        name = fault.fault if fault else ""
        if request.form.get("decision") == "accept":
            return self._granted(asked, account, name)
        return self._declined(asked, name)

    def login_wrapper(self, request: Request) -> Answer:
        """Answer the login page that leads on to `goto`, on this host only."""
        goto = request.query.get("goto", "")
        if request.query.get("type") != "login":
            return pages.note_page("Signed out", "You are signed out of the practice tenant.")
        try:
            parts = urlsplit(goto)
        except ValueError:
            return pages.error_page("The address to go to is not usable.")
        if f"{parts.scheme}://{parts.netloc}" != self._base_url:
            return pages.error_page("The address to go to is not part of this service.")
        # Bytes that are not ASCII, and line ends, cannot stand in a header.
        return redirect(quote(goto, safe="%/:=&?~#+!$,;'@()*[]"))

    def _refused(self, asked: AuthorizationRequest) -> Answer | None:
        """Return the answer to a request that is not in order (RFC 6749 section 4.2.2.1)."""
        if asked.client_id != bundled().webex.client_id:
            return pages.error_page("The client is not known: check client_id.")
        if asked.redirect_uri != _REDIRECT_URI:
            return pages.error_page("The redirect address is not registered for this client.")
        if asked.response_type != "token":
            return self._sent_back(
                asked, "unsupported_response_type", "The response type is not supported."
            )
        if not asked.scopes or not set(asked.scopes) <= set(WEBEX_SCOPES):
            return self._sent_back(asked, "invalid_scope", "The requested scope is invalid.")
        return None

    def _declined(self, asked: AuthorizationRequest, fault: str) -> Answer:
        text = "The resource owner or authorization server denied the request."
        return self._sent_back(
            asked,
            "access_denied",
            HOSTILE_TEXT if fault == "hostile" else text,
            "#" if fault == "deny-in-fragment" else "?",
        )

    def _sent_back(
        self, asked: AuthorizationRequest, error: str, description: str, separator: str = "?"
    ) -> Answer:
        outcome = {"error": error, "error_description": description, "state": asked.state}
        return redirect(f"{_REDIRECT_URI}{separator}{_encoded(outcome)}")

    def _granted(self, asked: AuthorizationRequest, account: WebexAccount, fault: str) -> Answer:
        scopes = asked.scopes[:1] if fault == "granted-less" else asked.scopes
        token = self._issued(account, scopes, fault)
        outcome = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": None if fault == "no-expires-in" else str(WEBEX_TOKEN_LIFETIME),
            "scope": HOSTILE_TEXT if fault == "hostile" else " ".join(scopes),
            "state": asked.state,
        }
        query = ""
        if fault == "success-in-query-too":
            query = "?" + _encoded({"state": asked.state, "session_state": "practice"})
        return redirect(f"{_REDIRECT_URI}{query}#{_encoded(outcome)}")

    def _issued(self, account: WebexAccount, scopes: list[str], fault: str) -> str:
        organization_id = account.organization_id
        if fault == "wrong-organization":
            own = organization_id == ORGANIZATION_ID
            organization_id = OTHER_ORGANIZATION_ID if own else ORGANIZATION_ID
        # A token that is born expired still promises its whole life in expires_in.
        life = -60 if fault == "expired" else WEBEX_TOKEN_LIFETIME
        grant = Grant(account.number, organization_id, frozenset(scopes), int(time.time()) + life)
        token = self._tokens.issue(grant)
        if fault == "revoked":
            self._tokens.revoke(token)
        return token


def _encoded(outcome: dict[str, str | None]) -> str:
    filled = {name: value for name, value in outcome.items() if value is not None}
    return urlencode(filled, quote_via=quote)

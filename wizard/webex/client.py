"""Webex's REST API, Common Identity and sign-in service, as far as one token needs them."""

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from wizard.errors import AnswerError
from wizard.net.answers import error_of, is_html, json_of
from wizard.net.clock import ahead
from wizard.net.transport import HttpAnswer, fetch
from wizard.webex.models import IdentityUser, OwnToken, TokenOwner

if TYPE_CHECKING:
    import httpx

    from wizard.net.endpoints import WebexEndpoints

Model = TypeVar("Model", bound=BaseModel)

_JSON = {"Accept": "application/json"}
_NOT_THE_TENANT_URL = (
    "This asks Webex about the account, not the Tenant URL. Try again; if it stays so, check the "
    "Webex hosts in the endpoints file, if you use one."
)


class WebexClient:
    """Asks Webex about one token; a part switched off by an empty endpoint answers None.

    Args:
        endpoints: Where Webex is.
        http: A client that carries the token.

    Every method raises `AnswerError` for an answer that is no success or not understood, and
    `TransportError` when no answer came.
    """

    def __init__(self, endpoints: "WebexEndpoints", http: "httpx.AsyncClient") -> None:
        self._endpoints = endpoints
        self._http = http
        self.clock_ahead: float | None = None
        """Seconds by which this machine's clock was ahead at the last answer that told."""

    async def me(self) -> TokenOwner | None:
        """Return whose token this is (`GET /people/me`); None when `api_base` is empty."""
        return await self._ask(self._endpoints.api_base, "/people/me", TokenOwner)

    async def identity_me(self) -> IdentityUser | None:
        """Return the account with plain role names (`GET /Users/me` of Common Identity).

        The call is not documented by Webex (reference/webex.md 2.3), so nothing may depend on it.
        None when `identity_base` is empty.
        """
        return await self._ask(self._endpoints.identity_base, "/Users/me", IdentityUser)

    async def tokens(self, expires_in: float | None = None) -> OwnToken | None:
        """Return scopes and remaining life of our token among those of the account.

        The call is not documented by Webex (reference/webex.md 2.3), so nothing may depend on it,
        and it does not say which token is which: ours is taken to be the one of our client id
        that ends nearest to the expected time, or last.

        Args:
            expires_in: Seconds our token is expected to live; None when that is not known.

        Returns:
            None when `token_endpoint_me` is empty, or when it lists no token of our client id.
        """
        url = self._endpoints.token_endpoint_me
        if not url:
            return None
        answer = await self._get(url)
        listed = _success(answer)
        rows = listed.get("data") if isinstance(listed, dict) else None
        if not isinstance(rows, list):
            raise _not_understood(answer, "a list of tokens")
        ours = [
            _model(OwnToken, row, answer)
            for row in rows
            if isinstance(row, dict)
            and row.get("client_id") == self._endpoints.client_id
            and row.get("token_type", "access_token") == "access_token"
        ]
        if expires_in is None:
            return max(ours, key=lambda token: token.expires_in or 0, default=None)
        return min(ours, key=lambda token: abs((token.expires_in or 0) - expires_in), default=None)

    async def revoke(self) -> bool:
        """Revoke the token that this client carries (reference/webex.md 2.4).

        Returns:
            Whether it was revoked; False when `token_endpoint_me` is empty.
        """
        url = self._endpoints.token_endpoint_me
        if not url:
            return False
        joint = "&" if "?" in url else "?"
        answer = await fetch(self._http, "DELETE", f"{url}{joint}authtoken=true", headers=_JSON)
        if not 200 <= answer.status < 300 or is_html(answer):
            raise error_of(answer, where=_NOT_THE_TENANT_URL)
        return True

    async def _ask(self, base: str, path: str, model: type[Model]) -> Model | None:
        if not base:
            return None
        answer = await self._get(base.rstrip("/") + path)
        return _model(model, _success(answer), answer)

    async def _get(self, url: str) -> HttpAnswer:
        answer = await fetch(self._http, "GET", url, headers=_JSON)
        told = ahead(answer, url)
        self.clock_ahead = self.clock_ahead if told is None else told
        return answer


def _success(answer: HttpAnswer) -> Any:
    if answer.status != 200:
        raise error_of(answer, where=_NOT_THE_TENANT_URL)
    return json_of(answer)


def _model(model: type[Model], value: Any, answer: HttpAnswer) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        # Only the cause carries pydantic's text, which quotes the answer.
        raise _not_understood(answer, "an account or token") from error


def _not_understood(answer: HttpAnswer, what: str) -> AnswerError:
    return answer.error(
        f"Webex answered with JSON that does not describe {what}.",
        "Check the hosts in the endpoints file, if you use one.",
        "answer-not-understood",
    )

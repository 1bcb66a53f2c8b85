"""The implicit grant (RFC 6749 section 4.2): what is asked of Webex, and what came back."""

import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr

from wizard.errors import AuthorizationError
from wizard.net.endpoints import WebexEndpoints
from wizard.oauth.loopback.redirect import (
    DRESSING,
    addresses,
    decoded,
    not_an_answer,
    parameters,
    state_matches,
    undressed,
)
from wizard.oauth.webex.refusals import authorization_code, webex_refusal
from wizard.words.text import days, plain_line

REDIRECT_URI = "http://localhost:3000/auth/code"
"""Registered with Cisco for this client (reference/webex.md 1.1); not ours to choose."""

MAX_TOKEN = 4096
"""Characters of the longest token that is believed; up to 600 were seen."""

UNPROVEN = frozenset({"state-mismatch", "unproven-refusal"})
"""Codes of what came without the state of this sign-in, and may be anybody's."""

_NOT_USED = "If that sign-in was yours: its token is neither used nor revoked here, and lives on."

_LONGEST_LIFE = 100 * 366 * 24 * 3600
_SECONDS = re.compile(r"([0-9]{1,10})(?:\.[0-9]*)?")
_TOKEN = re.compile(rf"[!-~]{{1,{MAX_TOKEN}}}")
_BEARER = re.compile(r"(?i)^bearer(?:\s+|\+)")

_BEARER_AND_BLANK = re.compile(r"(?i)(^|access_token=)[\s\"']*(?:authorization:\s*)?bearer\s+")
_PARAMETER = re.compile(
    r"(?:^|[?#&])(access_token|token_type|expires_in|scope|state|code|error|response_type)"
    r"=([^?#&]*)"
)
_BARE = re.compile(r"[A-Za-z0-9._~+/-]{16,}=*")
"""A bearer token (RFC 6750 section 2.1), long enough not to be a word."""

_SHORTEST_LINE = 20
"""A token that was wrapped has no line shorter than this but the last; prose has."""

_ORGANIZATION_ID = re.compile(
    r"(?i)\{?[0-9a-z]{8}(?:-[0-9a-z]{4}){3}-[0-9a-z]{12}\}?"  # Cisco's own example has a "g"
    r"|Y2lzY29zcGFyazov[0-9a-z+/_-]*=*"  # how each base64 id of the Webex API begins
)
_ADDRESS = re.compile(r"(?i)[a-z]+://|localhost\b|www\.")


@dataclass(frozen=True)
class AuthorizationRequest:
    """One sign-in to be opened in the browser.

    The address carries the state, and is therefore left out of the repr.
    """

    url: str = field(repr=False)
    state: SecretStr


@dataclass(frozen=True)
class AuthorizationResponse:
    """A token, and what was said about it (RFC 6749 section 4.2.2)."""

    access_token: SecretStr
    expires_in: int | None
    """Lifetime in seconds; None when it was not said, or makes no sense."""
    scope: tuple[str, ...] | None
    """What was granted; None means what was asked for."""
    state_matched: bool
    """False only for a pasted token that came without its state."""


def authorization_request(webex: WebexEndpoints) -> AuthorizationRequest:
    """Return a new sign-in with a state of its own.

    Raises:
        AuthorizationError: The authorization endpoint is switched off.
    """
    if not webex.authorization_endpoint:
        raise AuthorizationError(
            "The Webex sign-in is switched off in the endpoints file.",
            "Give webex.authorization_endpoint a value there, or paste a token you already have.",
            code="sign-in-switched-off",
        )
    state = SecretStr(secrets.token_urlsafe(32))
    question = {
        "response_type": "token",
        "client_id": webex.client_id,
        "redirect_uri": REDIRECT_URI,
        "scope": webex.scope,
        "state": state.get_secret_value(),
    }
    endpoint = urlsplit(webex.authorization_endpoint)
    query = "&".join(filter(None, (endpoint.query, urlencode(question, quote_via=quote))))
    url = endpoint._replace(query=query, fragment="").geturl()
    if webex.login_wrapper:
        url = webex.login_wrapper + quote(url, safe="")
    return AuthorizationRequest(url, state)


def parse_redirect(query: str, fragment: str, state: SecretStr) -> AuthorizationResponse:
    """Return the token that the browser brought to the redirect URI.

    Success may carry a query beside the fragment, and a refusal may come in either
    (reference/webex.md 1.3).

    Args:
        query: The query of the address, with or without its question mark.
        fragment: The fragment of the address, with or without its hash.
        state: The state of the request this should be the answer to.

    Raises:
        AuthorizationError: A refusal, no usable token, or an answer that is not proven to be
            that of this sign-in (a code among `UNPROVEN`).
    """
    return _response(parameters(query, fragment), state, is_redirect=True)


def parse_pasted(text: str, state: SecretStr) -> AuthorizationResponse:
    """Return the token in a pasted text, whatever it is dressed in.

    Takes the whole address, its fragment, its parameters or the bare token; with line wraps,
    quotes, percent-encoding (also twice) or `Bearer` before it. Messages never repeat the text.

    Args:
        text: What was pasted.
        state: The state of the sign-in; compared when the text carries one.

    Raises:
        InvalidInput: The text is no answer of a sign-in.
        AuthorizationError: It is the answer of another sign-in, a refusal, or a `code=`. The
            message says what becomes of a token in it.
    """
    lines = _lines(text)
    answer, given = _answer(lines, state)
    if not _is_answer(given):
        given["access_token"] = _bare_token(answer, given, lines)
    if all(answer not in decoded(line) for line in lines):
        given.pop("scope", None)  # its own blanks went with the line wraps
    given["scope"] = given.get("scope", "").replace("+", " ")
    return _response(given, state, is_redirect=False)


def _response(
    given: dict[str, str], state: SecretStr, *, is_redirect: bool
) -> AuthorizationResponse:
    """Return the token among decoded parameters, or tell of one in an answer that is refused."""
    try:
        return _taken(given, state, is_redirect=is_redirect)
    except AuthorizationError as error:
        if _TOKEN.fullmatch(_BEARER.sub("", given.get("access_token", ""))):
            # Any page can send a browser here; nobody but a person pastes.
            is_forgeable = is_redirect and error.code in UNPROVEN
            error.add(_NOT_USED if is_forgeable else _unused(given))
        raise


def _taken(given: dict[str, str], state: SecretStr, *, is_redirect: bool) -> AuthorizationResponse:
    """Return the token among decoded parameters.

    A redirect must carry the state, because any page can send a browser there; only then may a
    refusal repeat the words that came with it.
    """
    matched = state_matches(given, state)
    if matched is False:
        raise _state_mismatch()
    if matched is None and is_redirect:
        raise _unproven_refusal() if given.get("error") else _state_mismatch()
    if given.get("error"):
        raise webex_refusal(given, trusted_words=is_redirect)
    if not given.get("access_token"):
        raise authorization_code() if given.get("code") else _no_token()
    _require_bearer(given.get("token_type"))
    return AuthorizationResponse(
        access_token=_access_token(given["access_token"]),
        expires_in=_expires_in(given.get("expires_in", "")),
        scope=tuple(plain_line(given.get("scope", ""), 1000).split()) or None,
        state_matched=matched is True,
    )


def _access_token(value: str) -> SecretStr:
    token = _BEARER.sub("", value)
    if not _TOKEN.fullmatch(token):
        raise AuthorizationError(
            f"The answer holds a token that cannot be one: it is longer than {MAX_TOKEN} "
            "characters, or has blanks or unusual characters in it.",
            "Start the sign-in again. If it happens twice, paste the address instead.",
            code="token-malformed",
        )
    return SecretStr(token)


def _unused(given: dict[str, str]) -> str:
    """Say what becomes of the token in an answer that is not taken: nobody here revokes it."""
    seconds = _expires_in(given.get("expires_in", ""))
    lives = (
        f"is valid for about {days(max(1, round(seconds / 86400)))} from its sign-in on"
        if seconds
        else "may be valid for a year: the answer does not say until when"
    )
    return (
        f"The token in it was issued, but is neither used nor revoked here. It {lives}. Revoke it "
        "in Webex if nobody needs it."
    )


def _expires_in(value: str) -> int | None:
    match = _SECONDS.fullmatch(value.strip())
    seconds = int(match[1]) if match else 0
    return seconds if 0 < seconds <= _LONGEST_LIFE else None


def _require_bearer(token_type: str | None) -> None:
    if token_type and token_type.strip().lower() != "bearer":
        raise AuthorizationError(
            "Webex sent another type of token than the bearer token that provisioning needs.",
            "Start the sign-in again with the link shown in the terminal.",
            code="token-type",
        )


def _state_mismatch() -> AuthorizationError:
    return AuthorizationError(
        "This answer belongs to another sign-in: it does not carry the random value "
        "this program sent along.",
        "Close other Webex sign-in windows, then open the link shown in the terminal once more.",
        code="state-mismatch",
    )


def _unproven_refusal() -> AuthorizationError:
    return AuthorizationError(
        "A refusal came that does not carry this sign-in's random value, so it was not trusted.",
        "If you pressed Decline, or your browser shows an error from Webex, open the link shown in "
        "the terminal once more.",
        code="unproven-refusal",
    )


def _no_token() -> AuthorizationError:
    return AuthorizationError(
        "The answer from Webex holds no token.",
        "Start the sign-in again with the link shown in the terminal.",
        code="no-token",
    )


def _answer(lines: list[str], state: SecretStr) -> tuple[str, dict[str, str]]:
    """Return what in a pasted text has our state, or else is an answer, or else all of it.

    The address may be wrapped over the lines, or stand in one of them.

    Returns:
        The text that counts, and its parameters.
    """
    whole = "".join(lines)
    meant = [*addresses(whole), *(each for line in lines for each in addresses(line)), whole]
    read = [(answer, _parameters(answer)) for answer in map(decoded, meant)]
    ours = (each for each in read if state_matches(each[1], state))
    answers = (each for each in read if _is_answer(each[1]))
    return next(ours, None) or next(answers, read[-1])


def _parameters(answer: str) -> dict[str, str]:
    return {name: value.strip(DRESSING) for name, value in _PARAMETER.findall(answer)}


def _is_answer(given: dict[str, str]) -> bool:
    return bool(given.keys() & {"access_token", "error"})


def _lines(text: str) -> list[str]:
    return _BEARER_AND_BLANK.sub(r"\1", undressed(text)).split()


def _bare_token(answer: str, given: dict[str, str], lines: list[str]) -> str:
    if "response_type" in given:
        raise not_an_answer(
            "pasted-sign-in-link", "This is the link that starts the sign-in, not its answer."
        )
    if given.get("code"):
        raise authorization_code()
    if _ADDRESS.match(answer):
        raise not_an_answer(
            "pasted-address-without-token",
            "This address holds no token: the part after # is missing.",
        )
    candidate = _BEARER.sub("", re.split("[?#&]", answer, maxsplit=1)[0]).strip(DRESSING)
    if _ORGANIZATION_ID.fullmatch(candidate):
        raise not_an_answer(
            "pasted-organization-id", "This is an ID, such as the organization ID, not a token."
        )
    wrapped = all(len(line) >= _SHORTEST_LINE for line in lines[:-1])
    if not wrapped or not _BARE.fullmatch(candidate):
        raise not_an_answer(
            "pasted-not-a-token", "The pasted text is neither an address nor a token."
        )
    return candidate

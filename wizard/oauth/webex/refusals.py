"""Why a sign-in was refused (RFC 6749 section 4.2.2.1), in the administrator's words."""

from wizard.errors import AuthorizationError
from wizard.words.meanings import Meaning, meaning, of_page
from wizard.words.redact import redact
from wizard.words.text import plain_line, support_id

_AGAIN = "Start the sign-in again with the link shown in the terminal."
_SUPPORT = (
    "Check the endpoints file if you use one. Otherwise Webex may have changed the registration "
    "of this link: paste a token from Cisco's own instructions, or ask Cisco support."
)

IMPLICIT_GRANT_MEANINGS = of_page(
    "RFC 6749 section 4.2.2.1",
    Meaning(
        "access-denied",
        "Webex was told not to give access: Decline was pressed, or the account may not do this.",
        "Start again, sign in as a full administrator of the organization and press Accept.",
        theirs="access_denied",
    ),
    Meaning(
        "invalid-scope",
        "Webex does not grant the permissions that provisioning needs to this link.",
        _SUPPORT,
        theirs="invalid_scope",
    ),
    Meaning(
        "server-error",
        "Webex had an error of its own during the sign-in.",
        "Wait a few minutes, then start the sign-in again. status.webex.com shows known trouble.",
        theirs="server_error",
    ),
    Meaning(
        "temporarily-unavailable",
        "The Webex sign-in is overloaded or under maintenance.",
        "Wait a few minutes, then start the sign-in again.",
        theirs="temporarily_unavailable",
    ),
    Meaning(
        "login-required",
        "Webex wants you to sign in first: the session in this browser has ended.",
        "Start again in a private window and sign in as an administrator of the organization.",
        theirs="login_required",
    ),
    Meaning(
        "interaction-required",
        "Webex could not finish the sign-in without asking you something.",
        "Start again in a private window and answer what Webex asks.",
        theirs="interaction_required",
    ),
    Meaning(
        "consent-required",
        "Webex needs your consent for the permissions that provisioning uses.",
        "Start again in a private window and press Accept when Webex asks.",
        theirs="consent_required",
    ),
    Meaning(
        "account-selection-required",
        "Webex could not tell which of your accounts to use.",
        "Start again in a private window, so that only one account is signed in.",
        theirs="account_selection_required",
    ),
    Meaning(
        "unauthorized-client",
        "Webex does not let this link ask for a token this way.",
        _SUPPORT,
        theirs="unauthorized_client",
    ),
    Meaning(
        "unsupported-response-type",
        "Webex no longer hands out tokens the way this link asks for.",
        _SUPPORT,
        theirs="unsupported_response_type",
    ),
    Meaning(
        "invalid-client",
        "Webex does not know the client that this link names.",
        _SUPPORT,
        theirs="invalid_client",
    ),
    Meaning(
        "invalid-request",
        "Webex did not understand the sign-in link; part of it may have been lost.",
        "Copy the whole link from the terminal, and open it once more.",
        theirs="invalid_request",
    ),
    Meaning(
        "invalid-grant",
        "Webex says that this sign-in is no longer valid.",
        _AGAIN,
        theirs="invalid_grant",
    ),
)


def webex_refusal(given: dict[str, str], *, trusted_words: bool) -> AuthorizationError:
    """Return the error that explains an OAuth error response.

    Args:
        given: The decoded parameters, `error` among them.
        trusted_words: Whether the server's own words may be repeated.
    """
    name = given["error"].strip().lower()
    tracking_id = support_id(given.get("trackingID")) if trusted_words else None
    known = meaning(IMPLICIT_GRANT_MEANINGS, name)
    if known is None:
        told = f": {_words(given)}" if trusted_words else "."
        known = Meaning("sign-in-refused", f"Webex refused the sign-in{told}", _AGAIN)
    return known.error(AuthorizationError, tracking_id=tracking_id)


def authorization_code() -> AuthorizationError:
    """Return the error for a `code=` where a token should be; both have the same shape."""
    return AuthorizationError(
        "This is an authorization code, not a token: it comes from a different kind of link.",
        _AGAIN,
        code="authorization-code",
    )


def _words(given: dict[str, str]) -> str:
    name = redact(plain_line(given["error"], 60))
    description = redact(plain_line(given.get("error_description", "")))
    return f"{description} ({name})" if description else f"{name}."

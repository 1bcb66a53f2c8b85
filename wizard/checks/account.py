"""The rungs about the token and its account."""

from datetime import UTC, datetime, timedelta

from wizard.checks.check import Status
from wizard.checks.rung import (
    SWITCHED_OFF,
    Climb,
    Outcome,
    Rung,
    failed,
    passed,
    skipped,
    told_by,
    warned,
)
from wizard.errors import AnswerError
from wizard.net.clock import is_off, off_in_words
from wizard.net.transport import Bearer
from wizard.webex.client import WebexClient
from wizard.webex.identity import if_answered
from wizard.webex.lifetime import GET_A_LASTING_ONE, SOON, stops_in, stops_soon
from wizard.webex.models import TokenOwner
from wizard.webex.roles import may_write_users, write_access
from wizard.webex.token import NEEDED_SCOPE, token_shape
from wizard.words.text import days, lasting

LIFETIME_DAYS = 30
"""Days before its end from which a token is worth a warning; less for a short-lived one."""

_GET_ANOTHER = (
    "Sign in again with an administrator of the right organization, in a private browser window."
)


async def token(climb: Climb) -> Outcome:
    """Judge the token by its letters, offline."""
    text = climb.target.token.get_secret_value()
    if text.lower().startswith("bearer "):
        return failed(
            "token-impossible",
            "The token begins with the word Bearer, which is not part of it.",
            "Enter the token alone; Entra adds the word itself.",
        )
    if ("://" in text or text.lower().startswith("code=")) and "access_token=" not in text:
        code = ", and the code in it is none either" if "code=" in text else ""
        return failed(
            "token-impossible",
            f"This is an address, not a token{code}.",
            "The token stands in the address between access_token= and the next &. Where there is "
            "none, sign in with the link of this wizard.",
        )
    if "&" in text or "access_token=" in text:
        return failed(
            "token-impossible",
            "Other parts of the address were copied along with the token.",
            "Copy only what stands between access_token= and the next &.",
        )
    Bearer(climb.target.token)
    shape = token_shape(climb.target.token)
    if shape.organization_id and shape.organization_id != climb.target.organization_id.lower():
        return failed(
            "organization-mismatch",
            f"The token belongs to organization {shape.organization_id}, but the Tenant URL "
            f"is of {climb.target.organization_id}.",
            _GET_ANOTHER,
        )
    if shape.kind == "unknown":
        return warned(
            "token-unfamiliar",
            f"The token ({len(text)} characters) does not look like Webex's.",
            "If Webex refuses it, check that it was copied from its first to its last character.",
        )
    return passed(f"The token ({len(text)} characters) looks like Webex's.")


async def identity(climb: Climb) -> Outcome:
    """Ask whose token this is."""
    endpoints = climb.target.endpoints.webex
    webex = WebexClient(endpoints, climb.http)
    if not endpoints.api_base:
        return skipped(SWITCHED_OFF, "The REST API is switched off in the endpoints file.")
    trouble: Outcome | None = None
    try:
        climb.person = await webex.me()
    except AnswerError as error:
        if error.status == 401:
            return told_by(error)
        trouble = told_by(error, Status.WARNED)
    if climb.clock_ahead is None:
        climb.clock_ahead = webex.clock_ahead
    if _says_too_little(climb.person):
        climb.identity = await if_answered(webex.identity_me())
    return trouble or passed(f"The token belongs to {_name(climb.person)}.")


def _name(person: TokenOwner | None) -> str:
    if person is None:
        return "an account that is not named"
    parts = (person.display_name, f"<{person.email}>" if person.email else "")
    return " ".join(filter(None, parts)) or "an account that is not named"


def _says_too_little(person: TokenOwner | None) -> bool:
    return (
        person is None
        or person.organization_id is None
        or may_write_users(person.roles, person.has_opaque_roles).answer != "yes"
    )


async def organization(climb: Climb) -> Outcome:
    """Compare the account's organization with the tenant URL's."""
    accounts = (climb.person, climb.identity)
    found = next((one.organization_id for one in accounts if one and one.organization_id), None)
    if found is None:
        return skipped("organization-unknown", "Webex did not say which organization this is.")
    if found != climb.target.organization_id.lower():
        return failed(
            "organization-mismatch",
            f"The account belongs to organization {found}, but the Tenant URL is of "
            f"{climb.target.organization_id}.",
            _GET_ANOTHER,
        )
    return passed("The account and the Tenant URL name the same organization.")


async def role(climb: Climb) -> Outcome:
    """Judge whether the account may write users, which no read can prove."""
    access = write_access(climb.person, climb.identity)
    if access.answer == "yes":
        return passed(f"{access.reason} It may create and change users.")
    if access.answer == "no":
        return failed(
            "role-cannot-write",
            f"{access.reason} Entra's Test Connection only reads and does not notice that; every "
            "change would fail.",
            "Sign in with a full administrator or a user administrator.",
        )
    return warned(
        "role-unknown",
        access.reason,
        "Make sure in Control Hub that it is a full administrator or a user administrator.",
    )


async def scopes(climb: Climb) -> Outcome:
    """Ask which scopes the token has; what was told when it came counts if nobody answers."""
    endpoints = climb.target.endpoints.webex
    webex = WebexClient(endpoints, climb.http)  # answers None where that is switched off
    climb.own_token = await if_answered(webex.tokens(_expected(climb)))
    told = climb.own_token.scopes if climb.own_token else None
    granted = climb.target.scopes if told is None else told
    if told is None and not granted:
        if not endpoints.token_endpoint_me:
            return skipped(
                SWITCHED_OFF, "The list of tokens is switched off in the endpoints file."
            )
        return skipped("scopes-unknown", "Webex did not say which scopes the token has.")
    since = "" if told is not None else " So it was told when the token came."
    missing = [scope for scope in endpoints.scope.split() if scope not in granted]
    if not missing:
        return passed(f"The token has every scope that is needed: {endpoints.scope}.{since}")
    text = f"The token lacks {', '.join(missing)}.{since}"
    hint = "Get a new token, and accept everything that the sign-in page asks for."
    if NEEDED_SCOPE in missing:
        return failed("scope-missing", f"{text} Provisioning cannot work with it.", hint)
    return warned("scope-missing", text, hint)


def _expected(climb: Climb) -> float | None:
    """Return the seconds our token should have left, to tell it from the account's others."""
    ends = climb.target.expires_at
    if ends is None or climb.target.expires_assumed:
        return None
    return (_aware(ends) - climb.now).total_seconds()


async def lifetime(climb: Climb) -> Outcome:
    """Judge how long the token still lives, by Webex's clock where this machine's is off."""
    target, now = climb.target, climb.now
    ends, assumed = target.expires_at, target.expires_assumed
    told = climb.own_token.expires_at(now) if climb.own_token else None
    if told is not None and (ends is None or assumed):
        ends, assumed = told, False
    if ends is None:
        return skipped("lifetime-unknown", "Nobody said until when the token lives.")
    ends, issued = _aware(ends), target.issued_at and _aware(target.issued_at)
    left, day = ends - now, f"{ends:%Y-%m-%d}" + (" (assumed)" if assumed else "")
    clock = climb.clock_ahead
    clock_text = f" {off_in_words(clock)}" if clock is not None and is_off(clock) else ""
    if left <= timedelta(0):
        text = f"The token expired on {day}.{clock_text}"
        return failed("token-expired", text, "Get a new token now.")
    text = f"The token lives until {day}: {_in_words(left)} left."
    if stop := stops_soon(issued, ends, now):
        return warned("token-short-lived", f"{text} {stop}{clock_text}", GET_A_LASTING_ONE)
    if left < _short(issued, ends):
        stop = f" {stops_in(left)}" if left < SOON else ""
        how = f": {target.renewal}" if target.renewal else ""
        hint = f"{'Renew it now' if stop else 'Plan its renewal'}{how}."
        return warned("token-expires-soon", text + stop + clock_text, hint)
    return (
        warned("clock-off", text + clock_text, "Set this machine's clock.")
        if clock_text
        else passed(text)
    )


def _in_words(left: timedelta) -> str:
    return days(left.days) if left.days else lasting(left.total_seconds())


def _short(issued_at: datetime | None, ends: datetime) -> timedelta:
    month = timedelta(days=LIFETIME_DAYS)
    return month if issued_at is None else min(month, (ends - issued_at) / 6)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


TOKEN = (Rung("token-shape", token),)

ACCOUNT = (
    Rung("identity", identity, needs=("token-shape",), limit=30),
    Rung("organization", organization, needs=("identity",)),
    Rung("role", role, needs=("identity",)),
    Rung("scopes", scopes, needs=("token-shape",), limit=10),
    Rung("lifetime", lifetime),
)

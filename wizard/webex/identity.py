"""Who a token belongs to: everything Webex says about it, asked in one go."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from pydantic import SecretStr

from wizard.errors import AnswerError, TransportError
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import WebexEndpoints
from wizard.webex.client import WebexClient
from wizard.webex.models import IdentityUser
from wizard.webex.roles import write_access

Answered = TypeVar("Answered")

OPTIONAL_LIMIT = 8.0
"""Seconds for a question that Webex does not document, so that a slow answer holds nobody up."""


@dataclass(frozen=True)
class Identity:
    """Whose token it is; empty where Webex was not asked or did not say."""

    email: str = ""
    display_name: str = ""
    organization_id: str | None = None
    roles: tuple[str, ...] = ()
    may_write: Literal["yes", "no", "unknown"] = "unknown"
    role_reason: str = ""
    scopes: tuple[str, ...] = ()
    expires_in: int | None = None
    clock_ahead: float | None = None
    """Seconds by which this machine's clock is ahead of Webex's; None when nobody said."""


async def identify(
    endpoints: WebexEndpoints, token: SecretStr, connect: Connect = direct
) -> Identity:
    """Ask Webex whose token this is; with the REST API switched off, nothing is known.

    Only `people/me` is documented and must answer; role names and scopes are asked for at
    undocumented places too, and are left unknown when these do not answer.

    Raises:
        AnswerError: Webex refused the token.
        TransportError: Webex could not be reached.
    """
    if not endpoints.api_base:
        return Identity()
    async with connect(bearer=token, read_only=True) as http:
        webex = WebexClient(endpoints, http)
        person = await webex.me()
        account: IdentityUser | None = None
        if write_access(person, None).answer == "unknown":
            account = await if_answered(webex.identity_me())
        facts = await if_answered(webex.tokens())
    access = write_access(person, account)
    return Identity(
        email=person.email if person else "",
        display_name=person.display_name if person else "",
        organization_id=person.organization_id if person else None,
        roles=(account and account.roles) or (person and person.roles) or (),
        may_write=access.answer,
        role_reason=access.reason,
        scopes=facts.scopes or () if facts else (),
        expires_in=facts.expires_in if facts else None,
        clock_ahead=webex.clock_ahead,
    )


async def if_answered(
    question: Coroutine[Any, Any, Answered | None], limit: float = OPTIONAL_LIMIT
) -> Answered | None:
    """Return the answer to a question that nothing may depend on; None when none came in time."""
    try:
        async with asyncio.timeout(limit):
            return await question
    except (AnswerError, TransportError, TimeoutError):
        return None

"""Webex's SCIM facade, asked the way Entra asks it."""

import uuid
from typing import TYPE_CHECKING

from wizard.errors import AnswerError
from wizard.net.answers import error_of, json_of, tracking_id
from wizard.net.transport import HttpAnswer, fetch
from wizard.scim.models import ListResponse, read_list_response

if TYPE_CHECKING:
    import httpx

CHECK_TENANT_URL = "Check the organization ID and the host of the Tenant URL."
"""What to check where no SCIM service answers."""
ACCEPT = {"Accept": "application/scim+json, application/json"}


class ScimClient:
    """Asks the SCIM service of one organization.

    Args:
        tenant_url: The Tenant URL as Entra gets it; a slash at its end does no harm.
        http: A client that carries the token.
    """

    def __init__(self, tenant_url: str, http: "httpx.AsyncClient") -> None:
        self._base = tenant_url.rstrip("/")
        self._http = http

    async def ask_for_nobody(self) -> HttpAnswer:
        """Send what Entra's Test Connection sends: a search for a user who does not exist.

        Source: reference/webex.md 4.2.

        Raises:
            TransportError: No answer came.
        """
        url = f"{self._base}/Users?filter=userName+eq+%22{uuid.uuid4()}%22"
        return await fetch(self._http, "GET", url, headers=ACCEPT)


def judge_nobody(answer: HttpAnswer) -> ListResponse:
    """Return the empty list that a good service gives for a user who does not exist.

    Raises:
        AnswerError: `unauthorized`, `forbidden`, `not-found`, `redirected`, `throttled`,
            `server-error` and the like for statuses other than 200; `html-page`, `not-json`,
            `not-a-list` for what is no SCIM answer; `filter-ignored` for a list of somebody.
    """
    if answer.status != 200:
        raise error_of(answer, where=CHECK_TENANT_URL)
    listed = read_list_response(json_of(answer), answer.content_type)
    if listed is None:
        raise _unusable(
            answer,
            "not-a-list",
            "Webex answered with JSON that is not a list of users.",
            "Check the host of the Tenant URL; something other than a SCIM service answers there.",
        )
    if listed.total_results or listed.resources:
        raise _unusable(
            answer,
            "filter-ignored",
            f"Asked for a user who does not exist, the service returned "
            f"{max(listed.total_results, len(listed.resources)):,}. It ignores the filter.",
            "Entra could take a stranger for the user it looks for. Do not start provisioning.",
        )
    return listed


def _unusable(answer: HttpAnswer, code: str, message: str, hint: str) -> AnswerError:
    return AnswerError(
        message, hint, code=code, status=answer.status, tracking_id=tracking_id(answer)
    )

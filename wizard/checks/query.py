"""The rungs about the one SCIM query that Entra's own test sends too."""

from dataclasses import replace

from wizard.checks.rung import Climb, Outcome, Rung, passed, skipped, told_by, warned
from wizard.errors import AnswerError
from wizard.net.answers import error_of
from wizard.net.clock import ahead
from wizard.net.transport import HttpAnswer
from wizard.scim.client import ScimClient, judge_nobody
from wizard.scim.models import read_list_response

SLOW_MS = 10_000
"""Milliseconds from which an answer is worth a remark."""


async def http(climb: Climb) -> Outcome:
    """Send the query once and keep whatever comes."""
    climb.answer = await ScimClient(climb.target.tenant_url, climb.http).ask_for_nobody()
    climb.clock_ahead = ahead(climb.answer, climb.target.tenant_url)
    seconds = climb.answer.elapsed_ms / 1000
    if climb.answer.elapsed_ms > SLOW_MS:
        return warned(
            "slow-answer",
            f"Webex took {seconds:.0f} seconds to answer.",
            "Provisioning will be slow. If it stays so, ask Cisco's support.",
        )
    return passed(f"An answer came after {seconds:.1f} seconds.", answer=climb.answer)


async def authorization(climb: Climb) -> Outcome:
    """Judge what the answer says about the token."""
    answer = _kept(climb)
    if answer.status == 401:
        outcome = told_by(error_of(answer))
        if "www-authenticate" in answer.headers:
            return outcome
        return replace(
            outcome, message=f"{outcome.message} The header WWW-Authenticate is missing."
        )
    if answer.status == 403:
        return told_by(error_of(answer))
    if not 200 <= answer.status < 300:
        return skipped(
            "authorization-unknown", f"HTTP {answer.status} says nothing about the token itself."
        )
    if read_list_response(answer.json, answer.content_type) is None:
        return skipped(
            "authorization-unknown", "What answered is no SCIM service, and says nothing about it."
        )
    return passed("The SCIM service accepts the token.", answer=answer)


async def scim_query(climb: Climb) -> Outcome:
    """Judge the answer as Entra does: HTTP 200 and an empty list."""
    answer = _kept(climb)
    try:
        climb.listed = judge_nobody(answer)
    except AnswerError as error:
        said = (
            "Entra's Test Connection may succeed all the same."
            if error.code == "filter-ignored"
            else "Entra's Test Connection fails if it gets the same answer."
        )
        return replace(told_by(error), message=f"{error.message} {said}")
    return passed("Nobody was found, as it should be.", answer=answer)


async def scim_shape(climb: Climb) -> Outcome:
    """Name every departure from RFC 7644 in the answer."""
    oddities = climb.listed.oddities if climb.listed else ()
    if not oddities:
        return passed("The answer is a SCIM 2.0 ListResponse to the letter.")
    return warned(
        "scim-oddities",
        f"The answer is understood, but odd: {' '.join(oddities)}",
        "Entra may be stricter than we are. Run its Test Connection before you go on.",
    )


def _kept(climb: Climb) -> HttpAnswer:
    if climb.answer is None:
        raise AssertionError("the http rung has run before this one")
    return climb.answer


_CONNECTED = ("address", "dns", "proxy", "tcp", "tls", "token-shape")

QUERY = (
    Rung("http", http, needs=_CONNECTED, limit=40),
    Rung("authorization", authorization, needs=("http",)),
)

SCIM_RUNGS = (
    Rung("scim-query", scim_query, needs=("http", "authorization")),
    Rung("scim-shape", scim_shape, needs=("scim-query",)),
)

"""What is seen of Webex: in the profile, and with the stored token."""

import uuid
from typing import TYPE_CHECKING

from wizard.net.endpoints import WebexEndpoints
from wizard.net.transport import HttpAnswer, fetch
from wizard.reports.facts.looking import Look, good_json
from wizard.scim.client import ACCEPT
from wizard.scim.models import read_list_response
from wizard.store.profiles import TokenFacts

if TYPE_CHECKING:
    import httpx

_ASKED_FOR = 100


def see_token(look: Look, token: TokenFacts, endpoints: WebexEndpoints) -> None:
    """Take what the profile knows of a token."""
    if token.said_seconds is not None:
        look.seen["token-lifetime"] = token.said_seconds
    if token.scopes:
        wanted = endpoints.scope.split()
        came = {scope: scope in token.scopes for scope in wanted}
        look.seen["granted-scopes"] = came | {"others": len({*token.scopes} - {*wanted})}


async def see_webex(
    look: Look, http: "httpx.AsyncClient", endpoints: WebexEndpoints, tenant_url: str
) -> None:
    """Ask Webex, reading only; a part that is switched off is left out.

    Args:
        look: Takes what is seen.
        http: A client that carries the token.
        endpoints: Where Webex is.
        tenant_url: The Tenant URL; empty when it is switched off.
    """
    if endpoints.api_base:
        await look.at("people/me", fetch(http, "GET", f"{endpoints.api_base}/people/me"))
    if endpoints.identity_base:
        answer = await look.at(
            "Users/me", fetch(http, "GET", f"{endpoints.identity_base}/Users/me")
        )
        look.seen |= {"identity-accepts": answer.status} if answer else {}
    if endpoints.token_endpoint_me:
        answer = await look.at("tokens/me", fetch(http, "GET", endpoints.token_endpoint_me))
        look.seen |= {"own-tokens": _tells_the_rest(answer)} if answer else {}
    if tenant_url:
        await _see_scim(look, http, tenant_url.rstrip("/"))


def _tells_the_rest(answer: HttpAnswer) -> str | int:
    page = good_json(answer)
    rows = page.get("data") if isinstance(page, dict) else None
    if not isinstance(rows, list):
        return answer.status
    is_told = any(isinstance(row, dict) and "expires_in" in row for row in rows)
    return "expires_in is told" if is_told else "expires_in is not told"


async def _see_scim(look: Look, http: "httpx.AsyncClient", base: str) -> None:
    async def get(asked: str, path: str) -> HttpAnswer | None:
        return await look.at(asked, fetch(http, "GET", base + path, headers=ACCEPT))

    nobody = uuid.uuid4()
    searched = await get("Users, as Entra searches", f"/Users?filter=userName+eq+%22{nobody}%22")
    if searched is not None:
        listed = read_list_response(searched.json, searched.content_type)
        look.seen["scim-list"] = (
            {"is a list": True, "oddities": [*listed.oddities]}
            if listed and searched.status == 200
            else {"is a list": False, "status": searched.status}
        )
    page = await get("Users, a page", f"/Users?startIndex=1&count={_ASKED_FOR}")
    if (listed := read_list_response(good_json(page))) is not None:
        more = listed.total_results > len(listed.resources)
        look.seen["scim-page-size"] = {"came": len(listed.resources), "there are more": more}
    missing = await get("a user who does not exist", f"/Users/{nobody}")
    refused = (answer for answer in (searched, page, missing) if answer and answer.status >= 400)
    if statuses := sorted({answer.status for answer in refused}):
        look.seen["scim-refusals"] = f"see the answers with {', '.join(map(str, statuses))}"

"""What is said of a token before it is kept: scopes, life, and the clock it is reckoned by."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.sessions import NOW, ORGANIZATION, session_in, tools
from wizard.flow.plan import SETUP
from wizard.net.connect import direct
from wizard.net.endpoints import bundled
from wizard.oauth.webex.implicit import AuthorizationResponse
from wizard.steps.issued import Issued
from wizard.steps.token import TokenStep

TOKEN = SecretStr(f"{'a' * 64}_PF84_{ORGANIZATION}")
SCOPES = tuple(bundled().webex.scope.split())
MONTHS = 45 * 86_400


def base64_id(kind: str, name: str) -> str:
    return base64.b64encode(f"ciscospark://us/{kind}/{name}".encode()).decode()


ME = {
    "displayName": "Ana Ruiz",
    "emails": ["ana@contoso.example"],
    "orgId": base64_id("ORGANIZATION", ORGANIZATION),
    "roles": [base64_id("ROLE", "id_full_admin")],
}


async def judged(
    folder: Path,
    ahead: float | None = 0,
    scope: tuple[str, ...] | None = SCOPES,
    expires_in: int = MONTHS,
) -> Issued:
    """Return a token that was judged with a Webex whose clock is so many seconds behind ours."""

    def webex(request: httpx.Request) -> httpx.Response:
        headers: dict[str, Any] = {}
        if ahead is not None:
            theirs = datetime.now(UTC) - timedelta(seconds=ahead)
            headers["date"] = format_datetime(theirs, usegmt=True)
        is_asked = request.url.path.endswith("/people/me")
        return httpx.Response(200 if is_asked else 404, json=ME, headers=headers)

    connect = partial(direct, inner=httpx.MockTransport(webex))
    step = tools(connect=connect).step(SETUP[2])
    assert isinstance(step, TokenStep)
    issued = step.issued(session_in(folder, organization_id=ORGANIZATION))
    issued.take(AuthorizationResponse(TOKEN, expires_in, scope, state_matched=True))
    assert issued.cautions == ()
    await issued.judge(lambda _: None)
    return issued


@pytest.mark.parametrize("ahead", [None, 0, -200, 200])
async def test_nothing_is_said_against_a_good_token(tmp_path: Path, ahead: float | None) -> None:
    assert (await judged(tmp_path, ahead)).cautions == ()


async def test_a_scope_that_is_missing_is_said_and_what_that_costs(tmp_path: Path) -> None:
    assert (await judged(tmp_path, scope=SCOPES[1:])).cautions == (f"Not granted: {SCOPES[0]}.",)
    said = " ".join((await judged(tmp_path, scope=SCOPES[:1])).cautions)
    assert "Provisioning cannot work with this token." in said


@pytest.mark.parametrize(
    ("seconds", "stop"),
    [(3600, "in 60 minutes."), (12 * 3600, "in 12 hours."), (14 * 86_400, "in 14 days.")],
)
async def test_of_a_token_with_a_short_life_it_is_said_when_provisioning_would_stop(
    tmp_path: Path, seconds: int, stop: str
) -> None:
    (said,) = (await judged(tmp_path, expires_in=seconds)).cautions
    assert said.startswith(f"Provisioning would stop {stop}")
    assert "personal access token" in said
    assert "ask Cisco's support" in said  # it may have come by the wizard's own link


@pytest.mark.parametrize(
    ("ahead", "words"), [(7200, "2 hours ahead of"), (-90 * 86_400, "90 days behind")]
)
async def test_a_clock_that_is_off_is_told_and_the_dates_are_webexs(
    tmp_path: Path, ahead: float, words: str
) -> None:
    issued = await judged(tmp_path, ahead)
    (said,) = issued.cautions
    assert f"This machine's clock is {words} Webex's." in said
    assert issued.judged is not None
    ends = NOW - timedelta(seconds=ahead) + timedelta(seconds=MONTHS)
    assert abs(issued.judged.facts.expires_at - ends) < timedelta(seconds=30)

"""Our application, brought to one screen of the setup with a practice tenant behind it."""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import SecretStr

from screens.app import WizardApp
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.practice.visitor import complete
from wizard.store.keystore import Slot, StoredToken
from wizard.store.profiles import TokenFacts
from wizard.trial.questions import TakeFile
from wizard.workspace import Workspace, open_workspace

MANY = 10_000
"""People that are tried on when many are asked for."""

SLOW = ("people:slow:1.5", "identity:slow:1.5", "tokens:slow:1.5", "scim:slow:1.5")


class OneScreen(WizardApp):
    """Resumes the setup at the step that is asked for, with a token in memory."""

    def __init__(self, step: str, *, slow: bool, many: bool) -> None:
        super().__init__(Options(practice=True, faults=SLOW if slow else ()))
        self._step = step
        self._many = many
        self._space: Workspace | None = None

    async def workspace(self) -> Workspace:
        """Return a workspace whose profile was left at the step."""
        if self._space is None:
            self._space = await open_workspace(self.options)
            await self._prepare(self._space)
        return self._space

    async def _prepare(self, space: Workspace) -> None:
        assert space.practice is not None
        tenant = space.practice
        session = space.session()
        now = session.clock()
        facts = TokenFacts(
            organization_id=tenant.organization_id,
            obtained_at=now,
            expires_at=now + timedelta(days=60),
        )
        token = SecretStr(await asyncio.to_thread(_signed_in, tenant))
        stored = StoredToken(token=token, facts=facts)
        await space.keystore.write(session.profile.name, Slot.CURRENT, stored)
        session.change(organization_id=tenant.organization_id, token=facts, at_step=self._step)
        session.tick("organization")
        session.tick("token")
        if self._many:
            await space.trial.ask(TakeFile(_many_people()))


def _signed_in(tenant: PracticeTenant) -> str:
    webex = tenant.endpoints.webex
    asked = {
        "response_type": "token",
        "client_id": webex.client_id,
        "redirect_uri": "http://localhost:3000/auth/code",
        "scope": webex.scope,
        "state": "benchmark",
    }
    url = f"{webex.authorization_endpoint}?{urlencode(asked)}"
    location = complete(url, tenant.accounts[0].email).url
    return parse_qs(urlsplit(location).fragment)["access_token"][0]


def _many_people() -> Path:
    people = [
        {"userPrincipalName": f"p{number}@contoso.example", "displayName": f"Person {number}"}
        for number in range(MANY)
    ]
    file = Path(os.environ["WEBEX_WIZARD_HOME"]) / "people.json"
    file.write_text(json.dumps(people))
    return file


if __name__ == "__main__":
    assert Path(os.environ["WEBEX_WIZARD_HOME"]).is_dir(), "never beside real profiles"
    OneScreen(sys.argv[1], slow="slow" in sys.argv, many="many" in sys.argv).run()

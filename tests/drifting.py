"""Somebody whose setup is done, a colleague in the portal, and what `drift` then says."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.entra import Administrator
from tests.entra_actions import Wizard, answered
from tests.typing_here import Typed, opening, typing, workspace_of
from wizard.commands import drift
from wizard.options import Options
from wizard.steps.base import Outlook
from wizard.walk.doing import Doing
from wizard.words.progress import silent

Rows = list[dict[str, Any]]


class Drifting(Wizard):
    """Somebody who does each step as the front ends do."""

    async def apply(self, step_id: str, **answers: str) -> Outlook:
        step = self.doing(step_id)
        doing = Doing(workspace_of(self), self.session, step)
        found = await doing.look()
        async with AsyncExitStack() as stack:
            graph = await stack.enter_async_context(self.entra.graph())
            given = await answered(step, graph, found.questions) | answers
        return await doing.apply(given, silent)

    async def whole(self) -> None:
        """Set all of it up, and let an hour pass."""
        await self.set_up(with_edits=True)
        self.hours.pass_by(3600)

    def drift(
        self, *typed: str, accept: bool = False, as_json: bool = False, time_limit: float = 60.0
    ) -> Typed:
        """Run the command, and type what it asks for."""
        self.practice.forget_requests()
        options = Options("drift", accept=accept, json=as_json, time_limit=time_limit)
        return typing(lambda: drift.run(options, opening(self)), *typed, out=not as_json)

    def found(self) -> list[dict[str, str]]:
        """Return what differs, as the document tells it."""
        ran = self.drift(as_json=True)
        assert ran.code in {0, 1}, ran.said
        told: list[dict[str, str]] = json.loads(ran.out)["differences"]
        return told

    @property
    def application(self) -> str:
        return f"/servicePrincipals/{self.session.profile.entra.service_principal_id}"

    @property
    def job(self) -> str:
        return f"{self.application}/synchronization/jobs/{self.session.profile.entra.job_id}"

    def colleague(self) -> Administrator:
        """Return somebody else who may do everything."""
        token = asyncio.run(self.entra.token()).get_secret_value()
        return Administrator(self.practice, token, judged=False)

    def edits_schema(self, edit: Callable[[dict[str, Any]], None], kind: str = "User") -> None:
        """Let the colleague change what is mapped of people, or of groups."""
        admin = self.colleague()
        schema = admin.get(f"{self.job}/schema").json()
        mappings = schema["synchronizationRules"][0]["objectMappings"]
        edit(next(each for each in mappings if each["sourceObjectName"] == kind))
        assert admin.put(f"{self.job}/schema", schema).status_code == 204

    def edits_row(self, target: str, **changes: Any) -> None:
        """Let the colleague change one row of people."""

        def edit(mapping: dict[str, Any]) -> None:
            rows: Rows = mapping["attributeMappings"]
            next(each for each in rows if each["targetAttributeName"] == target).update(changes)

        self.edits_schema(edit)

    def saves(self, **values: str) -> None:
        """Let the colleague save other settings; an empty one is removed."""
        admin, path = self.colleague(), f"{self.application}/synchronization/secrets"
        present = {each["key"]: each["value"] for each in admin.values(path)}
        pairs = [{"key": key, "value": value} for key, value in (present | values).items()]
        assert admin.put(path, {"value": pairs}).status_code == 204

    def notifies(self, **changes: Any) -> None:
        """Let the colleague save other notification settings."""
        path = f"{self.application}/synchronization/secrets"
        present = {each["key"]: each["value"] for each in self.colleague().values(path)}
        settings = json.loads(present["SyncNotificationSettings"]) | changes
        self.saves(SyncNotificationSettings=json.dumps(settings))

    def assigns(self, name: str) -> None:
        """Let the colleague assign a person, by name, or a group, by its id."""
        admin = self.colleague()
        who = name if "-" in name else admin.get(f"/users/{name}@practice.example").json()["id"]
        principal = admin.get(self.application).json()
        asked = {
            "principalId": who,
            "resourceId": principal["id"],
            "appRoleId": principal["appRoles"][0]["id"],
        }
        assert admin.post(f"{self.application}/appRoleAssignedTo", asked).status_code == 201

    def unassigns(self) -> None:
        """Let the colleague take every assignment away."""
        admin, path = self.colleague(), f"{self.application}/appRoleAssignedTo"
        for each in admin.values(path):
            assert admin.delete(f"{path}/{each['id']}").status_code == 204

    def acts(self, action: str) -> None:
        """Let the colleague start, pause or delete the job, or delete the application."""
        admin = self.colleague()
        if action == "delete":
            assert admin.delete(self.job).status_code == 204
        elif action == "delete application":
            known = self.session.profile.entra.application_id
            assert admin.delete(f"/applications/{known}").status_code == 204
        else:
            assert admin.post(f"{self.job}/{action}").status_code == 204

    @property
    def base(self) -> Path:
        """Where the base is kept."""
        return self.session.profiles.drift_path("default")

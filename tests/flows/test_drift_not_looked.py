"""`drift` that could not look, or not at all of it: said so, never taken for nothing."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.broken import spoiled
from tests.command_here import run_here
from tests.drifting import Drifting
from tests.line import Send, changing, silent_at
from tests.practice_here import PracticeHere
from tests.typing_here import typing, workspace_of
from wizard.commands import drift
from wizard.errors import AuthorizationError
from wizard.machine.files import with_check
from wizard.options import PRACTICE_SHELL, Options
from wizard.steps.drift import DriftLook
from wizard.workspace import Workspace


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Drifting:
    return asyncio.run(Drifting.after(fresh, tmp_path, "a whole setup", Drifting.whole))


def rewritten(now: Drifting, **changes: object) -> None:
    kept = json.loads(now.base.read_text())
    del kept["check"]
    now.base.write_text(with_check(json.dumps(kept | changes)))


def a_letter(now: Drifting) -> None:
    now.base.write_text(now.base.read_text().replace("[surname]", "[Surname]", 1))


def without_check(now: Drifting) -> None:
    kept = json.loads(now.base.read_text())
    del kept["check"]
    now.base.write_text(json.dumps(kept))


def a_folder(now: Drifting) -> None:
    now.base.unlink()
    now.base.mkdir()


Damage = Callable[[Drifting], object]
DAMAGES: dict[str, tuple[Damage, str]] = {
    "a letter": (a_letter, "drift-base-damaged"),
    "half": (lambda now: os.truncate(now.base, 500), "drift-base-damaged"),
    "empty": (lambda now: now.base.write_bytes(b""), "drift-base-damaged"),
    "no JSON": (lambda now: now.base.write_bytes(b"\xff\x00[["), "drift-base-damaged"),
    "without its check": (without_check, "drift-base-damaged"),
    "another shape": (lambda now: rewritten(now, items=[]), "drift-base-damaged"),
    "newer": (lambda now: rewritten(now, version=2, items=["new"]), "drift-base-newer"),
    "of another application": (
        lambda now: rewritten(now, application="another"),
        "drift-base-of-another",
    ),
    "of another tenant": (lambda now: rewritten(now, tenant="another"), "drift-base-of-another"),
    "not there": (lambda now: now.base.unlink(), "drift-no-base"),
    "a folder": (a_folder, "drift-base-unreadable"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_base_that_cannot_be_used_is_said_to_be_so(now: Drifting, damage: str) -> None:
    make, code = DAMAGES[damage]
    make(now)
    ran = now.drift()
    assert (ran.code, f"Code: {code}" in ran.said) == (4, True), ran.said
    assert "Nothing differs" not in ran.said
    assert now.practice.requests() == []
    told = json.loads(now.drift(as_json=True).out)
    assert (told["version"], told["error"]["code"]) == (1, code)


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_there_is_can_be_accepted_instead_of_a_base_that_is_damaged(
    now: Drifting, damage: str
) -> None:
    make, code = DAMAGES[damage]
    make(now)
    left = now.base.read_bytes() if now.base.is_file() else b""
    ran = now.drift(accept=True)
    if code in {"drift-base-newer", "drift-base-unreadable"}:
        assert (ran.code, f"Code: {code}" in ran.said) == (4, True)
        return
    assert ran.code == 0, ran.said
    assert "There was nothing to compare with." in ran.said
    assert "users, userName: [userPrincipalName], matching 1" in ran.said
    assert now.drift().code == 0
    aside = now.base.with_name("default.drift.damaged-1")
    assert aside.exists() is (code == "drift-base-damaged")
    assert not aside.exists() or aside.read_bytes() == left
    now.session.profiles.delete("default")
    assert not list(now.base.parent.glob("*.drift*"))


@pytest.mark.parametrize("damage", ["a letter", "newer"])
def test_our_own_edits_leave_a_base_that_cannot_be_used_alone(now: Drifting, damage: str) -> None:
    DAMAGES[damage][0](now)
    left = now.base.read_bytes()
    asyncio.run(now.apply("notification", mail="new@practice.example"))
    assert now.base.read_bytes() == left


PARTS = {
    "/secrets": {"credentials", "scope", "notification"},
    "/schema": {"mapping", "filters"},
    "/jobs": {"job", "mapping", "filters"},
    "/appRoleAssignedTo": {"assignments"},
    "/templates": {"template"},
}


@pytest.mark.parametrize("ending", PARTS)
def test_what_could_not_be_read_is_named_and_the_rest_is_told(now: Drifting, ending: str) -> None:
    now.edits_row("name.givenName", defaultValue="-")
    now.saves(SkipOutOfScopeDeletions="true")

    async def refused(request: httpx.Request, send: Send) -> httpx.Response:
        if request.url.path.endswith(ending):
            said = {"error": {"code": "Authorization_RequestDenied", "message": "no"}}
            return httpx.Response(403, json=said, request=request)
        return await send(request)

    with now.entra.line.meddled(refused):
        told = now.drift(as_json=True)
        ran, accepted = now.drift(), now.drift(accept=True)
    found = json.loads(told.out)
    assert (told.code, ran.code, accepted.code) == (4, 4, 4)
    unread = {each["part"] for each in found["not_read"]}
    assert unread - {"template"} == PARTS[ending] - {"template"}
    assert {each["part"] for each in found["differences"]} == {"mapping", "scope"} - unread
    assert "Not read: " in ran.said
    assert "Nothing was accepted, because not all of it could be read." in accepted.said
    assert now.drift().code == 1


def test_where_nothing_that_was_read_differs_it_is_not_known_whether_anything_does(
    now: Drifting,
) -> None:
    now.practice.misbehave("assignments", "403")
    told = json.loads(now.drift(as_json=True).out)
    assert (told["same"], told["differences"]) == (None, [])
    assert "Nothing differs in what was read from what was set up on" in now.drift().said


@pytest.mark.parametrize("fault", ["cut", "lost", "html", "empty", "401", "403", "404", "500"])
@pytest.mark.parametrize("where", ["applications", "synchronization"])
def test_no_trouble_of_graph_is_taken_for_nothing(now: Drifting, where: str, fault: str) -> None:
    now.practice.misbehave(where, fault)
    ran = now.drift()
    assert ran.code in {1, 4} if (where, fault) == ("applications", "404") else ran.code == 4
    assert "Nothing differs from" not in ran.said
    now.practice.behave()
    assert now.drift().code == 0


def test_a_page_of_a_proxy_does_not_take_the_application_away(now: Drifting) -> None:
    async def page(request: httpx.Request, send: Send) -> httpx.Response:
        html = {"Content-Type": "text/html"}
        return httpx.Response(404, headers=html, content=b"<html>no", request=request)

    with now.entra.line.meddled(page):
        ran = now.drift()
    assert (ran.code, "removed" in ran.said) == (4, False), ran.said


def test_the_time_for_all_of_it_has_an_end_and_says_what_was_not_read(now: Drifting) -> None:
    with now.entra.line.meddled(silent_at("appRoleAssignedTo")):
        ran = now.drift(time_limit=1, as_json=True)
    told = json.loads(ran.out)
    unread = {each["part"]: each["code"] for each in told["not_read"]}
    assert (ran.code, told["same"]) == (4, None)
    assert unread["assignments"] == unread["template"] == "time-limit"
    assert now.drift().code == 0


def test_nobody_signed_in_is_said(now: Drifting) -> None:
    now.entra.signed_in = None
    ran = now.drift(as_json=True)
    told = json.loads(ran.out)
    assert (ran.code, told["error"]["code"]) == (4, "not-signed-in")
    assert "exported files" not in told["error"]["hint"]


def test_a_sign_in_of_another_tenant_is_refused(now: Drifting) -> None:
    entra = now.session.profile.entra
    now.session.change(entra=entra.model_copy(update={"tenant_id": "another"}))
    rewritten(now, tenant="another")
    ran = now.drift()
    assert (ran.code, "Code: drift-other-tenant" in ran.said) == (4, True)
    assert now.practice.requests() == []


async def test_two_tenants_that_nobody_knows_are_not_the_same(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Drifting.after(fresh, tmp_path, "a whole setup", Drifting.whole)
    entra = now.session.profile.entra
    now.session.change(entra=entra.model_copy(update={"tenant_id": ""}))
    rewritten(now, tenant="")
    async with now.entra.graph(read_only=True) as graph:
        with pytest.raises(AuthorizationError) as caught:
            await DriftLook(now.session).look(graph, "")
    assert caught.value.code == "drift-other-tenant"


def test_a_job_that_is_told_without_its_template_says_nothing_of_the_template(
    now: Drifting,
) -> None:
    def untold(said: dict[str, Any]) -> dict[str, Any]:
        jobs = said.get("value", [said])
        return said | {
            "value": [{k: v for k, v in each.items() if k != "templateId"} for each in jobs]
        }

    with now.entra.line.meddled(changing("/synchronization/jobs", untold)):
        assert now.found() == []
        now.practice.misbehave("synchronization", "template-row")
        assert [each["part"] for each in now.found()] == ["template"]


def test_a_profile_that_is_done_by_hand_has_nothing_to_look_at(now: Drifting) -> None:
    now.session.change(entra=type(now.session.profile.entra)())
    ran = now.drift()
    assert (ran.code, "Code: application-first" in ran.said) == (4, True)


@pytest.mark.usefixtures("env")
def test_usage_and_a_profile_that_is_not_there_end_with_two() -> None:
    assert run_here("drift", "--practice").returncode == 2
    assert "Code: no-such-profile" in run_here("drift", "--practice").stderr
    assert run_here("drift", "--yes").returncode == 2
    assert run_here("drift", "--profile", "../x").returncode == 2


@pytest.mark.usefixtures("env")
def test_what_keeps_it_from_looking_never_ends_as_a_difference_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with spoiled("wizard.commands.drift:asking_once"):
        ran = run_here("drift", "--practice")
    assert (ran.returncode, "unexpected" in ran.stderr) == (4, True)
    monkeypatch.setenv(PRACTICE_SHELL, "1")
    assert run_here("drift").returncode == 4


def test_a_base_that_another_window_changed_meanwhile_is_not_written_over(now: Drifting) -> None:
    space = workspace_of(now)
    now.edits_row("name.givenName", defaultValue="-")
    made: list[str] = []

    async def elsewhere(request: httpx.Request, send: Send) -> httpx.Response:
        answer = await send(request)
        if request.url.path.endswith("/templates") and not made:
            rewritten(now, changed_at="2026-11-27T23:00:00Z")
            made.append(now.base.read_text())
        return answer

    async def opened(options: Options, *_: object) -> Workspace:
        space.options = options
        return space

    with now.entra.line.meddled(elsewhere):
        ran = typing(lambda: drift.run(Options("drift", accept=True), opened))
    assert (ran.code, "Code: drift-base-changed" in ran.said) == (4, True), ran.said
    assert [now.base.read_text()] == made
    assert now.drift(accept=True).code == 0


def test_nothing_but_our_own_file_is_written_and_nothing_in_entra(now: Drifting) -> None:
    now.edits_row("name.givenName", defaultValue="-")
    folder = now.base.parent
    before = {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    for accept in (False, True):
        now.drift(accept=accept)
        assert {each.method for each in now.practice.requests()} == {"GET"}
    after = {file: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    assert {file for file in after if before.get(file) != after[file]} == {now.base}


def test_hostile_names_are_harmless_and_compared_all_the_same(now: Drifting) -> None:
    row = {"targetAttributeName": "x\x1b]52;c;aGk=\x1b\\\u202e", "defaultValue": "[/x]\u200b"}
    now.edits_schema(
        lambda mapping: mapping["attributeMappings"].append(mapping["attributeMappings"][0] | row)
    )
    ran = now.drift()
    assert ran.code == 1
    assert not {"\x1b", "\u202e", "\u200b"} & set(ran.out)
    assert now.drift(accept=True).code == 0
    assert now.drift().code == 0
    other = {"defaultValue": "[/x]\u200d"}
    now.edits_schema(lambda mapping: mapping["attributeMappings"][-1].update(other))
    assert now.drift().code == 1


def test_a_job_that_is_gone_and_was_made_anew_by_somebody_is_told_as_two_things(
    now: Drifting,
) -> None:
    now.acts("delete")
    admin = now.colleague()
    jobs = f"{now.application}/synchronization/jobs"
    assert admin.post(jobs, {"templateId": "practiceWebex"}).status_code == 201
    found = [(each["how"], each["name"]) for each in now.found()]
    assert found == [("removed", "provisioning job"), ("added", "another job")]


def test_a_new_name_of_somebody_is_no_difference(now: Drifting) -> None:
    named = changing(
        "/appRoleAssignedTo",
        lambda said: (
            said
            | {"value": [each | {"principalDisplayName": "New Name"} for each in said["value"]]}
        ),
    )
    with now.entra.line.meddled(named):
        assert now.drift().code == 0

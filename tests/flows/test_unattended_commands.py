"""Commands where nobody can sign in: an application reads in the place of a person."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.certificates import assertion, certificate, key, pem, written
from tests.command_here import run_here
from tests.practice_here import PracticeHere
from tests.running import do, have_sign_in
from tests.unattended_here import READER_CLIENT, TENANT_ID, key_file, reading
from wizard.commands import drift, log, preview, status
from wizard.commands.arguments import parse_arguments
from wizard.commands.monitors import as_plugin
from wizard.options import BY_APPLICATION, Options
from wizard.practice.entra.accounts import OTHER_TENANT_ID
from wizard.walk.unattended import session_there
from wizard.workspace import Opening, Workspace

PROVEN = ("--certificate", "monitor.pem")
NAMED = ("--tenant", TENANT_ID, "--application", READER_CLIENT)
WHOLE = (*NAMED, *PROVEN)


@pytest.fixture
def unattended(space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """What was set up by a person who has signed out since; the key lies where one is."""
    space.tenant.signed_in = None
    monkeypatch.chdir(tmp_path)
    key_file(tmp_path)
    return space


def opened_by(space: Workspace) -> Opening:
    """Return what opens this workspace with the options that are given, and leaves it open."""

    async def opening(options: Options, *_: object) -> Workspace:
        space.options = options
        return space

    return opening


async def previewed(space: Workspace, *more: str, given: tuple[str, ...] = WHOLE) -> int:
    options = parse_arguments(["preview", "--practice", *given, *more])
    return await asyncio.to_thread(preview.run, options, opened_by(space))


def practice_of(space: Workspace) -> PracticeHere:
    assert isinstance(space.practice, PracticeHere)
    return space.practice


def posting(space: Workspace) -> list[httpx.Request]:
    """Return a list that holds whatever is sent and is no GET."""
    sent: list[httpx.Request] = []
    connect = space.connect

    async def hear(request: httpx.Request) -> None:
        if request.method != "GET":
            sent.append(request)

    def heard(**options: Any) -> httpx.AsyncClient:
        client = connect(**options)
        client.event_hooks = {"request": [hear]}
        return client

    space.connect = space.tenant.connect = heard
    return sent


@pytest.mark.parametrize("tenant", [TENANT_ID, "practice.example"])
async def test_a_preview_needs_no_person_and_writes_nothing(
    tenant: str, unattended: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    posted = posting(unattended)
    given = ("--tenant", tenant, "--application", READER_CLIENT, *PROVEN)
    code = await previewed(unattended, "--json", given=given)
    told = json.loads(capsys.readouterr().out)
    assert code == int(told["risky"])
    assert told["counts"]["link"] + told["counts"]["create"] == 1
    assert told["completeness"]["entra"]["how"] == "complete"
    assert [each.url.path.rpartition("/")[2] for each in posted] == ["token"]
    assert unattended.tenant.signed_in is None


def _of_another_tenant(space: Workspace, _folder: Path) -> None:
    session = space.session()
    entra = session.profile.entra.model_copy(update={"tenant_id": OTHER_TENANT_ID})
    session.change(entra=entra)


def _of_no_known_tenant(space: Workspace, folder: Path) -> None:
    session = space.session()
    session.change(entra=session.profile.entra.model_copy(update={"tenant_id": ""}))
    space.tenant.application = reading(practice_of(space), folder / "monitor.pem")


def _open_to_others(_space: Workspace, folder: Path) -> None:
    (folder / "monitor.pem").chmod(0o644)


def _absent(_space: Workspace, folder: Path) -> None:
    (folder / "monitor.pem").unlink()


def _expired(_space: Workspace, folder: Path) -> None:
    written(folder / "monitor.pem", pem(), certificate(days=-0.5))


def _nothing_granted(space: Workspace, _folder: Path) -> None:
    practice_of(space).tell_entra(grant=[])


def _no_job_granted(space: Workspace, _folder: Path) -> None:
    practice_of(space).tell_entra(grant=["Application.Read.All", "User.Read.All"])


def _clock_off(space: Workspace, _folder: Path) -> None:
    practice_of(space).tell_entra(advance=3600)


def _down(space: Workspace, _folder: Path) -> None:
    practice_of(space).misbehave("authority", "503")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_of_another_tenant, "application-other-tenant"),
        (_of_no_known_tenant, "application-other-tenant"),
        (_open_to_others, "certificate-open-to-others"),
        (_absent, "certificate-unreadable"),
        (_expired, "certificate-expired"),
        (_nothing_granted, "application-permission-missing"),
        (_no_job_granted, "application-permission-missing"),
        (_clock_off, "assertion-out-of-time"),
        (_down, "server-error"),
    ],
)
async def test_whatever_keeps_it_from_looking_is_told_and_never_fine(
    spoil: Callable[[Workspace, Path], None],
    code: str,
    unattended: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(unattended, tmp_path)
    assert await previewed(unattended, "--json") == 4
    said = capsys.readouterr()
    error = json.loads(said.out)["error"]
    assert error["code"] == code
    assert error["hint"]
    assert not [line for line in pem().splitlines()[1:-1] if line in said.out + said.err]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("--tenant", "no tenant", *WHOLE[2:]), "tenant-malformed"),
        (("--tenant", "common", *WHOLE[2:]), "tenant-personal"),
        ((*WHOLE[:2], "--application", "no id", *PROVEN), "client-id-malformed"),
    ],
)
async def test_what_cannot_be_a_tenant_or_an_application_is_a_matter_of_usage(
    given: tuple[str, ...],
    code: str,
    unattended: Workspace,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await previewed(unattended, "--json", given=given) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == code


@pytest.mark.parametrize(
    "given",
    [
        NAMED,
        NAMED[:2],
        PROVEN,
        (*NAMED[:2], *PROVEN),
        (*NAMED[2:], *PROVEN),
        (*WHOLE, "--assertion", "token"),
        (*WHOLE, "--entra", "people.json", "--webex", "accounts.json"),
    ],
)
def test_half_an_application_is_a_matter_of_usage(given: tuple[str, ...]) -> None:
    ran = run_here("preview", *given)
    assert ran.returncode == 2
    assert "--application" in ran.stderr


async def test_an_assertion_that_entra_does_not_trust_is_told(
    unattended: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "token", assertion(key(), iss="https://cluster.example", sub="monitor"))
    given = (*NAMED, "--assertion", "token")
    assert await previewed(unattended, "--json", given=given) == 4
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "assertion-not-trusted"


@pytest.mark.parametrize(
    ("days", "told"), [(90, ""), (12.5, "ends in 12 days (20"), (0.5, "ends today (20")]
)
async def test_a_certificate_that_is_about_to_end_is_spoken_of(
    days: float,
    told: str,
    unattended: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    unattended.clock = lambda: datetime.now(UTC)
    written(tmp_path / "monitor.pem", pem(), certificate(days=days))
    await previewed(unattended)
    said = capsys.readouterr().err
    assert ("The certificate of this application" in said) == bool(told)
    assert told in said


async def there(space: Workspace) -> tuple[Any, list[str]]:
    options = parse_arguments(["preview", "--practice", *WHOLE])
    space.options = replace(options, profile=None)
    said: list[str] = []
    return await session_there(space, said.append), said


async def test_what_is_set_up_in_a_tenant_is_found_without_a_profile(
    unattended: Workspace, tmp_path: Path
) -> None:
    known = unattended.session().profile.entra
    before = sorted(tmp_path.rglob("*"))
    session, said = await there(unattended)
    found = session.profile.entra
    assert (found.tenant_id, found.service_principal_id, found.job_id) == (
        known.tenant_id, known.service_principal_id, known.job_id,
    )  # fmt: skip
    session.change(at_step="watch")
    session.refresh()
    assert session.profile.at_step == "watch"
    assert session.history.entries == ()
    assert sorted(tmp_path.rglob("*")) == before
    assert "No profile was read" in said[-1]


async def test_several_applications_in_a_tenant_are_not_guessed_among(
    unattended: Workspace,
) -> None:
    practice_of(unattended).tell_entra(add_application="Cisco Webex")
    with pytest.raises(Exception, match="2 times") as caught:
        await there(unattended)
    assert caught.value.code == "several-set-up-there"  # type: ignore[attr-defined]


async def test_a_tenant_where_nothing_is_set_up_is_told(unattended: Workspace) -> None:
    practice_of(unattended).reset_entra()
    with pytest.raises(Exception, match="No Cisco Webex") as caught:
        await there(unattended)
    assert caught.value.code == "nothing-set-up-there"  # type: ignore[attr-defined]


def test_the_command_lines_that_are_told_go_on_without_a_person_where_they_can() -> None:
    options = parse_arguments(["preview", *WHOLE])
    for command in BY_APPLICATION:
        assert options.line(command).endswith(" ".join(WHOLE))
    assert options.line("renew") == "webex-wizard renew"


async def looked(
    space: Workspace, *more: str, command: Any = status, given: tuple[str, ...] = WHOLE
) -> int:
    name = command.__name__.rpartition(".")[2]
    options = parse_arguments([name, "--practice", *given, *more])
    return await asyncio.to_thread(command.run, options, opened_by(space))


@pytest.fixture
async def started(unattended: Workspace) -> Workspace:
    """The same with provisioning on, in its first cycle."""
    await have_sign_in(unattended)
    await do(unattended, "start")
    unattended.tenant.signed_in = None
    return unattended


IN_FIRST_CYCLE = re.compile(
    rf"{TENANT_ID}: provisioning is in its first cycle \(seen \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\)\.\n"
)


async def test_status_without_a_profile_says_how_provisioning_stands_and_what_it_cannot_say(
    started: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = {file: file.read_bytes() for file in (tmp_path / "practice").rglob("*.json*")}
    assert kept
    assert await looked(started) == 0
    said = capsys.readouterr()
    assert IN_FIRST_CYCLE.fullmatch(said.out)
    assert "No profile was read" in said.err
    assert {file: file.read_bytes() for file in kept} == kept


async def test_status_without_a_profile_is_one_document(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await looked(started, "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["profiles"]
    assert (told["profile"], told["is_kept"], told["looked"]) == (TENANT_ID, False, True)
    assert told["job"]["state"] == "first cycle"
    assert (told["days_left"], told["steps"]) == (None, 0)


async def test_monitors_get_it_too(started: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert await looked(started, "--format", "nagios") == 0
    line, figures = capsys.readouterr().out.split(" | ")
    assert line.startswith("WEBEX OK")
    assert "first cycle" in line
    assert figures.startswith("escrowed=")


async def test_metrics_count_no_profile_where_none_is_kept(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await looked(started, "--format", "prometheus") == 0
    said = capsys.readouterr().out
    assert "\nwebex_wizard_profiles 0\n" in said
    assert f'\nwebex_wizard_looked{{profile="{TENANT_ID}"}} 1\n' in said


async def test_provisioning_that_is_off_is_never_fine(
    unattended: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await looked(unattended) == 1
    assert "Provisioning is off." in capsys.readouterr().out


async def test_each_of_several_applications_has_a_line(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    practice_of(started).tell_entra(add_application="Cisco Webex")
    assert await looked(started) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [f"{TENANT_ID} (2)", TENANT_ID]


async def test_each_of_several_applications_has_figures_whose_labels_have_no_bare_blank(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    practice_of(started).tell_entra(add_application="Cisco Webex")
    assert await looked(started, "--format", "nagios") == 2
    _, figures = capsys.readouterr().out.split(" | ")
    assert f"'{TENANT_ID} (2)_escrowed'=0;;;0" in figures


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_open_to_others, (4, "chmod 600")),
        (_nothing_granted, (4, "Privileged Role Administrator")),
        (_clock_off, (4, "clock")),
        (_down, (4, "server-error")),
        (lambda space, _: practice_of(space).reset_entra(), (3, "No Cisco Webex")),
    ],
)
async def test_status_without_a_profile_is_not_fine_where_nobody_could_look(
    spoil: Callable[[Workspace, Path], Any],
    told: tuple[int, str],
    started: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(started, tmp_path)
    assert (await looked(started), told[1] in capsys.readouterr().err) == (told[0], True)


async def test_a_plugin_says_unknown_where_nobody_could_look(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    _nothing_granted(started, Path())
    options = parse_arguments(["status", "--practice", *WHOLE, "--format", "nagios"])
    opening = opened_by(started)
    code = await asyncio.to_thread(as_plugin, lambda: status.run(options, opening))
    assert code == 3
    assert capsys.readouterr().out.startswith("WEBEX UNKNOWN")


async def test_status_of_a_profile_is_asked_by_the_application_and_kept(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not started.session().profile.entra.is_remembered
    assert await looked(started, "--profile", "default") == 0
    said = capsys.readouterr()
    assert "provisioning is in its first cycle (seen " in said.out
    assert "No profile was read" not in said.err
    health = started.session().profile.entra.job_health
    assert health is not None
    assert health.state == "first cycle"


@pytest.mark.parametrize("spoil", [_of_another_tenant, _open_to_others, _nothing_granted])
async def test_status_of_a_profile_that_the_application_cannot_look_at_says_how_old_the_last_is(
    spoil: Callable[[Workspace, Path], Any],
    started: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(started, tmp_path)
    assert await looked(started, "--profile", "default") == 4
    said = capsys.readouterr().out
    assert "Entra could not be asked: " in said
    assert "The last look is " in said or "It was never looked at." in said


async def test_the_log_is_read_without_a_profile(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    await have_sign_in(started)
    await do(started, "on-demand")
    started.tenant.signed_in = None
    assert await looked(started, command=log) == 0
    said = capsys.readouterr()
    assert "@practice.example" in said.out
    assert f"Provisioning log of the tenant {TENANT_ID}" in said.err
    assert "No profile was read" in said.err


async def test_the_log_of_a_profile_is_read_by_the_application(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await looked(started, "--profile", "default", command=log) == 0
    assert "Provisioning log of the profile default" in capsys.readouterr().err


async def test_a_log_that_the_application_may_not_read_says_who_grants_that(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    granted = ["Application.Read.All", "Synchronization.Read.All"]
    practice_of(started).tell_entra(grant=granted)
    assert await looked(started, command=log) == 4
    said = capsys.readouterr().err
    assert "ProvisioningLog.Read.All" in said
    assert "Privileged Role Administrator" in said


async def test_drift_is_looked_for_by_the_application_and_its_base_accepted(
    started: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await looked(started, "--accept", command=drift) == 0
    assert "Problem" not in capsys.readouterr().err


@pytest.mark.parametrize("spoil", [_of_another_tenant, _nothing_granted, _clock_off])
async def test_drift_is_not_told_as_none_where_nobody_could_look(
    spoil: Callable[[Workspace, Path], Any],
    started: Workspace,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(started, tmp_path)
    assert await looked(started, "--accept", command=drift) == 4
    said = capsys.readouterr()
    assert "Code: " in said.err or "Privileged Role Administrator" in said.out

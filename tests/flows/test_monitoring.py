"""Monitoring: what is seen, and the ways in which it could not be looked, which are never OK."""

import asyncio
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.broken import spoiled
from tests.command_here import Ran, run_here
from tests.entra_actions import Wizard
from tests.line import Line, Meddle, Send, changing, refusing
from tests.practice_here import PracticeHere
from tests.sessions import tools
from tests.stumbling import Stumbling
from wizard.commands import status
from wizard.commands.monitors import as_plugin
from wizard.flow.plan import SIGN_IN
from wizard.net.connect import direct
from wizard.net.endpoints import Endpoints
from wizard.options import Options
from wizard.steps.sign_in import SignInStep
from wizard.steps.tenant import EntraTenant
from wizard.store.binding import place_of
from wizard.store.keystore import Keystore
from wizard.store.locks import saving
from wizard.store.marks import Mark
from wizard.store.places import HOME_VARIABLE
from wizard.store.profiles import Profile, ProfileStore, TokenFacts, utc_now
from wizard.workspace import Workspace

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SIGN_IN_ENTRY = "webex-wizard", "default/sign-in"


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Watched:
    """A profile whose provisioning is watched, and what a monitor meets on the way."""

    practice: PracticeHere
    store: ProfileStore
    keyring: Stumbling
    line: Line
    endpoints: Endpoints
    keeps_secrets: bool = True

    @property
    def profile(self) -> Profile:
        found = self.store.load("default")
        assert found is not None
        return found

    def change(self, **entra: Any) -> None:
        """Change what is stored of Entra, as if it had been so."""
        known = self.profile.entra.model_copy(update=entra)
        self.store.save(self.profile.model_copy(update={"entra": known}))

    @property
    def keystore(self) -> Keystore:
        return Keystore(place_of(self.endpoints), backend=self.keyring)

    def opening(self) -> Any:
        async def opening(options: Options, _tell: Callable[[str], None]) -> Workspace:
            connect = partial(direct, inner=self.line, retries=False)
            space = tools(
                self.keystore,
                endpoints=self.endpoints,
                profiles=ProfileStore.here(options),
                connect=connect,
                tenant=EntraTenant(self.endpoints, connect),
            )
            space.keeps_secrets = self.keeps_secrets
            return space

        return opening

    def run(self, **options: Any) -> int:
        given = Options("status", **options)
        run = partial(status.run, given, self.opening())
        return as_plugin(run) if given.format == "nagios" else run()


@pytest.fixture
def watched(fresh: PracticeHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """A profile whose first cycle runs, and whose sign-in is remembered."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return asyncio.run(set_up(fresh, tmp_path))


async def set_up(fresh: PracticeHere, tmp_path: Path) -> Watched:
    now = await Wizard.running(fresh, tmp_path / "profiles")
    store, keyring = now.session.profiles, Stumbling()
    line = Line(fresh.transport)
    found = Watched(fresh, store, keyring, line, fresh.endpoints)
    space = await found.opening()(Options(), print)
    space.tenant.signed_in = now.entra.signed_in
    await SignInStep(SIGN_IN, space).remember(now.session)
    ends = utc_now() + timedelta(days=200, minutes=5)
    now.session.tick("start")
    token = TokenFacts(
        organization_id=fresh.organization_id, obtained_at=utc_now() - DAY, expires_at=ends
    )
    # The setup was done on a clock that ran ahead.
    store.save(now.session.profile.model_copy(update={"token": token, "updated_at": utc_now()}))
    return found


def runs(**status: Any) -> Meddle:
    """Let the job tell that its first cycle is long done and the last one has just ended."""
    ended = {"state": "Succeeded", "timeBegan": stamp(utc_now()), "timeEnded": stamp(utc_now())}

    def changed(job: Any) -> Any:
        job["status"] |= {
            "code": "Active",
            "lastExecution": ended,
            "lastSuccessfulExecution": ended,
            "steadyStateFirstAchievedTime": stamp(utc_now() - 30 * DAY),
            "steadyStateLastAchievedTime": stamp(utc_now()),
            "synchronizedEntryCountByType": [{"key": "User", "value": 12}],
        }
        job["status"] |= status
        return job

    return either(changing("", changed), "jobs")


def either(meddle: Meddle, part: str) -> Meddle:
    """Meddle with requests whose path holds a part, and with no others."""

    async def meddled(request: httpx.Request, send: Send) -> httpx.Response:
        return await (meddle(request, send) if part in request.url.path else send(request))

    return meddled


def test_a_healthy_job_is_ok_on_day_one(watched: Watched, capsys: Any) -> None:
    assert watched.run(format="nagios") == 0
    said = capsys.readouterr().out
    assert said.startswith("WEBEX OK - default: 200 days left, provisioning is in its first cycle")
    assert "token_days=200;30:;0:" in said
    assert "success_age" not in said, "none has succeeded yet"
    assert watched.run() == 0


def test_a_job_that_runs_is_ok_and_its_figures_are_told(watched: Watched, capsys: Any) -> None:
    with watched.line.meddled(runs()):
        assert watched.run(format="nagios", profile="default") == 0
        said = capsys.readouterr().out
        assert watched.run(format="prometheus", output=None) == 0
    assert said.count("\n") == 1
    text, _, figures = said.partition(" | ")
    assert "provisioning runs" in text
    assert "last success " in text
    labels = [each.partition("=")[0] for each in figures.split()]
    assert labels == ["token_days", "success_age", "escrowed", "failed", "people"]
    metrics = capsys.readouterr().out
    assert 'webex_wizard_status{profile="default"} 0\n' in metrics
    assert 'webex_wizard_job_state{profile="default",state="running"} 1\n' in metrics
    assert "practice.example" not in metrics
    assert "ana" not in metrics.lower()


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        (
            {
                "lastSuccessfulExecution": None,
                "lastExecution": None,
                "steadyStateLastAchievedTime": stamp(utc_now() - 3 * HOUR),
            },
            2,
            "No cycle has succeeded since",
        ),
        (
            {"code": "Quarantine", "quarantine": {"reason": "TooManyDeletes"}},
            2,
            "deletions",
        ),
        ({"escrowsPruned": True}, 1, "so many errors"),
    ],
    ids=["silence", "quarantine", "dropped"],
)
def test_what_is_wrong_is_told_with_how_bad_it_is(
    told: dict[str, Any], code: int, words: str, watched: Watched, capsys: Any
) -> None:
    with watched.line.meddled(runs(**told)):
        assert watched.run(format="nagios") == code
        assert words in capsys.readouterr().out
        assert watched.run() == 1
        assert watched.run(format="prometheus") == 1
    if "quarantine" in told:
        assert 'webex_wizard_quarantine{profile="default",cause="TooManyDeletes"} 1' in (
            capsys.readouterr().out
        )


def test_a_job_that_was_switched_off_is_critical(watched: Watched, capsys: Any) -> None:
    def off(job: Any) -> Any:
        job["schedule"]["state"] = "Disabled"
        return job

    with watched.line.meddled(either(changing("", off), "jobs")):
        assert watched.run(format="nagios") == 2
    assert "Provisioning is off, although it was started." in capsys.readouterr().out


def test_errors_that_grow_are_told_for_a_day(watched: Watched, capsys: Any) -> None:
    def with_errors(count: int) -> Meddle:
        ended = {"state": "EntryLevelErrors", "timeEnded": stamp(utc_now()), "countEscrowed": count}
        return runs(lastExecution=ended)

    for count, code in ((3, 0), (3, 0), (7, 1), (7, 1), (2, 0)):
        with watched.line.meddled(with_errors(count)):
            assert watched.run(format="nagios") == code, count
    assert "7 entries with errors instead of 3" in capsys.readouterr().out


# The ways in which it could not be looked.


def meddling(meddle: Meddle) -> Callable[[Watched], AbstractContextManager[None]]:
    return lambda watched: watched.line.meddled(meddle)


async def _nobody(request: httpx.Request, _send: Send) -> httpx.Response:
    raise httpx.ConnectError("Nobody is there.", request=request)


async def _hangs(_request: httpx.Request, _send: Send) -> httpx.Response:
    await asyncio.Event().wait()
    raise AssertionError("waited for ever")


async def _page(request: httpx.Request, send: Send) -> httpx.Response:
    if "jobs" not in request.url.path:
        return await send(request)
    return httpx.Response(200, html="<h1>Sign in to the guest network</h1>", request=request)


async def _gone(request: httpx.Request, send: Send) -> httpx.Response:
    if "jobs" not in request.url.path:
        return await send(request)
    error = {"code": "Request_ResourceNotFound", "message": "It is not there."}
    return httpx.Response(404, json={"error": error}, request=request)


def faulty(where: str, fault: str) -> Callable[[Watched], AbstractContextManager[None]]:
    @contextmanager
    def way(watched: Watched) -> Iterator[None]:
        watched.practice.misbehave(where, fault)
        yield
        watched.practice.behave()

    return way


def changed(**entra: Any) -> Callable[[Watched], AbstractContextManager[None]]:
    def way(watched: Watched) -> AbstractContextManager[None]:
        watched.change(**entra)
        return nullcontext()

    return way


def no_keyring(watched: Watched) -> AbstractContextManager[None]:
    watched.keeps_secrets = False
    return nullcontext()


def locked_keyring(watched: Watched) -> AbstractContextManager[None]:
    watched.keyring.stumble()
    return nullcontext()


def emptied_keyring(watched: Watched) -> AbstractContextManager[None]:
    watched.keyring.delete_password(*SIGN_IN_ENTRY)
    return nullcontext()


def written(text: str) -> Callable[[Watched], AbstractContextManager[None]]:
    def way(watched: Watched) -> AbstractContextManager[None]:
        watched.store.path("default").write_text(text)
        return nullcontext()

    return way


def late_clock(watched: Watched) -> AbstractContextManager[None]:
    later = watched.profile.model_copy(update={"updated_at": utc_now() + HOUR})
    watched.store.save(later)
    return nullcontext()


@contextmanager
def another_monitor(watched: Watched) -> Iterator[None]:
    """Let another monitor save, and not come to an end."""
    with saving(watched.store.folder):
        yield


def ending_log(watched: Watched) -> AbstractContextManager[None]:
    began, ended = utc_now() - 4 * HOUR, utc_now() - 3 * HOUR
    cycle = {"state": "Succeeded", "timeBegan": stamp(began), "timeEnded": stamp(ended)}
    job = runs(lastSuccessfulExecutionWithExports=cycle)

    async def meddle(request: httpx.Request, send: Send) -> httpx.Response:
        if request.url.path.endswith("/auditLogs/provisioning"):
            return httpx.Response(200, json={"value": []}, request=request)
        return await job(request, send)

    return watched.line.meddled(meddle)


def by_hand(watched: Watched) -> AbstractContextManager[None]:
    start = watched.profile.steps["start"].model_copy(update={"mark": Mark.SAID})
    entra = watched.profile.entra.model_copy(update={"job_id": "", "is_remembered": False})
    steps = watched.profile.steps | {"start": start}
    watched.store.save(watched.profile.with_changes(entra=entra, steps=steps))
    return nullcontext()


WAYS: dict[str, tuple[Callable[[Watched], AbstractContextManager[None]], str]] = {
    "no keyring": (no_keyring, "the keyring with the sign-in cannot be used"),
    "a locked keyring": (locked_keyring, "locked"),
    "an emptied keyring": (emptied_keyring, "the keyring holds no sign-in any more"),
    "no network": (meddling(_nobody), "Entra could not be asked"),
    "no answer": (meddling(_hangs), "no answer came within"),
    "a web page": (meddling(_page), "Entra could not be asked"),
    "the sign-in ended": (faulty("authority", "AADSTS50173"), "is not accepted any more"),
    "the sign-in is down": (faulty("authority", "503"), "Entra could not be asked"),
    "another tenant": (
        changed(tenant_id="11111111-2222-4333-8444-555555555555"),
        "made in another tenant",
    ),
    "Entra answers 500": (faulty("synchronization", "500"), "Entra could not be asked"),
    "Entra answers 503": (faulty("graph", "503"), "Entra could not be asked"),
    "a lost role": (meddling(either(refusing(""), "jobs")), "Entra could not be asked"),
    "a job that is gone": (meddling(_gone), "Entra could not be asked"),
    "a log that ends": (ending_log, "has no entry of the last day"),
    "a log that breaks off": (faulty("logs", "cut"), "Entra could not be asked"),
    "a clock that is behind": (late_clock, "no day that is told here can be believed"),
    "two monitors at once": (another_monitor, "Another window"),
    "nothing remembered": (changed(is_remembered=False), "no Microsoft sign-in is remembered"),
    "set up by hand": (by_hand, "set up by hand"),
    "a newer version": (written('{"schema_version": 99}'), "by a newer webex-wizard"),
    "a damaged profile": (written('{"schema_version": 1, "na'), "damaged"),
}


@pytest.mark.parametrize("way", WAYS)
def test_where_it_could_not_be_looked_it_is_unknown(
    way: str, watched: Watched, capsys: Any
) -> None:
    happens, words = WAYS[way]
    limit = 0.5 if way == "no answer" else 60.0
    with happens(watched):
        assert watched.run(format="nagios", time_limit=limit) == 3
        said = capsys.readouterr()
        assert (said.out.count("\n"), said.err) == (1, "")
        assert said.out.startswith("WEBEX UNKNOWN - default: "), said.out
        if way not in {"the sign-in ended", "an emptied keyring"}:  # it is forgotten then
            assert words in said.out
        assert "job_state" not in said.out


@pytest.mark.parametrize("way", WAYS)
def test_where_it_could_not_be_looked_the_exit_code_is_4(
    way: str, watched: Watched, capsys: Any
) -> None:
    happens, words = WAYS[way]
    limit = 0.5 if way == "no answer" else 60.0
    with happens(watched):
        assert watched.run(json=True, time_limit=limit) == 4
        document = json.loads(capsys.readouterr().out)
        (told,) = document["profiles"]
        assert (document["healthy"], told["looked"], told["healthy"]) == (False, False, False)
        assert words in f"{told['note']} {told['attention']}"
        assert watched.run(format="prometheus", time_limit=limit) == 4
    metrics = capsys.readouterr().out
    assert 'webex_wizard_status{profile="default"} 3\n' in metrics
    assert "webex_wizard_job_state" not in metrics, "what was seen at another time is no look"


# What is no profile's fault.


def test_nothing_set_up_is_no_health(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    told = run_here("status", "--format", "nagios")
    assert (told.returncode, told.stdout) == (3, "WEBEX UNKNOWN - Nothing is set up yet.\n")
    metrics = run_here("status", "--format", "prometheus", "--all")
    assert metrics.returncode == 3
    assert "webex_wizard_profiles 0\n" in metrics.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--profile", "none"), "There is no profile none"),
        (("--profile", "../x"), "A profile name has"),
        (("--nonsense",), "error: unrecognized arguments: --nonsense"),
        (("--profile",), "expected one argument"),
        (("--all", "--profile", "x"), "--all goes without --profile"),
        (("--output", "x.prom"), "--output goes with --format prometheus"),
        (("--endpoints", "none.toml"), "none.toml"),
        (("--help",), "This is only help."),
    ],
)
@pytest.mark.parametrize("form", [("--format", "nagios"), ("--format=nagios",)])
def test_wrong_arguments_are_unknown_to_nagios(
    form: tuple[str, ...],
    arguments: tuple[str, ...],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    store = ProfileStore(tmp_path / "profiles")
    store.save(Profile.new("contoso", utc_now()))
    told = run_here("status", *arguments, *form)
    assert told.returncode == 3
    last = told.stdout.splitlines()[-1]
    assert last.startswith("WEBEX UNKNOWN - ")
    assert words in last


def test_a_mistake_of_this_program_is_unknown_to_nagios(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    with spoiled("wizard.commands.status:standings"):
        told = run_here("status", "--format", "nagios")
    assert (told.returncode, told.stdout.count("\n"), told.stderr) == (3, 1, "")
    assert told.stdout.startswith("WEBEX UNKNOWN - webex-wizard met a mistake of its own: Lookup")


def test_a_name_is_no_format(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    told = run_here("status", "--profile", "nagios")
    assert (told.returncode, told.stdout) == (3, "")
    assert run_here("status", "--format", "nonsense").returncode == 2


# The file of metrics.


def metrics_into(file: Path) -> Ran:
    return run_here("status", "--format", "prometheus", "--output", file)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    ProfileStore(tmp_path / "profiles").save(Profile.new("contoso", utc_now()))


@pytest.mark.usefixtures("stored")
def test_metrics_take_the_place_of_those_before_whole(tmp_path: Path) -> None:
    folder = tmp_path / "textfile"
    folder.mkdir()
    file = folder / "webex.prom"
    file.write_text("old")
    before = os.umask(0o077)
    try:
        assert metrics_into(file).returncode == 1  # it is not set up whole
    finally:
        os.umask(before)
    assert file.read_text().endswith("\n")
    assert "webex_wizard_profiles 1\n" in file.read_text()
    assert [each.name for each in folder.iterdir()] == ["webex.prom"]
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o644, "the collector is another user"


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_metrics_that_cannot_be_written_are_a_sentence_and_no_success(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "textfile"
    folder.mkdir()
    (folder / "webex.prom").write_text("old\n")

    def full(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "fsync", full)
        told = metrics_into(folder / "webex.prom")
    assert told.returncode == 4
    assert "webex.prom could not be saved in" in told.stderr
    assert [each.read_text() for each in folder.iterdir()] == ["old\n"]


@pytest.mark.usefixtures("stored")
def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    told = metrics_into(tmp_path / "nowhere" / "webex.prom")
    assert (told.returncode, "could not be saved" in told.stderr) == (4, True)
    assert "Make the folder and try again." in told.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_name_that_the_collector_does_not_read_is_refused() -> None:
    told = metrics_into(Path("webex.txt"))
    assert (told.returncode, "ends in .prom" in told.stderr) == (2, True)


# What is stored is read without what only asking needs.


@pytest.mark.usefixtures("stored")
def test_what_is_only_read_loads_nothing_heavy(tmp_path: Path) -> None:
    program = (
        "import sys; from wizard.cli import main; main(['status', '--format', 'nagios']); "
        "heavy = {'pydantic', 'httpx', 'msal', 'keyring', 'asyncio', 'textual'}; "
        "sys.exit(','.join(sorted(heavy & sys.modules.keys())) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env=os.environ | {HOME_VARIABLE: str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "WEBEX UNKNOWN - contoso" in ran.stdout

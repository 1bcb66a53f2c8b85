"""The commands: exit codes, and what goes to which stream; processes where only these show it."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_here import Ran, run_here
from tests.conversation import WIZARD, Conversation
from tests.servers import scim_server
from wizard import __version__
from wizard.cli import main
from wizard.commands.arguments import COMMANDS
from wizard.store.profiles import Profile, ProfileStore, TokenFacts

pytestmark = pytest.mark.usefixtures("env", "no_keyring")

ORGANIZATION = "2f6b1c9e-5a3d-4d70-9c1b-7e08d4a1f235"
CONNECTION = ("test", "--organization", ORGANIZATION, "--token-stdin", "--endpoints")
TOKEN = "ATokenThatOnlyThisScimServerKnows0123456789"


@pytest.fixture
def profiles(tmp_path: Path) -> ProfileStore:
    return ProfileStore(tmp_path / "settings" / "profiles")


@pytest.fixture
def endpoints(tmp_path: Path) -> Iterator[Path]:
    """An endpoints file for scim2-server behind an organization path."""
    with scim_server(ORGANIZATION, TOKEN) as base:
        file = tmp_path / "endpoints.toml"
        file.write_text(f'[webex]\napi_base = ""\nscim_base = "{base}"\n')
        yield file


def run(env: dict[str, str], *arguments: str, **options: Any) -> Any:
    """Run a command as a process."""
    return subprocess.run(
        [*WIZARD, *arguments],
        env=env,
        input="",
        capture_output="stdout" not in options,
        text=True,
        check=False,
        timeout=60,
        **options,
    )


def profile(name: str, days: float, lifetime: float = 365, **more: Any) -> Profile:
    """Return a profile whose token ends in so many days."""
    now = datetime.now(UTC)
    ends = now + timedelta(days=days)
    facts = TokenFacts(
        organization_id=ORGANIZATION,
        obtained_at=ends - timedelta(days=lifetime),
        expires_at=ends,
        email="admin@contoso.example",
    )
    return Profile.new(name, now).with_changes(token=facts, organization_id=ORGANIZATION, **more)


def test_the_version_is_printed(env: dict[str, str]) -> None:
    ran = run(env, "--version")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"webex-wizard {__version__}\n", "")


def test_the_help_names_every_command() -> None:
    ran = run_here("--help")
    assert ran.returncode == 0
    width = max(map(len, COMMANDS))
    assert all(f"  {name:<{width}} {what}\n" in ran.stdout for name, what in COMMANDS.items())


def test_an_unknown_command_is_told_which_there_are() -> None:
    ran = run_here("--practice", "mappings")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert all(f"'{name}'" in ran.stderr for name in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["unknown"],
        ["--unknown"],
        ["status", "--prof", "x"],
        ["test", "--token-stdin"],
        ["renew", "--token-stdin", "--organization", ORGANIZATION],
        ["test", "--time-limit", "soon"],
        ["test", "--time-limit", "nan"],
        ["setup", "--fault", "scim:401"],
        ["setup", "--practice", "--endpoints", "file.toml"],
        ["renew", "--json"],
        ["report", "--plain"],
        ["status", "--organization", ORGANIZATION],
        ["setup", "--to", "file.age"],
        ["handover"],
        ["handover", "--to", "file.age", "--from", "file.age"],
        ["--practice", "mapping", "eval", '"x"'],
        ["test", "status"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_a_usage_error(arguments: list[str]) -> None:
    ran = run_here(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "error:" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("command", ["setup", "renew"])
def test_without_a_terminal_the_plain_command_is_named(command: str) -> None:
    ran = run_here(command)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"webex-wizard {command} --plain" in ran.stderr


@pytest.mark.port_3000
def test_a_dumb_terminal_gets_plain_prompts(env: dict[str, str]) -> None:
    env |= {"TERM": "dumb"}
    with Conversation([*WIZARD, "--practice"], env, terminal=True) as told:
        told.until("Step 1 of 17")
        assert "\x1b" not in told.output


@pytest.mark.parametrize("arguments", [["--profile", "../x"], ["--endpoints", "missing.toml"]])
def test_a_plain_setup_that_cannot_begin_is_a_usage_error(arguments: list[str]) -> None:
    ran = run_here("setup", "--plain", *arguments)
    assert ran.returncode == 2
    assert "Problem: " in ran.stdout


def connection_test(endpoints: Path, token: str | bytes) -> Ran:
    return run_here(*CONNECTION, endpoints, "--json", given=token)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_good_connection_is_one_json_document(end: str, endpoints: Path) -> None:
    ran = connection_test(endpoints, TOKEN + end)
    report = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert (report["version"], report["command"], report["verdict"]) == (1, "test", "passed")
    wanted = {"id", "status", "code", "message", "hint", "tracking_id", "duration_ms"}
    assert all(wanted <= check.keys() for check in report["checks"])
    states = {check["id"]: check["status"] for check in report["checks"]}
    assert states["authorization"] == states["scim-query"] == "passed"
    assert {states[rung] for rung in ("identity", "role")} == {"skipped"}
    assert "failed" not in states.values()
    assert TOKEN not in ran.stdout + ran.stderr


def test_a_wrong_token_fails_at_authorization_and_says_what_to_do(endpoints: Path) -> None:
    ran = connection_test(endpoints, "AnotherToken0123456789AnotherToken")
    report = json.loads(ran.stdout)
    assert (ran.returncode, report["verdict"]) == (1, "failed")
    failed = next(check for check in report["checks"] if check["status"] == "failed")
    assert failed["id"] == "authorization"
    assert failed["hint"]
    assert "AnotherToken" not in ran.stdout + ran.stderr


def test_a_test_for_people_names_each_rung_and_the_verdict(endpoints: Path) -> None:
    elsewhere = f"https://webexapis.com/v1/scim/{ORGANIZATION}"
    asked = [elsewhere if each == ORGANIZATION else each for each in CONNECTION]
    ran = run_here(*asked, endpoints, given=TOKEN)
    assert ran.returncode == 0
    assert 'scim_base under [webex] is "https://webexapis.com/v1/scim"' in ran.stderr
    assert "passed  Token accepted" in ran.stdout
    assert "Entra's own test should say: success" in ran.stdout


@pytest.mark.parametrize(
    ("given", "code"), [("", "empty-token"), ("x" * 9000, "token-too-long")], ids=["empty", "long"]
)
def test_what_cannot_be_a_token_is_a_usage_error(given: str, code: str, endpoints: Path) -> None:
    ran = connection_test(endpoints, given)
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["code"] == code


def test_a_token_with_bytes_that_are_no_text_is_refused_in_words(endpoints: Path) -> None:
    ran = connection_test(endpoints, b"\xff\xfe\x00token\x1b[31m")
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["verdict"] == "failed"
    assert "\x1b" not in ran.stdout + ran.stderr


def test_a_test_without_an_organization_id_says_what_was_typed_instead() -> None:
    ran = run_here("test", "--organization", "contoso", "--token-stdin", "--json", given=TOKEN)
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["error"]["message"]


def test_nothing_set_up_is_said_with_an_exit_code_of_its_own() -> None:
    ran = run_here("status")
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "Nothing is set up yet.\n", "")
    shown = run_here("status", "--json")
    assert shown.returncode == 3
    assert json.loads(shown.stdout)["profiles"] == []
    assert run_here("status", "--profile", "contoso").returncode == 3
    reported = run_here("report")
    assert (reported.returncode, reported.stdout) == (2, "")
    assert "no-such-profile" in reported.stderr


def test_a_healthy_profile_needs_no_attention(profiles: ProfileStore) -> None:
    profiles.save(profile("contoso", days=200))
    ran = run_here("status")
    assert ran.returncode == 0
    assert "contoso: 199 days left" in ran.stdout
    assert json.loads(run_here("status", "--json").stdout)["healthy"] is True


@pytest.mark.parametrize(
    ("days", "lifetime", "code"),
    [(31, 365, 0), (29.9, 365, 1), (7, 45, 1), (8, 45, 0), (-1, 365, 1)],
)
def test_a_token_near_its_end_needs_attention(
    days: float, lifetime: float, code: int, profiles: ProfileStore
) -> None:
    profiles.save(profile("contoso", days, lifetime))
    assert run_here("status").returncode == code


def test_a_damaged_profile_is_named_and_left_as_it_is(profiles: ProfileStore) -> None:
    profiles.save(profile("contoso", days=200))
    damaged = profiles.path("fabrikam")
    damaged.write_text('{"schema_version": 1, "name": "fabr')
    ran = run_here("status")
    assert ran.returncode == 4
    assert "contoso: 199 days left" in ran.stdout
    assert "fabrikam" in ran.stdout
    assert "damaged" in ran.stdout
    reported = run_here("report", "--profile", "fabrikam", "--json")
    assert reported.returncode == 2
    assert json.loads(reported.stdout)["error"]["code"] == "profile-damaged"
    assert run_here("setup", "--plain", "--profile", "fabrikam").returncode == 1
    assert damaged.read_text() == '{"schema_version": 1, "name": "fabr'


def test_a_report_is_markdown_or_json(profiles: ProfileStore) -> None:
    profiles.save(profile("contoso", days=200))
    ran = run_here("report", "--profile", "contoso")
    assert ran.returncode == 0
    assert ran.stdout.startswith("# ")
    assert ORGANIZATION in ran.stdout
    shown = run_here("report", "--profile", "contoso", "--json")
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["version"] == 1


def test_forgetting_a_practice_profile_can_keep_its_file(
    env: dict[str, str], tmp_path: Path
) -> None:
    store = ProfileStore(tmp_path / "settings" / "practice")
    kept = profile("default", days=20)
    assert kept.token is not None
    in_memory = kept.token.model_copy(update={"in_memory": True})
    store.save(kept.with_changes(token=in_memory))
    ran = run(env, "forget", "--practice", "--keep-profile", "--yes")
    assert ran.returncode == 0
    loaded = store.load("default")
    assert loaded is not None
    assert loaded.token is None


def test_without_a_keyring_nothing_is_forgotten(profiles: ProfileStore) -> None:
    profiles.save(profile("default", days=200))
    ran = run_here("forget", "--yes")
    assert ran.returncode == 1
    assert "keyring-missing" in ran.stderr
    assert profiles.names() == ["default"]


def test_a_test_without_a_keyring_is_refused_in_words() -> None:
    ran = run_here("test", "--json")
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["error"]["code"] == "keyring-missing"


def test_a_reader_that_went_away_is_no_crash(env: dict[str, str], profiles: ProfileStore) -> None:
    for number in range(40):
        profiles.save(profile(f"contoso-{number}", days=200))
    reading, writing = os.pipe()
    os.close(reading)
    with contextlib.closing(os.fdopen(writing, "w")) as output:
        ran = run(env, "status", "--json", stdout=output, stderr=subprocess.PIPE)
    assert (ran.returncode, ran.stderr) == (4, ""), "1 would be something that needs attention"


def test_closed_streams_are_no_crash(env: dict[str, str], profiles: ProfileStore) -> None:
    profiles.save(profile("contoso", days=200))
    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" 0<&- 1>&- 2>&-', "sh", *WIZARD, "status"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("closed", ["stdin", "stdout", "stderr"])
def test_one_closed_stream_leaves_the_others_as_they_are(
    closed: str, profiles: ProfileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles.save(profile("contoso", days=200))
    said = {name: io.StringIO() for name in ("stdin", "stdout", "stderr")}
    for name, stream in said.items():
        monkeypatch.setattr(
            sys, name, None if name == closed else stream
        )  # what Python makes of it
    assert main(["status"]) == 0
    getattr(sys, closed).close()
    assert closed == "stdout" or "contoso: 199 days left" in said["stdout"].getvalue()
    assert said["stderr"].getvalue() == ""


def test_an_old_locale_is_no_crash(env: dict[str, str], profiles: ProfileStore) -> None:
    profiles.save(profile("contoso", days=200))
    more = {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1", "PYTHONCOERCECLOCALE": "0"}
    ran = run(env | more, "report", "--profile", "contoso", encoding="latin-1")
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr

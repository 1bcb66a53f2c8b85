"""`webex-wizard practice`: the tenants for programs that nobody here wrote."""

import json
import shlex
import signal
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conversation import WIZARD
from wizard.practice import environment

COMMAND = [*WIZARD, "practice"]


@contextmanager
def served(
    env: dict[str, str], *arguments: str, last: str, end: signal.Signals = signal.SIGTERM
) -> Iterator[str]:
    """Start the command, and yield what it printed up to a line that begins so."""
    with subprocess.Popen([*COMMAND, *arguments], env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line.decode()
            if line.decode().startswith(last):
                break
        try:
            yield said
        finally:
            process.send_signal(end)
    assert process.returncode == 0


def variables(said: str) -> dict[str, str]:
    """Return what a POSIX shell understands."""
    words = [word for word in shlex.split(said) if word != "export"]
    return dict(word.split("=", 1) for word in words)


def test_a_program_that_asks_microsofts_hosts_is_answered_here(env: dict[str, str]) -> None:
    with served(env, "--port", "0", "--shell", "posix", last="export WEBEX_ORG") as said:
        found = variables(said)
        trusted = ssl.create_default_context(cafile=found["SSL_CERT_FILE"])
        with httpx.Client(proxy=found["HTTPS_PROXY"], verify=trusted, trust_env=False) as client:
            own = {"Authorization": f"Bearer {found['WEBEX_ACCESS_TOKEN']}"}
            me = client.get("https://webexapis.com/v1/people/me", headers=own)
            assert me.json()["displayName"] == "Alex Admin"
            form = {
                "grant_type": "client_credentials",
                "client_id": found["AZURE_CLIENT_ID"],
                "client_secret": found["AZURE_CLIENT_SECRET"],
                "scope": "https://graph.microsoft.com/.default",
            }
            login = f"https://login.microsoftonline.com/{found['AZURE_TENANT_ID']}"
            told = client.post(f"{login}/oauth2/v2.0/token", data=form).json()
            own = {"Authorization": f"Bearer {told['access_token']}"}
            page = client.get("https://graph.microsoft.com/v1.0/users?$top=1", headers=own).json()
            assert page["@odata.nextLink"].startswith("https://graph.microsoft.com/v1.0/users?")
            with pytest.raises(httpx.ProxyError, match="403"):
                client.get("https://example.com/")
    assert not Path(found["SSL_CERT_FILE"]).exists()


def told_there(env: dict[str, str], arguments: list[str]) -> tuple[int, str]:
    """Return the exit code and what a command tells where the practice passes for the real ones."""
    ran = subprocess.run(
        [*WIZARD, *arguments, "--json"],
        env=env | environment.variables("http://127.0.0.1:9", "none.pem", "token"),
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["test"], 4), (["forget", "--yes"], 1), (["report", "--facts", "x"], 1)],
)
def test_where_the_practice_passes_for_the_real_ones_this_program_asks_nobody(
    env: dict[str, str], arguments: list[str], code: int
) -> None:
    ended, told = told_there(env, arguments)
    assert ended == code
    assert json.loads(told)["error"]["code"] == "practice-shell"


@pytest.mark.parametrize("arguments", [["report"], ["status", "--practice"]])
def test_there_it_still_does_what_asks_no_real_service(
    env: dict[str, str], arguments: list[str]
) -> None:
    _, told = told_there(env, arguments)
    assert "practice-shell" not in told
    assert json.loads(told)["version"]


def test_two_do_not_share_a_port_and_ctrl_c_ends_one(env: dict[str, str]) -> None:
    with served(env, "--port", "0", "--json", last="}", end=signal.SIGINT) as said:
        port = urlsplit(json.loads(said)["webex"]).port
        second = [*COMMAND, "--port", str(port), "--json"]
        ran = subprocess.run(second, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    told = json.loads(ran.stdout)["error"]
    assert told["code"] == "practice-port"
    assert told["message"].startswith(f"Port {port} on 127.0.0.1 is in use by")
    assert told["hint"].startswith("Choose another one with --port")


def test_a_fault_that_does_not_exist_begins_nothing(env: dict[str, str]) -> None:
    ran = subprocess.run(
        [*COMMAND, "--fault", "graph:nothing"], env=env, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "nothing" in ran.stderr

"""A token in a real keyring stays with its hosts: two servers, our own program."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from tests.conversation import WIZARD, Conversation
from tests.peers.desktop import Desktop
from tests.servers import Reply, Seen, Served, served

pytestmark = pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools")

SERVICE, TOKEN = "webex-wizard", "t" * 64
ORGANIZATION = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"
MOMENTS = {"obtained_at": "2026-11-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"}
COMMANDS = (
    ["test"],
    ["test", "--json"],
    ["status"],
    ["report"],
    ["forget", "--yes"],
    ["renew", "--plain"],
    ["setup", "--plain"],
)


def hosts(folder: Path, name: str, server: Served) -> Path:
    keys = ("authorization_endpoint", "token_endpoint_me", "api_base", "identity_base", "scim_base")
    file = folder / f"{name}.toml"
    file.write_text("[webex]\n" + "\n".join(f'{key} = "{server.url(f"/{key}")}"' for key in keys))
    return file


def store(desktop: Desktop) -> None:
    """Put a token into the keyring as earlier versions did, and a profile beside it."""
    facts = {"organization_id": ORGANIZATION, **MOMENTS}
    secret = json.dumps({"version": 1, "token": TOKEN, "facts": facts})
    subprocess.run(
        ["secret-tool", "store", "--label=x", "service", SERVICE, "username", "default/current"],
        env=desktop.env,
        input=secret.encode(),
        check=True,
        timeout=20,
    )
    folder = Path(desktop.env["XDG_CONFIG_HOME"]) / "webex-wizard" / "profiles"
    folder.mkdir(parents=True)
    now = MOMENTS["obtained_at"]
    profile = {"schema_version": 1, "name": "default", "created_at": now, "updated_at": now}
    known = profile | {"organization_id": ORGANIZATION, "token": facts}
    (folder / "default.json").write_text(json.dumps(known))


def refused(_seen: Seen) -> Reply:
    return Reply(401)


def told(desktop: Desktop, *arguments: str | Path) -> tuple[int, str]:
    ran = subprocess.run(
        [*WIZARD, *arguments],
        env=desktop.env,
        cwd=desktop.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout + ran.stderr


def bound(desktop: Desktop, file: Path) -> None:
    """Say once, in a terminal, whose the token is."""
    command: list[str | Path] = [*WIZARD, "test", "--endpoints", file]
    with Conversation(command, desktop.env, terminal=True) as asked:
        asked.until("Type http://127.0.0.1:")
        asked.until("if it is of these hosts:")
        asked.answer(f"http://127.0.0.1:{port_of(file)}")
        asked.until("Failed.", "Passed.")
        asked.end()


def port_of(file: Path) -> str:
    return file.read_text().split("http://127.0.0.1:")[1].split("/")[0]


def test_it_is_bound_once_and_then_stays_with_its_hosts(unlocked: Desktop, tmp_path: Path) -> None:
    async def run() -> None:
        store(unlocked)
        async with served(refused) as ours, served(refused) as theirs:
            mine, other = hosts(tmp_path, "ours", ours), hosts(tmp_path, "theirs", theirs)
            for command in COMMANDS:
                asked = await asyncio.to_thread(told, unlocked, *command, "--endpoints", mine)
                assert asked[0] == (4 if command == ["status"] else 1), asked
                assert "earlier version" in " ".join(asked[1].split())
            assert ours.seen == []
            await asyncio.to_thread(bound, unlocked, mine)
            assert any(TOKEN in seen.headers.get("authorization", "") for seen in ours.seen)
            kept = unlocked.secret(SERVICE, "default/current")
            assert json.loads(kept)["facts"]["place"].startswith(ours.url())
            for command in COMMANDS:
                asked = await asyncio.to_thread(told, unlocked, *command, "--endpoints", other)
                assert asked[0] == (4 if command == ["status"] else 1), asked
                assert ours.url() in asked[1]
                assert theirs.url() in asked[1]
            assert theirs.seen == []
            assert unlocked.secret(SERVICE, "default/current") == kept

    asyncio.run(run())

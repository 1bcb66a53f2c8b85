"""A journal that is anchored in a real keyring, from the first line to the last."""

import json
import subprocess

import pytest

from tests.conversation import WIZARD
from tests.peers.desktop import Desktop
from tests.peers.test_killed import SERVICE, renewed

pytestmark = pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools")


def verified(desktop: Desktop) -> tuple[int, str]:
    """Return the exit code of the command, and what it says."""
    ran = subprocess.run(
        [*WIZARD, "report", "--verify", "--practice"],
        env=desktop.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert bool(ran.stderr) is (ran.returncode == 4)  # what to do about the keyring
    return ran.returncode, ran.stdout


def test_a_journal_is_whole_altered_and_unanchored_with_a_real_keyring(unlocked: Desktop) -> None:
    renewed(unlocked)
    (journal,) = unlocked.home.rglob("default.journal")
    content = journal.read_bytes()
    lines = content.splitlines(keepends=True)
    assert all(b'"chain":"' in line for line in lines)
    code, said = verified(unlocked)
    assert (code, said.partition(":")[0]) == (0, "Whole")
    note = json.loads(unlocked.secret(SERVICE, "default/journal"))
    assert note["count"] == len(lines)
    assert unlocked.files_with(note["key"]) == []
    for changed in (lines[:-1], lines[1:], [*lines, lines[-1]], []):
        journal.write_bytes(b"".join(changed))
        code, said = verified(unlocked)
        assert (code, said.partition(":")[0]) == (1, "Altered")
    journal.write_bytes(content)
    renewed(unlocked, knows_organization=True)
    assert len(journal.read_bytes().splitlines()) > len(lines)
    code, said = verified(unlocked)
    assert (code, said.partition(":")[0]) == (0, "Whole")
    unlocked.lock()
    code, said = verified(unlocked)
    assert (code, said.partition(":")[0]) == (4, "Unanchored")
    assert "The keyring is locked." in said

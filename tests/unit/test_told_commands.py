"""Every command that somebody is told is about the same profile, under the same hosts."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from tests.sessions import NOW, PLACE, facts
from wizard.commands.arguments import parse_arguments
from wizard.errors import KeystoreError, ProfileError
from wizard.net.endpoints import bundled
from wizard.options import Options
from wizard.reports.attention import needs
from wizard.reports.reminder import reminder
from wizard.reports.status import standings
from wizard.store.keystore import SERVICE, Keystore, MemoryBackend, Slot
from wizard.store.profiles import Profile, ProfileStore, StepRecord
from wizard.webex.revocation import revoker
from wizard.workspace import Workspace

EACH = [
    Options(profile="contoso"),
    Options(profile="contoso", practice=True),
    Options(profile="contoso", endpoints=Path("my hosts.toml"), allow_keyring="keyrings.alt"),
]
KEPT = {"profile", "practice", "endpoints", "allow_keyring"}


def differing(options: Options, line: str) -> list[str]:
    """Return what of the options a command line would lose."""
    taken = parse_arguments(shlex.split(line)[1:])
    kept = (field.name for field in fields(taken) if field.name in KEPT)
    return [name for name in kept if getattr(taken, name) != getattr(options, name)]


def lines_in(text: str) -> list[str]:
    found = re.findall(r"`(webex-wizard[^`]*)`|Run: (webex-wizard.*)", text)
    return [either or other for either, other in found]


@pytest.fixture(params=EACH, ids=["real", "practice", "other hosts"])
def options(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Options:
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path))
    told: Options = request.param
    return told


def test_a_session_and_what_needs_attention_tell_such_commands(options: Options) -> None:
    profiles = ProfileStore.here(options)
    profile = Profile.new("contoso", NOW).with_changes(
        token=facts(), steps={"new-token": StepRecord(at=NOW)}
    )
    profiles.save(profile)
    (found,) = standings(profiles, NOW)
    keystore = Keystore(PLACE, backend=MemoryBackend())
    space = Workspace(options, bundled(), keystore, profiles, revoker(bundled().webex))
    said = [*lines_in(found.attention), space.work_on().line("renew"), space.work_on().line()]
    assert [needs(profile, NOW, options.line)[0].sentence] == [found.attention]
    assert len(said) == 3
    assert [differing(options, line) for line in said] == [[], [], []]


def test_the_reminder_names_such_a_command(options: Options) -> None:
    text = reminder(Profile.new("contoso", NOW), facts(), NOW, options.line).decode()
    (line,) = lines_in(text.replace("\r\n ", "").replace("\\n", "\n"))
    assert differing(options, line.strip()) == []


async def test_what_is_damaged_is_mended_by_such_a_command(options: Options) -> None:
    profiles, backend = ProfileStore.here(options), MemoryBackend()
    profiles.folder.mkdir(parents=True, exist_ok=True)
    profiles.path("contoso").write_text("{")
    backend.set_password(SERVICE, "contoso/current", "{")
    with pytest.raises(ProfileError) as profile:
        profiles.load("contoso")
    with pytest.raises(KeystoreError) as entry:
        await Keystore(PLACE, backend=backend, line=options.line).read("contoso", Slot.CURRENT)
    said = [*lines_in(profile.value.in_words()), *lines_in(entry.value.in_words())]
    assert said
    assert [differing(options, line) for line in said] == [[] for _ in said]

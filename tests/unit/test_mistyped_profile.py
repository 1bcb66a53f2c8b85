"""A profile that was mistyped is no new one, except for a setup."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.flows.test_issued_plain import Scripted
from tests.sessions import PLACE, ended, facts, session_in, tools
from tests.stumbling import Stumbling
from wizard.commands import test as connection_test
from wizard.errors import InvalidInput
from wizard.linear import undo, walk
from wizard.options import Options
from wizard.store.journal import Action
from wizard.store.keystore import SERVICE, Keystore
from wizard.store.profiles import ProfileStore
from wizard.store.stored_token import StoredAnchor
from wizard.walk.beginning import opened
from wizard.workspace import Workspace


def space_in(folder: Path, command: str, profile: str | None) -> Workspace:
    return tools(profiles=ProfileStore(folder), command=command, profile=profile)


@pytest.mark.parametrize(
    ("module", "command", "code"),
    [(walk, "renew", 2), (undo, "undo", 2), (connection_test, "test", 3)],
)
def test_it_is_refused_and_those_that_there_are_are_named(
    module: Any, command: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("contoso", "fabrikam"):
        session_in(tmp_path, name, token=facts())

    async def opening(options: Options, _tell: Callable[[str], None]) -> Workspace:
        return space_in(tmp_path, options.command, options.profile)

    assert module.run(Options(command, plain=True, profile="contosso"), opening) == code
    told = "".join(capsys.readouterr())
    assert "There is no profile contosso." in told
    assert "Stored profiles: contoso, fabrikam." in told
    assert "`webex-wizard setup --profile contosso` sets it up." in told
    assert "Code: no-such-profile" in told
    assert ProfileStore(tmp_path).names() == ["contoso", "fabrikam"]


def test_one_that_was_forgotten_counts_while_its_journal_is_there(tmp_path: Path) -> None:
    ended(session_in(tmp_path, "contoso").log("scope", Action.CHANGED, "scope"))
    space_in(tmp_path, "undo", "contoso").require_profile()
    with pytest.raises(InvalidInput, match="There is no profile contosso"):
        space_in(tmp_path, "undo", "contosso").require_profile()


@pytest.mark.parametrize("was_there", [True, False])
@pytest.mark.parametrize("profile", [None, "contoso"])
@pytest.mark.parametrize("is_noted", [True, False])
def test_undo_where_nothing_is_left_tells_what_is_missed_and_leaves_the_folder_as_it_is(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    is_noted: bool,
    profile: str | None,
    was_there: bool,
) -> None:
    folder, name = tmp_path / "home" / "profiles", profile or "default"
    if was_there:
        folder.parent.mkdir()
    space = space_in(folder, "undo", profile)
    if is_noted:
        noted = StoredAnchor(key=SecretStr("0" * 64), count=3, last="1" * 32)
        backend = space.keystore.in_reach
        assert backend is not None
        backend.set_password(SERVICE, f"{name}/journal", noted.to_secret())

    async def opening(_options: Options, _tell: Callable[[str], None]) -> Workspace:
        return space

    assert undo.run(space.options, opening) == (1 if is_noted else 2)
    told = "".join(capsys.readouterr())
    assert ("3 lines are missing at the end" in told) is is_noted
    assert (f"There is no profile {name}." in told) is not is_noted
    assert folder.parent.exists() is was_there
    assert not folder.exists()


@pytest.mark.parametrize(
    ("is_stored", "code", "says"),
    [
        (True, 1, "told of anything is not known: it is not there."),
        (False, 2, "There is no profile default. Whether a journal of it is missed is not known."),
    ],
)
def test_undo_of_a_journal_that_is_not_there_knows_nothing_where_the_keyring_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], is_stored: bool, code: int, says: str
) -> None:
    if is_stored:
        session_in(tmp_path).tick("prepare")
    backend = Stumbling("refuses")
    backend.stumble()
    keystore = Keystore(PLACE, backend=backend)
    space = tools(keystore, profiles=ProfileStore(tmp_path), command="undo")

    async def opening(_options: Options, _tell: Callable[[str], None]) -> Workspace:
        return space

    assert undo.run(space.options, opening) == code
    told = "".join(capsys.readouterr())
    assert says in " ".join(told.split())
    assert "made nothing" not in told


@pytest.mark.parametrize(
    ("there", "name", "told"),
    [
        ((), "default", ""),
        ((), "contoso", "The profile contoso is a new one."),
        (("contoso",), "contoso", ""),
        (("contoso",), "CONTOSO", ""),
        (("contoso", "eu"), "contosso", "Stored profiles: contoso, eu. Did you mean contoso?"),
        (("contoso",), "default", "The profile default is a new one. Stored profiles: contoso."),
    ],
)
async def test_a_setup_says_that_a_profile_is_a_new_one(
    there: tuple[str, ...], name: str, told: str, tmp_path: Path
) -> None:
    for each in there:
        session_in(tmp_path, each, token=facts())
    console = Scripted()
    await opened(console, space_in(tmp_path, "setup", name))
    assert told in console.heard
    assert bool(told) == ("is a new one" in console.heard)


async def test_from_the_welcome_screen_too_only_a_setup_makes_one(tmp_path: Path) -> None:
    session_in(tmp_path, "contoso", token=facts())
    space = space_in(tmp_path, "setup", None)
    for command in ("renew", "test"):
        with pytest.raises(InvalidInput, match="There is no profile contosso"):
            await opened(Scripted(), space, "contosso", command)
    await opened(Scripted(), space, "contosso", "setup")


@pytest.mark.parametrize(
    ("command", "profile"), [("setup", "new"), ("renew", None), ("renew", "CONTOSO")]
)
def test_a_setup_makes_one_and_a_name_in_other_case_is_the_same(
    command: str, profile: str | None, tmp_path: Path
) -> None:
    session_in(tmp_path, "contoso", token=facts())
    space_in(tmp_path, command, profile).require_profile()

"""Forgetting, while other windows work and keyrings fail: only what was seen is said."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.sessions import NOW, ORGANIZATION, PLACE, ended, session_in, stored
from wizard.commands import forget
from wizard.errors import InvalidInput, KeystoreError
from wizard.flow.renewal import promote
from wizard.flow.session import Session
from wizard.net.endpoints import bundled
from wizard.options import Options
from wizard.store.anchor import Anchor
from wizard.store.forgotten import recovered
from wizard.store.journal import MAX_JOURNAL_BYTES, Action, Journal, JournalEntry
from wizard.store.keystore import Backend, Keystore, MemoryBackend, Slot, StoredToken
from wizard.store.marks import Mark
from wizard.store.profiles import StepRecord
from wizard.walk import forgetting
from wizard.walk.ending import ending
from wizard.workspace import Workspace

OLD, NEW = stored("o" * 60, days=3), stored("n" * 60, days=45)
DONE = {name: StepRecord(at=NOW) for name in ("token", "credentials", "new-token")}


class Stuck(MemoryBackend):
    """A keyring that does not give up one entry."""

    def __init__(self, entry: str) -> None:
        super().__init__()
        self.entry = entry

    def delete_password(self, service: str, username: str) -> None:
        """Remove a secret, but not that one."""
        if username == self.entry:
            raise RuntimeError("locked")
        super().delete_password(service, username)


class Forgetting:
    """A profile with its keyring, and what was revoked of it."""

    def __init__(self, folder: Path, backend: Backend, **tokens: StoredToken) -> None:
        self.keystore = Keystore(PLACE, backend=backend)
        self.session = session_in(folder, token=OLD.facts, steps=DONE)
        self.revoked: list[SecretStr] = []
        for slot, token in tokens.items():
            asyncio.run(self.keystore.write("default", Slot(slot), token))

    async def revoke(self, token: SecretStr) -> str:
        self.revoked.append(token)
        return "is revoked"

    def space(self, options: Options) -> Workspace:
        return Workspace(options, bundled(), self.keystore, self.session.profiles, self.revoke)

    async def held(self) -> list[Slot]:
        return [slot for slot in Slot if await self.keystore.holds("default", slot)]


def run(
    profile: Forgetting, capsys: pytest.CaptureFixture[str], **options: bool
) -> tuple[int, str]:
    async def opened(options: Options, _tell: object) -> Workspace:
        return profile.space(options)

    given = Options("forget", yes=True, **options)  # type: ignore[arg-type]  # flags only
    code = forget.run(given, opened)
    said = capsys.readouterr()
    return code, said.err + said.out


def test_what_another_window_put_there_after_the_naming_is_not_forgotten(tmp_path: Path) -> None:
    async def check() -> None:
        options, window = Options("forget"), session_in(tmp_path)
        space = profile.space(options)
        named = await ending(space, options)
        await profile.keystore.write("default", Slot.PENDING, NEW)
        await promote(window, profile.keystore, profile.revoke)
        with pytest.raises(InvalidInput) as caught:
            await forgetting.forget(space, options, named)
        assert caught.value.code == "forget-changed"
        kept = await profile.keystore.read("default", Slot.CURRENT)
        assert kept is not None
        assert kept.is_same_token(NEW)
        assert profile.revoked == [OLD.token]
        assert session_in(tmp_path).profile.token == kept.facts

    profile = Forgetting(tmp_path, MemoryBackend(), current=OLD)
    asyncio.run(check())


@pytest.mark.parametrize("entry", ["pending", "sign-in"])
def test_what_stays_in_the_keyring_is_said_and_the_profile_stays_to_find_it_by(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    entry: str,
) -> None:
    backend = Stuck(f"default/{entry}")
    profile = Forgetting(tmp_path, backend, current=OLD, pending=NEW)
    backend.set_password("webex-wizard", "default/sign-in", "{damaged")
    ended(profile.session.log("replacement", Action.RENEWED, "token"))
    code, said = run(profile, capsys)
    assert code == 1
    assert "Nothing was removed" not in said
    assert "The current token is revoked." in said
    assert "may still be in the keyring" in said
    assert profile.revoked == [OLD.token, NEW.token]
    assert asyncio.run(profile.held()) == ([Slot.PENDING] if entry == "pending" else [])
    left = session_in(tmp_path)
    assert left.profiles.exists("default")
    assert left.profile.token is None
    assert left.history.may_be_in_entra == (entry == "pending")
    backend.entry = ""
    assert run(profile, capsys)[0] == 0
    assert not left.profiles.exists("default")
    assert not left.history.may_be_in_entra


def test_without_the_keyring_nothing_is_known_to_have_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = Forgetting(tmp_path, MemoryBackend(), current=OLD, pending=NEW)
    profile.session.change(organization_id=ORGANIZATION)
    ended(profile.session.log("replacement", Action.RENEWED, "token"))
    code, _ = run(profile, capsys, without_keyring=True)
    assert (code, profile.revoked) == (1, [])
    later: Session = session_in(tmp_path)
    assert later.history.may_be_in_entra
    assert recovered(later.profile, later.history).organization_id == ORGANIZATION


class TestWhatIsNamed:
    def named(self, profile: Forgetting, **flags: bool) -> str:
        options = Options("forget", **flags)  # type: ignore[arg-type]  # flags only
        found = asyncio.run(ending(profile.space(options), options))
        return "\n".join(found.sentences(options))

    def journaled(self, tmp_path: Path, *, done: bool) -> Forgetting:
        profile = Forgetting(tmp_path, MemoryBackend(), current=OLD)
        ended(profile.session.log("token", Action.EXPORTED, "hand-over file"))
        ended(profile.session.log("connection", Action.CONFIRMED, "x"))
        if not done:
            profile.session.untick("credentials")
        return profile

    def test_a_damaged_journal_says_nothing_of_entra_and_is_named(self, tmp_path: Path) -> None:
        profile = self.journaled(tmp_path, done=False)
        assert "provisioning stops" not in self.named(profile)
        file = profile.session.journal.file
        file.write_bytes(file.read_bytes().replace(b"exported", b"exPorted"))
        said = self.named(profile)
        assert "Whether Entra uses the token is not known" in said
        assert "line 1 is damaged" in said
        assert "of a hand-over" in said
        profile.session.tick("credentials")
        assert "Entra uses the token: provisioning stops" in self.named(profile)

    @pytest.mark.parametrize("is_there", [True, False])
    def test_a_journal_that_lost_its_lines_is_named(self, is_there: bool, tmp_path: Path) -> None:
        profile = self.journaled(tmp_path, done=False)
        journal = profile.session.journal
        journal.file.unlink()
        assert "not what was written" not in self.named(profile)
        Journal(journal.file, Anchor(profile.keystore, "default")).append(
            JournalEntry(at=NOW, step="token", action=Action.EXPORTED, subject="hand-over file")
        )
        assert "not what was written" not in self.named(profile)
        journal.file.unlink()
        if is_there:
            journal.file.touch()
        said = self.named(profile)
        assert f"{journal.file} is not what was written: 1 line is missing at the end." in said
        assert "It may have told of Entra, and of a hand-over" in said
        assert "Whether Entra uses the token is not known" in said
        assert "still works" not in said

    def test_copies_set_aside_as_damaged_are_named(self, tmp_path: Path) -> None:
        profile = self.journaled(tmp_path, done=True)
        assert "set aside" not in self.named(profile)
        copies = ("default.drift.damaged-1", "default.mapping.damaged-2")
        for name in (*copies, "default.mapping-eu.json", "default.x.mapping.damaged-1"):
            (tmp_path / name).touch()
        told = f"what was set aside as damaged ({', '.join(copies)}) will be removed."
        assert told in self.named(profile)
        profile.session.profiles.delete("default")
        assert not any((tmp_path / name).exists() for name in copies)

    def test_a_renewal_that_was_cut_off_may_have_put_it_into_entra(self, tmp_path: Path) -> None:
        profile = self.journaled(tmp_path, done=False)
        ended(profile.session.log("replacement", Action.RENEWED, "token"))
        assert "Entra may use the token" in self.named(profile)

    @pytest.mark.parametrize("mark", [Mark.OPEN, Mark.FAILED, Mark.ATTENTION])
    def test_what_was_saved_may_be_in_entra_whatever_became_of_the_mark(
        self, mark: Mark, tmp_path: Path
    ) -> None:
        profile = self.journaled(tmp_path, done=False)
        session = profile.session
        if mark is not Mark.OPEN:
            session.tick("credentials", mark=mark)
        saved = ended(
            session.log("credentials", Action.CHANGED, "tenant URL and token", was_empty=True)
        )
        assert "Entra may use the token: then provisioning stops" in self.named(profile)
        ended(session.log("credentials", Action.UNDONE, saved.subject, of=saved.at.isoformat()))
        if mark is not Mark.ATTENTION:
            assert "provisioning stops" not in self.named(profile)
        ended(session.log("credentials", Action.CONFIRMED, "Credentials"))
        assert "Entra may use the token: then provisioning stops" in self.named(profile)
        ended(session.log("token", Action.FORGOTTEN, "all tokens"))
        if mark is not Mark.ATTENTION:
            assert "provisioning stops" not in self.named(profile), "it ended with that profile"

    def test_what_an_undo_left_and_that_nothing_more_can_be_taken_back_is_said(
        self, tmp_path: Path
    ) -> None:
        profile = self.journaled(tmp_path, done=True)
        assert "tells of nothing that could be taken back" in self.named(profile)
        session = profile.session
        made = ended(
            session.log("credentials", Action.CHANGED, "tenant URL and token", was_empty=False)
        )
        said = self.named(profile)
        assert "Entra uses the token" in said
        assert "so that `webex-wizard undo` still works" in said
        ended(session.log("credentials", Action.LEFT, made.subject, of=made.at.isoformat()))
        said = self.named(profile)
        assert "Entra may use the token" in said, "another may be there by hand"
        assert "Could not be taken back, and stays in Entra: tenant URL and token." in said
        assert "tells of nothing that could be taken back" in said

    @pytest.mark.parametrize("asks", [True, False])
    def test_a_token_that_has_ended_is_not_told_as_valid(self, asks: bool, tmp_path: Path) -> None:
        profile = Forgetting(tmp_path, MemoryBackend(), current=OLD)
        options = Options("forget", without_keyring=not asks)
        space = profile.space(options)
        space.clock = lambda: NOW + timedelta(days=4)
        found = asyncio.run(ending(space, options))
        said = "\n".join(found.sentences(options))
        assert "ended on 2026-11-26" in said
        assert "valid until" not in said

    @pytest.mark.parametrize("in_memory", [True, False])
    def test_practice_forgets_nothing_of_a_keyring_that_it_cannot_use(
        self, in_memory: bool, tmp_path: Path
    ) -> None:
        profile = Forgetting(tmp_path, MemoryBackend())
        profile.session.change(token=OLD.facts.model_copy(update={"in_memory": in_memory}))
        space = profile.space(options := Options("forget"))
        space.keeps_secrets = False
        if in_memory:
            said = "\n".join(asyncio.run(ending(space, options)).sentences(options))
            assert "is not in the keyring, so it is not revoked here: it end" in said
            return
        with pytest.raises(KeystoreError) as caught:
            asyncio.run(ending(space, options))
        assert caught.value.code == "keyring-missing"

    def test_of_a_damaged_profile_nothing_is_known(self, tmp_path: Path) -> None:
        profile = self.journaled(tmp_path, done=True)
        profile.session.profiles.path("default").write_text("{")
        said = self.named(profile)
        assert "is damaged" in said
        assert "Whether Entra uses the token is not known" in said

    def test_a_journal_that_cannot_be_read_can_be_dropped(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        profile = self.journaled(tmp_path, done=True)
        file = profile.session.journal.file
        with file.open("r+b") as stream:
            stream.truncate(MAX_JOURNAL_BYTES + 1)
        code, said = run(profile, capsys)
        assert (code, profile.revoked) == (1, [])
        assert "cannot be read" in said
        code, said = run(profile, capsys, drop_journal=True)
        assert (code, profile.revoked) == (0, [OLD.token])
        assert not file.exists()

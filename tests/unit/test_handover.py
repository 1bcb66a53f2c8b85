"""The hand-over file: sealed, opened, and taken over without overwriting anything."""

import json
import os
import re
import secrets
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.age_file import age_file
from tests.sessions import (
    HOSTILE,
    NOW,
    ORGANIZATION,
    PLACE,
    Forgetful,
    memory_keystore,
    session_in,
    stored,
)
from wizard.errors import HandoverError, InvalidInput, KeystoreError, WizardError
from wizard.flow.plan import SETUP
from wizard.flow.session import Flow, Session
from wizard.handover.age import HEADER, decrypt
from wizard.handover.document import MAX_HANDOVER_BYTES, HandoverDocument, parsed
from wizard.handover.exchange import Handover, content_of
from wizard.handover.passphrase import ALPHABET, as_typed, chosen, generated
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import write_schema
from wizard.net.endpoints import bundled
from wizard.steps.mapping_file import MappingFile
from wizard.steps.switches import decide_switch, decided
from wizard.store.keystore import Keystore, MemoryBackend, Slot
from wizard.store.marks import Mark
from wizard.store.profiles import StepRecord
from wizard.store.test_record import TestRecord

PASSPHRASE = SecretStr("abcd-efgh-jkmn-pqrs-tuvw")
TOKEN = stored(f"{secrets.token_hex(32)}_PF84_{ORGANIZATION}")
MAPPING = write_schema(MappingDocument.default().schema)


def handover(session: Session, keystore: Keystore, **changes: Any) -> Handover:
    given: dict[str, Any] = {
        "keystore": keystore,
        "profiles": session.profiles,
        "endpoints": bundled(),
        "practice": False,
    }
    return Handover(**given | changes)


def webex_half(folder: Path, **changes: Any) -> Session:
    """Return the session of an administrator who has done the Webex half."""
    done = StepRecord(at=NOW)
    session = session_in(
        folder,
        organization_id=ORGANIZATION,
        token=TOKEN.facts,
        steps=dict.fromkeys(("prepare", "organization", "token", "connection"), done),
        last_test=TestRecord(at=NOW, verdict="passed", entra_says="yes", writes="yes"),
    )
    if changes:
        session.change(**changes)
    return session


async def handed(folder: Path, **changes: Any) -> HandoverDocument:
    """Return what that administrator hands over."""
    session = webex_half(folder)
    document = await handover(session, memory_keystore(current=TOKEN)).document(session)
    return document.model_copy(update=changes)


def sealed(document: HandoverDocument, **changes: Any) -> bytes:
    """Return a file of a document, some of whose content was changed before it was sealed."""
    content = json.loads(document.to_json()) | changes
    return age_file(json.dumps(content).encode(), PASSPHRASE.get_secret_value())


def _kept(folder: Path) -> list[Path]:
    return sorted(
        file for file in folder.rglob("*") if file.is_file() and not file.name.endswith(".lock")
    )


def written(folder: Path) -> bytes:
    """Return everything in the files below a folder but locks."""
    return b"\n".join(file.read_bytes() for file in _kept(folder))


async def test_what_is_handed_over_goes_on_at_a_colleagues(tmp_path: Path) -> None:
    mine = webex_half(tmp_path / "mine")
    MappingFile(mine.profiles).keep(mine, MappingDocument.default())
    ours = handover(mine, memory_keystore(current=TOKEN))
    file = await ours.exported(mine, tmp_path / "out" / "x.age", PASSPHRASE)
    assert file.read_bytes().startswith(HEADER)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    theirs = session_in(tmp_path / "theirs")
    keystore = memory_keystore()
    other = handover(theirs, keystore)
    await other.taken_over(theirs, await other.opened(content_of(file), PASSPHRASE))

    assert TOKEN.is_same_token(await keystore.read("default", Slot.CURRENT))
    again = session_in(tmp_path / "theirs").profile
    assert (again.organization_id, again.token) == (ORGANIZATION, TOKEN.facts)
    assert again.last_test is None, "it was made elsewhere"
    assert again.steps["connection"].mark is Mark.SAID
    assert set(again.steps) == {"organization", "token", "connection"}
    assert MappingFile(theirs.profiles).exists(theirs)
    flow = Flow(SETUP, session_in(tmp_path / "theirs"))
    assert flow.current.id == "prepare"  # this machine was not looked at
    assert flow.can_go("sign-in")
    assert [(entry.action, entry.subject) for entry in theirs.history.entries] == [
        ("imported", "hand-over file")
    ]
    assert [entry.action for entry in mine.history.entries] == ["exported"]
    assert TOKEN.token.get_secret_value().encode() not in written(tmp_path)
    assert PASSPHRASE.get_secret_value().encode() not in written(tmp_path)


async def test_what_was_decided_of_groups_goes_along(tmp_path: Path) -> None:
    mine = webex_half(tmp_path / "mine")
    await decide_switch(mine, "Group", on=False)
    ours = handover(mine, memory_keystore(current=TOKEN))
    document = parsed((await ours.document(mine)).to_json())
    assert ("Groups", "switched off") in document.described()
    theirs = session_in(tmp_path / "theirs")
    await handover(theirs, memory_keystore()).taken_over(theirs, document)
    assert decided(theirs) == {"Group": False}
    await decide_switch(theirs, "Group", on=True)
    await handover(theirs, memory_keystore(current=TOKEN)).taken_over(theirs, document)
    assert decided(theirs) == {"Group": True}, "what was decided here stays"


@pytest.mark.parametrize("changes", [{}, {"switches": {"Group": False, "Device": True}}])
async def test_a_file_of_another_version_is_read_for_what_is_known(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    content = json.loads((await handed(tmp_path)).to_json())
    del content["switches"]  # earlier versions had none
    document = parsed(json.dumps(content | changes).encode())
    theirs = session_in(tmp_path / "theirs")
    await handover(theirs, memory_keystore()).taken_over(theirs, document)
    assert decided(theirs) == ({"Group": False} if changes else {})


@given(st.data())
def test_one_changed_byte_anywhere_is_refused(data: st.DataObject) -> None:
    whole = age_file(b"the token", PASSPHRASE.get_secret_value())
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(1, 255))
    changed = whole[:at] + bytes([whole[at] ^ other]) + whole[at + 1 :]
    with pytest.raises(HandoverError):
        decrypt(changed, PASSPHRASE.get_secret_value())


@given(st.integers(0, 400))
def test_a_file_that_was_cut_off_is_refused(length: int) -> None:
    whole = age_file(b"the token" * 20, PASSPHRASE.get_secret_value())
    with pytest.raises(HandoverError):
        decrypt(whole[: min(length, len(whole) - 1)], PASSPHRASE.get_secret_value())


def test_content_of_any_length_comes_out_as_it_went_in() -> None:
    for length in (0, 1, 65535, 65536, 65537, 200_000):
        content = os.urandom(length)
        assert decrypt(age_file(content, "a passphrase"), "a passphrase") == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "handover-not-age"),
        (b"PK\x03\x04 a zip file", "handover-not-age"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", "handover-not-age"),
        (HEADER + b"-> X25519 " + b"a" * 43 + b"\n", "handover-no-passphrase"),
        (HEADER, "handover-no-passphrase"),
        (age_file(b"", "x").replace(b" 4\n", b" 23\n", 1), "handover-work-factor"),
        (age_file(b"", "x").replace(b" 4\n", b" 999\n", 1), "handover-work-factor"),
        (age_file(b"", "x").replace(b" 4\n", b" 0\n", 1), "handover-damaged"),
        (age_file(b"", "x").replace(b" 4\n", b" 05\n", 1), "handover-damaged"),
        (age_file(b"", "other"), "handover-passphrase"),
        (age_file(b"", "x")[:-1], "handover-damaged"),
    ],
)
def test_a_file_that_cannot_be_opened_says_why(content: bytes, code: str) -> None:
    with pytest.raises(HandoverError) as caught:
        decrypt(content, "x")
    assert caught.value.code == code
    assert caught.value.hint


async def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HandoverError) as caught:
        content_of(tmp_path / "nothing.age")
    assert caught.value.code == "handover-unreadable"
    with pytest.raises(HandoverError) as caught:
        content_of(tmp_path)
    assert caught.value.code == "handover-unreadable"
    large = tmp_path / "large.age"
    with large.open("wb") as stream:
        stream.write(HEADER)
        stream.truncate(MAX_HANDOVER_BYTES + 1)
    with pytest.raises(HandoverError) as caught:
        content_of(large)
    assert caught.value.code == "handover-too-large"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 2}, "handover-newer"),
        ({"stored": {"version": 2, "token": 5}}, "handover-newer"),
        ({"stored": {"version": "2"}}, "handover-not-ours"),
        ({"version": 0}, "handover-not-ours"),
        ({"kind": "a diary"}, "handover-not-ours"),
        ({"organization_id": "../../etc"}, "handover-not-ours"),
        ({"organization_id": ORGANIZATION.upper()}, "handover-not-ours"),
        ({"profile": "../evil"}, "handover-not-ours"),
        ({"stored": {"token": "with\nbreak", "facts": {}}}, "handover-not-ours"),
        ({"organization_id": ORGANIZATION.replace("7b1c", "7b1d")}, "handover-contradiction"),
        ({"practice": True}, "handover-practice"),
        ({"hosts": {"scim_base": "scim.evil.example"}}, "handover-other-hosts"),
        ({"tenant_url": "https://elsewhere.example/x"}, "handover-other-hosts"),
        ({"mapping": "{}"}, "mapping-not-a-schema"),
    ],
)
async def test_content_that_must_not_be_used_says_why(
    changes: dict[str, Any], code: str, tmp_path: Path
) -> None:
    file = sealed(await handed(tmp_path), **changes)
    session = session_in(tmp_path / "theirs")
    with pytest.raises(WizardError) as caught:
        await handover(session, memory_keystore()).opened(file, PASSPHRASE)
    assert caught.value.code == code
    assert TOKEN.token.get_secret_value() not in str(caught.value)
    assert caught.value.__cause__ is None or code.startswith("mapping")


@pytest.mark.parametrize("content", [b"", b"[]", b"[" * 100_000, b"\xff\xfe", b'"text"'])
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(HandoverError) as caught:
        parsed(content)
    assert caught.value.code == "handover-not-ours"


async def test_a_file_of_practice_is_not_for_real_use(tmp_path: Path) -> None:
    session = session_in(tmp_path / "theirs")
    practice = handover(session, memory_keystore(), practice=True)
    with pytest.raises(HandoverError) as caught:
        await practice.opened(sealed(await handed(tmp_path)), PASSPHRASE)
    assert caught.value.code == "handover-practice"
    assert "without --practice" in caught.value.hint
    # Ports of practice tenants differ; that is no other host.
    await practice.opened(
        sealed(await handed(tmp_path), practice=True, tenant_url="http://127.0.0.1:1/x"), PASSPHRASE
    )


async def test_another_table_of_hosts_is_noticed(tmp_path: Path) -> None:
    session = session_in(tmp_path / "theirs")
    table = bundled()
    moved = replace(table, webex=replace(table.webex, scim_base="https://scim.gov.example/v1"))
    with pytest.raises(HandoverError) as caught:
        await handover(session, memory_keystore(), endpoints=moved).opened(
            sealed(await handed(tmp_path)), PASSPHRASE
        )
    assert caught.value.code == "handover-other-hosts"
    assert "scim.gov.example" in caught.value.message


async def test_hostile_text_in_a_document_is_made_harmless(tmp_path: Path) -> None:
    document = await handed(tmp_path)
    hostile = json.loads(document.to_json())
    hostile["stored"]["facts"] |= {"email": HOSTILE, "display_name": HOSTILE, "roles": [HOSTILE]}
    hostile["last_test"]["verdict"] = HOSTILE
    hostile["steps"]["token"]["note"] = HOSTILE
    hostile["steps"]["credentials"] = hostile["steps"]["token"]
    session = session_in(tmp_path / "theirs")
    ours = handover(session, memory_keystore())
    opened = await ours.opened(sealed(document, **hostile), PASSPHRASE)
    await ours.taken_over(session, opened)
    said = " ".join(text for _, text in opened.described()) + written(tmp_path / "theirs").decode()
    assert "pwn" in said
    assert not re.search("[\x1b\u202e]", said)
    assert "credentials" not in session.profile.steps  # nobody gave Entra this token


async def test_hostile_hosts_are_told_as_harmless_text(tmp_path: Path) -> None:
    file = sealed(await handed(tmp_path), hosts={"scim_base": HOSTILE}, tenant_url=HOSTILE)
    session = session_in(tmp_path / "theirs")
    with pytest.raises(HandoverError) as caught:
        await handover(session, memory_keystore()).opened(file, PASSPHRASE)
    assert not re.search("[\x1b\u202e\n]", caught.value.message)


async def test_an_expired_token_is_neither_written_nor_taken_over(tmp_path: Path) -> None:
    old = stored(days=-1)
    session = webex_half(tmp_path / "mine")
    with pytest.raises(HandoverError) as caught:
        await handover(session, memory_keystore(current=old)).exported(
            session, tmp_path / "x.age", PASSPHRASE
        )
    assert caught.value.code == "handover-expired"
    assert not (tmp_path / "x.age").exists()
    theirs = session_in(tmp_path / "theirs")
    with pytest.raises(HandoverError) as caught:
        await handover(theirs, memory_keystore()).taken_over(
            theirs, await handed(tmp_path / "other", stored=old)
        )
    assert caught.value.code == "handover-expired"
    assert written(tmp_path / "theirs") == b""


async def test_without_a_token_there_is_nothing_to_hand_over(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    with pytest.raises(InvalidInput) as caught:
        await handover(session, memory_keystore()).document(session)
    assert caught.value.code == "no-token"


async def test_no_file_is_overwritten(tmp_path: Path) -> None:
    session = webex_half(tmp_path / "mine")
    file = tmp_path / "thesis.doc"
    file.write_text("years of work")
    with pytest.raises(InvalidInput) as caught:
        await handover(session, memory_keystore(current=TOKEN)).exported(session, file, PASSPHRASE)
    assert caught.value.code == "handover-file-exists"
    assert file.read_text() == "years of work"


OTHER_MAPPING = MAPPING.replace('"name": "', '"name": "Other ', 1)


@pytest.mark.parametrize(
    ("changes", "slot", "mapping", "code"),
    [
        ({}, Slot.CURRENT, None, "handover-other-token"),
        ({}, Slot.PENDING, None, "handover-other-token"),
        (
            {"organization_id": ORGANIZATION.replace("7b1c", "7b1d")},
            None,
            None,
            "handover-other-organization",
        ),
        ({}, None, OTHER_MAPPING, "handover-other-mapping"),
    ],
)
async def test_a_profile_with_something_else_is_never_overwritten(
    changes: dict[str, Any], slot: Slot | None, mapping: str | None, code: str, tmp_path: Path
) -> None:
    theirs = session_in(tmp_path / "theirs", at_step="mapping", **changes)
    if mapping is not None:
        theirs.profiles.mapping_path("default").write_text(mapping)
    held = {} if slot is None else {slot.value: stored()}
    keystore = memory_keystore(**held)
    before = written(tmp_path / "theirs")
    with pytest.raises(HandoverError) as caught:
        await handover(theirs, keystore).taken_over(
            theirs, await handed(tmp_path / "mine", mapping=MAPPING)
        )
    assert caught.value.code == code
    assert "--profile" in caught.value.hint
    assert written(tmp_path / "theirs") == before
    assert await keystore.holds("default", Slot.CURRENT) == (slot is Slot.CURRENT)


async def test_a_profile_without_a_token_keeps_what_it_has(tmp_path: Path) -> None:
    done = StepRecord(at=NOW, note="ours")
    theirs = session_in(
        tmp_path / "theirs", steps={"credentials": done, "mapping": done}, at_step="assignment"
    )
    await handover(theirs, memory_keystore()).taken_over(theirs, await handed(tmp_path / "mine"))
    profile = session_in(tmp_path / "theirs").profile
    assert set(profile.steps) == {"organization", "token", "connection", "mapping"}
    assert profile.at_step == "assignment"


async def test_taking_the_same_file_over_twice_changes_nothing_more(tmp_path: Path) -> None:
    theirs = session_in(tmp_path / "theirs")
    ours = handover(theirs, memory_keystore())
    document = await handed(tmp_path / "mine", mapping=MAPPING)
    await ours.taken_over(theirs, document)
    theirs.tick("credentials", "Entra has it")
    before = theirs.profile
    await ours.taken_over(theirs, document)
    assert theirs.profile.with_changes(updated_at=NOW) == before.with_changes(updated_at=NOW)


async def test_a_keyring_that_keeps_nothing_leaves_nothing_of_the_profile(tmp_path: Path) -> None:
    theirs = session_in(tmp_path / "theirs")
    with pytest.raises(KeystoreError):
        await handover(theirs, Keystore(PLACE, backend=Forgetful())).taken_over(
            theirs, await handed(tmp_path / "mine", mapping=MAPPING)
        )
    assert written(tmp_path / "theirs") == b""
    assert theirs.profile.token is None


@pytest.mark.parametrize("name", ["default.json", "default.journal", "default.mapping"])
async def test_a_profile_that_cannot_be_saved_leaves_no_token(name: str, tmp_path: Path) -> None:
    theirs = session_in(tmp_path / "theirs")
    (tmp_path / "theirs" / name / "in the way").mkdir(parents=True)
    backend = MemoryBackend()
    with pytest.raises(WizardError):
        await handover(theirs, Keystore(PLACE, backend=backend)).taken_over(
            theirs, await handed(tmp_path / "mine", mapping=MAPPING)
        )
    assert vars(backend) == vars(MemoryBackend())
    assert written(tmp_path / "theirs") == b""


def test_a_generated_passphrase_has_enough_and_is_understood_as_it_is_read_out() -> None:
    passphrase = generated().get_secret_value()
    groups = passphrase.split("-")
    assert len(ALPHABET) ** sum(map(len, groups)) > 2**75
    assert not set("".join(groups)) - set(ALPHABET)
    assert not set("il1o0") & set(ALPHABET)
    assert len({generated().get_secret_value() for _ in range(50)}) == 50
    for typed in (passphrase.upper(), " ".join(groups), "".join(groups), f"  {passphrase}\t"):
        assert as_typed(typed).get_secret_value() == passphrase


def test_a_passphrase_of_ones_own_is_typed_twice_and_long_enough() -> None:
    assert chosen("Grüße an alle", "Gru\u0308ße an alle").get_secret_value() == "Grüße an alle"
    for text, again, code in (
        ("elevenchars", "elevenchars", "passphrase-short"),
        ("twelve chars", "twelve Chars", "passphrase-differs"),
    ):
        with pytest.raises(InvalidInput) as caught:
            chosen(text, again)
        assert caught.value.code == code
        assert text not in str(caught.value)


def test_the_colleagues_command_is_told_whole(tmp_path: Path) -> None:
    told: Callable[..., str] = lambda **changes: handover(  # noqa: E731 - said twice
        session_in(tmp_path), memory_keystore(), **changes
    ).command(Path("/home/me/for you.age"))
    assert told() == 'webex-wizard handover --from "for you.age"'
    assert told(practice=True) == 'webex-wizard handover --practice --from "for you.age"'


POOR = """
import asyncio, resource, sys
from pydantic import SecretStr
from wizard.errors import WizardError
from wizard.handover.process import unsealed
resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))
try:
    asyncio.run(unsealed(sys.stdin.buffer.read(), SecretStr("x")))
except WizardError as error:
    sys.stdout.write(error.code)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory so")
def test_a_machine_with_too_little_memory_is_told_and_survives() -> None:
    asks_for_half_a_gigabyte = age_file(b"", "x").replace(b" 4\n", b" 19\n", 1)
    ran = subprocess.run(
        [sys.executable, "-P", "-c", POOR],
        input=asks_for_half_a_gigabyte,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout == b"handover-memory"

"""The hand-over as two administrators do it: processes of their own, at terminals."""

import json
import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.age_file import age_file
from tests.conversation import WIZARD, Conversation, environment
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.sessions import NOW, ORGANIZATION, facts, memory_keystore, session_in, stored, tools
from wizard.errors import HandoverError
from wizard.flow.plan import CONNECTION
from wizard.handover.age import HEADER, unseal
from wizard.handover.document import HandoverDocument, parsed
from wizard.handover.exchange import Handover, content_of
from wizard.steps.connection import ConnectionStep
from wizard.store.binding import PRACTICE as PRACTICE_HOSTS
from wizard.store.keystore import StoredToken

pytestmark = pytest.mark.port_3000

KEYRING = """
import json, os
from pathlib import Path
from keyring.backend import KeyringBackend

FILE = Path(os.environ["KEPT_IN"])

class Keyring(KeyringBackend):
    priority = 9
    def _all(self):
        return json.loads(FILE.read_text()) if FILE.exists() else {}
    def get_password(self, service, username):
        return self._all().get(f"{service}/{username}")
    def set_password(self, service, username, password):
        FILE.write_text(json.dumps(self._all() | {f"{service}/{username}": password}))
    def delete_password(self, service, username):
        kept = self._all()
        del kept[f"{service}/{username}"]
        FILE.write_text(json.dumps(kept))
"""
ENTRY = "webex-wizard practice/{}/current"
PRACTICE = ["--practice", "--allow-keyring", "kept_keyring"]
HANDOVER = [*WIZARD, "handover", *PRACTICE]
OWN = "my own long passphrase"

Administrator = Callable[[str], dict[str, str]]


@pytest.fixture
def administrator(tmp_path: Path) -> Administrator:
    """Return what makes the environment of somebody with a machine and a keyring of their own."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "kept_keyring.py").write_text(KEYRING)

    def made(name: str) -> dict[str, str]:
        return environment(
            tmp_path / name,
            WEBEX_WIZARD_HOME=str(tmp_path / name / "settings"),
            KEPT_IN=str(tmp_path / f"{name}.keyring"),
            PYTHONPATH=str(tmp_path / "modules"),
            PYTHON_KEYRING_BACKEND="kept_keyring.Keyring",
        )

    return made


def token_of(env: dict[str, str], profile: str = "default") -> str:
    """Return the token in somebody's keyring."""
    kept = json.loads(Path(env["KEPT_IN"]).read_text())
    token: str = json.loads(kept[ENTRY.format(profile)])["token"]
    return token


def answered(told: Conversation, *questions: tuple[str, str]) -> None:
    for question, answer in questions:
        told.until(question)
        told.answer(answer)


def webex_half(env: dict[str, str]) -> Conversation:
    """Return a setup in which only the Entra side is left."""
    told = Conversation([*WIZARD, "setup", "--plain", *PRACTICE], env, terminal=True)
    answered(told, ("Enter goes on:", ""), ("Organization ID", ""), ("type p and Enter", "p"))
    answered(told, ("Keep this token?", "y"))
    told.until("Does a colleague do that side?")
    return told


def test_one_administrator_hands_the_webex_half_to_another(
    administrator: Administrator, tmp_path: Path
) -> None:
    webex, entra = administrator("webex"), administrator("entra")
    with webex_half(webex) as told:
        answered(told, ("Enter signs in with a browser", "handover"), ("Write it to (Enter", ""))
        answered(told, ("Enter makes a passphrase", ""))
        told.until("webex-wizard handover --practice --from webex-default-handover.age")
        answered(told, ("Enter signs in with a browser", "q"))
        assert told.end() == 130
        shown = re.findall(r"Passphrase: (\S+)", told.output)
    assert len(shown) == 1
    file = Path(webex["HOME"], "webex-default-handover.age")
    token = token_of(webex)
    sealed = file.read_bytes()
    assert sealed.startswith(HEADER)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = unseal(sealed, shown[0])
    assert parsed(content).stored.token.get_secret_value() == token
    file.write_bytes(age_file(content, shown[0]))  # the same, and cheap to open so often

    with Conversation([*HANDOVER, "--from", str(file)], entra, terminal=True) as told:
        answered(told, ("Passphrase of the file:", "not this one"))
        told.until("Code: handover-passphrase")
        # As it is read out on the phone, and typed by somebody else.
        answered(told, ("Passphrase of the file:", shown[0].upper().replace("-", " ")))
        told.until("Tested: passed")
        answered(told, ("Take it over into the profile default?", ""))
        told.until("webex-wizard test --practice")
        assert told.end() == 0
        assert token not in told.output
        assert shown[0] not in told.output
        assert shown[0].upper().replace("-", " ") not in told.output
    assert token_of(entra) == token
    stored = json.loads(Path(entra["WEBEX_WIZARD_HOME"], "practice", "default.json").read_text())
    assert stored["token"]["email"] == "admin@practice.example"
    assert set(stored["steps"]) == {"organization", "token", "connection"}
    for home in (Path(webex["HOME"]), Path(entra["HOME"])):
        written = [each.read_bytes() for each in home.rglob("*") if each.is_file()]
        assert len(written) >= 2
        assert not any(token.encode() in each or shown[0].encode() in each for each in written)

    # What is there is not overwritten, not even by the same administrator's next token.
    Path(entra["KEPT_IN"]).write_text(
        Path(entra["KEPT_IN"]).read_text().replace(token, f"{'f' * 64}{token[64:]}")
    )
    with Conversation([*HANDOVER, "--from", str(file)], entra, terminal=True) as told:
        answered(told, ("Passphrase of the file:", shown[0]), ("Take it over", "y"))
        told.until("Code: handover-other-token")
        assert told.end() == 1
    again = [*HANDOVER, "--profile", "second", "--from", str(file)]
    with Conversation(again, entra, terminal=True) as told:
        answered(told, ("Passphrase of the file:", shown[0]), ("into the profile second?", "y"))
        told.until("webex-wizard --practice --profile second")
        assert told.end() == 0
    assert token_of(entra, "second") == token


def test_leaving_writes_nothing_and_a_passphrase_of_ones_own_is_typed_twice_and_never_shown(
    administrator: Administrator, tmp_path: Path
) -> None:
    webex = administrator("webex")
    with webex_half(webex) as told:
        answered(told, ("Enter signs in with a browser", "handover"), ("Write it to", ""))
        answered(told, ("Enter makes a passphrase", "q"))
        assert told.end() == 130
    assert not list(Path(webex["HOME"]).glob("*.age"))
    file = tmp_path / "out.age"
    with Conversation([*HANDOVER, "--to", str(file)], webex, terminal=True) as told:
        answered(told, ("Enter makes a passphrase", "what"), ("Enter makes", "o"))
        answered(told, ("Passphrase (12", "too short"), ("The same again:", "too short"))
        told.until("Code: passphrase-short")
        answered(told, ("Enter makes", "o"), ("Passphrase (12", OWN), ("The same again:", OWN))
        told.until("Saved: ")
        assert told.end() == 0
        assert OWN not in told.output
        assert "too short" not in told.output
    assert parsed(unseal(file.read_bytes(), OWN)).practice
    with Conversation([*HANDOVER, "--to", str(file)], webex, terminal=True) as told:
        told.until("Code: handover-file-exists")
        assert told.end() == 2


def test_without_a_token_there_is_nothing_to_hand_over(
    administrator: Administrator, tmp_path: Path
) -> None:
    command = [*HANDOVER, "--to", str(tmp_path / "out.age")]
    with Conversation(command, administrator("webex"), terminal=True) as told:
        told.until("Code: no-token")
        assert told.end() == 3
    assert not (tmp_path / "out.age").exists()


def test_a_file_that_is_none_is_refused_before_a_passphrase_is_asked(
    administrator: Administrator, tmp_path: Path
) -> None:
    file = tmp_path / "letter.age"
    file.write_text("Dear colleague")
    with Conversation([*HANDOVER, "--from", str(file)], administrator("x"), terminal=True) as told:
        told.until("Code: handover-not-age")
        assert told.end() == 1
        assert "Passphrase" not in told.output


def _document(**changes: object) -> bytes:
    """Return what a practice hand-over holds, some of it changed."""
    document = HandoverDocument(
        made_at=NOW,
        practice=True,
        profile="default",
        organization_id=ORGANIZATION,
        stored=stored(f"{'a' * 64}_PF84_{ORGANIZATION}", days=3650, place=PRACTICE_HOSTS.text),
        hosts={},
        tenant_url="",
    )
    return json.dumps(json.loads(document.to_json()) | changes).encode()


def _another(content: bytes, at: int) -> bytes:
    """Return content with another letter in one place."""
    letter = b"A" if content[at : at + 1] != b"A" else b"B"
    return content[:at] + letter + content[at + 1 :]


WHOLE = age_file(_document(), OWN)
WRAPPED = WHOLE.index(b" 4\n") + 3
"""Where the key begins that only the passphrase opens."""

DAMAGED = {
    "random bytes": (bytes(range(256)) * 8, "handover-not-age"),
    "nothing": (b"", "handover-not-age"),
    "a letter of the format": (_another(WHOLE, 3), "handover-not-age"),
    "cut in its head": (WHOLE[:40], "handover-no-passphrase"),
    "a letter of the work": (WHOLE.replace(b" 4\n", b" 99\n", 1), "handover-work-factor"),
    "cut at its end": (WHOLE[:-20], "handover-damaged"),
    "cut after its head": (WHOLE[: WHOLE.index(b"\n---")], "handover-damaged"),
    "a letter of the content": (_another(WHOLE, len(WHOLE) - 200), "handover-damaged"),
    "a letter of the key": (_another(WHOLE, WRAPPED + 5), "handover-passphrase"),
    "more at its end": (WHOLE + b"x" * 70_000, "handover-damaged"),
    "of a newer version": (age_file(_document(version=2), OWN), "handover-newer"),
    "of an older form": (age_file(_document(version=0), OWN), "handover-not-ours"),
    "another content": (age_file(bytes(range(256)), OWN), "handover-not-ours"),
    "a token of others": (
        age_file(_document(organization_id=ORGANIZATION.replace("7b", "7c")), OWN),
        "handover-contradiction",
    ),
}
"""What became of the file, and what is said of it."""


@pytest.mark.parametrize(("content", "code"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_said_and_never_becomes_a_document(
    content: bytes, code: str, tmp_path: Path
) -> None:
    file = tmp_path / "x.age"
    file.write_bytes(content)
    with pytest.raises(HandoverError) as caught:
        parsed(unseal(content_of(file), OWN))
    assert caught.value.code == code
    assert caught.value.hint
    assert file.read_bytes() == content


@pytest.mark.parametrize(("damage", "ends"), [("cut at its end", 1), ("a letter of the key", 130)])
def test_a_damaged_file_ends_the_command_and_nothing_of_it_is_taken_over(
    damage: str, ends: int, administrator: Administrator, tmp_path: Path
) -> None:
    content, code = DAMAGED[damage]
    file = tmp_path / "x.age"
    file.write_bytes(content)
    env = administrator("entra")
    with Conversation([*HANDOVER, "--from", str(file)], env, terminal=True) as told:
        answered(told, ("Passphrase of the file:", OWN))
        told.until(f"Code: {code}")
        if ends == 130:  # a wrong passphrase looks the same, so it is asked again
            answered(told, ("Passphrase of the file:", "q"))
        assert told.end() == ends
        assert "Take it over" not in told.output
        assert "Traceback" not in told.output
    assert file.read_bytes() == content
    kept = Path(env["KEPT_IN"])
    assert not kept.exists() or json.loads(kept.read_text()) == {}  # it was tried out
    settings = Path(env["WEBEX_WIZARD_HOME"])
    assert not [each for each in settings.rglob("default*") if each.is_file()]


def test_the_whole_file_of_that_test_is_taken_over(
    administrator: Administrator, tmp_path: Path
) -> None:
    file = tmp_path / "x.age"
    file.write_bytes(WHOLE)
    env = administrator("entra")
    with Conversation([*HANDOVER, "--from", str(file)], env, terminal=True) as told:
        answered(told, ("Passphrase of the file:", OWN), ("Take it over", "y"))
        assert told.end() == 0
    assert token_of(env) == f"{'a' * 64}_PF84_{ORGANIZATION}"


@pytest.mark.parametrize("way", ["--to", "--from"])
def test_without_a_terminal_it_refuses_with_a_sentence(
    way: str, administrator: Administrator, tmp_path: Path
) -> None:
    ran = subprocess.run(
        [*HANDOVER, way, str(tmp_path / "x.age")],
        env=administrator("x"),
        input="\n\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert ran.returncode == 2
    assert "A hand-over needs a terminal" in ran.stdout


@pytest.mark.parametrize("given", [[], ["--to", "a", "--from", "b"]], ids=["neither", "both"])
def test_the_command_takes_exactly_one_file(given: list[str], administrator: Administrator) -> None:
    command = [*WIZARD, "handover", *given]
    ran = subprocess.run(
        command, env=administrator("x"), capture_output=True, text=True, check=False, timeout=30
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "webex-wizard handover: error: " in ran.stderr
    assert "(--to FILE | --from FILE)" in ran.stderr


@pytest.mark.anyio
async def test_the_colleague_tests_the_connection_with_what_was_taken_over(
    tenant: PracticeHere, tmp_path: Path
) -> None:
    known = facts(organization_id=tenant.organization_id)
    token = StoredToken(token=SecretStr(sign_in(tenant).token), facts=known)
    webex = session_in(tmp_path / "webex", organization_id=tenant.organization_id)
    entra = session_in(tmp_path / "entra")
    theirs = memory_keystore()
    ends = [
        Handover(
            keystore=keystore,
            profiles=session.profiles,
            endpoints=tenant.endpoints,
            practice=False,
        )
        for session, keystore in ((webex, memory_keystore(current=token)), (entra, theirs))
    ]
    document = await ends[0].document(webex)
    await ends[1].taken_over(entra, parsed(document.to_json()))
    step = ConnectionStep(
        CONNECTION, tools(theirs, endpoints=tenant.endpoints, connect=tenant.connect)
    )
    report = await step.apply(entra, lambda _check: None, lambda _rung: None)
    assert (report.verdict, report.writes) == ("passed", "yes")
    assert entra.profile.last_test is not None
    assert entra.profile.last_test.verdict == "passed"

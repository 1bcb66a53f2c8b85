"""The hand-over as two administrators do it, each at a terminal."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.age_file import age_file, seal_by
from tests.command_here import run_here
from tests.conversation import Conversation, environment
from tests.conversation_here import OPENING, ConversationHere
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.sessions import NOW, ORGANIZATION, facts, memory_keystore, session_in, stored, tools
from wizard.errors import HandoverError
from wizard.flow.plan import CONNECTION
from wizard.handover.age import HEADER, decrypt
from wizard.handover.document import HandoverDocument, parsed
from wizard.handover.exchange import Handover, content_of
from wizard.options import Options
from wizard.steps.connection import ConnectionStep
from wizard.store.binding import PRACTICE as PRACTICE_HOSTS
from wizard.store.keystore import StoredToken
from wizard.words.progress import nobody
from wizard.workspace import Workspace

pytestmark = pytest.mark.port_3000

SERVICE = "webex-wizard practice"
PRACTICE = ("--practice", "--allow-keyring", "tests.foreign_keyring")
OWN = "my own long passphrase"


async def opening(options: Options, tell: Callable[[str], None] = nobody) -> Workspace:
    """Put a workspace together whose files are cheap to make and to open."""
    space = await OPENING(options, tell)
    seal_by(space)
    return space


class Administrator:
    """Somebody with a machine and a keyring of their own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.home, self.settings = folder / "home", folder / "home" / "settings"
        self.keyring = folder / "keyring.json"
        self._env = environment(
            self.home, WEBEX_WIZARD_HOME=str(self.settings), KEPT_IN=str(self.keyring)
        )
        self.keyring.write_text("{}")

    def starts(self, *command: str | Path) -> ConversationHere:
        """Start a command at a terminal."""
        for name, value in self._env.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.chdir(self.home)
        arguments = [*map(str, command), *PRACTICE]
        return ConversationHere(arguments, terminal=True, opening=opening)

    def webex_half(self) -> ConversationHere:
        """Start a setup in which only the Entra side is left."""
        told = self.starts("setup", "--plain")
        answered(told, ("Enter goes on:", ""), ("Organization ID", ""), ("type p and Enter", "p"))
        answered(told, ("Keep this token?", "y"))
        told.until("Does a colleague do that side?")
        return told

    def token(self, profile: str = "default") -> str:
        """Return the token in the keyring."""
        kept = json.loads(self.keyring.read_text())
        token: str = json.loads(kept[SERVICE][f"{profile}/current"])["token"]
        return token


@pytest.fixture
def administrator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filed: None
) -> Callable[[str], Administrator]:
    """Return what makes an administrator."""
    monkeypatch.delenv("DISPLAY", raising=False)
    return lambda name: Administrator(tmp_path / name, monkeypatch)


Administrators = Callable[[str], Administrator]


def answered(told: Conversation, *questions: tuple[str, str]) -> None:
    for question, answer in questions:
        told.until(question)
        told.answer(answer)


def test_one_administrator_hands_the_webex_half_to_another(
    administrator: Administrators, tmp_path: Path
) -> None:
    webex, entra = administrator("webex"), administrator("entra")
    with webex.webex_half() as told:
        answered(told, ("Enter signs in with a browser", "handover"), ("Write it to (Enter", ""))
        answered(told, ("Enter makes a passphrase", ""))
        told.until("webex-wizard handover --practice --from webex-default-handover.age")
        answered(told, ("Enter signs in with a browser", "q"))
        assert told.end() == 130
        shown = re.findall(r"Passphrase: (\S+)", told.output)
    assert len(shown) == 1
    file = webex.home / "webex-default-handover.age"
    token = webex.token()
    sealed = file.read_bytes()
    assert sealed.startswith(HEADER)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert parsed(decrypt(sealed, shown[0])).stored.token.get_secret_value() == token

    with entra.starts("handover", "--from", file) as told:
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
    assert entra.token() == token
    stored = json.loads((entra.settings / "practice" / "default.json").read_text())
    assert stored["token"]["email"] == "admin@practice.example"
    assert set(stored["steps"]) == {"organization", "token", "connection"}
    for home in (webex.home, entra.home):
        written = [each.read_bytes() for each in home.rglob("*") if each.is_file()]
        assert len(written) >= 2
        assert not any(token.encode() in each or shown[0].encode() in each for each in written)

    # What is there is not overwritten, not even by the same administrator's next token.
    kept = entra.keyring.read_text()
    entra.keyring.write_text(kept.replace(token, f"{'f' * 64}{token[64:]}"))
    with entra.starts("handover", "--from", file) as told:
        answered(told, ("Passphrase of the file:", shown[0]), ("Take it over", "y"))
        told.until("Code: handover-other-token")
        assert told.end() == 1
    with entra.starts("handover", "--profile", "second", "--from", file) as told:
        answered(told, ("Passphrase of the file:", shown[0]), ("into the profile second?", "y"))
        told.until("webex-wizard --practice --profile second")
        assert told.end() == 0
    assert entra.token("second") == token


def test_leaving_writes_nothing_and_a_passphrase_of_ones_own_is_typed_twice_and_never_shown(
    administrator: Administrators, tmp_path: Path
) -> None:
    webex = administrator("webex")
    with webex.webex_half() as told:
        answered(told, ("Enter signs in with a browser", "handover"), ("Write it to", ""))
        answered(told, ("Enter makes a passphrase", "q"))
        assert told.end() == 130
    assert not list(webex.home.glob("*.age"))
    file = tmp_path / "out.age"
    with webex.starts("handover", "--to", file) as told:
        answered(told, ("Enter makes a passphrase", "what"), ("Enter makes", "o"))
        answered(told, ("Passphrase (12", "too short"), ("The same again:", "too short"))
        told.until("Code: passphrase-short")
        answered(told, ("Enter makes", "o"), ("Passphrase (12", OWN), ("The same again:", OWN))
        told.until("Saved: ")
        assert told.end() == 0
        assert OWN not in told.output
        assert "too short" not in told.output
    assert parsed(decrypt(file.read_bytes(), OWN)).practice
    with webex.starts("handover", "--to", file) as told:
        told.until("Code: handover-file-exists")
        assert told.end() == 2


def test_without_a_token_there_is_nothing_to_hand_over(
    administrator: Administrators, tmp_path: Path
) -> None:
    with administrator("webex").starts("handover", "--to", tmp_path / "out.age") as told:
        told.until("Code: no-token")
        assert told.end() == 3
    assert not (tmp_path / "out.age").exists()


def test_a_file_that_is_none_is_refused_before_a_passphrase_is_asked(
    administrator: Administrators, tmp_path: Path
) -> None:
    file = tmp_path / "letter.age"
    file.write_text("Dear colleague")
    with administrator("x").starts("handover", "--from", file) as told:
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
        parsed(decrypt(content_of(file), OWN))
    assert caught.value.code == code
    assert caught.value.hint
    assert file.read_bytes() == content


@pytest.mark.parametrize(("damage", "ends"), [("cut at its end", 1), ("a letter of the key", 130)])
def test_a_damaged_file_ends_the_command_and_nothing_of_it_is_taken_over(
    damage: str, ends: int, administrator: Administrators, tmp_path: Path
) -> None:
    content, code = DAMAGED[damage]
    file = tmp_path / "x.age"
    file.write_bytes(content)
    entra = administrator("entra")
    with entra.starts("handover", "--from", file) as told:
        answered(told, ("Passphrase of the file:", OWN))
        told.until(f"Code: {code}")
        if ends == 130:  # a wrong passphrase looks the same, so it is asked again
            answered(told, ("Passphrase of the file:", "q"))
        assert told.end() == ends
        assert "Take it over" not in told.output
        assert "Traceback" not in told.output
    assert file.read_bytes() == content
    assert not any(json.loads(entra.keyring.read_text()).values())  # it was tried out
    assert not [each for each in entra.settings.rglob("default*") if each.is_file()]


def test_the_whole_file_of_that_test_is_taken_over(
    administrator: Administrators, tmp_path: Path
) -> None:
    file = tmp_path / "x.age"
    file.write_bytes(WHOLE)
    entra = administrator("entra")
    with entra.starts("handover", "--from", file) as told:
        answered(told, ("Passphrase of the file:", OWN), ("Take it over", "y"))
        assert told.end() == 0
    assert entra.token() == f"{'a' * 64}_PF84_{ORGANIZATION}"


@pytest.mark.usefixtures("env", "no_keyring")
def test_without_a_terminal_it_refuses_with_a_sentence() -> None:
    ran = run_here("handover", "--practice", "--to", "x.age", given="\n\n")
    assert ran.returncode == 2
    assert "A hand-over needs a terminal" in ran.stdout


@pytest.mark.parametrize("given", [[], ["--to", "a", "--from", "b"]], ids=["neither", "both"])
def test_the_command_takes_exactly_one_file(given: list[str]) -> None:
    ran = run_here("handover", *given)
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

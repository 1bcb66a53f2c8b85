"""In plain prompts, a token that came is stored, asked about again, revoked, or told about."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conversation import WIZARD, Conversation, environment
from tests.conversation_here import ConversationHere
from tests.redirects import address, almost_posted
from tests.servers import Reply, Seen, Served, json_reply, served
from tests.sessions import ORGANIZATION, PLACE, session_in, stored, webex_token
from tests.stumbling import STUMBLES, Stumble, Stumbling
from wizard.errors import WizardError
from wizard.flow.plan import RENEWAL
from wizard.flow.session import Flow
from wizard.linear.console import ECHO_CAUTION, Console, GoBack
from wizard.linear.token import ask_token
from wizard.net.connect import direct
from wizard.net.endpoints import bundled, override
from wizard.options import Options
from wizard.store.keystore import Keystore, Slot
from wizard.store.profiles import ProfileStore
from wizard.walk.walk import Mode, Visit
from wizard.webex.revocation import revoker
from wizard.workspace import Workspace

pytestmark = pytest.mark.port_3000

TOKEN = f"{'a' * 64}_PF84_{ORGANIZATION}"
KEEP = "Keep this token?"
RENEW = ["renew", "--plain", "--practice"]


class Scripted(Console):
    """A console at which a test answers; without answers left, the input has ended."""

    def __init__(self, *answers: "Answer") -> None:
        super().__init__()
        self.heard = ""
        self._answers = list(answers)

    def say(self, text: str = "") -> None:
        """Hear a line."""
        self.heard += f"{text}\n"

    async def line(self) -> str | None:
        """Answer."""
        if not self._answers:
            self.ended = True
            return None
        answer = self._answers.pop(0)
        given = answer if isinstance(answer, str) else answer(self)
        return await given if isawaitable(given) else given


Answer = str | Callable[[Scripted], str | Awaitable[str]]


def pasted(console: Scripted, token: str = TOKEN) -> str:
    """Return the address at which a browser ends after the sign-in whose link was shown."""
    return address(console.heard, token)


@dataclass
class Webex:
    """Answers whose token it is and revokes it, unless its network is cut."""

    cut_from: float = float("inf")
    """The first request that is cut."""
    alive: set[str] = field(default_factory=lambda: {TOKEN})
    asked: list[str] = field(default_factory=list)

    def answer(self, seen: Seen) -> Reply:
        self.asked.append(f"{seen.method} {urlsplit(seen.target).path}")
        if len(self.asked) >= self.cut_from:
            raise ConnectionAbortedError
        token = seen.headers["authorization"].removeprefix("Bearer ")
        if token not in self.alive:
            return json_reply({"message": "no"}, 401)
        if seen.method == "DELETE":
            self.alive.remove(token)
            return Reply(204)
        if seen.target.startswith("/tokens"):
            return json_reply({"data": []})
        if seen.target.endswith("/Users/me"):
            return json_reply({"userName": "alex@example.com", "roles": ["id_full_admin"]})
        person = {"emails": ["alex@example.com"], "displayName": "Alex", "orgId": ORGANIZATION}
        return json_reply(person)


@dataclass
class Ground:
    folder: Path
    backend: Stumbling = field(default_factory=Stumbling)
    webex: Webex = field(default_factory=Webex)

    def asked(self, *answers: Answer) -> tuple[str, BaseException | None]:
        """Ask for the new token of a renewal; return what was said, and how it was left."""
        return asyncio.run(self._asked(Scripted(*answers)))

    async def _asked(self, console: Scripted) -> tuple[str, BaseException | None]:
        async with served(self.webex.answer) as server:
            space = self.space(server)
            step, flow = space.step(RENEWAL[0]), Flow(RENEWAL, session_in(self.folder))
            visit = Visit(flow, RENEWAL[0], Mode.ASK, step)
            try:
                await ask_token(console, step, visit, space)  # type: ignore[arg-type]  # that step is a token step
            except (GoBack, WizardError) as error:
                return console.heard, error
            return console.heard, None

    def space(self, server: Served) -> Workspace:
        moved = {
            "api_base": server.url(),
            "identity_base": server.url("/identity"),
            "token_endpoint_me": server.url("/tokens/me"),
        }
        endpoints = override(bundled(), {"webex": moved})
        connect = partial(direct, retries=False)
        return Workspace(
            Options(command="renew", plain=True, use_browser=False),
            endpoints,
            Keystore(PLACE, backend=self.backend),
            ProfileStore(self.folder),
            revoker(endpoints.webex, connect),
            connect=connect,
        )

    def waits(self) -> bool:
        """Tell whether the token is in the keyring, and the profile says so."""
        self.backend.recover()
        found = asyncio.run(Keystore(PLACE, backend=self.backend).read("default", Slot.PENDING))
        is_there = found is not None and found.token.get_secret_value() == TOKEN
        assert session_in(self.folder).profile.has_waiting_token is is_there
        return is_there


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("how", STUMBLES)
def test_a_token_stays_at_hand_while_the_keyring_stumbles(
    ground: Ground, how: Stumble, call: int
) -> None:
    ground.backend.how = how

    def keep(_: Scripted) -> str:
        ground.backend.stumble(call)
        return "y"

    def again(console: Scripted) -> str:
        assert "Problem: The keyring" in console.heard
        assert "Next: " in console.heard
        ground.backend.recover()
        return "y"

    said, left = ground.asked(pasted, keep, again)
    assert left is None
    assert said.endswith("The token is in the keyring.\n")
    assert ground.waits()
    assert ground.webex.alive == {TOKEN}


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("how", STUMBLES)
@pytest.mark.parametrize("recovers", [True, False])
@pytest.mark.parametrize("answer", ["n", "q", "b", ""])
def test_a_token_given_up_after_a_stumble_is_found_revoked_or_told_about(
    ground: Ground, how: Stumble, call: int, answer: str, recovers: bool
) -> None:
    ground.backend.how = how

    def keep(_: Scripted) -> str:
        ground.backend.stumble(call)
        return "y"

    def give_up(_: Scripted) -> str:
        if recovers:
            ground.backend.recover()
        return answer

    # Without an answer, the input has ended.
    said, left = ground.asked(pasted, keep, *([give_up] if answer else []))
    assert left is not None
    last = said.splitlines()[-1]
    if ground.webex.alive == set():
        assert last == "The token that came is revoked."
        assert session_in(ground.folder).profile.storing is None
    elif last == "The token is in the keyring after all.":
        assert ground.waits()
    else:
        assert "It stays valid until" in last


@pytest.mark.parametrize("cut_from", [1, 2, 3])
def test_a_network_cut_at_any_request_asks_the_question_again(
    ground: Ground, cut_from: int
) -> None:
    ground.webex.cut_from = cut_from

    def mended(console: Scripted) -> str:
        assert "Code: connection-cut" in console.heard
        ground.webex.cut_from = float("inf")
        return "y"

    # Only the first request must be answered; roles and scopes are left unknown without theirs.
    answers: tuple[Answer, ...] = (pasted, mended, "y") if cut_from == 1 else (pasted, "y")
    said, left = ground.asked(*answers)
    assert left is None
    assert said.count("response_type") == 1, "no second sign-in"
    assert ground.waits()


def test_a_token_that_nobody_can_be_asked_about_nor_revoke_is_told_about(ground: Ground) -> None:
    ground.webex.cut_from = 1
    said, left = ground.asked(pasted, "n")
    assert isinstance(left, WizardError)
    assert left.code == "connection-cut"
    assert "could not be revoked" in said
    assert "It stays valid until" in said
    assert said.count("Code: connection-cut") == 1, "explained once"


@pytest.mark.parametrize("answer", ["n", "b", "q", ""])
def test_a_token_that_is_not_kept_is_revoked(ground: Ground, answer: str) -> None:
    said, left = ground.asked(pasted, *([answer] if answer else []))
    assert left is not None
    assert said.endswith("The token that came is revoked.\n")
    assert ground.webex.alive == set()
    assert not ground.waits()


OTHER = f"{'b' * 64}_PF84_{ORGANIZATION}"


def test_of_two_tokens_in_one_moment_the_second_is_revoked(ground: Ground) -> None:
    ground.webex.alive = {TOKEN, OTHER}

    async def both(console: Scripted) -> str:
        async with almost_posted(pasted(console).partition("#")[2]) as post:
            post()
            return pasted(console, OTHER)

    said, left = ground.asked(both, "y")
    assert left is None
    assert "Two tokens came in the same moment. The second token that came is revoked.\n" in said
    assert ground.webex.alive == {TOKEN}
    assert ground.waits()


def test_a_pasted_answer_to_another_sign_in_is_said_to_hold_a_token_that_lives(
    ground: Ground,
) -> None:
    def foreign(console: Scripted) -> str:
        return pasted(console, OTHER) + "x"

    said, left = ground.asked(foreign, pasted, "y")
    assert left is None
    assert "is neither used nor revoked here. It is valid for about 45 days" in said
    assert "Code: state-mismatch" in said
    assert OTHER not in said
    assert ground.waits()


def test_where_a_paste_is_shown_it_is_warned_about(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(ours), os.fdopen(theirs) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setitem(sys.modules, "termios", None)  # as on Windows
        said, _ = ground.asked(pasted)
    assert f"{ECHO_CAUTION}\n" in said
    assert "not shown" not in said


def test_a_token_of_another_organization_is_revoked(ground: Ground) -> None:
    other = webex_token()
    ground.webex.alive = {other}
    session_in(ground.folder, organization_id=ORGANIZATION)
    _, left = ground.asked(lambda console: pasted(console, other))
    assert isinstance(left, WizardError)
    assert left.code == "organization-mismatch"
    assert left.message.endswith("The token that came is revoked.")
    assert ground.webex.alive == set()


def test_the_token_in_force_is_not_taken_for_a_new_one(ground: Ground) -> None:
    known = stored(TOKEN, days=20)
    ground.backend.set_password("webex-wizard", "default/current", known.to_secret())
    session_in(ground.folder, token=known.facts)
    _, left = ground.asked(pasted)
    assert isinstance(left, WizardError)
    assert left.code == "token-in-force"
    assert session_in(ground.folder).profile.token == known.facts
    assert ground.webex.alive == {TOKEN}
    assert ground.webex.asked == []


def to_the_question(told: Conversation) -> None:
    for question, answer in (("Organization ID", ""), ("Practice: type p", "p")):
        told.until(question)
        told.answer(answer)
    told.until(KEEP)


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_hangup_revoke_a_token_in_hand(way: signal.Signals, tmp_path: Path) -> None:
    env = environment(tmp_path / "home", WEBEX_WIZARD_HOME=str(tmp_path / "settings"))
    with Conversation([*WIZARD, *RENEW], env) as told:
        to_the_question(told)
        told.signal(way)
        told.until("The token that came is revoked.")
        assert told.end() == 130
        assert "Traceback" not in told.output
        if way == signal.SIGINT:
            assert "What was done so far is kept" in told.output


@pytest.mark.usefixtures("env")
def test_the_end_of_the_input_revokes_a_token_in_hand() -> None:
    with ConversationHere(RENEW) as told:
        to_the_question(told)
        told.close_input()
        told.until("The token that came is revoked.")
        assert told.end() == 130


@pytest.mark.usefixtures("env")
def test_a_renewal_whose_test_failed_says_which_token_is_in_force_and_ends_as_failed() -> None:
    with ConversationHere([*RENEW, "--fault", "scim:403"]) as told:
        to_the_question(told)
        told.answer("y")
        told.until("Entra's own test should say: failure")
        told.until("A new token from")
        told.until("There is no other token in the keyring.")
        told.until("Get another token?")
        told.answer("n")
        told.until("Test again?")
        told.answer("n")
        told.until("Go on with: webex-wizard renew --practice --plain")
        assert told.end() == 1
        assert "Not possible before" not in told.output


@pytest.mark.usefixtures("env")
def test_a_token_given_as_the_organization_is_warned_about_and_not_echoed(tmp_path: Path) -> None:
    token = webex_token()
    with ConversationHere(["setup", "--plain", "--practice"]) as told:
        told.until("Enter goes on:")
        told.answer("")
        told.until("Organization ID")
        told.answer(token)
        told.until("Code: organization-is-token")
        told.until("clear the terminal and its scroll-back")
        told.until("Organization ID")
        told.answer("q")
        assert told.end() == 130
        assert token[:30] not in told.output
    kept = [file.read_text() for file in (tmp_path / "settings").rglob("*") if file.is_file()]
    assert not any(token[:30] in text for text in kept)

"""What the version before this house has written goes on where it was, and says the same."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conversation import WIZARD, Conversation
from tests.conversation_here import OPENING, ConversationHere
from tests.earlier_house import KEPT, restored
from wizard.commands import forget, report, status
from wizard.commands import mapping as mapping_command
from wizard.commands import test as connection_test
from wizard.options import Options

COMMANDS: dict[str, Callable[[Options], int]] = {
    "status": status.run,
    "report": report.run,
    "test": partial(connection_test.run, opening=OPENING),
    "forget": partial(forget.run, opening=OPENING),
}
PROFILES = ("fresh", "by-hand", "graph", "finished", "renewal", "narrowed", "forgotten", "handover")
DIFFERS = re.compile(
    r"""\d{4}-\d\d-\d\d[ T]\d\d:\d\d[:.\d]*([ ]UTC|\+00:00)?  # when it was looked at
    | (?<=127\.0\.0\.1:)\d+ | (?<=Port[ ])\d+                 # where the practice listened
    | (?<="days_left":[ ])\d+ | (?<="duration_ms":[ ])\d+     # how late, how long
    | \d+(?=[ ]days[ ]left) | (?<=after[ ])[\d.]+(?=[ ]seconds)
    | (?<=PRACTICE_)[0-9a-f-]+                                # which request it was""",
    re.VERBOSE,
)
PRACTICE = ("--practice", "--allow-keyring", "tests.foreign_keyring")
WENT_PAST = {"finished", "renewal", "narrowed"}
"""Who had gone past where there is another step by now, and is not asked for it."""
UNSEEN = {"renewal"}
"""Whose provisioning nobody can look at, which was no code of its own."""
PORT = pytest.mark.port_3000
KEEP, DONE, WHOM = "Enter keeps it", "Done? Enter = yes", "A number, or part"


def said_before(state: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((KEPT / state / "documents.json").read_text())
    return found


def alike(document: Any) -> Any:
    """Return a document without what differs from one run to the next."""
    return json.loads(DIFFERS.sub("0", json.dumps(document)), object_hook=_for_programs)


def _for_programs(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the words for people that stand beside a code or an id, and may become better."""
    return {
        name: each for name, each in document.items() if name not in {"title", "hint", "attention"}
    }


def _of(said: Any, earlier: Any) -> Any:
    """Return of a document what an earlier one told, too: it may tell more."""
    if isinstance(earlier, dict):
        return {name: _of(said.get(name), each) for name, each in earlier.items()}
    if isinstance(earlier, list) and len(said) == len(earlier):
        return [_of(*both) for both in zip(said, earlier, strict=True)]
    return said


@pytest.fixture
def settings(env: dict[str, str]) -> Path:
    return Path(env["WEBEX_WIZARD_HOME"])


@pytest.mark.usefixtures("filed")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("state", PROFILES)
def test_each_command_says_the_same_and_exits_the_same(
    state: str,
    command: str,
    settings: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KEPT_IN", str(restored(state, settings)))
    options = Options(
        command, practice=True, allow_keyring="tests.foreign_keyring", json=True, yes=True
    )
    code = COMMANDS[command](options)
    then = said_before(state)[command]
    is_unseen = command == "status" and state in UNSEEN
    assert code == (4 if is_unseen else then["code"])
    said, earlier = alike(json.loads(capsys.readouterr().out)), alike(then["document"])
    if command == "report" and code == 0:
        # It named the real Webex's, which no Entra of a practice was ever given.
        earlier.pop("tenant_url", None)
        told = {step["id"]: step for step in said["steps"]}
        said["steps"] = [told[step["id"]] for step in earlier["steps"]]
        assert ("preview" in told) is (state not in WENT_PAST)
    if command == "status":
        for each in said["profiles"]:
            assert each.pop("steps") == (16 if state in WENT_PAST else 17)
        for each in earlier["profiles"]:
            each.pop("steps")
            if is_unseen:
                assert each.pop("note") == ""
    assert _of(said, earlier) == earlier


def test_the_check_of_a_mapping_says_the_same_and_that_nobody_is_in_scope(
    capsys: pytest.CaptureFixture[str],
) -> None:
    then = said_before("mapping")["mapping check"]
    files = [str(KEPT / "mapping" / name) for name in ("schema.json", "people.json")]
    code = mapping_command.main(["check", files[0], "--people", files[1], "--json"])
    assert code == then["code"]
    said = json.loads(capsys.readouterr().out)
    assert (said["people"], said["in_scope"]) == (3, 0)
    assert said["findings"].pop(0)["code"] == "scope-lets-in-nobody"
    assert {key: said[key] for key in then["document"]} == then["document"]


Begun = Callable[..., Conversation]


@pytest.fixture
def begun(
    settings: Path, env: dict[str, str], filed: None, monkeypatch: pytest.MonkeyPatch
) -> Begun:
    """Return what starts a command in plain prompts for somebody who comes back."""

    def begin(state: str, *command: str | Path, terminal: bool = False) -> Conversation:
        held = settings / "keyring.json" if settings.exists() else restored(state, settings)
        monkeypatch.setenv("KEPT_IN", str(held))
        if not terminal:
            return ConversationHere([*map(str, command), "--plain", *PRACTICE])
        theirs = env | {
            "KEPT_IN": str(held),
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHON_KEYRING_BACKEND": "tests.foreign_keyring.Filed",
        }
        return Conversation([*WIZARD, *command, *PRACTICE], theirs, terminal=True)

    return begin


def answered(told: Conversation, *steps: tuple[str, str, str]) -> None:
    for heading, question, answer in steps:
        told.until(heading)
        told.until(question)
        told.answer(answer)


class TestPlainPrompts:
    """The setup, the renewal and the undo go on in plain prompts."""

    @pytest.mark.parametrize(
        ("state", "steps"),
        [
            pytest.param(
                "fresh",
                [("Step 2 of 17", "Organization ID", ""), ("Step 3", "Practice: type p", "q")],
                marks=PORT,
            ),
            (
                "by-hand",
                [
                    ("Step 10 of 17", DONE, "b"),
                    ("Step 9 of 17", KEEP, ""),
                    ("Step 10 of 17", DONE, "s"),
                    ("Step 11 of 17", DONE, "q"),
                ],
            ),
            (
                "graph",
                [
                    ("Step 9 of 17", KEEP, ""),
                    ("", "Enter goes on", ""),
                    ("Step 10 of 17", "Enter goes on", "y"),
                    ("", "Enter goes on", ""),
                    ("Step 11 of 17", WHOM, "q"),
                ],
            ),
            (
                "narrowed",
                [
                    ("Step 14 of 17", WHOM, ""),
                    ("", "Do it?", "s"),
                    ("Step 15 of 17", "Enter goes on", ""),
                    ("waits for a restart of provisioning", "or a to do it again", "a"),
                    ("How shall it start again?", "A number:", ""),
                    ("type Cisco Webex:", "Enter takes nothing", "Cisco Webex"),
                    ("", "Do it?", "y"),
                    ("TooManyDeletes", "Enter looks again", "q"),
                ],
            ),
        ],
        ids=["fresh", "by-hand", "graph", "narrowed"],
    )
    def test_a_setup_goes_on_where_it_was_left(
        self, begun: Begun, state: str, steps: list[tuple[str, str, str]]
    ) -> None:
        with begun(state, "setup") as told:
            answered(told, *steps)
            assert told.end() == 130

    def test_a_finished_setup_says_so(self, begun: Begun) -> None:
        with begun("finished", "setup") as told:
            answered(told, ("The setup is done. Ana Ruiz arrived in Webex", "Save the report", "n"))
            assert told.end() == 0

    def test_a_renewal_goes_on_with_the_token_that_waits(self, begun: Begun) -> None:
        with begun("renewal", "renew") as told:
            answered(
                told, ("A new token", "Go on with it?", ""), ("Step 4 of 5", "Done? y = yes", "y")
            )
            told.until("The old token is revoked.")
            answered(told, ("", "Save the report", "n"))
            assert told.end() == 0

    @pytest.mark.parametrize("state", ["finished", "forgotten"])
    def test_undo_takes_back_what_the_journal_says(self, begun: Begun, state: str) -> None:
        with begun(state, "undo") as told:
            answered(told, ("Application: Cisco Webex", "Take back which?", "all"))
            if state == "forgotten":  # and with it the sign-in
                answered(told, ("", "Sign in to Microsoft", ""))
            told.until("Cisco Webex is deleted; Entra can restore it for 30 days.")
            told.end()
        with begun(state, "undo") as told:
            told.end()
            assert "application: " not in told.output

    @PORT
    def test_a_hand_over_file_is_opened_and_taken_over(self, begun: Begun) -> None:
        file = KEPT / "handover" / "webex-default-handover.age"
        with begun("forgotten", "handover", "--from", file, terminal=True) as told:
            answered(told, ("", "Passphrase of the file:", "six invented words of a colleague"))
            answered(told, ("Tested: passed", "Take it over into the profile default?", ""))
            assert told.end() == 0
        with begun("forgotten", "setup") as told:
            answered(told, ("Step 1 of 17", "Enter goes on:", ""))
            answered(told, ("Step 2 of 17", "Organization ID", ""))
            told.until("Step 4 of 17")
            told.until("Creating and changing users would work.")

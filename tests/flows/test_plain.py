"""The setup and the renewal in plain prompts, against the practice tenant."""

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from tests.clipboard_here import have_clipboard
from tests.command_here import run_here
from tests.conversation import WIZARD, Conversation
from tests.conversation_here import ConversationHere
from tests.foreign_keyring import ClearText, in_use
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from wizard.store.profiles import Profile, ProfileStore, utc_now

pytestmark = [pytest.mark.usefixtures("env"), pytest.mark.port_3000]

SETUP = ["setup", "--plain", "--practice"]
RENEW = ["renew", "--plain", "--practice"]

SIGN_IN = "Enter signs in with a browser"
LACKS = "Enter goes to Organization; s = skip:"
REMEMBER = "Remember this sign-in in the keyring of this machine?"

ANSWERS = (
    ("Step 1 of 17: This machine", "Enter goes on:", ""),
    ("Step 2 of 17: Organization", "Organization ID (Enter takes", ""),
    ("Step 3 of 17: Secret token", "Practice: type p", "p"),
    ("Account: ", "Keep this token?", "y"),
    ("Step 5 of 17: Microsoft sign-in", SIGN_IN, "hand"),
    ("Step 6 of 17: Application", "Done? Enter = yes", "y"),
    ("Step 7 of 17: Credentials", "Done? Enter = yes", "y"),
    ("Step 8 of 17: Notification", "Done? Enter = yes", "y"),
    ("Step 9 of 17: Mapping", "Enter keeps it", ""),
    ("Step 10 of 17: Filters", "Done? Enter = yes", "s"),
    ("Step 11 of 17: Assignment", "Done? Enter = yes", "y"),
    ("Step 12 of 17: Who is in scope", "Done? Enter = yes", "y"),
    ("Step 13 of 17: Preview", "File with the people of Entra", "s"),
    ("Step 14 of 17: Try one person", "Done? Enter = yes", "y"),
    ("Step 15 of 17: Start", "Done? Enter = yes", "y"),
    ("Step 16 of 17: First cycle", "Done? Enter = yes", "y"),
    ("Step 17 of 17: Finish", "Save the report", "y"),
)
"""What is said first, which question follows, and its answer."""


def answered(told: Conversation, *steps: tuple[str, str, str]) -> None:
    for heading, question, answer in steps:
        told.until(heading)
        told.until(question)
        told.answer(answer)


def test_a_step_before_its_application_leads_there() -> None:
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:4], ("Step 5", SIGN_IN, ""), ("Step 6", "Do it? Enter = yes", "s"))
        answered(told, ("Step 7", "Go to Application? [Y/n]", ""), ("Step 6", "Do it?", "quit"))
        assert told.end() == 130


def test_the_whole_setup_is_walked_with_answers_from_a_pipe(
    env: dict[str, str], tmp_path: Path
) -> None:
    ran = subprocess.run(
        [*WIZARD, *SETUP],
        env=env | {"COLUMNS": "9999"},
        cwd=env["HOME"],
        input="".join(f"{answer}\n" for _, _, answer in ANSWERS),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    places = [ran.stdout.find(heading) for heading, _, _ in ANSWERS]
    assert places == sorted(places)
    assert -1 not in places
    assert "PRACTICE" in ran.stdout
    assert "Creating and changing users would work" in ran.stdout
    assert "The setup is done by your word. You said that the first cycle is" in ran.stdout
    for mark in (
        "- Secret token: found so",
        "- Start: you said so",
        "- Filters: skipped",
    ):
        assert mark in ran.stdout
    report = Path(env["HOME"], "webex-default-report.md").read_text()
    assert "PF84" not in ran.stdout + report
    assert "The token was kept in memory only, and is gone from this machine" in report
    assert "Finish: said by hand" in report
    assert Path(env["HOME"], "webex-default-renewal.ics").exists()
    stored = json.loads((tmp_path / "settings" / "practice" / "default.json").read_text())
    assert len(stored["steps"]) == 15  # all but the optional filters and preview


def test_every_question_leads_back_and_the_step_before_stops() -> None:
    with ConversationHere(SETUP) as told:
        told.until("Enter goes on:")
        told.answer("back")
        told.until("This is the first step.")
        told.until("Enter goes on:")
        told.answer("")
        answered(told, ("Step 2", "Organization ID", "no organization"))
        told.until("Problem: ")
        told.until("Organization ID")
        told.answer("b")
        answered(told, ANSWERS[0], ANSWERS[1], ("Step 3", "Practice: type p", "b"))
        answered(told, ANSWERS[1], ANSWERS[2], ("Account: ", "Keep this token?", "b"))
        answered(told, ANSWERS[1], ANSWERS[2], ANSWERS[3])
        answered(told, ("Step 5", SIGN_IN, "b"))
        answered(told, ("Step 4", "Enter tests again:", "b"))
        answered(told, ("Step 3", "Enter keeps it, n signs in", "b"))
        answered(told, ANSWERS[1], ("Step 5", SIGN_IN, "b"))
        answered(told, ("Step 4", "Enter tests again:", ""))
        told.until("Creating and changing users would work")
        answered(told, *ANSWERS[4:8])
        for heading, question, _ in reversed(ANSWERS[6:9]):
            answered(told, (heading, question, "b"))
        answered(told, *ANSWERS[5:16])
        answered(told, ("Step 17", "Save the report", "b"))
        answered(told, *ANSWERS[15:])
        assert told.end() == 0


def test_another_token_can_be_taken_until_entra_has_one() -> None:
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:4], ("Step 5", SIGN_IN, "b"), ("Step 4", "Enter tests", "b"))
        answered(told, ("Step 3", "Enter keeps it, n signs in", "what"))
        told.until("Please press Enter, or answer n.")
        answered(told, ("", "Enter keeps it, n signs in", "n"), ("", "Practice: type p", "p"))
        answered(told, *ANSWERS[3:7], ("Step 8", "Done?", "b"), ("Step 7", "Done?", "b"))
        answered(
            told,
            ("Step 6", "Done?", "b"),
            ("Step 5", "Enter goes on", "b"),
            ("Step 4", "Enter tests", "b"),
        )
        answered(told, ("Step 3", "`webex-wizard renew --practice` replaces it", ""))
        told.until("Step 4 of 17")


def test_quitting_keeps_the_place() -> None:
    for here, following in pairwise(ANSWERS[:3]):
        with ConversationHere(SETUP) as told:
            answered(told, here, (*following[:2], "quit"))
            assert told.end() == 130
            assert "What was done so far is kept" in told.output
            assert "Next: " in told.output
            assert told.output.endswith("Go on with: webex-wizard --practice --plain\n")
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[2:4])
        told.until("Step 5 of 17")


def test_the_end_of_the_input_leaves_with_130() -> None:
    with ConversationHere(SETUP) as told:
        told.until("Enter goes on:")
        told.close_input()
        assert told.end() == 130


def test_the_end_of_the_input_ends_the_wait_for_the_browser_too() -> None:
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:2])
        told.until("What you type is")
        told.close_input()
        assert told.end() == 130
        assert "What was done so far is kept" in told.output
    with ConversationHere([*RENEW, "--no-browser"]) as told:
        told.until("What you type is")
        told.close_input()
        assert told.end() == 130


@pytest.mark.parametrize("answers", [1, 2, 3, 4, 8])
def test_a_pipe_that_says_too_little_ends_the_walk(answers: int) -> None:
    with ConversationHere(SETUP) as told:
        for _, _, answer in ANSWERS[:answers]:
            told.answer(answer)
        told.close_input()
        assert told.end() == 130
        assert "What was done so far is kept" in told.output


def test_a_token_that_a_keyring_lost_is_asked_for_again(env: dict[str, str]) -> None:
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:4])
        told.until("Step 5 of 17")
    # Without a keyring, practice keeps its token in memory that is gone with the workspace.
    settings = Path(env["WEBEX_WIZARD_HOME"], "practice", "default.json")
    content = json.loads(settings.read_text())
    del content["check"]  # as the hint says to whoever edits it by hand
    settings.write_text(json.dumps(content | {"at_step": "connection"}))
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[2:6])
        told.until("Step 7 of 17")


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("http://localhost:3000/auth/code#access_token=abc&state=x", "state-mismatch"),
        ("http://localhost:3000/auth/code?code=abc", "authorization-code"),
        ("7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701", "pasted-organization-id"),
        ("what do I do here", "pasted-not-a-token"),
        ("https://admin.webex.com/", "pasted-address-without-token"),
        ("x" * 40_000, "pasted-too-long"),
    ],
    ids=["other-state", "code", "organization", "words", "address", "long"],
)
def test_a_wrong_paste_is_explained_and_may_be_repeated(pasted: str, code: str) -> None:
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:2], ("Step 3", "Practice: type p", pasted))
        told.until(f"Code: {code}")
        told.answer("p")
        answered(told, ANSWERS[3])
        told.until("Step 5 of 17")


def test_wrong_answers_are_explained_at_every_question(tmp_path: Path) -> None:
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:3], ("Account: ", "Keep this token?", "maybe"))
        told.until("Please answer y or n.")
        answered(told, ("", "Keep this token?", ""), ANSWERS[4], ("Step 6", "Done?", "maybe"))
        answered(told, ("Please answer", "Done?", "y"), ("Step 7", "Done?", "9"))
        answered(told, ("Please answer", "Done?", "²"), ("Please answer", "Done?", "1"))
        told.until("There is no clipboard here.")
        answered(told, ("", "Done?", "y"), ANSWERS[7], ("Step 9", "Enter keeps it", "what"))
        answered(told, ("Please answer", "Enter keeps it", "import /no/such/file"))
        answered(told, ("Code: mapping-file", "Enter keeps it", f"export {tmp_path}/m.json"))
        answered(told, ("Saved.", "Enter keeps it", f"export {tmp_path}/m.json"))
        told.until("Saved over the file that was there.")
        answered(told, ("", "Enter keeps it", f"import {tmp_path}/m.json"))
        answered(told, ("What Entra writes", "Enter keeps it", "export /proc/m.json"))
        answered(told, ("Problem: ", "Enter keeps it", ""), ("Step 10", "Done?", "s"))
        told.until("Step 11 of 17")


def left_at(step_id: str, tmp_path: Path) -> None:
    """Store a practice profile that was left at a step which needs no other."""
    store = ProfileStore(tmp_path / "settings" / "practice")
    store.save(Profile.new("default", utc_now()).with_changes(at_step=step_id))


def test_a_mapping_is_tried_and_changed_in_words(tmp_path: Path) -> None:
    left_at("mapping", tmp_path)
    people = tmp_path / "staff.json"
    people.write_text('[{"userPrincipalName": "a@contoso.example", "jobTitle": "\\u001b[2JChief"}]')
    keep = "Enter keeps it"
    with ConversationHere(SETUP) as told:
        answered(told, ("for ana.ruiz@practice.example", keep, "?"))
        answered(told, ("set ATTRIBUTE = SOURCE", keep, "next"))
        answered(told, ("displayName from [displayName]: Ben Keller", keep, "person keik"))
        answered(told, ("for keiko.mori@practice.example", keep, "person KE"))
        answered(told, ("people are called like that:\n1. ben.keller@", "A number", "ben"))
        answered(told, ("Please answer with a number.", "A number", ""))
        answered(told, ("for keiko.mori@practice.example", keep, "person ke"))
        answered(told, ("1. ben.keller@", "A number", "1"))
        answered(told, ("for ben.keller@practice.example", keep, "person nobody-like-that"))
        answered(told, ("Nobody of 65 invented people", keep, "set title = [jobTitle"))
        answered(told, ("never closed", keep, "set title = [jobTitle]"))
        answered(told, ("title from [jobTitle]: ", keep, f"people {people}"))
        answered(told, ("1 of 1 person from staff.json", keep, "everybody"))
        answered(told, ("It breaks nobody", keep, 'set displayName = "x"'))
        answered(told, ('displayName from "x": x', keep, "remove displayName"))
        answered(told, ("", keep, "remove userName"))
        told.until("Without this row: userName is not mapped. Webex creates nobody without it.")
        answered(told, ("", "Remove it all the same?", ""))
        answered(told, ("for a@contoso.example", keep, "undo"))
        answered(told, ('displayName from "x": x', keep, "offer ToUpper([jobT"))
        answered(told, ("ToUpper(source, [culture])\n- [jobTitle]: Job title", keep, "set title"))
        answered(told, ("Say it like this", keep, "default"))
        answered(told, ("displayName from [displayName]: (empty)", keep, "portal"))
        answered(told, ("- userName from [userPrincipalName], matching 1", keep, ""))
        told.until("Step 10 of 17")
        assert "Done when: The rows in Entra are these." in told.output
        assert "\x1b" not in told.output


def test_scoping_filters_are_built_and_asked_in_words(tmp_path: Path) -> None:
    left_at("scoping", tmp_path)
    done = "Done? Enter = yes"
    with ConversationHere(SETUP) as told:
        answered(told, ("No filter leaves", done, "?"))
        answered(told, ("and ATTRIBUTE OPERATOR", done, "and department EQUALS Sales"))
        answered(told, ("7 in scope, 58 out", done, "or department EQUALS IT"))
        answered(told, ("Filter 2", done, "out"))
        answered(told, ('department is "Sales", but it is', done, "and department LIKE x"))
        answered(told, ("no operator", done, "people /no/such/file"))
        answered(told, ("Code: people-unreadable", done, "none"))
        answered(told, ("65 in scope, 0 out", done, "undo"))
        answered(told, ("Filter 2", done, "none"))
        answered(told, ("65 in scope, 0 out", done, "y"))
        told.until("Step 11 of 17")


@pytest.mark.parametrize(
    ("copied", "kept"), [("2", ""), ("21", "/v1/scim/")], ids=["secret", "secret-then-address"]
)
def test_only_a_secret_is_taken_out_of_the_clipboard_at_the_end(
    copied: str,
    kept: str,
    env: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clipboard = have_clipboard(tmp_path, monkeypatch)
    with ConversationHere([*SETUP, "--no-browser"]) as told:
        answered(told, *ANSWERS[:6])
        told.until("Step 7 of 17")
        for value in copied:
            answered(told, ("", "Done?", value))
            told.until("Copied to the clipboard.")
        assert clipboard.read_text()
        told.answer("q")
        assert told.end() == 130
    assert kept in clipboard.read_text()
    assert bool(kept) is bool(clipboard.read_text())


def test_without_a_token_the_end_saves_the_report_alone(
    env: dict[str, str], tmp_path: Path
) -> None:
    left_at("finish", tmp_path)
    with ConversationHere(SETUP) as told:
        answered(told, ("- This machine: open", "Save the report", "y"))
        assert told.end() == 0
        assert "Saved: None" not in told.output
    assert [file.name for file in Path(env["HOME"]).glob("webex-*")] == ["webex-default-report.md"]


def test_the_token_of_a_weak_account_is_refused_and_asked_for_again() -> None:
    with PracticeHere() as tenant:
        weak = next(account for account in tenant.accounts if "read" in account.description.lower())
        token = sign_in(tenant, weak.email).token
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:2], ("Step 3", "Practice: type p", token))
        told.until("Code: role-cannot-write")
        answered(told, ("", "Try again?", "y"), ("", "Practice: type p", "p"), ANSWERS[3])
        told.until("Step 5 of 17")
        assert token not in told.output


def test_a_failing_connection_may_be_tested_again() -> None:
    with ConversationHere([*SETUP, "--fault", "scim:403:times=1"]) as told:
        answered(told, *ANSWERS[:4])
        told.until("Entra's own test should say: failure")
        answered(told, ("", "Get another token?", "n"), ("", "Test again?", "y"))
        told.until("Entra's own test should say: success")
        told.until("Step 5 of 17")


def test_the_command_that_goes_on_is_in_one_piece_on_a_narrow_terminal() -> None:
    with ConversationHere(SETUP, columns=40) as told:
        told.until("Enter goes on:")
        told.close_input()
        assert told.end() == 130
        assert told.output.endswith("Go on with:\n  webex-wizard --practice --plain\n")


def test_a_renewal_shows_its_steps_and_how_it_ended() -> None:
    with ConversationHere(RENEW) as told:
        answered(told, ("Step 1 of 6: Organization", "Organization ID", ""))
        answered(told, ("Step 2 of 6", "Practice: type p", "p"), ANSWERS[3])
        told.until("Step 3 of 6")
        answered(told, ("Step 4 of 6", SIGN_IN, "hand"))
        answered(told, ("Step 5 of 6", "Done?", "y"))
        told.until("Step 6 of 6")
        told.until("By your word, Entra has the new token")
        told.until("The keyring has no old token, so none was revoked.")
        answered(told, ("What to do next:", "Save the report", "n"))
        assert told.end() == 0


def test_at_a_terminal_what_is_pasted_stays_hidden_and_may_be_wrapped() -> None:
    with PracticeHere() as tenant:
        token = sign_in(tenant).token
    with ConversationHere(SETUP, terminal=True) as told:
        answered(told, *ANSWERS[:2], ("Step 3", "not shown.", f"{token[:60]}\n{token[60:]}"))
        answered(told, ANSWERS[3])
        told.until("Step 5 of 17")
        assert token[:20] not in told.output
        assert token[60:] not in told.output
        answered(told, ("", SIGN_IN, "hand"), ("Step 6", "Done?", "q"))
        assert told.end() == 130


@pytest.mark.parametrize("way", ["browser", "device"])
def test_the_application_is_added_through_graph_in_words(way: str, tmp_path: Path) -> None:
    left_at("sign-in", tmp_path)
    with ConversationHere(SETUP) as told:
        answered(told, ("Nobody is signed in.", SIGN_IN, "no tenant"))
        answered(told, ("neither a tenant id nor a domain", "Try again?", "y"))
        answered(told, ("", SIGN_IN, way))
        told.until("Roles: Cloud Application")
        told.until("This machine has no keyring that can be used, so the sign-in ends with")
        answered(told, ("Step 6", "Do it?", "l"))
        answered(told, ("- Add Cisco Webex from the gallery.", "Do it?", "y"))
        told.until("Cisco Webex is the application that provisions.")


def test_the_plain_sign_in_names_its_client_and_how_long_its_code_lives(tmp_path: Path) -> None:
    own = "5f6e7d8c-1a2b-4c3d-8e9f-a0b1c2d3e4f5"
    left_at("sign-in", tmp_path)
    with ConversationHere([*SETUP, "--fault", "graph:500"]) as told:
        answered(told, ("", SIGN_IN, "client"), ("", "Client id of your own", "14d82eec"))
        answered(told, ("not an application (client) id", "Try again?", "y"))
        answered(told, ("", SIGN_IN, "client"), ("", "Client id of your own", own))
        answered(told, (f"that of the registration {own}.", SIGN_IN, "client"))
        answered(
            told, ("", "Client id of your own", ""), ("Command Line Tools.", SIGN_IN, "device")
        )
        told.until("The sign-in is that of Microsoft Graph Command Line Tools.")
        told.until("Asking 127.0.0.1 how to sign in.")
        told.until("The code is good for 15 minutes, until")
        told.until("Signed in as admin@practice.example, but Graph did not tell the rest.")
        answered(told, ("Problem: ", "Enter goes on; or: hand", ""))
        told.until("Step 6 of 17")


def test_microsoft_and_the_directory_are_asked_in_words(tmp_path: Path) -> None:
    keep, done = "Enter keeps it", "Enter goes on, s = skip"
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:4], ("Step 5", SIGN_IN, "browser"))
        answered(told, ("Step 6", "Do it?", "y"))
        answered(told, ("Step 7", "Do it?", "y"), ("Step 8", "Enter takes", "it@practice.example"))
        answered(told, ("", "Enter takes 50", ""), ("", "Do it?", "s"))
        answered(told, ("Step 9", keep, "directory keiko"))
        answered(told, ("People of your directory: 1 found.", "Take these people?", "n"))
        answered(told, ("of 65 invented people", keep, "directory nobody-is-called-that"))
        answered(told, ("of your directory: 0 found.", keep, "directory keiko"))
        answered(told, ("- Keiko Mori, keiko.mori", "Take these people?", "y"))
        answered(told, ("1 of 1 person of your directory", keep, "set title = [jobTitle]"))
        answered(told, ("title from [jobTitle]: ", keep, "microsoft displayName"))
        answered(told, ("displayName: Keiko Mori (this program: the same)", keep, "microsoft x"))
        answered(told, ("x is not mapped.", keep, 'set title = RemoveDuplicates("a")'))
        answered(told, ("title from RemoveDuplicates", keep, ""))
        answered(told, ("Note: It cannot be saved like this.", "Enter goes back to Mapping", ""))
        answered(told, ("", keep, "set title = [jobTitle]"))
        answered(told, ("", keep, ""), ("", "Do it?", "y"))
        answered(told, ("Step 10", done, "directory keiko"), ("", "Take these people?", "y"))
        answered(told, ("1 person of your directory: 1 in scope, 0 out.", done, "s"))


def test_without_a_sign_in_the_directory_and_microsoft_say_so(tmp_path: Path) -> None:
    left_at("mapping", tmp_path)
    with ConversationHere(SETUP) as told:
        answered(told, ("", "Enter keeps it", "directory ana"))
        answered(told, ("Nobody is signed in.", "Enter keeps it", "microsoft displayName"))
        answered(told, ("once provisioning is set up and you are signed in", "Enter", "q"))


def test_the_sign_in_is_remembered_and_forgotten_in_words(tmp_path: Path) -> None:
    left_at("sign-in", tmp_path)
    with (
        in_use(ClearText()) as module,
        ConversationHere([*SETUP, "--allow-keyring", module]) as told,
    ):
        answered(told, ("Step 5", SIGN_IN, "browser"), ("Whoever can use this", REMEMBER, "y"))
        answered(told, ("The sign-in is remembered.", "Do it?", "b"))
        answered(told, ("Signed in as admin", "Enter goes on; or: hand, forget", "forget"))
        answered(told, ("no longer in the keyring", "Enter goes on; or: hand, browser", ""))
        told.until("Step 6")


def test_a_setup_through_graph_that_was_killed_asks_for_the_sign_in(
    env: dict[str, str], tmp_path: Path
) -> None:
    left_at("sign-in", tmp_path)
    with Conversation([*WIZARD, *SETUP], env) as told:
        answered(told, ("Step 5", SIGN_IN, "browser"))
        answered(told, ("Step 6", "Do it?", "y"), ("Step 7", LACKS, "s"))
        told.until("Step 8 of 17")
        told.kill()
    with ConversationHere(SETUP) as told:
        told.until("- Microsoft sign-in: needs a look")
        told.until("- Application: found so")
        told.until("Step 5 of 17")
        told.until("Your Microsoft sign-in ended: sign in again, or go on by hand.")
        answered(told, ("", SIGN_IN, "q"))
    with ConversationHere(SETUP) as told:
        answered(told, ("Step 5", SIGN_IN, "browser"))
        told.until("Step 8 of 17")
        told.until("Problem: ")  # of Graph: provisioning is not set up yet


def test_a_step_is_given_back_to_hand_in_words(tmp_path: Path) -> None:
    left_at("sign-in", tmp_path)
    with ConversationHere(SETUP) as told:
        answered(told, ("Step 5", SIGN_IN, "browser"), ("Step 6", "Do it?", "h"))
        answered(told, ("In the portal of today", "Done? Enter = yes", "y"))
        told.until("Step 7 of 17: Credentials")
        told.until("Not possible before: Organization, Secret token.")


def test_there_is_nothing_to_take_back_where_nothing_is_set_up() -> None:
    with ConversationHere(["undo", "--practice"]) as told:
        assert told.end() == 2
        assert "There is no profile default." in told.output


def test_a_damaged_journal_is_never_said_to_hold_nothing(tmp_path: Path) -> None:
    left_at("sign-in", tmp_path)
    (file,) = (path.with_suffix(".journal") for path in tmp_path.rglob("default.json"))
    file.write_bytes(b"\x00\xff" * 20 + b"\n")
    with ConversationHere(["undo", "--practice"]) as told:
        assert told.end() == 1
        for said in (
            "line 1 is damaged",
            "Code: journal-damaged",
            "No line that can be read",
        ):
            assert said in told.output
    assert file.read_bytes() == b"\x00\xff" * 20 + b"\n"


def test_what_was_made_is_listed_and_nothing_is_taken_back_unasked(tmp_path: Path) -> None:
    left_at("sign-in", tmp_path)
    with ConversationHere(SETUP) as told:
        answered(told, ("Step 5", SIGN_IN, "browser"), ("Step 6", "Do it?", "y"))
        answered(told, ("is the application that provisions.", LACKS, ""))
    with ConversationHere(["undo", "--practice"]) as told:
        answered(told, ("Application: Cisco Webex", "restore it for 30 days", "7"))
        answered(told, ("numbers from the list", "Take back which?", ""))
        assert told.end() == 0
        assert "Nothing was taken back." in told.output
    with ConversationHere(["undo", "--practice"]) as told:
        answered(told, ("", "Take back which?", "all"), ("", "Sign in to Microsoft", ""))
        told.until("Cisco Webex is deleted; Entra can restore it for 30 days.")
        assert told.end() == 0
        (done,) = re.findall(r"\d+ of 17 steps done \(.*?\)", " ".join(told.output.split()))
    assert done in run_here("status", "--practice").stdout
    with ConversationHere(["undo", "--practice"]) as told:
        assert told.end() == 0
        assert "made nothing in Entra" in told.output

"""A running practice job that is narrowed in plain prompts in each of four ways."""

import json
from pathlib import Path

import pytest

from tests.conversation_here import ConversationHere
from tests.flows.test_plain import ANSWERS, SETUP, SIGN_IN, answered
from wizard.steps.narrowed_by_hand import NARROWS

pytestmark = [pytest.mark.usefixtures("env"), pytest.mark.port_3000]

DO, ON, KEEP, WHOM = "Do it? Enter = yes", "Enter goes on", "Enter keeps it", "A number, or part"
KEEPS = "Enter keeps this"
FILTERS = "Enter goes on, s = skip; ?"
"""What Filters ask through Graph, where nothing has to be done by hand."""
RESTART = ("Restart provisioning, to make it take effect?", "A number:", "2")
UNNAMED = ("type Cisco Webex:", "Enter takes nothing", "")
NAMED = ("type Cisco Webex:", "Enter takes nothing", "Cisco Webex")
REFUSED = ("Code: narrowing-unnamed", "Try again?", "y")
RESTARTED = "Provisioning is restarted: it looks at everybody again."


def narrowing(folder: Path) -> list[tuple[str, str]]:
    """Return what the journal knows of it: step and action."""
    (journal,) = folder.rglob("default.journal")
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    return [(each["step"], each["action"]) for each in entries if "narrows" in each["details"]]


def test_a_running_job_is_narrowed_in_words_only_by_name(
    tmp_path: Path,
) -> None:
    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:4], ("Step 5", SIGN_IN, "browser"))
        answered(told, ("Step 6", DO, "y"), ("Step 7", DO, "y"))
        answered(told, ("Step 8", "Mail address", "it@practice.example"))
        answered(told, ("", "Deletions that stop a cycle", ""), ("", DO, "y"))
        answered(told, ("Step 9", KEEP, ""), ("", ON, ""))
        answered(told, ("Step 10", FILTERS, "y"), ("", ON, ""))
        answered(told, ("Step 11", WHOM, "ana.ruiz"), ("1. Ana Ruiz", WHOM, "1"))
        answered(told, ("With which role?", "A number:", ""), ("", DO, "y"))
        answered(told, ("Step 12", "A number:", "2"), ("", DO, "y"))
        answered(told, ("Step 13", KEEPS, "s"), ("Step 14", WHOM, ""), ("", DO, "s"))
        answered(told, ("Step 15", DO, "y"))
        answered(told, ("Step 16", "Enter looks again", "b"), ("Step 15", ON, "b"))
        answered(told, ("Step 14", WHOM, "b"), ("Step 13", KEEPS, "b"))
        # Only who is assigned.
        answered(told, ("Everybody in the directory is in scope.", "A number:", "1"), RESTART)
        answered(told, UNNAMED, ("", DO, "y"), REFUSED, ("", "A number:", "1"), RESTART, NAMED)
        answered(told, ("", DO, "y"), (RESTARTED, KEEPS, "b"), ("Step 12", ON, "b"))
        # A new filter.
        answered(
            told,
            ("Step 11", ON, "b"),
            ("Step 10", FILTERS, "or department EQUALS IT"),
        )
        answered(told, ("", FILTERS, "y"), RESTART, UNNAMED, ("", DO, "y"), REFUSED)
        answered(told, RESTART, NAMED, ("", DO, "y"))
        # Another row that finds people.
        answered(told, (RESTARTED, ON, "b"))
        answered(told, ("Step 10", FILTERS, "b"))
        answered(told, ("Step 9", KEEP, "set userName = [mail]"), ("", KEEP, ""), RESTART, UNNAMED)
        answered(told, ("", DO, "y"), REFUSED, RESTART, NAMED, ("", DO, "y"))
        answered(told, (RESTARTED, FILTERS, "q"))
        assert told.end() == 130
    done = [
        (step, act) for step in ("scope", "scoping", "mapping") for act in ("changed", "restarted")
    ]
    assert narrowing(tmp_path / "settings") == done
    with ConversationHere(["undo", "--practice"]) as told:
        told.until("Assignment: Ana Ruiz")
        line = next(each for each in told.output.splitlines() if "Assignment: Ana Ruiz" in each)
        number = line.partition(".")[0]
        answered(told, ("", "Take back which?", number), ("", "Sign in to Microsoft", ""), RESTART)
        answered(told, UNNAMED)
        told.until("Code: narrowing-unnamed")
        assert told.end() == 1
    with ConversationHere(["undo", "--practice"]) as told:
        answered(told, ("", "Take back which?", number), ("", "Sign in to Microsoft", ""), RESTART)
        answered(told, NAMED)
        told.until("Ana Ruiz is not assigned.")
        told.until(RESTARTED)
        assert told.end() == 0
    done += [("assignment", "undone"), ("assignment", "restarted")]
    assert narrowing(tmp_path / "settings") == done


def test_by_hand_it_is_asked_before_a_step_counts_as_done_once_provisioning_has_run(
    tmp_path: Path,
) -> None:
    def ticked(step_id: str) -> str:
        (profile,) = tmp_path.rglob("default.json")
        return str(json.loads(profile.read_text())["steps"].get(step_id))

    with ConversationHere(SETUP) as told:
        answered(told, *ANSWERS[:15])
        told.until("Step 16")
        assert "Provisioning has run" not in told.output, "nothing had run as far as is known"
        answered(
            told,
            ("", "Done? Enter", "b"),
            ("Step 15", "Done? Enter", "b"),
            ("Step 14", "Done?", "b"),
            ("Step 13", "File with", "b"),
        )
        for number, step_id, done, yes in (
            (12, "scope", "Done? Enter = yes", "y"),
            (11, "assignment", "Done? Enter = yes", "y"),
            (10, "scoping", "Done? Enter = yes", "y"),
            (9, "mapping", "Enter keeps it", ""),
        ):
            before = ticked(step_id)
            asked = f"Provisioning has run: {NARROWS[step_id]} Is it done, and is that meant?"
            answered(told, (f"Step {number} of", done, yes), ("", asked, "n"))
            told.until(done)
            assert ticked(step_id) == before, "a no changes nothing"
            answered_here = (yes, "y") if step_id == "mapping" else ("b",)
            for answer in answered_here:
                told.answer(answer)
        told.until("Step 10 of")
        assert ticked("mapping") != before

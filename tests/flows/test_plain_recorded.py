"""Plain prompts on record: whatever the width, each line is words, and fits; nothing is broken."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conversation_here import ConversationHere
from tests.flows.test_plain import ANSWERS, RENEW, SETUP, SIGN_IN, answered
from wizard.flow.plan import STEPS
from wizard.words.lines import IN_ONE_PIECE, columns_of

pytestmark = [pytest.mark.usefixtures("env"), pytest.mark.port_3000]

DO, ON, WHOM = "Do it? Enter = yes", "Enter goes on", "A number, or part of a name"
KEEPS = "Enter keeps this, s = skip"
GO_ON = "Enter goes on, s = skip; ?"
"""What Filters ask through Graph, where nothing has to be done by hand."""
IDS = [step for step in STEPS if "-" in step and step != "sign-in"]
"""Steps by what nobody calls them."""


class Recorder(ConversationHere):
    """Keeps what is written, and listens to its words."""

    written = ""

    def hear(self, text: str) -> None:
        self.written += text
        super().hear(re.sub(r"\s+", " ", text))


def check(written: str, columns: int) -> None:
    for before, line in pairwise(["", *written.split("\n")]):
        for sign in line:
            assert sign.isascii() or unicodedata.category(sign)[0] in "LMN", line
            assert sign.isprintable(), line
        if columns_of(line) > columns:
            assert before == IN_ONE_PIECE, line
            assert re.match(r"  \S|\S+$|\S*`[^`]+`\S*$", line), line
        assert "://" not in line or re.fullmatch(r"https?://\S+|  \S.*", line), line
        assert not any(step in line for step in IDS), line


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_setup_renewal_and_undo_through_graph_are_lines_of_words(columns: int) -> None:
    with Recorder(SETUP, columns=columns) as told:
        answered(told, *ANSWERS[:4], ("Step 5", SIGN_IN, ""))
        answered(told, ("Step 6", DO, ""), ("Step 7", DO, ""))
        answered(told, ("Step 8", "Mail address", "it@practice.example"))
        answered(told, ("", "Deletions that stop a cycle", ""), ("", DO, ""))
        answered(told, ("Step 9", "Enter keeps it", "?"), ("", "Enter keeps it", "everybody"))
        answered(told, ("", "Enter keeps it", ""), ("", ON, ""))
        answered(told, ("Step 10", GO_ON, ""), ("", ON, ""))
        answered(told, ("Step 11", WHOM, "ana.ruiz"), ("1. Ana Ruiz", WHOM, "1"))
        answered(told, ("With which role?", "A number:", ""))
        answered(told, ("- Assign Ana Ruiz, with the role you choose.", DO, ""))
        answered(told, ("is assigned with the role", "Who shall be provisioned?", ""), ("", DO, ""))
        answered(told, ("Step 13", KEEPS, ""))
        answered(told, ("Prediction for Ana Ruiz", WHOM, ""), ("", DO, ""))
        answered(told, ("updated in Webex, as the mapping predicted.", ON, ""), ("Step 15", DO, ""))
        answered(told, ("The first cycle is under way", "Enter looks again", "s"))
        answered(told, ("- First cycle: open", "Save the report", "y"))
        assert told.end() == 0
    check(told.written, columns)
    said = " ".join(told.written.split())
    sign_in, filters = (said.partition(at)[2].partition("Step ")[0] for at in ("Step 5", "Step 10"))
    assert "Practice signs in by itself at:" in sign_in
    assert "Open this link" not in sign_in, "nobody has to"
    assert "portal" not in filters, "nothing is to be done by hand"
    assert "Done?" not in filters
    with Recorder(RENEW, columns=columns) as told:
        answered(told, ("Step 1 of 5", "Practice: type p", "p"), ANSWERS[3])
        answered(told, ("Step 3 of 5", SIGN_IN, "device"), ("Step 4 of 5", DO, ""))
        answered(told, ("The new token is in force", "Save the report", "n"))
        assert told.end() == 0
    check(told.written, columns)
    with Recorder(["undo", "--practice"], columns=columns) as told:
        answered(told, ("Application: Cisco Webex", "Take back which?", "all"))
        answered(told, ("", "Sign in to Microsoft", ""))
        told.until("Cisco Webex is deleted")
        assert told.end() == 0
    assert "Go on with: webex-wizard" in " ".join(told.written.split())
    check(told.written, columns)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_setup_by_hand_is_lines_of_words(columns: int, env: dict[str, str]) -> None:
    with Recorder(SETUP, columns=columns) as told:
        answered(told, *ANSWERS)
        assert told.end() == 0
    check(told.written, columns)
    assert "Done when:" in told.written
    assert list(Path(env["HOME"]).glob("webex-*")), "the report of all that"

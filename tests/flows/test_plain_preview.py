"""The step `preview` in plain prompts: from both directories, and from files."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conversation_here import ConversationHere, opened_here
from tests.directories import KINDS, in_sync, pair
from tests.flows.test_plain import SETUP, answered
from tests.running import do, have, have_sign_in
from tests.sessions import session_in
from wizard.flow.plan import STEPS
from wizard.linear.preview import counted_in_words
from wizard.options import Options
from wizard.preview.desk import Counted
from wizard.store.marks import Mark
from wizard.store.places import settings_folder
from wizard.workspace import Workspace

pytestmark = [pytest.mark.usefixtures("env"), pytest.mark.port_3000]

KEEPS = "Enter keeps this"
FILE, ACCOUNTS = "File with the people of Entra", "File with the accounts of Webex"
MORE, WHO, JOB = "File with groups", "File of who is assigned", "Enter = never"


async def set_up_so_far(options: Options, tell: Callable[[str], None]) -> Workspace:
    """Put a workspace together in which all before the step is done, through Graph."""
    space = await opened_here(options, tell)
    await have(space, "prepare", "organization", "token", "connection")
    await have_sign_in(space)
    for step in ("application", "credentials", "notification", "assignment", "scope"):
        await do(space, step)
    space.work_on().change(at_step="preview", reached=tuple(STEPS))
    return space


def test_what_would_happen_is_told_riskiest_first_asked_about_and_kept(
    env: dict[str, str], tmp_path: Path
) -> None:
    plan = tmp_path / "settings" / "practice" / "default.plan"
    with ConversationHere(SETUP, opening=set_up_so_far) as told:
        answered(told, ("Step 13 of 17: Preview", KEEPS, "?"))
        answered(told, ("export FILE", KEEPS, "1"))
        answered(told, ("ana.ruiz@practice.example: taken over", KEEPS, "find hana"))
        answered(told, ("1. account hana.sato", "A number tells of one", "2"))
        answered(told, ("because", "Enter goes", ""))
        answered(told, ("", KEEPS, "find nobody at all"), ("Nobody.", KEEPS, "export all.csv"))
        answered(told, ("Everybody is in all.csv, ", KEEPS, "export all.csv"))
        answered(told, ("", "There is a file all.csv already. Replace it?", ""))
        answered(told, ("", KEEPS, "plan it.jsonl"))
        answered(told, ("The plan ", KEEPS, "people"), ("1. ana.ruiz", "more, 108 of 128", "m"))
        answered(told, ("21. ", "more, 88 of 128", ""), ("", KEEPS, "approval"))
        answered(told, ("Code of this plan: ", KEEPS, ""))
        told.until("The preview is kept: plan ")
        told.until("Step 14")
        told.answer("b")
        answered(told, ("Step 13", "Enter goes on; or a to read again", "a"), ("", KEEPS, "s"))
        answered(told, ("Step 14", "A number, or part", "q"))
        assert told.end() == 130
    shown = told.output
    assert shown.index("taken over in Webex") < shown.index("left over in Webex")
    assert stat.S_IMODE(plan.stat().st_mode) == 0o600
    assert Path(env["HOME"], "all.csv").read_text().startswith("outcome,kind,id")
    saved = Path(env["HOME"], "it.jsonl").read_text().splitlines()[0]
    assert json.loads(saved)["digest"] == json.loads(plan.read_text().splitlines()[0])["digest"]
    stored = json.loads(plan.with_suffix(".json").read_text())
    assert stored["steps"]["preview"]["mark"] == Mark.SEEN, "a kept preview stays kept"


def by_hand(*files: Path, job: str = "", assigned: str = "") -> list[tuple[str, str, str]]:
    entra, webex = map(str, files)
    more = [("", MORE, ""), ("", WHO, assigned), ("", JOB, job)]
    return [("", FILE, entra), ("", ACCOUNTS, webex), *more]


@pytest.fixture
def here(env: dict[str, str]) -> None:
    """Be at the step, with somebody who does the Entra side by hand."""
    reached = tuple(STEPS)
    session_in(settings_folder(practice=True), at_step="preview", reached=reached)


@pytest.mark.usefixtures("here")
def test_from_files_nothing_risky_is_kept_by_enter_and_stands_as_told(tmp_path: Path) -> None:
    files = in_sync(20).write(tmp_path)
    with ConversationHere(SETUP) as told:
        answered(told, *by_hand(tmp_path / "not there.json", files[1]))
        told.until("Code: file-unreadable")
        answered(told, *by_hand(*files, job="running"), ("20 unchanged", KEEPS, ""))
        answered(told, ("made from files, and binds", "Done? Enter = yes", "b"))
        answered(told, ("nothing would change in Webex", "Enter goes on; or a to read again", "q"))
        assert told.end() == 130
    session = session_in(settings_folder(practice=True))
    assert session.mark_of("preview") is Mark.SAID, "the files are somebody's word"


@pytest.mark.usefixtures("here")
def test_where_something_is_risky_enter_only_tells_of_it(tmp_path: Path) -> None:
    files = pair(2 * len(KINDS)).write(tmp_path)
    with ConversationHere(SETUP) as told:
        answered(told, *by_hand(*files, job="running"))
        answered(told, ("Number: ", "keep, s = skip; Enter tells who is in 1", ""))
        answered(told, ("switched off in Webex", "A number tells of one", ""))
        answered(told, ("", "keep, s = skip", "keep"), ("is kept", "Done? Enter = yes", "q"))
        assert told.end() == 130


def test_in_the_silence_it_is_told_how_far_reading_is() -> None:
    assert counted_in_words(Counted(1200, 5000, 300, None, 12, in_scope=40)) == (
        "Read so far: 1,200 of 5,000 people of Entra, 300 accounts of Webex, 12 groups; 40 people "
        "are in scope."
    )

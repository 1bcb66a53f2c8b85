"""How a profile stands, in time for a renewal."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.sessions import NOW, facts, session_in
from wizard.reports.look import seen_before
from wizard.reports.status import Standing, standing, standings
from wizard.store.job_health import JobHealth
from wizard.store.marks import Mark
from wizard.store.profiles import EntraFacts, Profile, StepRecord
from wizard.store.test_record import TestRecord
from wizard.webex.lifetime import GET_A_LASTING_ONE, IN_MEMORY
from wizard.words.cycles import DROPPED


def standing_of(**changes: object) -> Standing:
    return standing(Profile.new("default", NOW).with_changes(**changes), NOW)


@pytest.mark.parametrize(
    ("lifetime", "left", "attention"),
    [
        (365, 31, ""),
        (365, 30, "Renew the token soon."),
        (365, 1, "Renew the token soon."),
        (45, 45, ""),
        (45, 8, ""),
        (45, 7.5, "Renew the token soon."),
        (45, 0.01, "Renew the token soon."),
        (0.5, 0.25, f"Provisioning would stop in 6 hours. {GET_A_LASTING_ONE}"),
        (14, 13, f"Provisioning would stop in 13 days. {GET_A_LASTING_ONE}"),
        (0.5, 0, "The token has expired: renew it."),
        (45, 0, "The token has expired: renew it."),
        (365, -10, "The token has expired: renew it."),
    ],
)
def test_a_token_needs_attention_in_time(lifetime: float, left: float, attention: str) -> None:
    found = standing_of(token=facts(days=left, lifetime=lifetime))
    assert found.attention == attention
    assert found.healthy is (not attention)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (40, "default: 40 days left,"),
        (1.5, "default: 1 day left,"),
        (0.5, "default: 0 days left,"),
        (-0.5, "default: expired 1 day ago,"),
        (-9.5, "default: expired 10 days ago,"),
    ],
)
def test_the_days_are_said_in_words(left: float, words: str) -> None:
    assert standing_of(token=facts(days=left)).sentence.startswith(words)


def test_provisioning_that_nobody_looked_at_since_a_change_is_told_so() -> None:
    found = standing_of(token=facts(), entra=EntraFacts(job_id="j"))
    assert "provisioning not looked at since the last change." in found.sentence
    assert (found.job, found.job_unseen, found.healthy) == (None, True, True)
    assert not standing_of(token=facts()).job_unseen


def test_what_was_seen_at_the_last_look_is_told_so_whatever_else_says_the_same() -> None:
    health = JobHealth(job_id="j", at=NOW, state="failing", trouble="The last test failed.")
    failed = TestRecord(at=NOW, verdict="failed", entra_says="fails", writes="no")
    entra = EntraFacts(job_id="j", health=health)
    found = seen_before(standing_of(token=facts(), last_test=failed, entra=entra))
    when = f"When provisioning was last looked at, {NOW:%Y-%m-%d %H:%M} UTC:"
    assert found.attention == f"The last test failed. {when} The last test failed."
    assert found.job is not None
    assert found.job["words"].startswith("failed (seen ")


def test_a_profile_without_a_token_is_not_finished() -> None:
    found = standing_of(steps={"prepare": StepRecord(at=NOW)})
    assert found.sentence == (
        "default: no token yet, 1 of 17 steps done (1 found so). The setup is not finished."
    )
    assert (found.days_left, found.expires_at) == (None, None)


def test_a_token_that_entra_has_and_no_keyring_needs_nobody_before_its_renewal() -> None:
    given = {"credentials": StepRecord(at=NOW, mark=Mark.SEEN)}
    found = standing_of(token=facts(in_memory=True), steps=given)
    assert (found.healthy, found.attention, found.token_in_memory) == (True, "", True)
    assert found.sentence == f"default: 45 days left, 1 of 17 steps done (1 found so). {IN_MEMORY}"
    assert not standing_of(token=facts(days=2, in_memory=True), steps=given).healthy


def test_a_token_that_nobody_has_any_more_is_no_step_that_is_done() -> None:
    got = {"prepare": StepRecord(at=NOW), "token": StepRecord(at=NOW, mark=Mark.SEEN)}
    found = standing_of(token=facts(in_memory=True), steps=got)
    assert (found.steps_done, found.next_command) == (1, "setup")
    assert "The setup asks for a new one." in found.attention
    assert standing_of(token=facts(), steps=got).steps_done == 2
    assert "45 days left" not in found.beside_table, "the table says it"
    assert found.beside_table.startswith("default: 1 of 17 steps done")


def test_what_is_done_by_word_alone_is_told_so() -> None:
    said = StepRecord(at=NOW, mark=Mark.SAID)
    found = standing_of(token=facts(), steps={"start": said, "token": StepRecord(at=NOW)})
    assert "(1 found so, 1 by your word), provisioning never looked at." in found.sentence
    seen = standing_of(token=facts(), entra=EntraFacts(job_id="j"), steps={"start": said})
    assert "never looked at" not in seen.sentence


def test_a_failed_test_needs_attention() -> None:
    test = TestRecord(at=NOW, verdict="failed", entra_says="failure", writes="no")
    found = standing_of(token=facts(), last_test=test)
    assert found.attention == "The last test failed."
    assert "last test failed." in found.sentence


def test_a_new_token_that_waits_is_mentioned() -> None:
    waiting = {"new-token": StepRecord(at=NOW)}
    found = standing_of(token=facts(), steps=waiting)
    assert found.renewal_waiting
    assert found.attention == "A new token waits: run `webex-wizard renew` to finish."
    replaced = waiting | {"replacement": StepRecord(at=NOW)}
    assert not standing_of(token=facts(), steps=replaced).renewal_waiting


@pytest.mark.parametrize(
    ("state", "steps", "words", "attention"),
    [
        ("running", (), "provisioning runs (seen 2026-11-23 10:30 UTC).", ""),
        ("first cycle", (), "provisioning is in its first cycle", ""),
        ("off", (), "provisioning is off", ""),
        ("off", ("start",), "provisioning is off", "Provisioning is off, although it was started."),
        ("failing", (), "provisioning fails", "Webex said no. Renew."),
        ("quarantine", (), "provisioning is in quarantine", "Webex said no. Renew."),
    ],
)
def test_the_job_is_told_as_it_was_last_seen(
    state: str, steps: tuple[str, ...], words: str, attention: str
) -> None:
    trouble = {"trouble": "Webex said no.", "hint": "Renew."}
    health = {"job_id": "Webex.1", "at": NOW, "state": state} | (trouble if attention else {})
    entra = {"job_id": "Webex.1", "health": health}
    done = {name: StepRecord(at=NOW) for name in steps}
    found = standing_of(token=facts(), entra=entra, steps=done)
    assert words in found.sentence
    assert found.attention == attention
    assert found.job is not None
    assert found.job["state"] == state
    other = entra | {"job_id": "Webex.2"}
    assert standing_of(token=facts(), entra=other).job is None, "another job says nothing of ours"


def test_when_entra_tries_again_and_what_it_dropped_is_told() -> None:
    told = {"trouble": "Webex said no.", "hint": "Renew.", "next_try": NOW, "dropped": True}
    health = {"job_id": "Webex.1", "at": NOW, "state": "quarantine"} | told
    found = standing_of(token=facts(), entra={"job_id": "Webex.1", "health": health})
    assert found.job is not None
    assert found.job["words"].endswith(", Entra's next try: 2026-11-23 10:30 UTC")
    assert (found.job["next_try"], found.job["dropped"]) == (NOW.isoformat(), True)
    assert found.attention == f"Webex said no. Renew. {DROPPED}"
    health["state"] = "running"
    found = standing_of(token=facts(), entra={"job_id": "Webex.1", "health": health})
    assert (found.healthy, found.attention) == (False, DROPPED)


def test_everything_that_needs_attention_is_said() -> None:
    found = standing_of(token=facts(days=2), steps={"new-token": StepRecord(at=NOW)})
    assert found.attention.startswith("Renew the token soon. A new token waits")


def test_all_profiles_are_listed_and_a_damaged_one_too(tmp_path: Path) -> None:
    for name in ("b", "a"):
        session_in(tmp_path, name, token=facts())
    (tmp_path / "c.json").write_text("{")
    found = standings(session_in(tmp_path).profiles, NOW)
    assert [line.profile for line in found] == ["a", "b", "c"]
    assert [line.healthy for line in found] == [True, True, False]
    assert "no token" not in found[2].sentence
    assert "is damaged" in found[2].sentence


def test_a_standing_is_json_and_says_what_was_assumed() -> None:
    content = json.loads(json.dumps(standing_of(token=facts(expires_assumed=True)).to_json()))
    assert content["lifetime_assumed"] is True
    assert content["expires_at"] == (NOW + timedelta(days=45)).isoformat()

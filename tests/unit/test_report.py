"""The report holds what the next administrator needs, no secret, and text as text."""

import json
import os
from pathlib import Path

import pytest

from tests.sessions import HOSTILE, NOW, ORGANIZATION, ended, facts, session_in, webex_token
from wizard.flow.plan import SETUP
from wizard.flow.session import Session
from wizard.mapping.document import MappingDocument
from wizard.mapping.scoping.editing import ClausePlace, placed, read_clause, with_scope
from wizard.net.endpoints import bundled, override
from wizard.reports.evidence import evidence_of
from wizard.reports.evidence_words import evidence_lines
from wizard.reports.markdown import markdown
from wizard.reports.reminder import reminder
from wizard.reports.report import SetupReport, setup_report
from wizard.reports.status import standing
from wizard.steps.mapping_file import MappingFile
from wizard.steps.reporting import report_of as made_report
from wizard.steps.reporting import stored_report
from wizard.store.journal import TENANT_URL, Action, Change, JournalEntry
from wizard.store.marks import Mark
from wizard.store.profiles import EntraFacts, StepRecord
from wizard.store.test_record import CheckRecord, TestRecord
from wizard.store.verification import verified
from wizard.webex.lifetime import IN_MEMORY

SALES = read_clause("department EQUALS Sales")


def report_of(session: Session) -> SetupReport:
    return setup_report(session.profile, bundled(), session.journal, NOW)


def whole_report(session: Session, *, practice: bool = False) -> SetupReport:
    return made_report(session, bundled(), verified(session.journal), practice=practice)


def test_an_empty_profile_has_a_report() -> None:
    session = session_in(Path("none"))
    text = markdown(report_of(session))
    assert "# Webex provisioning: default" in text
    assert "- Organization: not known" in text
    assert "Not tested yet." in text
    assert "- ○ Secret token: open" in text
    assert "- People: `Nobody was provisioned, as far as this program has seen.`" in text
    assert "- `empty`" in text


def test_a_report_says_what_is_set_up(tmp_path: Path) -> None:
    test = TestRecord(at=NOW, verdict="failed", entra_says="failure", writes="no", failed=("x",))
    session = session_in(
        tmp_path,
        organization_id=ORGANIZATION,
        token=facts(expires_assumed=True),
        steps={"token": StepRecord(at=NOW, note="kept")},
        undone={
            "connection": StepRecord(at=NOW, mark=Mark.FAILED),
            "notification": StepRecord(at=NOW, mark=Mark.SKIPPED),
        },
        last_test=test,
    )
    session.tick("application", mark=Mark.SAID)
    ended(session.log("token", Action.STORED, "current token"))
    text = markdown(report_of(session))
    for line in (
        f"- Organization: `{ORGANIZATION}`",
        f"- Tenant URL: `https://api.ciscospark.com/v1/scim/{ORGANIZATION}`",
        "- Token of: `Alex Admin <admin@practice.example>`",
        "- Roles: `id_full_admin`",
        "- Token ends: `2027-01-07 10:30 UTC` (assumed: the server did not say)",
        "- Renew by: `2026-12-30 22:30 UTC`",
        "- ✓ Secret token: found so, 2026-11-23 10:30 UTC (`kept`)",
        "- • Application: said by hand, not seen, 2026-11-23 10:30 UTC",
        "- ✗ Test connection: failed, 2026-11-23 10:30 UTC",
        "- \N{EN DASH} Notification: skipped, 2026-11-23 10:30 UTC",
        "- ○ Who is in scope: open",
        "- `2026-11-23 10:30 UTC token: stored current token`",
        "2026-11-23 10:30 UTC: `failed`. Entra's own test should say: `failure`. "
        "Writes would work: `no`. Failed: `x`.",
    ):
        assert line in text.splitlines()


def test_a_report_says_of_groups_what_was_seen_at_the_start_and_no_more(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    ended(
        session.log("start", Action.CHANGED, "provisioning on", was_on=False)
    )  # by an earlier version
    assert "- Groups: not known" in markdown(report_of(session))
    ended(
        session.log(
            "start", Action.CHANGED, "on", groups={"on": None, "count": 1, "names": ["Sales"]}
        )
    )
    assert report_of(session).groups is None
    ended(
        session.log(
            "start", Action.CHANGED, "on", groups={"on": True, "count": 2, "names": ["Sales"]}
        )
    )
    when = "when provisioning was started, 2026-11-23 10:30 UTC"
    assert report_of(session).groups == f"on {when}: Sales, and 1 more"
    ended(session.log("start", Action.CHANGED, "on", groups={"on": True, "count": 0, "names": []}))
    assert report_of(session).groups == f"on {when}: none in scope"
    ended(session.log("start", Action.CHANGED, "on", groups={"on": False, "count": 0, "names": []}))
    assert report_of(session).groups == f"switched off {when}"


def test_a_report_tells_before_and_after_of_what_stands(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    assert "## Changed in Entra" not in markdown(report_of(session))
    limit = Change("Save both.", "deletion limit", "none", "50")
    ended(session.log("notification", Action.CHANGED, "mail and limit", changes=(limit,)))
    told = "- 2026-11-23 10:30 UTC `notification: deletion limit`: from `none` to `50`"
    assert told in markdown(report_of(session)).splitlines()
    (made,) = session.history.undoable
    ended(session.log("notification", Action.UNDONE, "mail and limit", of=made.at.isoformat()))
    assert report_of(session).changes == ()
    lines = markdown(report_of(session)).splitlines()
    assert "- `2026-11-23 10:30 UTC Notification: mail and limit`" in lines
    assert "- `nobody by this program, as far as its journal tells`" in lines


def test_evidence_names_who_was_signed_in_and_counts_what_names_nobody(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    one = Change("", "mail", after="it@x.example")
    ended(
        session.log("notification", Action.CHANGED, "mail", changes=(one,))
    )  # by an earlier version
    names = iter(["ana@x.example", "bo@x.example", "bo@x.example", ""])
    session = Session(
        session.profile, session.profiles, session.journal, lambda: NOW, lambda: next(names)
    )
    made = ended(session.log("scope", Action.CHANGED, "all", changes=(one,)))
    never = ended(session.log("start", Action.CHANGED, "on", at=1))
    ended(session.log("start", Action.REFUSED, "on", of=never.at.isoformat()))
    ended(session.log("scope", Action.UNDONE, "all", of=made.at.isoformat()))
    part = evidence_of(session.history, None)
    assert (part.standing, part.taken_back, part.of_nobody_known) == (1, 1, 2)
    assert part.accounts == ("ana@x.example",)
    text = "\n".join(evidence_lines(part))
    assert "- Entries of changes in Entra: 1 stand, 1 taken back, from 2026-11-23 10:30 UTC" in text
    assert "- Of 2 of these no account is known" in text
    assert "- Not looked at" in text


def test_evidence_tells_hostile_text_as_text(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    ended(
        session.log(
            "preview", Action.CONFIRMED, "x", digest=HOSTILE, code=HOSTILE, counts={HOSTILE: 1}
        )
    )
    ended(
        session.log(
            "token", Action.STORED, HOSTILE, owner=HOSTILE, hosts=[HOSTILE], expires_at=HOSTILE
        )
    )
    lines = evidence_lines(evidence_of(session.history, None))
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith("# Title") for line in lines)
    assert sum(line.startswith("- ") for line in lines) == 4


def test_a_practice_report_names_the_tenant_url_that_entra_was_given(tmp_path: Path) -> None:
    session = session_in(tmp_path, organization_id=ORGANIZATION)
    url = Change("", TENANT_URL, after="http://127.0.0.1:4711/scim")
    for practice, told in ((True, None), (False, bundled().tenant_url(ORGANIZATION))):
        report = stored_report(session.profiles, session.profile, bundled(), practice=practice)
        assert report.tenant_url == told
    ended(session.log("credentials", Action.CHANGED, "tenant URL and token", changes=(url,)))
    report = stored_report(session.profiles, session.profile, bundled(), practice=True)
    assert report.tenant_url == "http://127.0.0.1:4711/scim"


def test_of_a_change_that_tells_no_before_only_the_word_is_told(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    made = ended(
        session.log("scope", Action.CHANGED, "everybody in scope")
    )  # by an earlier version
    told = "- 2026-11-23 10:30 UTC `scope: everybody in scope`: `changed`"
    assert told in markdown(report_of(session)).splitlines()
    known = (Change("", "deletion limit", "", "50"), Change("", "notification mail", "a@b.example"))
    assert made.earlier == ""
    assert made.model_copy(update={"changes": known}).earlier == "notification mail: a@b.example"


@pytest.mark.parametrize(("days", "told"), [(-3, "ended"), (3, "ends")])
def test_a_token_whose_end_is_past_is_told_as_ended(days: int, told: str, tmp_path: Path) -> None:
    session = session_in(tmp_path, token=facts(days=days))
    assert f"- Token {told}: `2026-11-2" in markdown(report_of(session))
    assert session.profile.token is not None
    assert f" {told} on 2026" in reminder(session.profile, session.profile.token, NOW).decode()


def test_a_sign_in_that_ended_leaves_a_setup_done(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    for step in SETUP:
        session.tick(step.id, "signed in" if step.id == "sign-in" else "")
    record = session.profile.steps["sign-in"].model_copy(update={"mark": Mark.ATTENTION})
    session.change(ticked={"sign-in": record})
    assert standing(session.profile, NOW).steps_done == len(SETUP)
    told = "- ✓ Microsoft sign-in: found so, 2026-11-23 10:30 UTC (`signed in; ended since`)"
    assert told in markdown(report_of(session)).splitlines()
    session.tick("sign-in", mark=Mark.FAILED)
    assert standing(session.profile, NOW).steps_done == len(SETUP) - 1


def test_a_report_suits_a_change_ticket(tmp_path: Path) -> None:
    checks = (CheckRecord(title="Token accepted", status="passed", message="HTTP 200."),)
    ids = {"tenant_id": "t-1", "application_id": "a-1", "service_principal_id": "s-1"}
    session = session_in(
        tmp_path,
        entra=EntraFacts.model_validate(
            {"account": "admin@practice.example", "job_id": "j-1", **ids}
        ),
        last_test=TestRecord(
            at=NOW, verdict="passed", entra_says="success", writes="yes", checks=checks
        ),
    )
    document = with_scope(MappingDocument.default(), placed(None, ClausePlace(), SALES))
    MappingFile(session.profiles).keep(session, document)
    ended(session.log("application", Action.MADE, "Cisco Webex", service_principal_id="s-1"))
    ana = Change("", "Ana Ruiz", after="the role User")
    ended(session.log("assignment", Action.MADE, "Ana Ruiz", changes=(ana,), assignment_id="1"))
    ended(session.log("assignment", Action.ADOPTED, "Sales", assignment_id="2"))
    ended(
        session.log(
            "watch", Action.RESTARTED, "Provisioning looks at everybody again.", job_id="j-1"
        )
    )
    report = whole_report(session, practice=True)
    text = markdown(report)
    assert text.startswith("# PRACTICE: Webex provisioning: default\n\nPRACTICE: nothing in this")
    when = "2026-11-23 10:30 UTC"
    for line in (
        "- Entra tenant id: `t-1`",
        "- Signed in last as: `admin@practice.example`",
        "- Application, object id: `a-1`",
        "- Enterprise application, object id: `s-1`",
        "- Provisioning job: `j-1`",
        "- `passed` `Token accepted`: `HTTP 200.`",
        f"- `Ana Ruiz, with the role User: assigned by this program, {when}`",
        f"- `Sales: assigned already, when looked at, {when}`",
        "- `userName` from `[userPrincipalName]`, always, matching 1",
        "## Scoping filters",
        f"- {when} `application: Cisco Webex`: `made`",
        f"- {when} `watch: Provisioning looks at everybody again.`: `restarted`",
    ):
        assert line in text.splitlines()
    assert any("department" in line and "Sales" in line for line in text.splitlines())
    content = json.loads(json.dumps(report.to_json()))
    assert content["practice"] is True
    assert content["mapping"]["rows"][0]["source"]
    assert "PRACTICE" not in markdown(whole_report(session))


def test_a_mapping_is_told_as_found_in_entra_only_since_its_last_change(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    MappingFile(session.profiles).keep(session, MappingDocument.default())
    file = session.profiles.mapping_path("default")
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    session.tick("mapping", mark=Mark.SAID)
    unseen = "As this profile keeps it; what Entra has may differ."
    assert unseen in markdown(whole_report(session))
    session.tick("scoping")
    assert "As found in Entra, 2026-11-23 10:30 UTC." in markdown(whole_report(session))
    os.utime(file, (NOW.timestamp() + 1, NOW.timestamp() + 1))
    assert unseen in markdown(whole_report(session))


def test_a_mapping_that_cannot_be_read_is_told_and_the_report_goes_on(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    session.profiles.mapping_path("default").write_text("{")
    text = markdown(whole_report(session))
    assert "## Attribute mapping" in text
    assert "## Journal" in text


def test_what_an_undo_had_to_leave_in_entra_has_its_sentence(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    ended(session.log("credentials", Action.MADE, "tenant URL and token"))
    assert not report_of(session).left
    assert "After an undo" not in markdown(report_of(session))
    (made,) = session.history.entries
    ended(session.log("credentials", Action.LEFT, made.subject, of=made.at.isoformat()))
    told = "Could not be taken back, and stays in Entra: tenant URL and token."
    assert report_of(session).to_json()["left"] == told
    assert f"- After an undo: `{told}`" in markdown(report_of(session))


def test_a_token_that_practice_kept_in_memory_is_told_so_with_its_dates(tmp_path: Path) -> None:
    waits = {"new-token": StepRecord(at=NOW)}
    session = session_in(tmp_path, token=facts(in_memory=True), steps=waits)
    text = markdown(whole_report(session, practice=True))
    assert f"- Token ends: `2027-01-07 10:30 UTC`. {IN_MEMORY}" in text
    assert "- Renew by: `2026-12-30 " in text
    found = standing(session.profile, NOW)
    assert (found.days_left, found.healthy, found.renewal_waiting) == (45, False, False)
    asks = f"{IN_MEMORY} The setup asks for a new one."
    assert found.sentence == f"default: 45 days left, 0 of 17 steps done. {asks}"


def hostile_session(folder: Path, token: str) -> Session:
    nasty = f"{HOSTILE} {token}"
    session = session_in(
        folder,
        organization_id=nasty,
        token=facts(
            organization_id=nasty,
            email=nasty,
            display_name=nasty,
            roles=(nasty,),
            scopes=(nasty,),
        ),
        steps={"token": StepRecord(at=NOW, note=nasty)},
        last_test=TestRecord(
            at=NOW, verdict=nasty, entra_says=nasty, writes=nasty, failed=(nasty,)
        ),
    )
    entry = JournalEntry(at=NOW, step=nasty, action=nasty, subject=nasty, details={"d": nasty})
    session.journal.append(entry)
    ended(session.log("scope", Action.CHANGED, nasty, changes=(Change("", nasty, nasty, nasty),)))
    return session


def test_hostile_text_shows_as_text_and_no_token_shows(tmp_path: Path) -> None:
    token = webex_token()
    report = report_of(hostile_session(tmp_path, token))
    text = markdown(report)
    document = json.dumps(report.to_json(), ensure_ascii=False)
    for shown in (text, document):
        assert token not in shown
        for forbidden in ("\x1b", "\u202e", "\\u001b"):
            assert forbidden not in shown
    # What is hostile stands between the backticks of Markdown's code, on one line.
    for line in text.splitlines():
        pieces = line.split("`")
        assert len(pieces) % 2 == 1
        assert not any("[/x]" in piece or "<b>" in piece for piece in pieces[::2])
    assert text.count("# Title") == sum(line.count("# Title") for line in text.splitlines())
    assert not any(line.startswith("# Title") for line in text.splitlines())


def test_the_report_is_json_with_a_version(tmp_path: Path) -> None:
    session = session_in(tmp_path, organization_id=ORGANIZATION, token=facts())
    content = json.loads(json.dumps(report_of(session).to_json()))
    assert (content["command"], content["version"]) == ("report", 1)
    assert content["token_expires_at"] == "2027-01-07 10:30 UTC"
    assert len(content["steps"]) == len(SETUP)


def test_a_switched_off_tenant_url_is_not_made_up(tmp_path: Path) -> None:
    session = session_in(tmp_path, organization_id=ORGANIZATION)
    off = override(bundled(), {"webex": {"scim_base": ""}})
    text = markdown(setup_report(session.profile, off, session.journal, NOW))
    assert "- Tenant URL: not known" in text

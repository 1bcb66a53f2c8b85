"""The report holds what the next administrator needs, no secret, and text as text."""

import json
from pathlib import Path

from tests.sessions import HOSTILE, NOW, ORGANIZATION, facts, session_in, webex_token
from wizard.flow.plan import SETUP
from wizard.flow.session import Session
from wizard.net.endpoints import bundled, override
from wizard.reports.report import SetupReport, markdown, setup_report
from wizard.store.journal import Action, Change, JournalEntry
from wizard.store.profiles import StepRecord, TestRecord


def report_of(session: Session) -> SetupReport:
    return setup_report(session.profile, bundled(), session.journal, NOW)


def test_an_empty_profile_has_a_report() -> None:
    session = session_in(Path("none"))
    text = markdown(report_of(session))
    assert "# Webex provisioning: default" in text
    assert "- Organization: not known" in text
    assert "Not tested yet." in text
    assert "- [ ] Secret token" in text
    assert "- `empty`" in text


def test_a_report_says_what_is_set_up(tmp_path: Path) -> None:
    test = TestRecord(at=NOW, verdict="failed", entra_says="failure", writes="no", failed=("x",))
    session = session_in(
        tmp_path,
        organization_id=ORGANIZATION,
        token=facts(expires_assumed=True),
        steps={"token": StepRecord(at=NOW, note="kept")},
        last_test=test,
    )
    session.log("token", Action.STORED, "current token")
    text = markdown(report_of(session))
    for line in (
        f"- Organization: `{ORGANIZATION}`",
        f"- Tenant URL: `https://api.ciscospark.com/v1/scim/{ORGANIZATION}`",
        "- Token of: `Alex Admin <admin@practice.example>`",
        "- Roles: `id_full_admin`",
        "- Token ends: `2027-01-07 10:30 UTC` (assumed: the server did not say)",
        "- Renew by: `2026-12-30 22:30 UTC`",
        "- [x] Secret token (2026-11-23 10:30 UTC)",
        "- `2026-11-23 10:30 UTC token: stored current token`",
        "2026-11-23 10:30 UTC: `failed`. Entra's own test will say: `failure`. "
        "Writes would work: `no`. Failed: `x`.",
    ):
        assert line in text.splitlines()


def test_a_report_says_of_groups_what_was_seen_at_the_start_and_no_more(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    session.log("start", Action.CHANGED, "provisioning on", was_on=False)  # by an earlier version
    assert "- Groups: not known" in markdown(report_of(session))
    session.log("start", Action.CHANGED, "on", groups={"on": None, "count": 1, "names": ["Sales"]})
    assert report_of(session).groups is None
    session.log("start", Action.CHANGED, "on", groups={"on": True, "count": 2, "names": ["Sales"]})
    when = "when provisioning was started, 2026-11-23 10:30 UTC"
    assert report_of(session).groups == f"on {when}: Sales, and 1 more"
    session.log("start", Action.CHANGED, "on", groups={"on": True, "count": 0, "names": []})
    assert report_of(session).groups == f"on {when}: none in scope"
    session.log("start", Action.CHANGED, "on", groups={"on": False, "count": 0, "names": []})
    assert report_of(session).groups == f"switched off {when}"


def test_a_report_tells_before_and_after_of_what_stands(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    assert "## Changed in Entra" not in markdown(report_of(session))
    limit = Change("Save both.", "deletion limit", "none", "50")
    session.log("notification", Action.CHANGED, "mail and limit", changes=(limit,))
    told = "- `notification: deletion limit`: from `none` to `50`"
    assert told in markdown(report_of(session)).splitlines()
    (made,) = session.history.undoable
    session.log("notification", Action.UNDONE, "mail and limit", of=made.at.isoformat())
    assert report_of(session).changes == ()


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
    session.log("scope", Action.CHANGED, nasty, changes=(Change("", nasty, nasty, nasty),))
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

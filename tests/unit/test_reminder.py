"""The renewal reminder is a calendar file that calendars understand."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Event

from tests.sessions import HOSTILE, NOW, facts
from wizard.options import Options
from wizard.reports.reminder import reminder
from wizard.store.profiles import Profile, TokenFacts


def reminder_of(known: TokenFacts) -> bytes:
    return reminder(Profile.new("contoso", NOW), known, NOW)


def event_of(known: TokenFacts) -> Event:
    calendar = Calendar.from_ical(reminder_of(known))
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return event


@pytest.mark.parametrize(("lifetime", "day"), [(365, date(2027, 10, 24)), (45, date(2026, 12, 30))])
def test_the_event_is_on_the_day_of_renewal(lifetime: float, day: date) -> None:
    event = event_of(facts(days=lifetime, lifetime=lifetime))
    assert event.decoded("dtstart") == day
    assert str(event["summary"]) == "Renew the Webex provisioning token (contoso)"
    assert "webex-wizard renew --profile contoso" in str(event["description"])


def test_a_day_that_is_past_becomes_tomorrow() -> None:
    assert event_of(facts(days=2)).decoded("dtstart") == NOW.date() + timedelta(days=1)


def test_an_alarm_rings_in_the_morning_of_the_day() -> None:
    (alarm,) = event_of(facts()).walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=9)


def test_importing_again_replaces_the_event() -> None:
    assert event_of(facts())["uid"] == event_of(facts(roles=()))["uid"]
    assert event_of(facts())["uid"] != event_of(facts(days=46))["uid"]


def test_lines_are_folded_and_end_as_the_format_wants(tmp_path: Path) -> None:
    content = reminder_of(facts(organization_id="x" * 250))
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"VERSION:2.0" in lines


def test_hostile_text_stays_inside_its_field() -> None:
    nasty = f"{HOSTILE}\r\nBEGIN:VALARM\nATTACH:file:///x;a,b:c\\n"
    event = event_of(facts(organization_id=nasty))
    assert len(event.walk("VALARM")) == 1
    assert "\x1b" not in str(event["description"])
    assert "ATTACH:file:///x;a,b:c\\n" in str(event["description"])


def test_the_reminder_of_a_practice_says_so_and_leads_back_there() -> None:
    profile, token = Profile.new("default", NOW), facts()
    for practice in (True, False):
        text = reminder(
            profile, token, NOW, Options(practice=practice).line, practice=practice
        ).decode()
        text = text.replace("\r\n ", "")
        assert ("SUMMARY:PRACTICE: Renew the Webex" in text) is practice
        assert ("webex-wizard renew --practice" in text) is practice

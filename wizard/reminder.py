"""The renewal reminder: an iCalendar file (RFC 5545) dated from the token's real end."""

from datetime import datetime, timedelta

from wizard.profiles import Profile, TokenFacts

FIRST_NOTICE = timedelta(days=30)


def renewal_date(facts: TokenFacts) -> datetime:
    """Return when to renew: 30 days, or a sixth of the lifetime if shorter, before the end."""
    sixth = (facts.expires_at - facts.obtained_at) / 6
    return facts.expires_at - min(FIRST_NOTICE, sixth)


def reminder(profile: Profile, facts: TokenFacts, now: datetime) -> bytes:
    """Return an iCalendar file with one event on the day of renewal and an alarm a week later."""
    from icalendar import Alarm, Calendar, Event

    due = renewal_date(facts)
    event = Event()
    event.add("uid", f"{profile.name}-{facts.expires_at:%Y%m%d}@webex-wizard")
    event.add("dtstamp", now)
    event.add("dtstart", due.date())
    event.add("summary", f"Renew the Webex provisioning token ({profile.name})")
    event.add(
        "description",
        f"The token of Webex organization {facts.organization_id or 'unknown'} ends on "
        f"{facts.expires_at:%Y-%m-%d %H:%M} UTC. After that no user is created, updated or "
        f"disabled.\n\nRun: webex-wizard renew --profile {profile.name}",
    )
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Renew the Webex provisioning token")
    alarm.add("trigger", timedelta(hours=9))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//webex-wizard//renewal reminder//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())

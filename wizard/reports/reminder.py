"""The renewal reminder: an iCalendar file (RFC 5545) dated from the token's real end."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from wizard.options import CommandLine, command_line
from wizard.store.profiles import Profile, TokenFacts
from wizard.webex.lifetime import has_ended

if TYPE_CHECKING:
    from icalendar import Alarm

_ALARM = timedelta(hours=9)
"""After the day of the event begins."""


def reminder(
    profile: Profile,
    facts: TokenFacts,
    now: datetime,
    line: CommandLine = command_line,
    *,
    practice: bool = False,
) -> bytes:
    """Return an iCalendar file with an event on the day of renewal, and an alarm that morning.

    A day that is past would remind nobody, so the event is then tomorrow. That of a practice says
    that it is one; `line` makes the command that renews.
    """
    from icalendar import Calendar, Event

    due = facts.renewal_at.date()
    if due <= now.date():
        due = now.date() + timedelta(days=1)
    event = Event()
    event.add("uid", f"{profile.name}-{facts.expires_at:%Y%m%d}@webex-wizard")
    event.add("dtstamp", now)
    event.add("dtstart", due)
    mark = "PRACTICE: " if practice else ""
    renew = line("renew", profile=profile.name)
    event.add("summary", f"{mark}Renew the Webex provisioning token ({profile.name})")
    ends = "ended" if has_ended(facts.expires_at, now) else "ends"
    event.add(
        "description",
        f"The token of Webex organization {facts.organization_id or 'unknown'} {ends} on "
        f"{facts.expires_at:%Y-%m-%d %H:%M} UTC. After that no user is created, updated or "
        f"disabled.\n\nRun: {renew}",
    )
    event.add_component(_alarm())
    calendar = Calendar()
    calendar.add("prodid", "-//webex-wizard//renewal reminder//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm() -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Renew the Webex provisioning token")
    alarm.add("trigger", _ALARM)
    return alarm

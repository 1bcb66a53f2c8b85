"""All profiles as a table: sorted by attention, and no wider than the terminal."""

from datetime import timedelta

import pytest

from tests.sessions import NOW, ORGANIZATION, facts
from wizard.reports.attention import Urgency
from wizard.reports.overview import HEADS, laid_out, row_of
from wizard.reports.status import Standing, by_attention, standing
from wizard.store.marks import Mark
from wizard.store.profiles import Profile, StepRecord
from wizard.store.test_record import TestRecord

BEFORE = NOW - timedelta(days=4)
SEEN = StepRecord(at=BEFORE, mark=Mark.SEEN)
SAID = StepRecord(at=NOW, mark=Mark.SAID)


def health(state: str, **more: object) -> dict[str, object]:
    known = {"job_id": "Webex.1", "at": BEFORE, "state": state, "trouble": "Webex said no."}
    return {"job_id": "Webex.1", "health": known | more}


def of(name: str, **changes: object) -> Standing:
    return standing(Profile.new(name, NOW).with_changes(**changes), NOW)


FAILED = TestRecord(at=BEFORE, verdict="failed", entra_says="failure", writes="no")

BY_URGENCY = (
    of("ended", token=facts(days=-1)),
    of("b-quarantine", token=facts(days=20), entra=health("quarantine")),
    of("a-quarantine", token=facts(), entra=health("quarantine")),
    of("off", token=facts(days=300, lifetime=365), entra=health("off"), steps={"start": SEEN}),
    of("sooner", token=facts(days=3)),
    of("soon", token=facts(days=4)),
    of("waits", token=facts(), steps={"new-token": SEEN}),
    of("tested", token=facts(), last_test=FAILED),
    of("begun"),
    of("fine", token=facts(), entra=health("running")),
    of("fine-longer", token=facts(days=300, lifetime=365)),
)


def test_what_needs_attention_most_comes_first() -> None:
    found = by_attention(reversed(BY_URGENCY))
    assert [each.profile for each in found] == [each.profile for each in BY_URGENCY]
    assert [bool(each.first) for each in found] == [not each.healthy for each in found]


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, "setup"),
        ({"token": facts(days=3)}, "setup"),
        ({"token": facts(days=3), "steps": {"credentials": SAID}}, "renew"),
        ({"token": facts(days=30), "steps": {"credentials": SAID}}, "setup"),
        ({"token": facts(), "steps": {"new-token": SEEN}}, "renew"),
        ({"storing": {"step": "token", "facts": facts()}}, "setup"),
        ({"storing": {"step": "new-token", "facts": facts()}}, "renew"),
    ],
)
def test_a_renewal_comes_next_where_entra_has_the_token_that_ends(
    changes: dict[str, object], command: str
) -> None:
    assert of("contoso", **changes).next_command == command


def test_what_was_not_seen_is_said_to_be_not_seen() -> None:
    row = row_of(of("contoso", steps={"application": SAID}), NOW)
    assert row[1:] == ("unknown", "none yet", "not seen", "never", "not finished")


def test_what_was_seen_is_told_with_its_day() -> None:
    looked = of("contoso", organization_id=ORGANIZATION, token=facts(), entra=health("running"))
    row = row_of(looked, NOW)
    assert row[1:] == (ORGANIZATION, "45 days", "runs, 19 Nov", "19 Nov", "nothing")
    later = row_of(looked, NOW + timedelta(days=365))
    assert (later.job, later.looked) == ("runs, Nov 2026", "Nov 2026")


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (36, ("profile", "left", "first")),
        (76, ("profile", "left", "job", "looked", "first")),
        (116, ("profile", "organization", "left", "job", "looked", "first")),
    ],
)
@pytest.mark.parametrize("name", ["contoso", "a-very-long-name-of-a-customer-of-ours-x"])
def test_a_table_has_as_many_columns_as_there_is_room_for(
    width: int, columns: tuple[str, ...], name: str
) -> None:
    known = of(
        name, organization_id=ORGANIZATION, token=facts(days=300), entra=health("quarantine")
    )
    rows = [row_of(each, NOW) for each in (known, of("begun"))]
    heads, *lines = laid_out(rows, width)
    assert heads.split("  ")[0].strip() == "Profile"
    assert [field for field in HEADS._fields if getattr(HEADS, field) in heads] == list(columns)
    assert {len(line) for line in (heads, *lines)} == {len(heads)}
    assert len(heads) <= width


def test_damage_is_urgent_and_nothing_else_is_known() -> None:
    damaged = Standing(
        profile="x", organization_id=None, days_left=None, expires_at=None, lifetime_assumed=False,
        renewal_waiting=False, last_test=None, job=None, steps_done=0, steps=16, healthy=False,
        attention="It is damaged.", readable=False, first="damaged", urgency=Urgency.UNKNOWN,
    )  # fmt: skip
    assert set(row_of(damaged, NOW)) == {"x", "unknown", "damaged"}

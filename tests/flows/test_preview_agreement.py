"""What a preview said is what the practice service, which shares no code with it, then does.

The figure is agreement with the documentation: both sides read the same pages. More people are
compared by `python -m tests.benchmarks.agreement`.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.agreeing import ACTING, company_of, cycle, differences, previewed
from tests.agreement import Company, account, id_of, person
from wizard.preview.outcome import Prospect
from wizard.preview.result import Preview
from wizard.preview.sources import Reader

PEOPLE = 170
"""In each of the three states, which follow one another: 510 in all."""


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with company_of(PEOPLE) as company:
        yield company


def told(preview: Preview) -> dict[str, tuple[object, ...]]:
    """Return what is said of each person and group of Entra."""
    return {
        fate.id: (fate.outcome, fate.changes, fate.dangers) for fate in preview.fates() if fate.id
    }


def searched(company: Company) -> Preview:
    """Preview where Webex lists nobody, so that each is searched for by name and by link."""
    tenant = company.setup.tenant
    tenant.misbehave("scim", "no-listing")
    tenant.misbehave("scim-v2", "403")
    preview = previewed(company, "running")
    assert preview.sides.webex.reader is Reader.EACH
    tenant.behave()
    return preview


def stray_is_unknown(company: Company) -> None:
    """Let an account carry the object id of somebody whom the service never linked with it."""
    company.setup.tenant.tell_entra(people=[person(990_000)])
    company.setup.tenant.fill_webex([account(990_000)])
    preview = previewed(company, "running")
    (stray,) = [fate for fate in preview.fates() if fate.id == id_of(990_000)]
    assert (stray.outcome, stray.reasons[-1][0]) == (Prospect.UNKNOWN, "maybe-linked")
    real = cycle(company)
    assert stray.id not in real.outcomes
    unsure = {fate.name for fate in preview.with_outcome(Prospect.UNKNOWN)}
    assert {name for name, *_ in differences(preview, real)} <= unsure


def test_in_each_state_of_a_job_what_was_said_is_what_happens(company: Company) -> None:
    never = previewed(company, "never")
    assert differences(never, cycle(company)) == []
    assert set(never.counts) >= {Prospect.CREATE, Prospect.LINK, Prospect.UPDATE, Prospect.DISABLE}
    assert never.group_counts[Prospect.CREATE] == 6
    company.move_on()
    running = previewed(company, "running")
    listed, sought = told(running), told(searched(company))
    unlike = {(sought[key][0], each[0]) for key, each in listed.items() if sought[key] != each}
    # Whether somebody has the new name of whoever left the scope is not searched for.
    assert unlike == {(Prospect.DISABLE, Prospect.CONFLICT)}
    assert differences(running, cycle(company)) == []
    assert set(running.counts) >= ACTING - {Prospect.LINK, Prospect.DELETE}
    month = timedelta(days=31)
    purged = previewed(company, "running", later=month)
    assert differences(purged, cycle(company, later=month)) == []
    assert purged.counts[Prospect.DELETE] == len(company.bin)
    stray_is_unknown(company)
    company.move_on()
    restarted = previewed(company, "restarted")
    assert differences(restarted, cycle(company, restart=True)) == []
    assert set(restarted.counts) >= {Prospect.CREATE, Prospect.LEFTOVER, Prospect.UPDATE}

"""What a preview said is what the practice service, which shares no code with it, then does.

The figure is agreement with the documentation: both sides read the same pages. More people are
compared by `python -m tests.benchmarks.agreement`.
"""

from collections.abc import Iterator

import pytest

from tests.agreeing import ACTING, company_of, cycle, differences, previewed
from tests.agreement import Company
from wizard.preview.outcome import Prospect

PEOPLE = 170
"""In each of the three states, which follow one another: 510 in all."""


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with company_of(PEOPLE) as company:
        yield company


def test_in_each_state_of_a_job_what_was_said_is_what_happens(company: Company) -> None:
    never = previewed(company, "never")
    assert differences(never, cycle(company)) == []
    assert set(never.counts) >= {Prospect.CREATE, Prospect.LINK, Prospect.UPDATE, Prospect.DISABLE}
    assert never.group_counts[Prospect.CREATE] == 6
    company.move_on()
    running = previewed(company, "running")
    assert differences(running, cycle(company)) == []
    assert set(running.counts) >= ACTING - {Prospect.LINK}
    company.move_on()
    restarted = previewed(company, "restarted")
    assert differences(restarted, cycle(company, restart=True)) == []
    assert set(restarted.counts) >= {Prospect.CREATE, Prospect.LEFTOVER, Prospect.UPDATE}

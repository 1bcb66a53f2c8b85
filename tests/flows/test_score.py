"""A plan laid beside the log of the practice service, which shares no code with what planned."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.agreeing import company_of, cycle, previewed, reading_of
from tests.agreement import Company, account, id_of, name_of
from tests.practice_here import PracticeHere
from wizard.preview.log_pages import log_lines
from wizard.preview.offline import told_of
from wizard.preview.outcome import Prospect
from wizard.preview.plan import Plan, read_plan, save
from wizard.preview.score import Score, ScoreVerdict, Scoring


@pytest.fixture
def company() -> Iterator[Company]:
    with company_of(56) as company:
        yield company


def planned(company: Company, folder: Path) -> Plan:
    path = folder / "plan.jsonl"
    save(told_of(previewed(company, "never")), path, values=False)
    return read_plan(path)


def scored(company: Company, plan: Plan) -> Score:
    setup, scoring = company.setup, Scoring(plan)
    tenant = setup.tenant
    assert isinstance(tenant, PracticeHere)

    async def read() -> None:
        async with reading_of(tenant, setup.admin.token, setup.webex.token) as reading:
            job = setup.job.rpartition("/")[2]
            async for page in reading.graph.log(job, datetime(2020, 1, 1, tzinfo=UTC)):
                scoring.take(log_lines(page.body))

    asyncio.run(read())
    return scoring.score()


def test_a_first_cycle_comes_out_as_it_was_predicted(company: Company, tmp_path: Path) -> None:
    plan = planned(company, tmp_path)
    cycle(company)
    found = scored(company, plan)
    assert found.misses == ()
    assert found.waiting == {}
    predicted = sum(told in _CHANGES for told, _ in plan.outcomes.values())
    assert found.counts[ScoreVerdict.AS_PREDICTED] == predicted > 20
    assert found.counts.keys() == {ScoreVerdict.AS_PREDICTED, ScoreVerdict.LEFT_ALONE}


_CHANGES = {
    Prospect.CREATE, Prospect.LINK, Prospect.UPDATE, Prospect.RENAME, Prospect.REACTIVATE,
    Prospect.DISABLE, Prospect.CONFLICT,
}  # fmt: skip


def test_what_a_colleague_changes_meanwhile_is_missed_in_its_class_and_nothing_else(
    company: Company, tmp_path: Path
) -> None:
    plan = planned(company, tmp_path)
    off, taken, leaving = list(company.some("new", 1))[1:4]
    behind, in_step, joining = (
        next(company.some(kind)) for kind in ("behind", "in step", "not assigned")
    )
    company.change(off, accountEnabled=False)
    company.setup.tenant.fill_webex([account(taken, externalId=None)])
    company.change(behind, jobTitle="Another")
    company.change(in_step, jobTitle="Another")
    company.assign(id_of(joining))
    for members in company.members.values():
        members[:] = [each for each in members if each != id_of(leaving)]
    company.tell_groups()
    cycle(company)
    found = scored(company, plan)
    assert {(each.name, each.verdict, each.predicted, each.happened) for each in found.misses} == {
        (name_of(off), "left_out", "created", "skipped (NotEffectivelyEntitled)"),
        (name_of(taken), "otherwise", "created", "updated"),
        (name_of(behind), "fields_differ", "updated", "updated, with other values of title"),
        (name_of(in_step), "not_predicted", "unchanged", "updated"),
        (name_of(joining), "not_predicted", "out of scope", "updated"),
    }
    assert found.waiting == {Prospect.CREATE: 1}

"""A plan laid beside the log of the practice service, which shares no code with what planned."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.agreeing import company_of, cycle, previewed, reading_of
from tests.agreement import Company, account, id_of, name_of
from tests.desk_here import started_here
from tests.entra_actions import ANA, Wizard
from tests.flows.test_previewing import read_whole
from tests.line import Send
from tests.practice_here import PracticeHere
from tests.sessions import tools
from tests.typing_here import workspace_of
from wizard.flow.plan import SETUP
from wizard.flow.session import State
from wizard.preview.document import Told
from wizard.preview.log_pages import log_lines
from wizard.preview.offline import told_of
from wizard.preview.outcome import Prospect
from wizard.preview.plan import Plan, head_of, read_plan, save
from wizard.preview.score import Score, ScoreVerdict, Scoring
from wizard.reports.markdown import markdown
from wizard.reports.report import SetupReport, setup_report
from wizard.steps.finish import FinishStep
from wizard.steps.kept_preview import note_accepted
from wizard.steps.log_score import LogScore
from wizard.steps.previewing import previewing
from wizard.steps.target import job_of
from wizard.store.marks import Mark


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
        (name_of(behind), "fields_differ", "updated", "updated; other: title"),
        (name_of(in_step), "not_predicted", "unchanged", "updated"),
        (name_of(joining), "not_predicted", "out of scope", "updated"),
    }
    assert found.waiting == {Prospect.CREATE: 1}


def test_who_fails_is_a_miss_with_the_code_and_all_others_are_as_predicted(
    company: Company, tmp_path: Path
) -> None:
    plan = planned(company, tmp_path)
    company.setup.tenant.misbehave("scim", "409", method="POST")
    cycle(company)
    found = scored(company, plan)
    seen = {(each.verdict, each.predicted, each.happened) for each in found.misses}
    assert seen == {("failed", "created", "failed (EntryConflict)")}
    created = sum(told == Prospect.CREATE for told, _ in plan.outcomes.values())
    assert (found.missed, found.waiting) == (created, {})


class Previewed(Wizard):
    """A setup before its test user, whose preview was kept."""

    async def prepare(self) -> None:
        await self.set_up(until="on-demand")
        await self.keep_plan()

    async def keep_plan(self) -> None:
        async with previewing(workspace_of(self), self.session) as both:
            told = told_of(await read_whole(both))
        await self.keep(told)

    async def keep(self, told: Told) -> None:
        save(told, self.path, values=False)
        first, _, rest = self.path.read_text().partition("\n")
        head = json.loads(first)
        head["made"]["at"] = self.session.clock().isoformat()  # as late as it is in the tenant
        self.path.write_text(f"{json.dumps(head)}\n{rest}")
        await note_accepted(self.session, head_of(self.path), mark=Mark.SEEN, is_partial=False)

    @property
    def path(self) -> Path:
        return self.session.profiles.plan_path("default")

    @property
    def report(self) -> SetupReport:
        session, endpoints = self.session, self.practice.endpoints
        return setup_report(session.profile, endpoints, session.journal, session.clock())

    def finish(self) -> str:
        return FinishStep(SETUP[-1], tools()).score(self.session)


@pytest.fixture
async def now(fresh: PracticeHere, tmp_path: Path) -> Previewed:
    return await Previewed.after(fresh, tmp_path, "a kept preview", Previewed.prepare)


PREDICTED = "as the mapping predicted. The preview predicted this change."
CAME_OUT = "1 person or group came out as the preview predicted. Nothing else was seen."


async def test_the_preview_is_scored_at_once_after_the_first_cycle_and_in_the_report(
    now: Previewed,
) -> None:
    assert PREDICTED in (await now.apply("on-demand")).finding.text
    assert PREDICTED in now.report.tried[-1]
    again = (await now.apply("on-demand")).finding
    assert (again.state, "preview" in again.text) == (State.DONE, False)
    await now.apply("start")
    under_way = await now.look("watch")
    assert under_way.finding.state is State.OPEN
    assert CAME_OUT in under_way.finding.text
    assert now.report.score is not None
    assert not now.report.score.is_over
    assert "The cycle is not over." in now.finish()
    now.hours.pass_by(3600)
    done = await now.look("watch")
    assert done.finding.state is State.DONE
    assert CAME_OUT in done.finding.text
    assert (now.report.score.counts, now.report.score.is_over) == ({"as_predicted": 1}, True)
    assert CAME_OUT in now.finish()
    assert f"- `{CAME_OUT.partition('. ')[0]}.`" in markdown(now.report)
    assert now.report.to_json()["score"]["misses"] == ()


async def test_what_came_out_otherwise_is_told_one_by_one_and_asks_for_a_look(
    now: Previewed,
) -> None:
    now.practice.tell_entra(
        change_user={"user": f"{ANA}@practice.example", "displayName": "Another"}
    )
    tried = (await now.apply("on-demand")).finding
    assert (tried.state, "other values: displayName" in tried.text) == (State.ATTENTION, True)
    await now.apply("start")
    now.hours.pass_by(3600)
    found = await now.look("watch")
    assert found.finding.state is State.ATTENTION
    assert "Not so: 1 with other values than predicted." in found.finding.text
    told, _ = found.tables
    assert told.title == "Otherwise than the preview predicted: 1"
    assert told.rows[0][1:] == ("taken over", "updated; other: displayName")
    (miss,) = now.report.score.misses if now.report.score else ()
    assert miss.endswith("predicted taken over, seen updated; other: displayName")
    assert "## Otherwise than predicted" in markdown(now.report)


async def test_what_was_written_before_the_preview_does_not_count(now: Previewed) -> None:
    await now.apply("on-demand")
    await now.apply("start")
    now.hours.pass_by(3600)
    await now.look("watch")
    await now.keep_plan()
    found = (await now.look("watch")).finding
    assert "Not so" not in found.text
    assert "Not seen yet: the log has nothing from after the preview." in found.text
    assert "Not seen yet" in now.finish()
    assert "Not seen yet" in markdown(now.report)


async def one_by_one(request: httpx.Request, send: Send) -> httpx.Response:
    """Let the log come in pages of one entry."""
    url = request.url.copy_merge_params({"$top": "1"})
    is_log = url.path.endswith("/auditLogs/provisioning")
    asked = httpx.Request("GET", url, headers=request.headers, extensions=request.extensions)
    return await send(asked if is_log else request)


async def test_a_long_log_is_read_page_by_page_until_a_limit_and_what_was_cut_says_so(
    now: Previewed,
) -> None:
    await now.apply("on-demand")
    await now.apply("start")
    now.hours.pass_by(3600)
    async with now.entra.graph() as graph:
        job = await job_of(now.session, graph)
        with now.entra.line.meddled(one_by_one):
            cut = await LogScore(started_here, most=1).look(now.session, graph, job)
            whole = await LogScore(started_here).look(now.session, graph, job)
    assert cut is not None
    assert cut.limits == ("Not the whole log was read: 1 entry counts so far.",)
    assert whole is not None
    assert (whole.limits, whole.entries) == ((), 2)


async def test_what_came_after_the_first_cycle_is_no_miss_of_a_log_that_was_read_in_part(
    now: Previewed,
) -> None:
    await now.apply("on-demand")
    await now.apply("start")
    now.hours.pass_by(3600)
    changed = {"user": f"{ANA}@practice.example", "displayName": "Another"}
    now.practice.tell_entra(change_user=changed)
    now.hours.pass_by(3600)
    async with now.entra.graph() as graph:
        job = await job_of(now.session, graph)
        for most in (1, 2, 3):
            with now.entra.line.meddled(one_by_one):
                score = await LogScore(started_here, most=most).look(now.session, graph, job)
            assert score is not None
            assert (score.missed, score.is_cut) == (0, most < 3), most


async def test_a_log_is_read_on_where_the_last_look_came_to(now: Previewed) -> None:
    await now.apply("on-demand")
    await now.apply("start")
    now.hours.pass_by(3600)
    scores, asked = LogScore(started_here, patience=2.0), list[str]()

    async def never(request: httpx.Request, send: Send) -> httpx.Response:
        if request.url.path.endswith("/auditLogs/provisioning"):
            asked.append(request.url.params.get("$filter", ""))
            if len(asked) == 2:
                await asyncio.Event().wait()
        return await one_by_one(request, send)

    async with now.entra.graph() as graph:
        job = await job_of(now.session, graph)
        with now.entra.line.meddled(never):
            first = await scores.look(now.session, graph, job)
            second = await scores.look(now.session, graph, job)
    assert first is not None
    assert second is not None
    assert (first.is_cut, first.entries) == (True, 1)
    assert (second.is_cut, second.entries) == (False, 2)
    assert asked[2] > asked[0], "what was read is not read again"


async def test_a_plan_of_another_job_or_none_is_laid_beside_nothing(now: Previewed) -> None:
    whole = now.path.read_text()
    now.path.write_text(whole.replace('"job":"never"', '"job":"other"', 1))
    assert "preview" not in (await now.apply("on-demand")).finding.text
    now.path.write_text(whole)
    await now.apply("start")
    now.path.unlink()
    now.hours.pass_by(3600)
    assert "preview" not in (await now.look("watch")).finding.text
    assert now.report.score is None
    assert now.finish() == ""

"""One person at once and the first cycle, through Graph, against the practice tenants."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.entra_actions import action, answered, hours_of, ready, set_up, talking
from tests.practice import sign_in
from wizard.errors import InvalidInput
from wizard.flow.session import Session, State
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError
from wizard.graph.models import Listing
from wizard.graph.on_demand import OnDemandResult
from wizard.graph.provisioning_log import LogEntry
from wizard.graph.results import EntryResult, ProvisionedIdentity
from wizard.mapping.document import MappingDocument
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.practice.process import PracticeTenant
from wizard.reports.status import standing
from wizard.steps.base import Answers, Outlook, outlook_of
from wizard.steps.watch import LOOK_EVERY
from wizard.store.keystore import Keystore
from wizard.words.progress import silent

HOUR = 3600


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as started:
        yield started


@pytest.fixture
def fresh(tenant: PracticeTenant) -> PracticeTenant:
    tenant.reset_entra()
    tenant.behave()
    return tenant


class Running:
    """A setup that runs, and its steps."""

    def __init__(
        self, tenant: PracticeTenant, session: Session, keystore: Keystore, graph: GraphClient
    ) -> None:
        self.tenant = tenant
        self.session = session
        self.keystore = keystore
        self.graph = graph

    async def look(self, step_id: str) -> Outlook:
        """Look as the step does."""
        doing = action(self.tenant, self.keystore, step_id, self.session)
        return await doing.look(self.session, self.graph)

    async def apply(self, step_id: str, answers: Answers | None = None) -> Outlook:
        """Do the step as recommended, or as answered."""
        doing = action(self.tenant, self.keystore, step_id, self.session)
        if answers is None:
            found = await doing.look(self.session, self.graph)
            answers = await answered(doing, self.graph, found.questions)
        return outlook_of(await doing.apply(self.session, self.graph, answers, silent))

    async def user(self, name: str) -> str:
        """Return the id of a person."""
        return (await self.graph.users.search(name)).items[0].id


def running(
    tenant: PracticeTenant, folder: Path, test: Callable[[Running], Awaitable[None]]
) -> None:
    """Set everything up, and run a test in it."""

    async def run() -> None:
        session, keystore = ready(tenant, folder)
        entra = await set_up(tenant, session, keystore)
        async with talking(entra) as graph:
            await test(Running(tenant, session, keystore, graph))

    asyncio.run(run())


def verdicts(found: Outlook) -> dict[str, str]:
    """Return the verdict of each attribute."""
    return {row[0]: row[-1] for row in found.tables[0].rows}


def test_who_is_assigned_is_predicted_before_anything_happens(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        fresh.forget_requests()
        found = await now.look("on-demand")
        assert {each.method for each in fresh.requests()} == {"GET"}
        (question,) = found.questions
        assert (question.choices[0].text, question.answer) == ("Ana Ruiz", question.choices[0].id)
        (table,) = found.tables
        assert table.title == "Prediction for Ana Ruiz: in scope."
        assert ("userName", "ana.ruiz@practice.example") in table.rows

    running(fresh, tmp_path, test)


def test_a_new_person_is_created_exactly_as_predicted(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        webex = sign_in(fresh)
        query = {"filter": 'userName eq "ivo.novak@practice.example"'}
        (person,) = webex.scim("/Users", params=query).json()["Resources"]
        assert webex.scim(f"/Users/{person['id']}", "DELETE").status_code == 204
        answers = {"who": await now.user("ivo.novak")}
        await now.apply("assignment", answers)
        found = await now.apply("on-demand", answers)
        assert found.finding.state is State.DONE, found
        assert found.finding.text == "Ivo Novak was created in Webex, as predicted."
        assert set(verdicts(found).values()) == {"as predicted"}
        assert "userName" in verdicts(found)
        again = await now.apply("on-demand", answers)
        assert "already, with exactly these values" in again.finding.text
        assert (await now.look("on-demand")).finding.state is State.DONE

    running(fresh, tmp_path, test)


def test_what_comes_out_otherwise_than_predicted_is_named(
    fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(now: Running) -> None:
        user = await now.user("oscar.nilsson")
        await now.apply("assignment", {"who": user})
        attributes = now.graph.users.attributes

        async def older(user_id: str, properties: tuple[str, ...]) -> object:
            return {**await attributes(user_id, properties), "id": "another id"}

        # As if Entra knew the person otherwise than Graph told us.
        monkeypatch.setattr(now.graph.users, "attributes", older)
        found = await now.apply("on-demand", {"who": user})
        assert found.finding.state is State.ATTENTION
        assert "not all as predicted: externalId" in found.finding.text
        assert found.tables[0].rows[0][0::3] == ("externalId", "differs")
        assert "on-demand" not in now.session.profile.steps

    running(fresh, tmp_path, test)


def test_who_is_not_assigned_is_skipped_and_told_why(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def test(now: Running) -> None:
        found = await now.apply("on-demand", {"who": await now.user("ivo.novak")})
        assert found.finding.state is State.ATTENTION
        assert "Ivo Novak was skipped. The person is not assigned" in found.finding.text
        assert "wait some minutes" in found.finding.hint
        assert found.tables[-1].title == "What Entra did:"

    running(fresh, tmp_path, test)


def test_what_webex_refuses_is_told_with_its_own_words(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        answers = {"who": await now.user("kofi.mensah")}
        await now.apply("assignment", answers)
        fresh.misbehave("scim", "409", method="PATCH")
        found = await now.apply("on-demand", answers)
        assert found.finding.state is State.ATTENTION
        assert "did not arrive in Webex." in found.finding.text
        assert found.finding.hint

    running(fresh, tmp_path, test)


@pytest.mark.parametrize("outcome", ["", "deferred"])
def test_an_outcome_that_is_not_known_is_not_called_done(
    outcome: str, fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(now: Running) -> None:
        async def person(*_about: str) -> OnDemandResult:
            return OnDemandResult(outcome=outcome, entry=EntryResult())

        monkeypatch.setattr(now.graph.on_demand, "person", person)
        found = await now.apply("on-demand", {"who": await now.user("ana.ruiz")})
        assert found.finding.state is State.ATTENTION
        assert found.finding.text == "Entra does not tell clearly what became of Ana Ruiz."
        assert (await now.look("on-demand")).finding.state is State.ATTENTION

    running(fresh, tmp_path, test)


def test_who_arrives_although_the_filters_leave_them_out_is_told(
    fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(now: Running) -> None:
        read = now.graph.schema.read

        async def scoped(principal_id: str, job_id: str) -> object:
            sales = with_filter(None, "Law", new_clause("department", "EQUALS", "Law"))
            document = MappingDocument(await read(principal_id, job_id))
            return with_scope(document, sales).schema

        async def created(*_about: str) -> OnDemandResult:
            return OnDemandResult(outcome="success", entry=EntryResult(action="create"))

        monkeypatch.setattr(now.graph.schema, "read", scoped)
        monkeypatch.setattr(now.graph.on_demand, "person", created)
        found = await now.apply("on-demand", {"who": await now.user("oscar.nilsson")})
        assert found.finding.state is State.ATTENTION
        assert "but predicted to be out of scope" in found.finding.text

    running(fresh, tmp_path, test)


def test_who_is_assigned_twice_is_suggested_once(
    fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(now: Running) -> None:
        principal_id = now.session.profile.entra.service_principal_id
        found = await now.graph.assignments.list(principal_id)

        async def doubled(*_about: object, **_limits: object) -> object:
            return Listing((*found.items, *found.items), is_complete=True)

        monkeypatch.setattr(now.graph.assignments, "list", doubled)
        (question,) = (await now.look("on-demand")).questions
        assert [choice.text for choice in question.choices] == ["Ana Ruiz"]

    running(fresh, tmp_path, test)


def test_who_is_assigned_and_deleted_is_predicted_nothing(
    fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(now: Running) -> None:
        async def gone(_user_id: str) -> object:
            raise GraphError("There is no such user.", code="graph-not-found")

        monkeypatch.setattr(now.graph.users, "get", gone)
        found = await now.look("on-demand")
        assert (found.tables, len(found.questions)) == ((), 1)

    running(fresh, tmp_path, test)


def test_nobody_is_provisioned_when_nobody_is_chosen(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def test(now: Running) -> None:
        fresh.forget_requests()
        with pytest.raises(InvalidInput) as caught:
            await now.apply("on-demand", {})
        assert caught.value.code == "on-demand-nobody"
        assert [each for each in fresh.requests() if each.method == "POST"] == []

    running(fresh, tmp_path, test)


def test_a_first_cycle_is_watched_until_it_is_done(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def test(now: Running) -> None:
        found = await now.look("watch")
        assert found.finding.state is State.OPEN
        assert found.finding.text.startswith("The first cycle is under way: 0 of about 1 entry.")
        assert (found.plan, found.look_again_after) == ((), LOOK_EVERY)
        fresh.tell_entra(advance=HOUR)
        found = await now.look("watch")
        assert found.finding.state is State.DONE
        assert "1 person is linked" in found.finding.text
        assert found.look_again_after is None
        assert found.tables[0].rows[0][0] == "ana.ruiz@practice.example"

    running(fresh, tmp_path, test)


def test_a_cycle_that_only_goes_on_has_not_begun_anew(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        hours_of(now.session).ahead += 600  # by our clock alone
        found = await now.apply("watch", {"how": "nothing"})
        assert "It began 10 minutes ago." in found.finding.text
        found = await now.apply("watch", {"how": "again"})
        assert "It began less than a minute ago." in found.finding.text

    running(fresh, tmp_path, test)


def test_who_failed_in_the_cycle_comes_first_with_the_reason(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        await now.apply("assignment", {"who": await now.user("lena.fischer")})
        await now.apply("watch", {"how": "again"})
        fresh.misbehave("scim", "409", method="PATCH")
        fresh.tell_entra(advance=HOUR)
        found = await now.look("watch")
        assert found.finding.state is State.ATTENTION
        assert "1 person or group failed" in found.finding.text
        who, result, why = found.tables[0].rows[0]
        assert (who, result) == ("lena.fischer@practice.example", "failed")
        assert "Microsoft says:" in why

    running(fresh, tmp_path, test)


@pytest.mark.parametrize("how", ["nothing", "again", "everything"])
def test_a_quarantine_is_explained_and_ended_by_each_restart(
    fresh: PracticeTenant, tmp_path: Path, how: str
) -> None:
    async def test(now: Running) -> None:
        fresh.misbehave("synchronization", "quarantine", times=1)
        found = await now.look("watch")
        assert found.finding.state is State.ATTENTION
        assert found.finding.text.startswith("Provisioning is in quarantine.")
        assert found.finding.hint
        assert [choice.id for choice in found.questions[0].choices] == [
            "again",
            "nothing",
            "everything",
        ]
        after = await now.apply("watch", {"how": how})
        assert "quarantine" not in after.finding.text
        fresh.tell_entra(advance=HOUR)
        assert (await now.look("watch")).finding.state is State.DONE

    running(fresh, tmp_path, test)


def test_deletions_that_were_held_back_are_offered_and_carried_out(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        await now.apply("notification", {"mail": "it@practice.example", "limit": "1"})
        fresh.tell_entra(advance=HOUR)
        await now.look("watch")
        principal_id = now.session.profile.entra.service_principal_id
        (assigned,) = (await now.graph.assignments.list(principal_id)).items
        await now.graph.assignments.remove(principal_id, assigned.id)
        fresh.tell_entra(advance=HOUR)
        found = await now.look("watch")
        assert "More people would be deactivated" in found.finding.text
        assert "held back" in found.questions[0].choices[-1].text
        await now.apply("watch", {"how": "held-back"})
        assert (await now.look("watch")).finding.state is State.DONE

    running(fresh, tmp_path, test)


def test_results_that_may_not_be_read_are_missing_and_said_so(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        fresh.tell_entra(advance=HOUR)
        fresh.misbehave("logs", "not-granted")
        found = await now.look("watch")
        assert found.finding.state is State.DONE
        assert found.tables == ()
        assert any("cannot be read" in caution for caution in found.cautions)

    running(fresh, tmp_path, test)


def test_results_that_are_not_all_read_are_said_to_be_the_newest(
    fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(now: Running) -> None:
        async def many(_job_id: str, *, most: int) -> Listing[LogEntry]:
            people = (
                LogEntry(
                    source_identity=ProvisionedIdentity(id=str(number), display_name="x" * 9_999)
                )
                for number in range(most)
            )
            return Listing(tuple(people), is_complete=False)

        monkeypatch.setattr(now.graph.provisioning_log, "entries", many)
        found = await now.look("watch")
        assert found.cautions[-1] == "Only the newest 1,000 results were read."
        assert found.tables[0].title == "People and groups: 1,000 not clear, the first 200 shown"
        assert len(found.tables[0].rows) == 200
        assert found.look_again_after == 11 * LOOK_EVERY, "a request each ten seconds, no more"

    running(fresh, tmp_path, test)


def test_having_started_the_job_of_somebody_else_does_not_make_it_ours(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        fresh.tell_entra(advance=HOUR)
        file = now.session.journal.file
        lines = file.read_text("utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if '"step":"start"' in line), "utf-8")
        assert len(tuple(now.session.journal)) == 1
        assert "type Cisco Webex" in (await now.look("watch")).questions[-1].text

    running(fresh, tmp_path, test)


def test_a_job_of_somebody_else_is_restarted_only_by_name(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        fresh.tell_entra(advance=HOUR)
        now.session.journal.file.unlink()
        found = await now.look("watch")
        assert "type Cisco Webex" in found.questions[-1].text
        fresh.forget_requests()
        with pytest.raises(InvalidInput) as caught:
            await now.apply("watch", {"how": "again", "name": "cisco"})
        assert caught.value.code == "restart-not-ours"
        assert {each.method for each in fresh.requests()} == {"GET"}
        after = await now.apply("watch", {"how": "again", "name": "Cisco Webex"})
        assert after.finding.text.startswith("Provisioning looks at everybody again.")

    running(fresh, tmp_path, test)


def test_each_look_at_the_job_is_remembered_for_the_status(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(now: Running) -> None:
        def seen() -> tuple[str, bool]:
            found = standing(now.session.profile, now.session.clock())
            assert found.job is not None
            return found.job["state"], bool(found.job["trouble"])

        await now.look("watch")
        assert seen() == ("first cycle", False)
        fresh.tell_entra(advance=HOUR)
        await now.look("start")
        assert seen() == ("running", False)
        fresh.misbehave("synchronization", "quarantine", times=1)
        await now.look("watch")
        assert seen() == ("quarantine", True)
        assert not standing(now.session.profile, now.session.clock()).healthy

    running(fresh, tmp_path, test)

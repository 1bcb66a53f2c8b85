"""What each step finds, does and takes back, without any server."""

import asyncio
import json
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import SecretStr

from tests.sessions import (
    NOW,
    ORGANIZATION,
    ended,
    facts,
    memory_keystore,
    session_in,
    stored,
    tools,
)
from wizard.checks.check import Check, ConnectionReport, Status
from wizard.errors import InvalidInput, KeystoreError, MappingError, ProfileError
from wizard.flow.plan import RENEWAL, SETUP, StepInfo
from wizard.flow.session import Finding, Flow, Session, State
from wizard.mapping.document import ON_CREATION, MappingDocument, Row
from wizard.mapping.objects import switched
from wizard.mapping.schema import write_schema
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.net.endpoints import bundled, override
from wizard.steps.base import GraphStep, Guide, step_class
from wizard.steps.connection import ConnectionStep
from wizard.steps.finish import FinishStep
from wizard.steps.mapping import MappingStep
from wizard.steps.mapping_file import MappingFile
from wizard.steps.organization import OrganizationStep
from wizard.steps.replacement import ReplacementStep
from wizard.steps.scoping import ScopingStep
from wizard.steps.sign_in import SignInStep
from wizard.steps.switches import decided
from wizard.steps.token import TokenStep
from wizard.store.job_health import JobHealth
from wizard.store.journal import Action
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.store.marks import Mark
from wizard.store.profiles import EntraFacts, StepRecord
from wizard.walk.walk import Walk
from wizard.webex.lifetime import IN_MEMORY

INFO: dict[str, StepInfo] = {step.id: step for step in (*SETUP, *RENEWAL)}
OTHER = "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802"


def done(*ids: str) -> dict[str, StepRecord]:
    return {name: StepRecord(at=NOW) for name in ids}


def outcome(status: Status) -> ConnectionReport:
    check = Check(id="scim-query", title="Search", status=status, code="ok", message="")
    verdict: Literal["passed", "failed"] = "failed" if status is Status.FAILED else "passed"
    return ConnectionReport((check,), verdict, "unknown", "unknown", NOW, 5)


def token_step(keystore: Keystore, slot: Slot = Slot.CURRENT) -> TokenStep:
    info = INFO["token" if slot is Slot.CURRENT else "new-token"]
    step = tools(keystore).step(info)
    assert isinstance(step, TokenStep)
    return step


async def found(step: Any, session: Session) -> Finding:
    finding: Finding = await step.check(session)
    return finding


class TestToken:
    async def test_no_token_is_open(self, tmp_path: Path) -> None:
        finding = await found(token_step(memory_keystore()), session_in(tmp_path))
        assert finding == Finding(State.OPEN, "No token yet.")
        assert list(tmp_path.iterdir()) == []

    async def test_a_token_in_the_keyring_is_done(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        finding = await found(token_step(memory_keystore(current=stored(days=1.5))), session)
        assert finding == Finding(State.DONE, "A token is in the keyring; 1 day left.")
        assert session.is_done("token")

    async def test_looking_again_changes_nothing(self, tmp_path: Path) -> None:
        session, step = session_in(tmp_path), token_step(memory_keystore(current=stored()))
        await found(step, session)
        before = (tmp_path / "default.json").stat().st_mtime_ns
        await found(step, session)
        assert (tmp_path / "default.json").stat().st_mtime_ns == before

    async def test_a_token_that_someone_took_out_of_the_keyring_is_missed(
        self, tmp_path: Path
    ) -> None:
        session = session_in(tmp_path, token=facts(), steps=done("token", "connection"))
        for _ in range(2):
            finding = await found(token_step(memory_keystore()), session)
            assert finding.state is State.OPEN
            assert finding.text == "The token is not in the keyring any more."
        assert not session.is_done("token")
        assert session.profile.token == facts()

    async def test_a_lost_profile_comes_back_from_the_keyring(self, tmp_path: Path) -> None:
        session, token = session_in(tmp_path), stored()
        await found(token_step(memory_keystore(current=token)), session)
        assert session.profile.token == token.facts
        assert session.profile.organization_id == ORGANIZATION

    async def test_facts_that_did_not_fit_into_the_keyring_stay_in_the_profile(
        self, tmp_path: Path
    ) -> None:
        token = stored(roles=("id_full_admin",) * 100)
        session = session_in(tmp_path, token=token.facts)
        await found(token_step(memory_keystore(current=token)), session)
        assert session.profile.token == token.facts

    @pytest.mark.parametrize(
        ("in_entra", "hint"),
        [(True, "Sign in again, and give the new token to Entra."), (False, "Sign in again.")],
    )
    async def test_an_expired_token_needs_attention(
        self, tmp_path: Path, in_entra: bool, hint: str
    ) -> None:
        session = session_in(tmp_path, steps=done(*["credentials"] * in_entra))
        step = token_step(memory_keystore(current=stored(days=0)))
        finding = await found(step, session)
        assert finding == Finding(State.ATTENTION, "The token in the keyring has expired.", hint)
        assert step.replaces(session) is in_entra

    async def test_a_clock_that_went_backwards_leaves_the_token_good(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        session.clock = lambda: NOW.replace(year=2020)
        assert (
            await found(token_step(memory_keystore(current=stored())), session)
        ).state is State.DONE

    async def test_another_token_opens_what_depends_on_it(self, tmp_path: Path) -> None:
        steps = done("token", "connection", "credentials", "mapping")
        session = session_in(tmp_path, token=facts(), steps=steps)
        keystore = memory_keystore(current=stored("o" * 60))
        await token_step(keystore).apply(session, stored("n" * 60, days=44))
        assert set(session.profile.steps) == {"token", "mapping"}
        assert session.profile.token == facts(days=44)
        retired = await keystore.read("default", Slot.RETIRED)
        assert retired is not None
        assert retired.token == SecretStr("o" * 60)

    async def test_the_same_token_again_opens_nothing(self, tmp_path: Path) -> None:
        session = session_in(tmp_path, steps=done("token", "connection", "credentials"))
        keystore = memory_keystore(current=stored("o" * 60))
        await token_step(keystore).apply(session, stored("o" * 60))
        assert set(session.profile.steps) == {"token", "connection", "credentials"}
        assert not await keystore.holds("default", Slot.RETIRED)

    async def test_a_new_token_of_a_renewal_leaves_the_one_in_force(self, tmp_path: Path) -> None:
        steps = done("token", "connection", "credentials")
        session = session_in(tmp_path, token=facts(days=3), steps=steps)
        old = stored("o" * 60, days=3)
        keystore = memory_keystore(current=old)
        await token_step(keystore, Slot.PENDING).apply(session, stored("n" * 60))
        assert await keystore.read("default", Slot.CURRENT) == old
        assert session.profile.token == facts(days=3)
        assert session.profile.has_waiting_token
        assert steps.keys() < session.profile.steps.keys()

    def test_scopes_that_were_not_granted_are_named(self) -> None:
        step = token_step(memory_keystore())
        asked = bundled().webex.scope.split()
        assert step.missing_scopes(stored(scopes=tuple(asked))) == []
        assert step.missing_scopes(stored(scopes=tuple(asked[1:]))) == asked[:1]
        assert step.missing_scopes(stored(scopes=())) == []


class TestOrganization:
    step = OrganizationStep(INFO["organization"], tools())

    async def test_an_organization_is_remembered_once(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        for _ in range(2):
            await self.step.apply(session, ORGANIZATION)
        assert session.profile.organization_id == ORGANIZATION
        assert len(list(session.history.entries)) == 1

    async def test_another_organization_opens_what_depends_on_it(self, tmp_path: Path) -> None:
        session = session_in(
            tmp_path, organization_id=OTHER, steps=done("connection", "credentials")
        )
        await self.step.apply(session, ORGANIZATION)
        assert set(session.profile.steps) == {"organization"}

    async def test_a_profile_with_a_token_stays_with_its_organization(self, tmp_path: Path) -> None:
        session = session_in(tmp_path, organization_id=OTHER, token=facts(organization_id=OTHER))
        with pytest.raises(InvalidInput) as caught:
            await self.step.apply(session, ORGANIZATION)
        assert caught.value.code == "profile-of-another-organization"
        assert session.profile.organization_id == OTHER


class TestConnection:
    def step(self, keystore: Keystore) -> ConnectionStep:
        return ConnectionStep(INFO["connection"], tools(keystore))

    @pytest.mark.parametrize("tokens", [{}, {"pending": stored()}])
    async def test_without_a_token_there_is_nothing_to_test(
        self, tmp_path: Path, tokens: dict[str, StoredToken]
    ) -> None:
        session = session_in(tmp_path, organization_id=ORGANIZATION)
        with pytest.raises(InvalidInput) as caught:
            await self.step(memory_keystore(**tokens)).apply(
                session, lambda _: None, lambda _: None
            )
        assert caught.value.code == "no-token"

    async def test_a_test_of_a_token_that_was_replaced_meanwhile_is_not_remembered(
        self, tmp_path: Path
    ) -> None:
        tested, new = stored(), stored()
        keystore = memory_keystore(current=tested)
        step = self.step(keystore)
        session = session_in(tmp_path, organization_id=ORGANIZATION, token=tested.facts)
        assert await step.remember(session, outcome(Status.PASSED), tested) == ""
        before = session.profile
        assert session.is_done("connection")
        await keystore.write("default", Slot.CURRENT, new)
        for status in (Status.PASSED, Status.FAILED):
            why = await step.remember(session, outcome(status), tested)
            assert "is not the one in the keyring any more" in why
            assert session.profile == before

    async def test_an_outcome_that_cannot_be_stored_is_told_all_the_same(
        self, tmp_path: Path
    ) -> None:
        tested = stored()
        step = self.step(memory_keystore(current=tested))
        session = session_in(tmp_path, organization_id=ORGANIZATION, token=tested.facts)
        session.profiles.delete("default")
        why = await step.remember(session, outcome(Status.PASSED), tested)
        assert why.startswith("The outcome is not stored: The profile default is not there")


BY_HAND = [each for each in (*SETUP, *RENEWAL) if issubclass(step_class(each), GraphStep)]


def guide_of(info: StepInfo, session: Session, **given: Any) -> Guide:
    guide = tools(profiles=session.profiles, **given).step(info).guide(session)
    assert guide is not None
    return guide


class TestByHand:
    @pytest.mark.parametrize("info", BY_HAND, ids=lambda info: info.id)
    def test_every_step_of_graphs_can_be_done_by_hand(self, info: StepInfo, tmp_path: Path) -> None:
        guide = guide_of(info, session_in(tmp_path, organization_id=ORGANIZATION))
        is_read_only = info.id == "preview"
        portal = "developer.microsoft.com/graph" if is_read_only else "entra.microsoft.com/#view"
        assert guide.link.startswith(f"https://{portal}/")
        assert guide.purpose.endswith(".")
        assert guide.portal
        assert guide.older_portal
        assert not guide.done.endswith(".")

    def test_by_hand_the_mapping_is_a_document_for_the_portal(self, tmp_path: Path) -> None:
        session, file = session_in(tmp_path), tmp_path / "for the portal.json"
        step = mapping_step(session)
        assert "These are the usual rows." in step.guide(session).purpose
        document = step.file.document(session).with_typed(
            Row("title", "[jobTitle]", apply=ON_CREATION, default_value="Staff")
        )
        step.file.keep(session, document)
        lines = step.guide(session).purpose.splitlines()
        assert lines[0] == "These are the rows to set:"
        assert "- userName from [userPrincipalName], matching 1" in lines
        assert '- title from [jobTitle], default value "Staff", only on creation' in lines
        step.exported(session, document, file)
        assert step.file.imported(file).rows == document.rows

    async def test_a_confirmation_is_remembered(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        await tools().step(INFO["scope"]).confirm(session)
        assert session.is_done("scope")
        assert [(each.action, each.subject) for each in session.history.entries] == [
            ("confirmed", "Who is in scope")
        ]

    async def test_the_token_is_handed_out_only_when_asked_for(self, tmp_path: Path) -> None:
        token = stored()
        session = session_in(tmp_path, organization_id=ORGANIZATION)
        keystore = memory_keystore(current=token)
        guide = guide_of(INFO["credentials"], session, keystore=keystore)
        url, secret = guide.values
        assert url.text == f"https://api.ciscospark.com/v1/scim/{ORGANIZATION}"
        assert token.token.get_secret_value() not in repr(guide)
        assert secret.secret is not None
        assert await secret.secret() == token.token

    async def test_a_token_that_is_gone_is_explained(self, tmp_path: Path) -> None:
        session = session_in(tmp_path, organization_id=ORGANIZATION)
        ask = guide_of(INFO["replacement"], session).values[1].secret
        assert ask is not None
        with pytest.raises(KeystoreError) as caught:
            await ask()
        assert caught.value.code == "no-token"

    def test_without_an_organization_there_is_nothing_to_copy(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput):
            guide_of(INFO["credentials"], session_in(tmp_path))


class TestReplacement:
    async def test_it_promotes_and_says_what_became_of_the_old_token(self, tmp_path: Path) -> None:
        async def revoke(_token: SecretStr) -> str:
            return "is revoked"

        session = session_in(tmp_path, organization_id=ORGANIZATION, steps=done("new-token"))
        keystore = memory_keystore(current=stored("o" * 60), pending=stored("n" * 60))
        step = ReplacementStep(INFO["replacement"], tools(keystore, revoke=revoke))
        assert "Nothing else changes until you confirm" in step.guide(session).purpose
        await step.confirm(session)
        assert session.profile.steps["replacement"].note == "The old token is revoked."
        assert {"token", "credentials"} <= set(session.profile.steps)


class TestFinish:
    def step(self, name: str = "finish") -> FinishStep:
        step = tools().step(INFO[name])
        assert isinstance(step, FinishStep)
        return step

    async def test_what_is_not_done_is_named_by_its_mark_and_what_is_optional_is_not(
        self, tmp_path: Path
    ) -> None:
        everything = [step.id for step in SETUP if step.id not in {"scoping", "start", "finish"}]
        session = session_in(tmp_path, steps=done(*everything))
        session.tick("notification", mark=Mark.SKIPPED)
        session.tick("mapping", mark=Mark.FAILED)
        session.tick("scope", mark=Mark.ATTENTION)
        session.tick("on-demand", mark=Mark.SKIPPED)
        assert (await found(self.step(), session)).text.startswith("The setup is not done. ")
        assert [text for _, text in self.step().left(session)] == [
            "Failed: Mapping.",
            "Needs a look: Who is in scope.",
            "Skipped: Notification.",
            "Open: Start.",
        ]

    async def test_it_is_done_only_when_people_were_seen_to_arrive(self, tmp_path: Path) -> None:
        everything = [step.id for step in SETUP if step.id != "finish"]
        session, step = session_in(tmp_path, steps=done(*everything)), self.step()
        finding = await found(step, session)
        assert finding.state is State.ATTENTION
        assert finding.text.startswith("The setup is done by your word.")
        assert "has seen nobody arrive" in finding.text
        await step.confirm(session)
        assert session.mark_of("finish") is Mark.SAID
        for people, state in ((0, State.ATTENTION), (2, State.DONE)):
            health = JobHealth(job_id="j", at=NOW, state="running", people=people)
            session.change(entra=EntraFacts(job_id="j", health=health))
            assert (await found(step, session)).state is state
        assert (await found(step, session)).text == (
            "The setup is done. 2 people are linked with an account in Webex, seen "
            "2026-11-23 10:30 UTC."
        )
        await step.confirm(session)
        assert session.mark_of("finish") is Mark.SEEN

    @pytest.mark.parametrize(
        ("outcome", "said", "is_there"),
        [
            ("success", "Ana Ruiz was created in Webex, as predicted.", True),
            ("success", "Ana Ruiz was disabled in Webex, as predicted.", False),
            ("skipped", "Ana Ruiz was skipped.", False),
            ("failure", "Ana Ruiz did not arrive in Webex.", False),
        ],
    )
    async def test_a_skip_of_one_person_is_no_provisioning_whichever_version_wrote_it(
        self, outcome: str, said: str, is_there: bool, tmp_path: Path
    ) -> None:
        everything = [step.id for step in SETUP if step.id != "finish"]
        entra = EntraFacts(service_principal_id="p")
        session = session_in(tmp_path, steps=done(*everything), entra=entra)
        facts: Any = {"service_principal_id": "p", "outcome": outcome, "said": said}
        await session.log("on-demand", Action.PROVISIONED, "Ana Ruiz", is_good=is_there, **facts)
        assert ((await found(self.step(), session)).state is State.DONE) is is_there
        told = await self.step().report(session)
        assert ("on-demand: provisioned Ana Ruiz" in told) is is_there
        assert ("- People: `Ana Ruiz arrived in Webex" in told) is is_there
        assert said in told

    @pytest.mark.parametrize(
        ("state", "days", "told"),
        [
            ("running", 45, ""),
            ("first cycle", 45, ""),
            ("quarantine", 45, "Provisioning is in quarantine, seen"),
            ("failing", 45, "Provisioning fails, seen"),
            ("off", 45, "Provisioning is off, seen"),
            ("running", -1, "The token has ended."),
        ],
    )
    async def test_it_is_not_done_while_provisioning_is_known_to_stand_still(
        self, state: str, days: int, told: str, tmp_path: Path
    ) -> None:
        everything = done(*(step.id for step in SETUP))
        health = JobHealth.model_validate(
            {"job_id": "j", "at": NOW, "state": state, "people": 2, "hint": "Look."}
        )
        entra = EntraFacts(job_id="j", health=health)
        session = session_in(tmp_path, steps=everything, entra=entra, token=facts(days=days))
        finding = await found(self.step(), session)
        assert finding.state is (State.ATTENTION if told else State.DONE)
        assert told in finding.text
        assert (
            self.step()
            .token(session)
            .startswith("The token ended on" if days < 0 else "The token ends on")
        )
        await self.step().confirm(session)
        assert session.mark_of("finish") is (Mark.OPEN if told else Mark.SEEN)

    async def test_to_leave_is_not_to_say_that_it_is_done(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        for name in ("finish", "renewed"):
            await self.step(name).confirm(session)
            assert session.mark_of(name) is Mark.OPEN
        assert "- ○ Finish: open" in (await self.step().report(session)).splitlines()

    async def test_a_sign_in_that_ended_is_nothing_left(self, tmp_path: Path) -> None:
        everything = done(*(step.id for step in SETUP))
        everything["sign-in"] = StepRecord(at=NOW, note="signed in", mark=Mark.SEEN)
        session = session_in(tmp_path, steps=everything)
        sign_in = tools().step(INFO["sign-in"])
        assert isinstance(sign_in, SignInStep)
        sign_in.note_ended(session)
        assert session.mark_of("sign-in") is Mark.ATTENTION
        assert self.step().left(session) == ()
        assert (
            Mark.SEEN,
            "Microsoft sign-in: found so, 2026-11-23 10:30 UTC; ended since",
        ) in self.step().marks(session)

    async def test_the_rail_of_a_sign_in_alone_does_not_call_one_that_ended_seen(
        self, tmp_path: Path
    ) -> None:
        was = {"sign-in": StepRecord(at=NOW, note="signed in", mark=Mark.SEEN)}
        session = session_in(tmp_path, steps=was)
        space = tools(profiles=session.profiles)
        visit = await Walk(space, Flow((INFO["sign-in"],), session, remembers=False)).visit()
        assert visit is not None
        assert session.mark_of("sign-in") is Mark.ATTENTION

    async def test_files_that_are_there_stay_and_the_report_tells_of_its_own_end(
        self, tmp_path: Path
    ) -> None:
        everything = done(*(step.id for step in SETUP if step.id != "finish"))
        health = JobHealth(job_id="j", at=NOW, state="running", people=2)
        entra = EntraFacts(job_id="j", health=health)
        kept = facts(in_memory=True)
        session = session_in(tmp_path / "settings", steps=everything, entra=entra, token=kept)
        step = self.step()
        saving = [step.save_report(session, tmp_path) for _ in range(2)]  # a key pressed twice
        first, second = await asyncio.gather(*saving)
        assert [first.name, second.name] == [
            "webex-default-report.md",
            "webex-default-report-2.md",
        ]
        assert "- ✓ Finish: found so" in first.read_text()
        assert step.token(session) == f"The token ends on 2027-01-07. {IN_MEMORY}"
        reminders = [await step.save_reminder(session, tmp_path) for _ in range(2)]
        assert [each and each.name for each in reminders] == [
            "webex-default-renewal.ics",
            "webex-default-renewal-2.ics",
        ]

    async def test_a_renewal_is_judged_by_the_renewal(self, tmp_path: Path) -> None:
        session = session_in(tmp_path, token=facts())
        assert (await found(self.step("renewed"), session)).state is State.ATTENTION
        session.tick("replacement")
        finding = await found(self.step("renewed"), session)
        assert finding == Finding(State.DONE, "The new token is in force until 2027-01-07.")
        session.tick("replacement", mark=Mark.SAID)
        said = await found(self.step("renewed"), session)
        assert said.text == "By your word, Entra has the new token, valid until 2027-01-07."
        assert self.step("renewed").ends_as(session) is Mark.SAID
        session.tick("replacement")
        session.change(token=facts(days=-1))
        finding = await found(self.step("renewed"), session)
        assert finding.state is State.ATTENTION
        assert "ended on 2026-11-22" in finding.text

    def test_the_files_are_saved_and_journaled(self, tmp_path: Path) -> None:
        session = session_in(tmp_path / "profiles", token=facts())
        report = ended(self.step().save_report(session, tmp_path))
        reminder = ended(self.step().save_reminder(session, tmp_path))
        assert report.read_text().startswith("# Webex provisioning: default")
        assert reminder is not None
        assert reminder.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
        assert [entry.subject for entry in session.history.entries] == [
            "report",
            "renewal reminder",
        ]

    def test_without_a_token_there_is_no_reminder(self, tmp_path: Path) -> None:
        assert ended(self.step().save_reminder(session_in(tmp_path), tmp_path)) is None

    def test_a_folder_that_cannot_be_written_is_explained(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ProfileError):
            ended(self.step().save_report(session_in(tmp_path), tmp_path / "file"))


def mapping_step(session: Session) -> MappingStep:
    return MappingStep(INFO["mapping"], tools(profiles=session.profiles))


def test_an_import_that_is_refused_decides_nothing(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    step = mapping_step(session)
    step.file.document(session)
    elsewhere = MappingFile(session.profiles)
    elsewhere.document(session)
    elsewhere.keep(session, MappingDocument.default().with_typed(Row("title", "[jobTitle]")))
    brought = tmp_path / "brought.json"
    brought.write_text(write_schema(switched(MappingDocument.default().schema, "Group", on=False)))
    with pytest.raises(MappingError) as caught:
        ended(step.imported(session, brought))
    assert caught.value.code == "mapping-changed"
    assert decided(session) == {}


def scoping_step(session: Session) -> ScopingStep:
    return ScopingStep(INFO["scoping"], tools(profiles=session.profiles))


SALES = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))


def test_rows_that_are_imported_alone_leave_the_filters(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    step = mapping_step(session)
    step.file.keep(session, with_scope(MappingDocument.default(), SALES))
    brought = tmp_path / "rows.json"
    rows = MappingDocument.default().without("displayName").mappings
    brought.write_text(json.dumps([row.as_json() for row in rows]), encoding="utf-8")
    document = ended(step.imported(session, brought))
    assert len(document.rows) == len(rows)
    assert document.users.scope == SALES


class TestMapping:
    async def test_the_default_is_kept_by_looking_at_it(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        step = mapping_step(session)
        await step.reviewed(session, step.file.document(session))
        assert session.is_done("mapping")
        assert not session.profiles.mapping_path("default").exists()

    def test_a_mapping_goes_out_and_comes_back(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        step = mapping_step(session)
        file, document = step.file, step.file.document(session)
        file.exported(document, tmp_path / "out" / "mapping.json")
        assert file.imported(tmp_path / "out" / "mapping.json").rows == document.rows
        file.keep(session, document)
        assert file.document(session).rows == document.rows

    def test_the_default_rows_come_back_with_the_scope_there_is(self, tmp_path: Path) -> None:
        step = mapping_step(session_in(tmp_path))
        changed = with_scope(MappingDocument.default().without("displayName"), SALES)
        reset = step.reset(changed)
        assert reset.is_default
        assert reset.users.scope == SALES

    @pytest.mark.parametrize("name", ["none.json", "", "a\0b", "~nobody-of-this-name/x", "x" * 300])
    def test_a_file_that_cannot_be_read_is_explained(self, tmp_path: Path, name: str) -> None:
        file = Path(name) if name.startswith("~") else tmp_path / name
        with pytest.raises(MappingError) as caught:
            mapping_step(session_in(tmp_path)).file.imported(file)
        assert caught.value.code == "mapping-file"

    @pytest.mark.parametrize("name", ["", "a\0b", "~nobody-of-this-name/x", "x" * 300])
    def test_a_file_that_cannot_be_written_is_explained(self, tmp_path: Path, name: str) -> None:
        file = Path(name) if name.startswith("~") else tmp_path / name
        with pytest.raises((MappingError, ProfileError)):
            mapping_step(session_in(tmp_path)).file.exported(MappingDocument.default(), file)


class TestScoping:
    def test_without_filters_none_is_needed(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        step = scoping_step(session)
        assert step.scope(session) is None
        assert "no filter" in step.guide(session).purpose

    def test_filters_are_kept_beside_the_rows_and_told_for_the_portal(self, tmp_path: Path) -> None:
        session = session_in(tmp_path)
        mapping, step = mapping_step(session), scoping_step(session)
        mapping.file.keep(session, MappingDocument.default().without("displayName"))
        step.keep(session, SALES)
        assert step.scope(session) == SALES
        assert len(step.document(session).rows) == len(MappingDocument.default().rows) - 1
        assert '- department is "Sales"' in step.guide(session).purpose.splitlines()


def test_a_switched_off_portal_and_scim_base_make_no_links_up(tmp_path: Path) -> None:
    off = override(bundled(), {"webex": {"scim_base": ""}, "entra": {"portal": ""}})
    session = session_in(tmp_path, organization_id=ORGANIZATION)
    guides = [guide_of(info, session, endpoints=off) for info in BY_HAND]
    assert {guide.link for guide in guides} == {""}
    assert {value.text for guide in guides for value in guide.values if "URL" in value.label} == {
        ""
    }


def test_what_comes_next_depends_on_who_did_the_entra_side(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    step = FinishStep(SETUP[-1], tools())
    assert not any("webex-wizard undo" in line for line in step.advice(session))
    assert any("it does not look at Entra" in line for line in step.advice(session))
    session.change(entra=session.profile.entra.model_copy(update={"job_id": "Webex.1"}))
    told = " ".join(step.advice(session))
    assert "with 4 when it could not look, as where no Microsoft sign-in is remembered" in told
    assert "`webex-wizard drift` tells what in Entra is not as it was set up" in told
    assert any("webex-wizard undo" in line for line in step.advice(session))


def test_a_mapping_that_was_forgotten_can_be_kept_again(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    file = MappingFile(session.profiles)
    file.keep(session, file.document(session))
    file.forget(session)
    file.keep(session, file.document(session))
    assert file.exists(session)


def test_a_row_without_which_nobody_is_provisioned_is_not_removed_unasked() -> None:
    step, document = tools().step(INFO["mapping"]), MappingDocument.default()
    assert isinstance(step, MappingStep)
    asked = {row.target: step.removal(document, row) for row in document.rows}
    assert "Webex creates nobody without it." in asked["userName"]
    assert "Entra cannot find people who are in Webex" in asked["userName"]
    assert not any(question for target, question in asked.items() if target != "userName")

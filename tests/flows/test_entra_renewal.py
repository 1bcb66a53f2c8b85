"""A renewal through Graph: the new token into Entra without a gap, or the old one back."""

import hashlib
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import httpx
import pytest
from pydantic import SecretStr

from tests.entra_actions import Wizard, planned
from tests.line import KilledError, Meddle, Send, changing, killing
from tests.practice import Asker, sign_in
from tests.practice_here import PracticeHere
from tests.sessions import facts
from wizard.errors import WizardError
from wizard.flow.renewal import discard_pending, retire, settle
from wizard.flow.session import State
from wizard.graph.secrets import BASE_ADDRESS, NO_SECRETS, NOTIFICATION, SECRET_TOKEN
from wizard.options import Options
from wizard.reports.arrivals import arrivals
from wizard.reports.overview import row_of
from wizard.reports.status import standing
from wizard.steps.base import Answers
from wizard.steps.target import NAME
from wizard.store.anchor import Anchor
from wizard.store.journal import Change
from wizard.store.keystore import Slot, StoredToken
from wizard.webex.revocation import revoker
from wizard.workspace import Workspace


class Renewal(Wizard):
    """A running setup with a new token that waits."""

    new = ""

    @classmethod
    async def begun(cls, practice: PracticeHere, folder: Path) -> Self:
        renewal = await cls.running(practice, folder)
        await renewal.begin()
        return renewal

    async def begin(self) -> None:
        """Put a new token into the keyring, as the step before has."""
        self.new = sign_in(self.practice).token
        known = facts(days=46, organization_id=self.practice.organization_id)
        waiting = StoredToken(token=SecretStr(self.new), facts=known)
        await self.keystore.write("default", Slot.PENDING, waiting)

    async def token(self, slot: Slot) -> str:
        stored = await self.keystore.read("default", slot)
        return stored.token.get_secret_value() if stored else ""

    async def replace(self, answers: Answers = MappingProxyType({})) -> str:
        """Put the new token into Entra, and return what is said of it."""
        return (await self.answer("replacement", answers)).finding.text

    @classmethod
    async def with_dead_token(cls, practice: PracticeHere, folder: Path) -> Self:
        """Begin where the old token was revoked, and Entra has had an hour to find that out."""
        renewal = await cls.begun(practice, folder)
        practice.tell_entra(advance=600)
        old = Asker(practice, await renewal.token(Slot.CURRENT))
        assert old.tokens_me("DELETE").status_code == 204
        practice.tell_entra(advance=3600)
        return renewal

    def arrived(self) -> str:
        """Return who arrived in Webex, as Finish tells it."""
        return arrivals(self.session.profile, self.session.history).words

    def row(self) -> str:
        """Return how the table of all profiles tells of provisioning."""
        now = self.session.clock()
        return row_of(standing(self.session.profile, now), now).job

    def is_accepted(self, token: str) -> bool:
        """Tell whether Webex accepts a token."""
        return Asker(self.practice, token).scim("/Users?count=1").status_code == 200


async def test_a_renewal_puts_the_new_token_there_and_revokes_the_old_one(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    old, before = await renewal.token(Slot.CURRENT), renewal.secrets()
    found = await renewal.look("replacement")
    assert (found.finding.state, found.questions) == (State.OPEN, ())
    said = await renewal.replace()
    assert said.endswith("The old token is revoked.")
    after = renewal.secrets()
    assert after.keys() == before.keys()
    assert {key for key in after if after[key] != before[key]} == {SECRET_TOKEN}
    assert NOTIFICATION in after
    assert await renewal.token(Slot.CURRENT) == renewal.new
    assert await renewal.token(Slot.PENDING) == ""
    assert renewal.is_accepted(renewal.new)
    assert not renewal.is_accepted(old)
    assert (await renewal.look("replacement")).finding.state is State.DONE
    assert await renewal.replace() == "The new token is in force."
    told = {each.action: each.changes for each in renewal.session.history.entries}
    dates = ("valid until 2027-01-07", "valid until 2027-01-08")
    assert told["renewed"] == (Change("", "token in Cisco Webex", *dates),)
    assert told["promoted"] == (Change("", "token of this profile", "", dates[1]),)
    assert told["revoked"] == (Change("", "old token", dates[0], "is revoked"),)


async def test_a_renewal_ends_the_quarantine_of_a_dead_token(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.with_dead_token(fresh, tmp_path)
    found = await renewal.look("replacement")
    assert found.finding.state is State.ATTENTION
    assert "End the quarantine." in planned(found)
    said = await renewal.replace()
    assert "was not valid any more" in said
    (job,) = fresh.entra()["servicePrincipals"][0]["jobs"]
    assert job["status"] == "Active"


async def test_a_renewal_forgets_nothing_that_was_seen_of_provisioning(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    fresh.tell_entra(advance=600)
    await renewal.look("watch")
    seen, arrived = renewal.session.profile.entra.job_health, renewal.arrived()
    assert "linked with an account in Webex, seen" in arrived
    await renewal.replace()
    assert renewal.session.profile.entra.job_health == seen
    assert renewal.row().startswith("runs, ")
    assert renewal.arrived() == arrived


async def test_a_renewal_that_ends_a_quarantine_leaves_the_count_of_people(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.with_dead_token(fresh, tmp_path)
    await renewal.look("watch")
    arrived = renewal.arrived()
    assert "linked with an account in Webex, seen" in arrived
    assert renewal.row().startswith("quarantine, ")
    await renewal.replace()
    assert renewal.row() == "not seen"
    assert renewal.arrived() == arrived


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"where": "scim", "fault": "401"}, "renewal-probe"),
        ({"where": "synchronization", "fault": "500", "method": "POST", "times": 1}, "graph"),
    ],
    ids=["webex-refuses", "entra-does-not-try"],
)
async def test_a_token_that_does_not_pass_is_never_saved(
    fault: dict[str, Any], code: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    old, before = await renewal.token(Slot.CURRENT), renewal.secrets()
    fresh.misbehave(**fault)
    with pytest.raises(WizardError) as caught:
        await renewal.replace()
    assert caught.value.code.startswith(code)
    fresh.behave()
    assert renewal.secrets() == before
    assert await renewal.token(Slot.CURRENT) == old
    assert renewal.is_accepted(old)
    assert (await renewal.replace()).endswith("is revoked.")


def failing_after_saving(method: str, times: int) -> Meddle:
    """Let Graph refuse so many requests of a method that follow the first saving."""
    left = times
    has_saved = False

    async def meddle(request: httpx.Request, send: Send) -> httpx.Response:
        nonlocal has_saved, left
        if has_saved and request.method == method and left > 0 and is_of_graph(request):
            left -= 1
            body = {"error": {"code": "BadRequest", "message": "No."}}
            return httpx.Response(400, json=body, request=request)
        has_saved = has_saved or request.method == "PUT"
        return await send(request)

    return meddle


def is_of_graph(request: httpx.Request) -> bool:
    return request.url.path.startswith("/graph/")


@pytest.mark.parametrize("method", ["GET", "POST"], ids=["read-back", "entra-tries-what-is-saved"])
async def test_a_failure_after_saving_puts_the_old_token_back(
    method: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    old, before = await renewal.token(Slot.CURRENT), renewal.secrets()
    failing = failing_after_saving(method, times=1)
    with renewal.entra.line.meddled(failing), pytest.raises(WizardError) as caught:
        await renewal.replace()
    assert caught.value.code == "renewal-put-back"
    assert "The old token is in Entra again, and nothing was revoked." in caught.value.message
    assert renewal.secrets() == before
    renewed, put_back = renewal.session.history.entries[-2:]
    ((there,), (back,)) = renewed.changes, put_back.changes
    assert (back.subject, back.before, back.after) == (there.subject, there.after, there.before)
    assert there.before != there.after
    assert await renewal.token(Slot.CURRENT) == old
    assert renewal.is_accepted(old)
    assert await renewal.token(Slot.PENDING) == renewal.new
    assert (await renewal.replace()).endswith("is revoked.")


class Elsewhere:
    """Shows the tenant URL of somebody else's organization after the first request of a method."""

    def __init__(self, method: str) -> None:
        self._method = method
        self._is_there = False
        self.saved = 0

    async def meddle(self, request: httpx.Request, send: Send) -> httpx.Response:
        moved = changing("/synchronization/secrets", self._move) if self._is_there else None
        response = await (moved(request, send) if moved else send(request))
        self.saved += request.method == "PUT"
        self._is_there = self._is_there or request.method == self._method
        return response

    @staticmethod
    def _move(content: Any) -> Any:
        for pair in content["value"]:
            if pair["key"] == BASE_ADDRESS:
                pair["value"] = "https://elsewhere.example/v2"
        return content


@pytest.mark.parametrize(
    ("method", "code"),
    [("POST", "entra-not-saved"), ("PUT", "renewal-not-put-back")],
    ids=["before-saving", "after-saving"],
)
async def test_what_somebody_else_saves_meanwhile_is_not_overwritten(
    method: str,
    code: str,
    fresh: PracticeHere,
    tmp_path: Path,
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    elsewhere = Elsewhere(method)
    with renewal.entra.line.meddled(elsewhere.meddle), pytest.raises(WizardError) as caught:
        await renewal.replace()
    assert caught.value.code == code
    assert elsewhere.saved == (method == "PUT")


async def test_a_saving_that_is_refused_changes_nothing_and_alarms_nobody(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    before = renewal.secrets()
    renewal.hours.pass_by(3600)  # a new application would be waited for
    fresh.misbehave("synchronization", "no-role", method="PUT")
    fresh.forget_requests()
    with pytest.raises(WizardError) as caught:
        await renewal.replace()
    assert not caught.value.code.startswith("renewal-")
    assert [each.method for each in fresh.requests()].count("PUT") == 1
    assert renewal.secrets() == before
    assert not renewal.session.history.may_be_in_entra
    fresh.behave()
    assert (await renewal.replace()).endswith("is revoked.")


@pytest.mark.parametrize("tells", [True, False], ids=["journal", "emptied journal"])
async def test_a_token_that_entra_may_have_is_not_thrown_away(
    fresh: PracticeHere, tmp_path: Path, tells: bool
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    renewal.session.journal.anchor = Anchor(renewal.keystore, "default")
    with renewal.entra.line.meddled(killing("PUT", "")), pytest.raises(KilledError):
        await renewal.replace()
    assert renewal.secrets()[SECRET_TOKEN] == digest(renewal.new)
    if not tells:
        renewal.session.journal.file.write_bytes(b"")
    revoke = revoker(fresh.endpoints.webex, fresh.connect)
    with pytest.raises(WizardError) as caught:
        await discard_pending(renewal.session, renewal.keystore, revoke)
    assert caught.value.code == "renewal-in-entra"
    assert renewal.is_accepted(renewal.new)
    await renewal.replace({NAME: "Cisco Webex"})  # asked for where the journal knows nothing of it
    assert not renewal.session.history.may_be_in_entra


async def test_a_replaced_token_that_entra_may_have_is_not_revoked_before_the_next_one_is_there(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    with renewal.entra.line.meddled(killing("PUT", "")), pytest.raises(KilledError):
        await renewal.replace()
    in_entra = renewal.new
    renewal.session.tick("credentials")
    waiting = await renewal.keystore.read("default", Slot.PENDING)
    assert waiting is not None
    await retire(renewal.session, renewal.keystore, waiting)
    await renewal.begin()
    profiles, revoke = renewal.session.profiles, revoker(fresh.endpoints.webex, fresh.connect)
    options = Options(practice=True)
    space = Workspace(options, fresh.endpoints, renewal.keystore, profiles, revoke)
    assert await space.settle(renewal.session) == ""
    assert renewal.is_accepted(in_entra)
    await renewal.replace()
    assert not renewal.is_accepted(in_entra)


async def test_provisioning_that_is_off_stays_off(fresh: PracticeHere, tmp_path: Path) -> None:
    renewal = await Renewal.with_dead_token(fresh, tmp_path)
    entra = renewal.session.profile.entra
    await renewal.graph.jobs.pause(entra.service_principal_id, entra.job_id)
    found = await renewal.look("replacement")
    assert found.cautions == ("Provisioning is off, and stays off.",)
    assert "End the quarantine." not in planned(found)
    assert (await renewal.replace()).endswith("Provisioning is off, and was left so.")
    (job,) = fresh.entra()["servicePrincipals"][0]["jobs"]
    assert job["state"] == "Disabled"


async def test_a_second_application_of_somebody_else_needs_no_name_for_ours(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    ours = renewal.session.profile.entra.service_principal_id
    fresh.tell_entra(add_application="Cisco Webex")
    (other,) = (one["id"] for one in fresh.entra()["servicePrincipals"] if one["id"] != ours)
    url = fresh.endpoints.tenant_url(fresh.organization_id)
    secrets = NO_SECRETS.replacing({BASE_ADDRESS: url, SECRET_TOKEN: "a-colleague's-own-token"})
    await renewal.graph.secrets.write(other, secrets)
    assert (await renewal.look("replacement")).questions == ()
    assert (await renewal.replace()).endswith("is revoked.")


async def test_a_setting_without_a_value_is_not_missed(fresh: PracticeHere, tmp_path: Path) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    reads = 0

    def with_an_empty_one(content: Any) -> Any:
        nonlocal reads
        reads += 1
        empty = [{"key": "Domain", "value": ""}] if reads <= 2 else []
        return content | {"value": content["value"] + empty}

    with renewal.entra.line.meddled(changing("/synchronization/secrets", with_an_empty_one)):
        assert (await renewal.replace()).endswith("is revoked.")
    assert reads > 2


async def test_a_failure_that_cannot_be_mended_says_that_both_tokens_are_valid(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    old = await renewal.token(Slot.CURRENT)
    failing = failing_after_saving("GET", times=99)
    with renewal.entra.line.meddled(failing), pytest.raises(WizardError) as caught:
        await renewal.replace()
    assert caught.value.code == "renewal-not-put-back"
    assert "Both tokens are valid" in caught.value.hint
    assert renewal.is_accepted(old)
    assert renewal.is_accepted(renewal.new)
    assert (await renewal.replace()).endswith("is revoked.")


async def test_a_renewal_finds_what_another_machine_has_set_up_and_asks_for_its_name(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    renewal.session.journal.file.unlink()
    renewal.session.change(entra=type(renewal.session.profile.entra)())
    found = await renewal.look("replacement")
    (question,) = found.questions
    assert "type Cisco Webex" in question.text
    before = renewal.secrets()
    with pytest.raises(WizardError) as caught:
        await renewal.replace({question.id: "cisco"})
    assert caught.value.code == "credentials-not-ours"
    assert renewal.secrets() == before
    assert (await renewal.replace({question.id: "Cisco Webex"})).endswith("is revoked.")
    assert renewal.session.profile.entra.service_principal_id


async def test_a_tenant_without_this_organization_says_so(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    renewal = await Renewal.begun(fresh, tmp_path)
    fresh.reset_entra()
    with pytest.raises(WizardError) as caught:
        await renewal.look("replacement")
    assert caught.value.code == "renewal-no-application"


async def test_a_renewal_killed_at_any_request_leaves_no_gap_and_goes_on(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    """Each request in turn, also those to Webex, is the last one, landed or not."""
    renewal = await Renewal.begun(fresh, tmp_path / "whole")
    old = await renewal.token(Slot.CURRENT)
    tokens = {digest(token): token for token in (old, renewal.new)}
    moments = await renewal.moments(renewal.replace())
    met = set()
    for number, moment in enumerate(moments):
        again = await Renewal.at(fresh, moment, tmp_path / f"{number}", renewal.entra)
        in_force = tokens[again.secrets()[SECRET_TOKEN]]
        met.add((in_force == old, again.is_accepted(old)))
        await settle(again.session, again.keystore, revoker(fresh.endpoints.webex, fresh.connect))
        assert again.is_accepted(in_force), "what Entra has is never revoked"
        assert await again.replace()
        assert again.secrets()[SECRET_TOKEN] == digest(renewal.new)
        assert await again.token(Slot.CURRENT) == renewal.new
        assert not again.is_accepted(old)
    assert met == {(True, True), (False, True), (False, False)}, "before, between and after"


def digest(text: str) -> str:
    """Return what the practice tenant shows of a secret."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]

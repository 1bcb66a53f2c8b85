"""`start --plan`: what was approved is what may happen, and nothing but typing it starts it."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.agreement import account
from tests.entra import Administrator
from tests.entra_actions import Wizard
from tests.practice_here import PracticeHere
from tests.typing_here import Terminal, Typed, meanwhile, opening, typing
from wizard import LEFT
from wizard.assets import asset
from wizard.commands import preview, start
from wizard.commands.arguments import parse_arguments
from wizard.preview.digests import canonical, code_of
from wizard.store.journal import JournalEntry
from wizard.store.keystore import Slot

GROUP, INNER = (f"b7000000-0000-4000-8000-00000000000{number}" for number in range(2))
SALES = ("ivo.novak", "jana.lindqvist", "kofi.mensah", "lena.fischer", "marek.kowalski",
         "nadia.haddad", "oscar.nilsson")  # fmt: skip
LEAVING, COMING = SALES[1:], ("petra.horvat", "newcomer")
NEWCOMER = "a9000000-0000-4000-8000-000000000000"
IDS = {"newcomer": NEWCOMER} | {
    each["user_principal_name"].partition("@")[0]: each["object_id"]
    for each in json.loads(asset("practice/people.json"))
}
STOP = "6"
"""How many the plan switches off."""
AS_IT_IS = "2"
"""The choice that leaves Entra's own limit alone."""


class Paused(Wizard):
    """A job that has run and rests, and a plan of what its next cycle would do."""

    async def prepare(self) -> None:
        await self.set_up(until="on-demand")
        admin = await self.admin()
        newcomer = {"id": NEWCOMER, "userPrincipalName": "newcomer@practice.example"}
        self.practice.tell_entra(people=[newcomer], groups=[{"id": INNER, "displayName": "Inner"}])
        self.members(*SALES)
        principal = self.session.profile.entra.service_principal_id
        path = f"/servicePrincipals/{principal}"
        role = admin.get(path).json()["appRoles"][0]["id"]
        asked = {"principalId": GROUP, "resourceId": principal, "appRoleId": role}
        assert admin.post(f"{path}/appRoleAssignedTo", asked).status_code == 201
        await self.apply("start")
        self.hours.pass_by(3600)
        assert admin.post(f"{self.job}/pause").status_code == 204
        self.members(SALES[0], *COMING)
        self.change("ana.ruiz", displayName="Ana Ruiz-Keller")
        ran = await asyncio.to_thread(self.run, "preview", "--save", str(self.plan))
        assert ran.code == 1, ran.said

    async def admin(self) -> Administrator:
        token = await self.entra.token()
        return Administrator(self.practice, token.get_secret_value(), judged=False)

    @property
    def plan(self) -> Path:
        return self.session.profiles.folder / "plan.jsonl"

    @property
    def code(self) -> str:
        return code_of(json.loads(self.plan.read_text().splitlines()[0])["digest"])

    @property
    def base(self) -> str:
        return f"/servicePrincipals/{self.session.profile.entra.service_principal_id}"

    @property
    def job(self) -> str:
        return f"{self.base}/synchronization/jobs/{self.session.profile.entra.job_id}"

    def members(self, *names: str, inner: str = "") -> None:
        """Let these people, and perhaps a group, be the members of the group."""
        people = [IDS[name] for name in names]
        group = {"id": GROUP, "displayName": "Sales", "members": [*people, *filter(None, [inner])]}
        self.practice.tell_entra(groups=[group])

    def change(self, name: str, **properties: Any) -> None:
        self.practice.tell_entra(change_user={"user": f"{name}@practice.example", **properties})

    def run(
        self,
        *arguments: str,
        lines: tuple[str, ...] = (),
        terminal: str = "stdin stdout",
        stdin: type[StringIO] | None = None,
    ) -> Typed:
        """Run a command as somebody who types, and who may sit at a terminal."""
        options = parse_arguments(list(arguments))
        command = start if options.command == "start" else preview
        sits = terminal.split()
        read = stdin or (Terminal if "stdin" in sits else StringIO)
        run = partial(command.run, options, opening(self))
        return typing(run, *lines, stdin=read, out="stdout" in sits)

    def start(self, *lines: str, more: tuple[str, ...] = (), **options: Any) -> Typed:
        """Start by the plan, and type lines."""
        self.practice.forget_requests()
        return self.run("start", "--plan", str(self.plan), *more, lines=lines, **options)

    def writes(self) -> list[str]:
        """Return what was written on either side since the command began."""
        asked = (each for each in self.practice.requests() if each.method != "GET")
        return [each.target.rpartition("/")[2] for each in asked]

    def last(self) -> JournalEntry:
        return self.session.history.entries[-1]


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Paused:
    return asyncio.run(Paused.after(fresh, tmp_path, "a plan of a paused job", Paused.prepare))


def test_a_plan_that_still_holds_starts_by_its_code_and_its_number(now: Paused) -> None:
    before = [each.action for each in now.session.history.entries]
    ran = now.start(now.code.lower(), STOP, AS_IT_IS)
    assert ran.code == 0, ran.said
    assert "6 people switched off in Webex" in ran.said
    assert "Changed since" not in ran.said
    assert now.code not in ran.said.partition("Started by")[0]
    assert now.writes() == ["start"]
    assert "The plan bound this start, and nothing else" in ran.said
    assert len(now.session.history.entries) == len(before) + 1
    assert (now.last().step, now.last().details["plan"]) == ("start", now.code)
    again = now.start(now.code, STOP)
    assert (again.code, "Code: plan-already-on" in again.said, now.writes()) == (1, True, [])


def test_what_shrank_passes_and_is_told(now: Paused) -> None:
    now.members(SALES[0], LEAVING[0], *COMING)
    ran = now.start(now.code, AS_IT_IS)
    assert ran.code == 0, ran.said
    assert "Less than planned, which passes: 6 switched off in Webex" not in ran.said
    assert "Less than planned, which passes: 1 switched off in Webex" in ran.said
    assert now.writes() == ["start"]


async def _schema(now: Paused, change: Callable[[dict[str, Any]], None]) -> None:
    admin = await now.admin()
    schema = admin.get(f"{now.job}/schema").json()
    for mapping in schema["synchronizationRules"][0]["objectMappings"]:
        if mapping["sourceObjectName"] == "User":
            change(mapping)
    assert admin.put(f"{now.job}/schema", schema).status_code == 204


def _row(mapping: dict[str, Any], target: str) -> dict[str, Any]:
    rows = mapping["attributeMappings"]
    return next(each for each in rows if each["targetAttributeName"] == target)


def _from(mapping: dict[str, Any], target: str, name: str) -> None:
    source = {"expression": f"[{name}]", "name": name, "type": "Attribute", "parameters": []}
    _row(mapping, target)["source"] = source


def _clause(mapping: dict[str, Any]) -> None:
    clause = {
        "operatorName": "NOT EQUALS",
        "sourceOperandName": "displayName",
        "targetOperand": {"values": ["Ana Ruiz-Keller"]},
    }
    groups = [{"name": "Ours", "clauses": [clause]}]
    mapping["scope"] = {"groups": groups, "inputFilterGroups": [], "categoryFilterGroups": []}


async def _settings(now: Paused, **changes: str) -> None:
    admin, stored = await now.admin(), await now.keystore.read("default", Slot.CURRENT)
    assert stored is not None
    read = admin.get(f"{now.base}/synchronization/secrets").json()["value"]
    pairs = {each["key"]: each["value"] for each in read}
    pairs |= {"SecretToken": stored.token.get_secret_value()} | changes
    body = {"value": [{"key": key, "value": value} for key, value in pairs.items()]}
    assert admin.put(f"{now.base}/synchronization/secrets", body).status_code == 204


async def _limit(now: Paused) -> None:
    mail = {"Enabled": True, "Recipients": "it@practice.example",
            "DeleteThresholdEnabled": False, "DeleteThresholdValue": 500}  # fmt: skip
    await _settings(now, SyncNotificationSettings=json.dumps(mail))


async def _other_job(now: Paused) -> None:
    admin = await now.admin()
    template = admin.get(f"{now.job}").json()["templateId"]
    assert admin.delete(now.job).status_code == 204
    made = admin.post(f"{now.base}/synchronization/jobs", {"templateId": template})
    assert made.status_code == 201


async def _told(now: Paused, change: Callable[[Paused], None]) -> None:
    change(now)


def _account_of(name: str) -> dict[str, Any]:
    return account(1) | {"userName": f"{name}@practice.example", "externalId": None}


GROWS: dict[str, tuple[Callable[[Paused], Any], str]] = {
    "mapping row": (
        partial(_schema, change=lambda rows: _from(rows, "displayName", "mail")),
        "row displayName of people (changed)",
    ),
    "default value": (
        partial(_schema, change=lambda rows: _row(rows, "displayName").update(defaultValue="X")),
        "row displayName of people (changed)",
    ),
    "scope clause": (partial(_schema, change=_clause), "the scoping filters"),
    "assigned only to all": (
        partial(_settings, SyncAll="true"),
        "everybody is in scope, and in the plan it was only who is assigned",
    ),
    "group member added": (
        partial(_told, change=lambda now: now.members(SALES[0], *COMING, "rosa.marino")),
        "rosa.marino@practice.example: was out of scope, would be taken over in Webex",
    ),
    "group nested": (
        partial(_told, change=lambda now: now.members(SALES[0], *COMING, inner=INNER)),
        "the group Sales holds the group",
    ),
    "person disabled": (
        partial(_told, change=lambda now: now.change(SALES[0], accountEnabled=False)),
        "ivo.novak@practice.example: was unchanged, would be switched off in Webex",
    ),
    "person renamed": (
        partial(
            _told, change=lambda now: now.change(SALES[0], userPrincipalName="ivo@practice.example")
        ),
        "ivo@practice.example: was unchanged, would be renamed in Webex",
    ),
    "account appeared": (
        partial(_told, change=lambda now: now.practice.fill_webex([_account_of(COMING[1])])),
        "newcomer@practice.example: was created in Webex, would be taken over in Webex",
    ),
    "account appeared in the way": (
        partial(
            _told,
            change=lambda now: now.practice.fill_webex(
                [_account_of(COMING[1]) | {"externalId": IDS[SALES[0]]}]
            ),
        ),
        "newcomer@practice.example: was created in Webex, would be in conflict",
    ),
    "matching attribute": (
        partial(_schema, change=lambda rows: _from(rows, "userName", "mail")),
        "the rows that find accounts",
    ),
    "deletion limit": (_limit, "the deletion limit: "),
    "another job": (_other_job, "The plan is about another job"),
}
"""What others do between the plan and its start, and how it is named."""


@pytest.mark.parametrize(("change", "said"), GROWS.values(), ids=list(GROWS))
def test_what_changed_since_is_caught_before_the_first_write_and_named(
    change: Callable[[Paused], Any], said: str, now: Paused
) -> None:
    asyncio.run(change(now))
    before = len(now.session.history.entries)
    ran = now.start(now.code, STOP)
    assert ran.code == 1, ran.said
    assert said in ran.said
    assert "Type the code" not in ran.said
    assert now.writes() == []
    assert len(now.session.history.entries) == before


def test_what_concerns_nobody_raises_no_alarm(now: Paused) -> None:
    now.change("ana.ruiz", usageLocation="FR")
    now.change("rosa.marino", displayName="Rosa")
    now.hours.pass_by(3600)
    ran = now.start(now.code, STOP, AS_IT_IS)
    assert ran.code == 0, ran.said
    assert "Changed since" not in ran.said
    assert "Less than planned" not in ran.said


def _joins(now: Paused) -> None:
    now.hours.ahead += timedelta(minutes=6).total_seconds()
    now.members(SALES[0], *COMING, "rosa.marino")


def _remapped(now: Paused) -> None:
    asyncio.run(_schema(now, lambda rows: _from(rows, "displayName", "mail")))
    now.practice.forget_requests()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_joins, "rosa.marino@practice.example: was out of scope"),
        (_remapped, "row displayName of people (changed)"),
    ],
)
def test_what_changes_while_somebody_types_is_caught_too(
    change: Callable[[Paused], None], said: str, now: Paused
) -> None:
    ran = now.start(now.code, STOP, AS_IT_IS, stdin=meanwhile(lambda: change(now)))
    assert ran.code == 1
    assert "once more, as they are now" in ran.said
    assert said in ran.said
    assert now.writes() == []


def test_another_plan_put_into_the_file_while_somebody_types_binds_nothing(now: Paused) -> None:
    def swapped() -> None:
        now.hours.ahead += timedelta(minutes=6).total_seconds()
        rewritten(now, patterns=[])

    ran = now.start(now.code, STOP, AS_IT_IS, stdin=meanwhile(swapped))
    assert (ran.code, "Code: plan-replaced" in ran.said) == (1, True), ran.said
    assert now.writes() == []


def rewritten(now: Paused, **changes: Any) -> str:
    """Write a plan as this program would have written another; return its code."""
    head, body, *lines = now.plan.read_text("utf-8").splitlines()
    changed = canonical(json.loads(body) | changes)
    digest = hashlib.sha256(b"\n".join((changed, *(line.encode() for line in lines)))).hexdigest()
    top = canonical(json.loads(head) | {"digest": digest})
    now.plan.write_bytes(b"\n".join((top, changed, *(line.encode() for line in lines), b"")))
    return code_of(digest)


def test_a_preview_is_compared_with_no_plan_of_another_tenant(now: Paused) -> None:
    def reads() -> bool:
        return any("/users?" in each.target for each in now.practice.requests())

    assert (now.run("preview", "--since", str(now.plan)).code, reads()) == (1, True)
    target = json.loads(now.plan.read_text("utf-8").splitlines()[1])["target"]
    rewritten(now, target=target | {"tenant": "another"})
    now.practice.forget_requests()
    ran = now.run("preview", "--since", str(now.plan))
    assert (ran.code, "Code: plan-of-another" in ran.said, reads()) == (2, True, False), ran.said


def _another_profiles(now: Paused) -> str:
    target = json.loads(now.plan.read_text("utf-8").splitlines()[1])["target"]
    return rewritten(now, target=target | {"application": INNER})


def _edited(now: Paused) -> str:
    code = now.code
    now.plan.write_text(now.plan.read_text("utf-8").replace('"disable":6', '"disable":7', 1))
    return code


def _of_version(now: Paused, version: int) -> str:
    code, text = now.code, now.plan.read_text("utf-8")
    now.plan.write_text(text.replace('"webex_wizard_plan":1', f'"webex_wizard_plan":{version}', 1))
    return code


@dataclass(frozen=True)
class Way:
    """One way to pass without typing what is asked for."""

    lines: Callable[[str], tuple[str, ...]] = lambda code: (code, STOP)
    more: tuple[str, ...] = ()
    terminal: str = "stdin stdout"
    plan: Callable[[Paused], str] = lambda now: now.code
    code: int = 1
    variables: tuple[str, ...] = ()


WAYS = {
    "--json": Way(more=("--json",), code=2),
    "no terminal": Way(terminal="", code=2),
    "input from a pipe": Way(terminal="stdout", code=2),
    "a piped yes": Way(lambda _: ("y", "y"), terminal="stdout", code=2),
    "output into a pipe": Way(terminal="stdin", code=2),
    "variables": Way(
        lambda _: ("", ""),
        variables=("YES", "CI", "WEBEX_WIZARD_YES", "WEBEX_WIZARD_CODE", "WEBEX_WIZARD_ASSUME_YES"),
    ),
    "yes": Way(lambda _: ("yes", "yes")),
    "an empty line": Way(lambda _: ("", STOP)),
    "the end of the input": Way(lambda _: (), code=LEFT),
    "a hyphen in the code": Way(lambda code: (f"{code[:6]}-{code[6:]}", STOP)),
    "a dash in the code": Way(lambda code: (f"{code[:6]}\u2013{code[6:]}", STOP)),
    "a blank before the code": Way(lambda code: (f" {code}", STOP)),
    "wide letters": Way(lambda code: ("".join(chr(ord(c) + 0xFEE0) for c in code), STOP)),
    "another number": Way(lambda code: (code, "7")),
    "no number": Way(lambda code: (code, "")),
    "the end before the number": Way(lambda code: (code,), code=LEFT),
    "the end before Entra's limit": Way(code=LEFT),
    "another digit of that value": Way(lambda code: (code, "\u0666")),
    "a dash and the number": Way(lambda code: (code, "\u20126")),
    "a zero and the number": Way(lambda code: (code, "06")),
    "the code for the number": Way(lambda code: (code, code)),
    "a plan of another profile": Way(plan=_another_profiles),
    "a plan changed by hand": Way(plan=_edited),
    "a plan of an older version": Way(plan=partial(_of_version, version=0)),
    "a plan of a newer version": Way(plan=partial(_of_version, version=2)),
    "a plan of files": Way(plan=partial(rewritten, target=None)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_nothing_but_the_code_and_the_number_lets_a_stop_pass(
    way: Way, now: Paused, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = way.plan(now)
    for name in way.variables:
        monkeypatch.setenv(name, code)
    lines = way.lines(code)
    if way.code != LEFT:
        lines += (lines[-1],) * 2  # as often as it is asked
    ran = now.start(*lines, more=way.more, terminal=way.terminal)
    assert ran.code == way.code, ran.said
    assert ("Left. Nothing was done." in ran.said) is (way.code == LEFT)
    assert now.writes() == []
    if "--json" in way.more:
        assert json.loads(ran.said)["error"]["code"] == "start-unconfirmed"


def test_who_mistypes_is_asked_again_twice_and_no_more(now: Paused) -> None:
    wrong = ("", "A" * 12, now.code)
    ran = now.start(*wrong, "7", STOP, AS_IT_IS)
    assert (ran.code, now.writes()) == (0, ["start"]), ran.said
    for left in ("2 more tries.", "1 more try."):
        assert f"Type it without anything else. {left}" in ran.said


def test_a_third_mistake_ends_it(now: Paused) -> None:
    for lines in (("", "B" * 12, "C" * 12, now.code), (now.code, "7", "8", "9", STOP)):
        ran = now.start(*lines, AS_IT_IS)
        assert (ran.code, now.writes()) == (1, []), ran.said
        assert "more try." in ran.said


def test_no_option_answers_for_somebody(now: Paused) -> None:
    for option in ("--yes", "--force", "--code"):
        with pytest.raises(SystemExit):
            now.start(more=(option,))
    assert now.writes() == []


def test_a_service_that_cannot_be_asked_is_told_from_a_refusal(now: Paused) -> None:
    for where, fault in (("scim", "401"), ("graph", "403")):
        now.practice.misbehave(where, fault)
        ran = now.start(now.code, STOP)
        now.practice.behave()
        assert (ran.code, now.writes()) == (4, []), ran.said


def test_a_profile_that_is_not_there_is_a_mistake_of_the_command_line(now: Paused) -> None:
    ran = now.start(now.code, STOP, more=("--profile", "typo"))
    assert (ran.code, "Code: no-such-profile" in ran.said) == (2, True)

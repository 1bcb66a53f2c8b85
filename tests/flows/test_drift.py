"""`drift`: what a colleague or Microsoft changed since is told, our own changes never."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.drifting import Drifting
from tests.practice_here import PracticeHere
from wizard import LEFT

SALES = {
    "groups": [
        {
            "name": "Sales",
            "clauses": [
                {
                    "operatorName": "EQUALS",
                    "sourceOperandName": "department",
                    "targetOperand": {"values": ["Sales"]},
                }
            ],
        }
    ],
    "inputFilterGroups": [],
    "categoryFilterGroups": [],
}


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Drifting:
    return asyncio.run(Drifting.after(fresh, tmp_path, "a whole setup", Drifting.whole))


def test_nothing_differs_right_after_a_whole_setup(now: Drifting) -> None:
    ran = now.drift()
    assert ran.code == 0, ran.said
    assert "Nothing differs from what was set up on " in ran.out
    assert {each.method for each in now.practice.requests()} <= {"GET"}


Change = Callable[[Drifting], object]


def source(expression: str) -> dict[str, Any]:
    return {"expression": expression, "name": "x", "type": "Function", "parameters": []}


def a_row_more(mapping: dict[str, Any]) -> None:
    row = dict(mapping["attributeMappings"][-1])
    mapping["attributeMappings"].append(row | {"targetAttributeName": "nickName"})


def a_row_less(mapping: dict[str, Any]) -> None:
    rows = mapping["attributeMappings"]
    mapping["attributeMappings"] = [r for r in rows if r["targetAttributeName"] != "externalId"]


CASES: dict[str, tuple[Change, str, str]] = {
    "a source": (
        lambda now: now.edits_row("name.givenName", source=source("[mail]")),
        "changed  users, name.givenName: [givenName] -> [mail]",
        "Entra fills it in another way for everybody in scope.",
    ),
    "a default value": (
        lambda now: now.edits_row("name.givenName", defaultValue="-"),
        'changed  users, name.givenName: [givenName], no default -> default "-"',
        "Entra fills it in another way for everybody in scope.",
    ),
    "when a row applies": (
        lambda now: now.edits_row("name.givenName", flowType="ObjectAddOnly"),
        "changed  users, name.givenName: [givenName], always -> creation",
        "Entra fills it in another way for everybody in scope.",
    ),
    "a row that finds people": (
        lambda now: now.edits_row("externalId", matchingPriority=2),
        "changed  users, externalId: [objectId], no matching -> matching 2",
        "Entra finds accounts in Webex by it",
    ),
    "the row that switches off": (
        lambda now: now.edits_row("active", source=source("[accountEnabled]")),
        "changed  users, active: Switch(",
        "It decides who is switched off in Webex",
    ),
    "a new row": (
        lambda now: now.edits_schema(a_row_more),
        "added    users, nickName: ",
        "Entra writes it to Webex, over what is there, for everybody in scope.",
    ),
    "a row less": (
        lambda now: now.edits_schema(a_row_less),
        "removed  users, externalId: [objectId]",
        "Entra does not write it any more; what Webex has of it stays.",
    ),
    "a row of groups": (
        lambda now: now.edits_schema(a_row_less, "Group"),
        "removed  groups, externalId: [objectId]",
        "Entra does not write it any more",
    ),
    "groups off": (
        lambda now: now.edits_schema(lambda mapping: mapping.update(enabled=False), "Group"),
        "changed  groups, switch: on -> off",
        "Entra creates and changes no groups in Webex any more; what is there stays.",
    ),
    "actions": (
        lambda now: now.edits_schema(lambda mapping: mapping.update(flowTypes="Add,Update")),
        "changed  users, actions: create, change, switch off and delete -> create, change",
        "People are not switched off or deleted in Webex any more.",
    ),
    "a filter": (
        lambda now: now.edits_schema(
            lambda mapping: mapping["scope"]["groups"][0]["clauses"][0]["targetOperand"].update(
                values=["Ops"]
            )
        ),
        'changed  users, filter "Sales": department EQUALS "Sales" -> department EQUALS "Ops"',
        "whoever falls out of it may be switched off in Webex",
    ),
    "no filter": (
        lambda now: now.edits_schema(lambda mapping: mapping.update(scope=None)),
        'removed  users, filter "Sales": department EQUALS "Sales"',
        "It decides who is in scope",
    ),
    "a filter of groups": (
        lambda now: now.edits_schema(lambda mapping: mapping.update(scope=SALES), "Group"),
        'added    groups, filter "Sales": department EQUALS "Sales"',
        "It decides which of them go along to Webex.",
    ),
    "everybody in scope": (
        lambda now: now.saves(SyncAll="true"),
        "changed  who is in scope: only who is assigned -> everybody",
        "Everybody in the directory is provisioned, assigned or not.",
    ),
    "leavers left alone": (
        lambda now: now.saves(SkipOutOfScopeDeletions="true"),
        "changed  who falls out of scope: switched off -> left alone",
        "Whoever is not in scope any more stays active in Webex.",
    ),
    "no mail": (
        lambda now: now.notifies(Enabled=False),
        "changed  mails about failures: it@practice.example -> nobody",
        "Nobody is told when provisioning fails or stops.",
    ),
    "another address of mails": (
        lambda now: now.notifies(Recipients="else@practice.example"),
        "changed  mails about failures: it@practice.example -> else@practice.example",
        "they are told, and nobody else",
    ),
    "no deletion limit": (
        lambda now: now.notifies(DeleteThresholdEnabled=False),
        "changed  deletion limit: ",
        "Nothing stops a cycle that switches off many people by accident.",
    ),
    "another deletion limit": (
        lambda now: now.notifies(DeleteThresholdValue=7777),
        " -> 7,777",
        "Entra stops a cycle that would switch off 7,777 or more.",
    ),
    "the tenant URL": (
        lambda now: now.saves(BaseAddress="https://elsewhere.example/v1/scim/x"),
        " -> https://elsewhere.example/v1/scim/x",
        "Entra sends the token, and everybody in scope, to that address.",
    ),
    "no token": (
        lambda now: now.saves(SecretToken=""),
        "removed  secret token: saved",
        "Without it Webex refuses Entra: provisioning stops.",
    ),
    "other credentials beside": (
        lambda now: now.saves(Oauth2ClientId="abc", Oauth2ClientSecret="hidden"),
        "added    client secret: saved",
        "so Entra may sign in to Webex in another way",
    ),
    "somebody assigned": (
        lambda now: now.assigns("rosa.marino"),
        "added    Rosa Marino: person, role User",
        "In scope now, and created in Webex unless a filter says otherwise.",
    ),
    "nobody assigned": (
        lambda now: now.unassigns(),
        "removed  Ana Ruiz: person, role User",
        "Out of scope, unless assigned by a group, and then switched off in Webex.",
    ),
    "off": (
        lambda now: now.acts("pause"),
        "changed  provisioning: on -> off",
        "Nobody is created, changed or switched off in Webex any more, until it is started again.",
    ),
    "the job gone": (
        lambda now: now.acts("delete"),
        "removed  provisioning job: ",
        "Entra has forgotten which account is whose.",
    ),
    "the application gone": (
        lambda now: now.acts("delete application"),
        "removed  application: Cisco Webex",
        "what provisioned them is gone.",
    ),
    "a row more in the template": (
        lambda now: now.practice.misbehave("synchronization", "template-row"),
        "added    users, title: [jobTitle]",
        "A new job gets it; yours has only what it was given. Your job stays as it is.",
    ),
    "another default in the template": (
        lambda now: now.practice.misbehave("synchronization", "template-default"),
        'changed  users, displayName: [displayName] -> Join(" ", [givenName], [surname])',
        "A new job begins with it as it is now. Your job stays as it is.",
    ),
    "other credentials in the template": (
        lambda now: now.practice.misbehave("synchronization", "template-credentials"),
        "changed  credentials that a new job asks for: tenant URL, secret token -> "
        "tenant URL, client id, client secret, sign-in by OAuth, token address",
        "Microsoft's template does not ask for a long-lived token any more",
    ),
    "the template gone": (
        lambda now: now.practice.misbehave("synchronization", "empty-templates"),
        "removed  Microsoft's template: practiceWebex",
        "Microsoft tells this template no more.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_changed_is_named_with_what_it_means_until_it_is_accepted(
    now: Drifting, case: str
) -> None:
    change, line, meaning = CASES[case]
    change(now)
    ran = now.drift()
    assert ran.code == 1, ran.said
    assert " ".join(line.split()) in ran.said
    assert meaning in ran.said
    assert now.drift("elsewhere.example", accept=True).code == 0
    assert (now.drift().code, now.found()) == (0, [])


def test_a_tenant_url_of_somebody_else_is_accepted_by_its_host_alone(now: Drifting) -> None:
    own = now.practice.endpoints.tenant_url(now.session.profile.organization_id or "")
    now.saves(BaseAddress="https://elsewhere.example/v1/scim/x")
    before = now.base.read_bytes()
    unasked = now.drift(accept=True, as_json=True)
    assert (unasked.code, json.loads(unasked.out)["error"]["code"]) == (2, "drift-unconfirmed")
    wrong = ("", "yes", "else")
    for typed, code in (((), LEFT), (wrong, 2)):
        assert now.drift(*typed, accept=True).code == code
    assert now.base.read_bytes() == before
    ran = now.drift("else", "Elsewhere.example", accept=True)
    assert ran.code == 0, ran.said
    assert "everybody in scope, there. To accept it all the same, type elsewhere" in ran.said
    assert ran.out.count("changed tenant URL:") == 1
    assert ran.out.count("Taken as the new base") == 1
    assert now.drift(accept=True).code == 0, "it is known since"
    now.saves(BaseAddress=own)
    assert now.drift(accept=True).code == 0, "it is the profile's own"
    now.base.unlink()
    now.saves(BaseAddress="https://elsewhere.example/v1/scim/x")
    assert now.drift(accept=True).code == LEFT, "also where there is no base"
    assert not now.base.exists()

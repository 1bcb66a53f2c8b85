"""`report --facts`: what the services answered, in which nothing is theirs."""

import asyncio
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.entra import TENANT
from tests.practice_here import PracticeHere, start_here
from tests.running import ADMIN, do, have, have_sign_in
from tests.sessions import facts, session_in
from wizard.commands import report_facts
from wizard.commands.arguments import parse_arguments
from wizard.mapping.attributes import webex_attributes
from wizard.mapping.document import MappingDocument
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.schema import AttributeMapping, AttributeMappingSource
from wizard.mapping.sources import source_attributes
from wizard.net.connect import Connect
from wizard.net.endpoints import bundled
from wizard.options import Options
from wizard.practice.entra.gallery import APPLICATION_TEMPLATES
from wizard.reports.facts.document import NOT_SEEN, QUESTIONS, Facts
from wizard.reports.facts.entra import mapping_facts
from wizard.reports.facts.forms import form_of, known_names, known_words
from wizard.reports.facts.looking import Look
from wizard.reports.facts.webex import see_webex
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Slot
from wizard.store.places import settings_folder
from wizard.workspace import Workspace, open_workspace

UNSEEN = {
    "unlisted-attributes",
    "masked-secret",
    "recipients-separator",
    "expression-only-source",
    "credentials-refusals",
    "pattern-match",
    "function-edges",
    "redirect-refusals",
    "government-hosts",
    "webex-consent",
    "forced-sign-in",
    "password-reset",
}
"""What no looking tells."""


PUBLIC = {"Cisco Webex", "SecretToken", "practiceWebex"}
"""What Microsoft calls the application, a setting and the connector, for everybody alike."""
OURS = {
    "another", "address", "deeper", "digits", "empty text", "entries", "id", "null", "number",
    "other names", "such as", "text", "time", "true or false",
}  # fmt: skip
"""The words that a form is told in."""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(sorted(known_names())), inner, max_size=4)
    ),
    max_leaves=20,
)


async def set_up(options: Options) -> Workspace:
    """Open the workspace of somebody who is signed in, and has done the first steps."""
    space = await open_workspace(options, start=start_here)
    await have(space, "organization", "token")
    await have_sign_in(space)
    for step in ("application", "credentials", "notification"):
        await do(space, step)
    return space


def watched(connect: Connect, methods: set[str]) -> Connect:
    """Return what makes the same clients, and notes what they send."""

    async def note(request: httpx.Request) -> None:
        methods.add(request.method)

    def connected(**options: Any) -> httpx.AsyncClient:
        client = connect(**options)
        client.event_hooks = {**client.event_hooks, "request": [note]}
        return client

    return connected


def leaves(value: Any) -> Iterator[str]:
    """Yield every text in JSON."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(name)
            yield from leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, str):
        yield value


def theirs(space: Workspace) -> set[str]:
    """Return what is of the tenant and the organization: names, addresses, ids, secrets."""
    practice = space.practice
    assert isinstance(practice, PracticeHere)
    entra, profile = practice.entra(), space.session().profile
    kinds = ("users", "groups", "applications", "servicePrincipals", "assignments")
    found = {*leaves([entra.get(kind, []) for kind in kinds]), *leaves(practice.accounts)}
    found |= {TENANT, ADMIN, practice.organization_id, *leaves(profile.entra.model_dump())}
    stored = asyncio.run(space.keystore.read(profile.name, Slot.CURRENT))
    assert stored is not None
    found |= {stored.token.get_secret_value(), "practice.example", "127.0.0.1"}
    public = {*known_names(), *known_words(), *FUNCTIONS, *PUBLIC}
    public |= {each["id"] for each in APPLICATION_TEMPLATES}
    return {text for text in found if len(text) > 3} - public


@pytest.mark.usefixtures("env")
def test_the_facts_answer_what_can_be_seen_and_hold_nothing_of_the_tenants(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facts.json"
    options = parse_arguments(["report", "--practice", "--json", "--facts", str(file)])
    space = asyncio.run(set_up(options))
    secret, methods = theirs(space), set[str]()
    space.connect = watched(space.connect, methods)
    space.tenant.connect = watched(space.tenant.connect, methods)

    async def opened(*_: object) -> Workspace:
        return space

    assert report_facts.run(options, file, opened) == 0
    text = file.read_text(encoding="ascii")
    assert capsys.readouterr().out == text
    assert file.stat().st_mode & 0o777 == 0o600
    assert methods == {"GET"}
    assert [each for each in sorted(secret) if each in text] == []
    written = Facts.model_validate_json(text)
    assert [fact.id for fact in written.facts] == [*QUESTIONS]
    assert {fact.id for fact in written.facts if fact.seen == NOT_SEEN} == UNSEEN


@pytest.mark.usefixtures("env")
def test_without_a_sign_in_nobody_is_asked_and_an_existing_file_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facts.json"
    options = parse_arguments(["report", "--practice", "--facts", str(file)])
    opening = partial(open_workspace, start=start_here)
    assert report_facts.run(options, file, opening) == 2
    assert "Code: no-such-profile" in capsys.readouterr().err
    session_in(settings_folder(practice=True)).change(
        token=facts(300, 365, place=PRACTICE.text, said_seconds=3_888_000)
    )
    assert report_facts.run(options, file, opening) == 0
    said = capsys.readouterr().err
    assert "Webex is not asked" in said
    assert "Entra is not asked" in said
    written = Facts.model_validate_json(file.read_text())
    seen = {fact.id: fact.seen for fact in written.facts if fact.seen != NOT_SEEN}
    assert seen == {
        "token-lifetime": 3_888_000,
        "granted-scopes": {
            "spark:people_read": False,
            "spark:people_write": False,
            "Identity:SCIM": True,
            "others": 0,
        },
    }
    assert written.answers == ()
    assert report_facts.run(options, file, opening) == 2
    assert "Code: facts-file-exists" in capsys.readouterr().err


async def test_an_answer_that_does_not_come_is_told_by_the_code_of_why() -> None:
    look = Look()
    client = httpx.AsyncClient(transport=httpx.MockTransport(late))
    async with client as http:
        await see_webex(look, http, bundled().webex, "https://scim.example/an-id")
    assert {answer.trouble for answer in look.answers} == {"timeout"}
    assert look.seen == {}
    assert "scim.example" not in "".join(answer.model_dump_json() for answer in look.answers)


def late(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("late", request=request)


@given(JSON)
def test_of_any_json_only_known_words_are_told(value: Any) -> None:
    told = {*leaves(form_of(value))}
    statuses = {text for text in told if re.fullmatch(r"[1-5][0-9]{2}", text)}
    assert told - statuses <= {*OURS, *known_names(), *known_words()}


@given(st.text(min_size=1), st.text(alphabet='abcdefghijk@."[]()', min_size=1), st.text(min_size=1))
def test_of_any_mapping_only_documented_names_are_told(
    target: str, attribute: str, constant: str
) -> None:
    users = MappingDocument.default()
    written = (
        f"[{attribute}]",
        json.dumps(constant),
        f"Join({json.dumps(constant)}, [{attribute}])",
    )
    mappings = [
        AttributeMapping(
            targetAttributeName=target,
            defaultValue=constant,
            flowType=constant,
            source=AttributeMappingSource(expression=text, name=attribute, type="Function"),
        )
        for text in written
    ]
    told = {*leaves(mapping_facts(users.with_mappings(mappings).schema))}
    documented = {
        *("rows", "target", "kind", "attributes", "functions", "applied", "matching"),
        *("has a default value", "differs from the bundled one", "another", "otherwise"),
        *("attribute", "constant", "function", "cannot be read", "Always", "Only on creation"),
        *FUNCTIONS,
        *(each.name for each in source_attributes()),
        *(each.path for each in webex_attributes()),
    }
    plain = {text.removeprefix("added: ").removeprefix("removed: ") for text in told}
    assert {text.removeprefix("changed: ") for text in plain} <= documented

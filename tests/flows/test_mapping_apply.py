"""`mapping apply`: a text goes into Entra as it was shown, by typing, and can be taken back."""

import asyncio
import json
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.entra import Administrator
from tests.entra_actions import Wizard, schema_in
from tests.practice_here import PracticeHere
from tests.typing_here import Terminal, Typed, opening, typing
from wizard import LEFT
from wizard.commands import mapping_apply, mapping_diff, mapping_export
from wizard.options import Options
from wizard.steps.switches import decided


class Applying(Wizard):
    """Somebody whose setup is done but for the start, with the mapping in a text."""

    @property
    def text(self) -> Path:
        return self.session.profiles.folder / "mapping.txt"

    async def prepare(self) -> None:
        await self.set_up(until="on-demand")

    async def start(self) -> None:
        await self.prepare()
        await self.apply("start")
        self.hours.pass_by(3600)

    def export(self, source: str = "tenant") -> Typed:
        run = partial(mapping_export.run, Options("mapping"), source, self.text, in_text=True)
        ran = typing(lambda: run(opening=opening(self)))
        assert ran.code == 0
        return ran

    def edit(self, old: str, new: str) -> None:
        content = self.text.read_text("utf-8")
        assert content.count(old) == 1
        self.text.write_text(content.replace(old, new), "utf-8")

    def diff(self, before: str = "tenant", after: str = "") -> Typed:
        run = mapping_diff.run
        given = Options("mapping"), before, after or str(self.text), opening(self)
        return typing(lambda: run(*given), out=False)

    def run(self, *lines: str, told: bool = False, as_json: bool = False, **streams: Any) -> Typed:
        self.practice.forget_requests()
        options = Options("mapping", json=as_json)
        run = partial(mapping_apply.run, options, self.text, opening(self), writes=not told)
        return typing(run, *lines, **streams)

    def readings(self) -> list[str]:
        """Return the questions for everybody in the directory."""
        asked = (each.target for each in self.practice.requests())
        return [each for each in asked if "/users?$top" in each]

    def writes(self) -> list[str]:
        asked = (each for each in self.practice.requests() if each.method != "GET")
        return [each.target.rpartition("/")[2] for each in asked]

    def change_schema(self) -> None:
        """Let a colleague change a row of users."""
        token = asyncio.run(self.entra.token()).get_secret_value()
        admin = Administrator(self.practice, token, judged=False)
        entra = self.session.profile.entra
        job = f"/servicePrincipals/{entra.service_principal_id}/synchronization/jobs/{entra.job_id}"
        schema = admin.get(f"{job}/schema").json()
        for mapping in schema["synchronizationRules"][0]["objectMappings"]:
            mapping["attributeMappings"][-1]["defaultValue"] = "of a colleague"
        assert admin.put(f"{job}/schema", schema).status_code == 204


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Applying:
    made = Applying.after(fresh, tmp_path, "a text of a job before its start", Applying.prepare)
    wizard = asyncio.run(made)
    wizard.export()
    return wizard


@pytest.fixture
def started(fresh: PracticeHere, tmp_path: Path) -> Applying:
    made = Applying.after(fresh, tmp_path, "a text of a job that has run", Applying.start)
    wizard = asyncio.run(made)
    wizard.export()
    return wizard


def test_an_export_and_its_first_comment_say_where_the_mapping_is_from(now: Applying) -> None:
    told = "It is the mapping that the profile keeps; Entra may have another one."
    first = {
        "profile": "# The mapping that a profile kept; Entra may have another one.",
        "tenant": "# What Entra sends to Webex: the mapping of the job, read from Entra.",
        "template": "# What Microsoft's template gives to a new job; Entra may have another one.",
    }
    for source, comment in first.items():
        assert (told in now.export(source).said) is (source == "profile")
        assert now.text.read_text("utf-8").splitlines()[1] == comment


def test_one_edited_row_is_shown_previewed_written_read_back_and_taken_back(now: Applying) -> None:
    before = schema_in(now.practice)
    now.edit(
        "= [displayName]\n  row - always   name.givenName",
        "= [mail]\n  row - always   name.givenName",
    )
    line = "changed  users  displayName: [displayName] -> [mail]\n"
    assert (now.diff().code, now.diff().out) == (1, line)
    ran = now.run("apply")
    assert ran.code == 0, ran.said
    assert line in ran.out
    assert "Preview of" in ran.said
    assert "        1  taken over in Webex" in ran.out
    assert 'displayName: "Ana Ruiz" -> "ana.ruiz@practice.example"' in ran.out
    assert "What is the same, once:" in ran.said
    assert "Entra was read again and shows it." in ran.said
    assert "webex-wizard undo" in ran.said
    assert now.writes().count("schema") == 1
    assert (now.diff().code, now.diff().out) == (0, "")
    assert now.diff("profile").code == 0
    assert now.run().said == "Entra has this mapping already, so nothing is to be written."
    made = now.newest("mapping")
    assert [(each.subject, each.after) for each in made.changes] == [("displayName", "[mail]")]
    asyncio.run(now.take_back(made))
    assert schema_in(now.practice) == before


def test_what_the_edit_does_stands_before_what_happens_anyhow_and_both_are_read_once(
    started: Applying,
) -> None:
    started.edit(
        "= [displayName]\n  row - always   name.givenName",
        "= [department]\n  row - always   name.givenName",
    )
    ran = started.run(told=True)
    assert ran.code == 0, ran.said
    assert (
        "Because of this edit: 0 switched off in Webex 1 updated in Webex What is the same, once: "
        "- 1 person: updated in Webex (unchanged without the edit); displayName from "
    ) in ran.said
    assert (
        "Apart from it, the next cycle would do this, by the mapping that Entra has: 0 switched "
        "off in Webex 1 not known 62 left over"
    ) in ran.said
    assert "In all, with this edit, the next cycle would do this:" in ran.said
    assert "type apply" not in ran.said
    (people,) = started.readings()
    assert "department" in people
    assert started.writes() == []
    assert started.diff().code == 1


def test_a_program_reads_what_the_edit_does_and_what_happens_without_and_with_it(
    started: Applying,
) -> None:
    users = started.text.read_text("utf-8").partition("users on\n")[2].partition("\n\n")[0]
    started.edit(users, f'{users}\n  filter "Nobody"\n    where department EQUALS "Nobody"')
    ran = started.run(told=True, as_json=True, out=False)
    assert ran.code == 0, ran.said
    document = json.loads(ran.out)
    assert [document[name] for name in ("version", "command", "written", "same")] == [
        1, "mapping apply", False, False,
    ]  # fmt: skip
    assert document["edit"]["counts"]["disable"] == document["with"]["counts"]["disable"] == 1
    assert document["without"]["counts"]["disable"] == 0
    (person,) = document["edit"]["people"]
    assert (person["name"], person["without"]) == ("ana.ruiz@practice.example", "unchanged")
    assert document["differences"][0]["part"] == "filter"
    refused = started.run(as_json=True)
    assert (refused.code, json.loads(refused.out)["error"]["code"]) == (2, "apply-unconfirmed")
    assert started.readings() == []


def test_what_is_said_of_groups_is_written_too_and_taken_back(now: Applying) -> None:
    before = schema_in(now.practice)
    now.edit("groups on", 'groups off\n  filter "Ours"\n    where displayName EQUALS "Sales"')
    now.edit(
        "externalId                               = [objectId]\n  row - always   members",
        'externalId default "-" = [mail]\n  row - always   members',
    )
    ran = now.run("apply")
    assert ran.code == 0, ran.said
    assert "changed  groups  switch: on -> off" in ran.out
    assert 'added    groups  filter "Ours": displayName EQUALS "Sales"' in ran.out
    assert now.diff().code == 0
    assert decided(now.session)["Group"] is False
    made = now.newest("mapping")
    assert "externalId of groups" in {each.subject for each in made.changes}
    asyncio.run(now.take_back(made))
    assert schema_in(now.practice) == before


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ((), LEFT, "Left. Nothing was done."),
        (("Apply it",), LEFT, "Left. Nothing was done."),
        (("", "", ""), 1, "Code: apply-not-typed"),
        (("Apply it",) * 3, 1, "Code: apply-not-typed"),
    ],
)
def test_nothing_is_written_unless_that_is_typed(
    now: Applying, typed: tuple[str, ...], code: int, told: str
) -> None:
    now.edit("[surname]", "[displayName]")
    marks, before = dict(now.session.profile.steps), len(now.session.history.entries)
    ran = now.run(*typed)
    assert (ran.code, told in ran.said) == (code, True)
    assert "schema" not in now.writes()
    assert dict(now.session.profile.steps) == marks
    assert len(now.session.history.entries) == before


def test_who_mistypes_is_asked_again_twice_and_no_more(now: Applying) -> None:
    now.edit("[surname]", "[displayName]")
    refused = now.run("aply", "yes", "", "apply")
    assert (refused.code, now.writes().count("schema")) == (1, 0)
    ran = now.run("aply", "yes", "apply")
    assert (ran.code, now.writes().count("schema")) == (0, 1), ran.said
    for left in ("2 more tries.", "1 more try."):
        assert f"what would happen. {left}" in ran.said


@pytest.mark.parametrize("streams", [{"stdin": StringIO}, {"out": False}])
def test_without_a_terminal_nothing_is_asked_and_nothing_done(
    now: Applying, streams: dict[str, Any]
) -> None:
    now.edit("[surname]", "[displayName]")
    ran = now.run("apply", **streams)
    assert (ran.code, "Code: apply-unconfirmed" in ran.said) == (2, True)
    assert f"`webex-wizard mapping apply {now.text} --preview`" in ran.said
    assert now.practice.requests() == []


def test_an_error_that_entra_does_not_have_is_refused_before_anybody_is_asked(
    now: Applying,
) -> None:
    now.edit("[surname]", 'Join(" ", [givenName]')
    ran = now.run("apply")
    assert (ran.code, "Code: mapping-has-errors" in ran.said) == (1, True)
    assert "name.familyName" in ran.said
    assert "Preview of" not in ran.said
    assert "schema" not in now.writes()


def test_who_may_be_switched_off_is_named_and_needs_the_name_of_the_application(
    started: Applying,
) -> None:
    users = started.text.read_text("utf-8").partition("users on\n")[2].partition("\n\n")[0]
    only = '  filter "Nobody"\n    where department EQUALS "Nobody"'
    started.edit(users, f"{users}\n{only}")
    refused = started.run("", "Another", "", "Another")
    assert refused.code == 1, refused.said
    assert "Who falls out of the filters may be switched off in Webex." in refused.said
    assert "Code: narrowing-unnamed" in refused.said
    assert "schema" not in started.writes()
    ran = started.run("9", "", "Cisco", "Cisco Webex")
    assert ran.code == 0, ran.said
    for again in ("one of them. 2 more tries.", "application: Cisco Webex. 2 more tries."):
        assert again in ran.said
    assert len(started.readings()) == 1
    assert "        1  switched off in Webex\n" in ran.out
    assert "ana.ruiz@practice.example: switched off in Webex" in ran.said
    assert started.diff().code == 0
    assert started.newest("mapping").details["narrows"] == ["filter"]


def test_what_a_colleague_does_meanwhile_is_not_written_over(now: Applying) -> None:
    now.edit("[surname]", "[displayName]")

    class Meanwhile(Terminal):
        def readline(self, *limit: Any) -> str:  # type: ignore[override]  # text is read
            now.change_schema()
            return super().readline(*limit)

    before = schema_in(now.practice)
    ran = now.run("apply", stdin=Meanwhile)
    assert (ran.code, "Code: schema-changed" in ran.said) == (1, True)
    assert schema_in(now.practice) != before
    assert "of a colleague" in now.diff().out


def test_where_nobody_can_look_nobody_is_asked(now: Applying) -> None:
    now.edit("[surname]", "[displayName]")
    now.practice.misbehave("directory", "403")
    ran = now.run("apply")
    assert ran.code == 4, ran.said
    assert "type apply" not in ran.said
    assert "schema" not in now.writes()


def test_the_template_is_compared_with_what_entra_has(now: Applying) -> None:
    assert now.diff("template", "tenant").code == 0
    now.change_schema()
    changed = now.diff("template", "tenant")
    assert changed.code == 1
    assert changed.out.count("\n") == 2
    assert 'default "of a colleague"' in changed.out

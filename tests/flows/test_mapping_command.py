"""`webex-wizard mapping`: values, findings, and no traceback for anything."""

import json
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.command_here import Ran, run_here
from tests.conversation import WIZARD, environment
from tests.graph_users import to_graph
from wizard.assets import ASSETS
from wizard.commands import mapping as mapping_command
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.lint.linter import lint
from wizard.mapping.objects import switched
from wizard.mapping.people import practice_people
from wizard.mapping.schema import write_schema
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope

DATA = Path(__file__).parent.parent / "data"
EXAMPLES = json.loads((DATA / "expression-examples.json").read_text(encoding="utf-8"))["examples"]
DEFAULT_SCHEMA = ASSETS / "mapping" / "default-schema.json"


def run(*arguments: str | Path, given: str | bytes = "") -> Ran:
    return run_here("mapping", *arguments, given=given)


def batch(*lines: str | bytes) -> list[dict[str, Any]]:
    """Return the answers to lines of a batch, which is given on standard input."""
    given = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)
    done = run("eval", "--batch", "-", given=given)
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def as_sent(value: Any) -> Any:
    """Return a value of the examples as the service sends it: numbers and booleans as text."""
    return str(value) if isinstance(value, bool | int | float) else value


def line(expression: Any, **more: Any) -> str:
    return json.dumps({"id": 1, "expression": expression} | more)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('ToUpper("a")', '"A"'),
        ("[mail]", "null"),
        ('IsNull("a")', '"False"'),
        ("Len([mail])", '"0"'),
        ('Split("a,b", ",")', '["a", "b"]'),
        ('IgnoreFlowIfNullOrEmpty("")', '{"$flow": "ignoreAttribute"}'),
        ('Join("", "\u00e9", "x")', '"\u00e9x"'),
        ('Join("", "\u202e", "x")', '"\\u202ex"'),
        ("-1", '"-1"'),
    ],
)
def test_an_expression_yields_one_json_value(expression: str, value: str) -> None:
    done = run("eval", expression)
    assert (done.returncode, done.stdout) == (0, f"{value}\n")
    assert all(each.startswith("Note: ") for each in done.stderr.splitlines())


@pytest.mark.parametrize(
    ("person", "value"),
    [
        ({"objectId": "1", "mail": "a@b.example", "telephoneNumber": "5"}, "a@b.example 5"),
        ({"id": "1", "mail": "a@b.example", "businessPhones": ["5", "6"]}, "a@b.example 5"),
    ],
)
def test_a_person_comes_from_a_file_in_either_language(
    tmp_path: Path, person: dict[str, Any], value: str
) -> None:
    file = tmp_path / "person.json"
    file.write_text(json.dumps(person), encoding="utf-8")
    done = run("eval", 'Join(" ", [mail], [telephoneNumber])', "--source", file)
    assert json.loads(done.stdout) == value


def test_the_time_can_be_given() -> None:
    done = run("eval", "Now()", "--now", "2021-07-02T17:33:38+02:00")
    assert done.stdout == '"7/2/2021 3:33:38 PM"\n'


def test_the_process_ends_as_the_command_does(tmp_path: Path) -> None:
    env, command = environment(tmp_path), [*WIZARD, "mapping", "eval", "--batch", "-"]
    ran = subprocess.run(
        command,
        env=env,
        input=line('"\u00e9"').encode(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert (ran.stdout, ran.stderr) == (b'{"id": 1, "value": "\\u00e9"}\n', b"")
    refused = subprocess.run(
        [*WIZARD, "mapping", "eval", "Foo()"], env=env, capture_output=True, check=False, timeout=60
    )
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"Code: unknown-function" in refused.stderr


def test_an_error_says_what_where_and_what_next() -> None:
    done = run("eval", "Join(Foo([mail]))")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no function Foo." in done.stderr
    assert "Code: unknown-function" in done.stderr
    picture = "Place: character 6\n  Join(Foo([mail]))\n       ^\n"
    assert done.stderr.endswith(picture)


@pytest.mark.parametrize(
    ("expression", "picture"),
    [
        ("ToUpper(", "  ToUpper(\n         ^\n"),
        ("ToUpper(\n\t\r\n\tFoo())", "  ToUpper(     Foo())\n               ^\n"),
        ('Join("漢e\u0301", Foo())', '  Join("漢e\u0301", Foo())\n              ^\n'),
        ('Join("\x1b[2J\u202e", Foo())', '  Join("\ufffd[2J\ufffd", Foo())\n                ^\n'),
    ],
)
def test_the_place_of_an_error_is_marked_below_the_expression(
    expression: str, picture: str
) -> None:
    done = run("eval", expression)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(picture)


def test_of_a_long_expression_only_the_part_around_the_error_is_shown() -> None:
    done = run("eval", "ToUpper(" + "[mail]" * 1500 + ")")
    line, mark = done.stderr.splitlines()[-2:]
    assert line.endswith("…")
    assert len(line) <= 80
    assert line[mark.index("^")] == "["


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("eval",),
        ("eval", "[a]", "--now", "soon"),
        ("eval", "[a]", "--source", "nowhere.json"),
        ("eval", "--batch", "nowhere.jsonl"),
        ("eval", "--batch", "-", "--now", "2026-01-01"),
        ("eval", "[a]", "--batch", "-"),
        ("check",),
        ("check", "nowhere.json"),
        ("check", str(DEFAULT_SCHEMA), "--people", "nowhere.json"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


def test_the_documented_examples_come_out_of_a_batch_in_order(tmp_path: Path) -> None:
    wanted = [e for e in EXAMPLES if e["status"] in ("ok", "doc-error")]
    file = tmp_path / "batch.jsonl"
    keys = ("id", "expression", "source_attributes", "context")
    file.write_text(
        "\n".join(json.dumps({key: e[key] for key in keys if key in e}) for e in wanted),
        encoding="utf-8",
    )
    done = run("eval", "--batch", file)
    answers = [json.loads(each) for each in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [e["id"] for e in wanted]
    wrong = {}
    for example, answer in zip(wanted, answers, strict=True):
        expected = example.get("semantic_expected", example["expected"])
        if not example.get("fails") and answer.get("value") != as_sent(expected):
            wrong[example["id"]] = answer
        if example.get("fails") and "error" not in answer:
            wrong[example["id"]] = answer
    assert wrong == {}


def test_the_short_form_of_a_batch_works_too() -> None:
    done = run("--batch", "-", given=line('"a"'))
    assert json.loads(done.stdout) == {"id": 1, "value": "a"}


def test_a_line_has_its_own_time_and_context() -> None:
    answers = batch(
        line("Now()", now="2021-07-02T15:33:38Z"),
        line("DefaultDomain()", context={"defaultDomain": "contoso.example"}),
        line("Guid()", context={"guid": "g"}),
        line('SelectUniqueValue("a", "b")', context={"taken": ["A"]}),
        "",
        line("[a]", source_attributes={"a": ["x", None, 2, True]}),
    )
    assert [answer.get("value") for answer in answers] == [
        "7/2/2021 3:33:38 PM",
        "contoso.example",
        "g",
        "b",
        ["x", "2", "True"],
    ]


BAD = [
    ("", "empty"),
    ("   ", "empty"),
    ("x" * 10_001, "too-long"),
    ('Join("", [mail]', "unbalanced"),
    ("ToUpper([mail]))", "unbalanced"),
    ('"open', "unbalanced"),
    ("[open", "unbalanced"),
    ("Foo([mail])", "unknown-function"),
    ("toupper([mail])", "unknown-function"),
    ("__import__('os')", None),
    ("ToUpper()", "wrong-arity"),
    ('Switch([a], "b", "c")', "wrong-arity"),
    ("ToUpper(" * 300 + '"a"' + ")" * 300, "nested-too-deep"),
    ("[a] = 1", "comparison-outside"),
    ("Mid([mail], 0, 1)", "outside-the-text"),
    ('Replace("' + "a" * 60 + 'b", , "(a|aa)+$", , "x", , )', "pattern-too-slow"),
    ('Replace("a", , "(", , "x", , )', "bad-pattern"),
]


@pytest.mark.parametrize(("expression", "code"), BAD, ids=range(len(BAD)))
def test_a_bad_expression_is_an_error_with_its_place(expression: str, code: str | None) -> None:
    (answer,) = batch(line(expression))
    told = answer["error"]
    assert answer["id"] == 1
    assert code in (None, told["code"])
    assert 0 <= told["position"] <= len(expression)
    assert told["message"].endswith(".")


def test_two_hundred_levels_have_a_value() -> None:
    deep = "ToUpper(" * 200 + "[mail]" + ")" * 200
    (answer,) = batch(line(deep, source_attributes={"mail": "a"}))
    assert answer == {"id": 1, "value": "A"}


def test_a_value_of_a_megabyte_is_worked_with() -> None:
    big = {"big": "a\\ü" * 350_000}
    expressions = (
        "[big]",
        'Len(Replace([big], "a", , , "b", , ))',
        'Replace([big], , "a", , "b", , )',
        "NormalizeDiacritics([big])",
        'Count(Split([big], "a"))',
        'Replace([big], , "(a|\\\\\\\\|ü)+$", , "b", , )',
    )
    answers = batch(*(line(text, source_attributes=big) for text in expressions))
    assert answers[1]["value"] == str(1_050_000)
    assert answers[4]["value"] == str(350_001)
    assert len(answers) == len(expressions)
    assert all(("value" in answer) != ("error" in answer) for answer in answers)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("nope", "not-json"),
        ('{"id": 1', "not-json"),
        ("[]", "not-an-object"),
        ("null", "not-an-object"),
        (b"\xff\xfe{", "not-json"),
        (b'{"expression": "\xff"}', "not-json"),
        ("[" * 100_000, "not-json"),
        ('{"id": NaN, "expression": "[a]"}', "not-json"),
        ('{"id": -1e999, "expression": "[a]"}', "not-json"),
        ('{"id": 1, "expression": "[a]", "source_attributes": {"a": 1e999}}', "not-json"),
        ('{"id": ' + "9" * 5000 + ', "expression": "[a]"}', "not-json"),
        ('{"expression": 5}', "not-text"),
        ("{}", "not-text"),
        ('{"expression": "[a]", "source_attributes": [1]}', "not-an-object"),
        ('{"expression": "[a]", "source_attributes": {"a": {"b": 1}}}', "attribute-not-usable"),
        ('{"expression": "[a]", "source_attributes": {"a": [["b"]]}}', "attribute-not-usable"),
        ('{"expression": "[a]", "now": "soon"}', "not-a-time"),
        ('{"expression": "[a]", "now": 5}', "not-a-time"),
        ('{"expression": "[a]", "now": "0001-01-01T00:00:00+05:00"}', "not-a-time"),
        ('{"expression": "[a]", "context": []}', None),
        ('{"expression": "[a]", "context": 5}', "not-an-object"),
        ('{"expression": "[a]", "context": {"taken": [5]}}', "not-text"),
        ('{"expression": "[a]", "context": {"guid": 5}}', "not-text"),
    ],
)
def test_a_bad_line_is_told_and_the_next_one_answered(given: str | bytes, code: str | None) -> None:
    bad, good = batch(given, line('"a"'))
    assert good == {"id": 1, "value": "a"}
    assert bad.get("error", {}).get("code") == code


def test_halves_of_characters_come_out_as_json() -> None:
    text = r'{"id": "\ud800", "expression": "ToUpper([a])", "source_attributes": {"a": "x\udc00"}}'
    (answer,) = batch(text)
    assert answer["id"] == "\ud800"


def test_a_good_mapping_passes(tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    users = [to_graph(person) for person in practice_people()]
    people.write_text(json.dumps({"value": users}), encoding="utf-8")
    done = run("check", DEFAULT_SCHEMA, "--people", people)
    assert (done.returncode, done.stderr) == (0, "")
    told = "Nothing is wrong with the mapping.\n65 people tried, 65 in scope.\nAmong them: 1 guest."
    assert done.stdout.startswith(told)


def test_a_mapping_that_breaks_people_exits_with_1(tmp_path: Path) -> None:
    schema, people = tmp_path / "schema.json", tmp_path / "people.json"
    document = MappingDocument.default().with_typed(Row("locale", "[preferredLanguage]"))
    schema.write_text(write_schema(document.schema), encoding="utf-8")
    people.write_text(
        '[{"userPrincipalName": "ann@contoso.example", "preferredLanguage": "en-US"}]',
        encoding="utf-8",
    )
    done = run("check", schema, "--people", people)
    assert done.returncode == 1
    assert "error: locale: " in done.stdout
    assert "Concerns 1 person: ann@contoso.example" in done.stdout
    told = json.loads(run("check", schema, "--people", people, "--json").stdout)
    assert (told["ok"], told["people"]) == (False, 1)
    (finding,) = [each for each in told["findings"] if each["severity"] == "error"]
    assert finding == {
        "target": "locale",
        "row": 6,
        "column": None,
        "severity": "error",
        "code": "language-refused",
        "why": 'locale would be "en-US", and Webex wants language and country with an '
        "underscore, such as en_US.",
        "fix": 'Use Replace([preferredLanguage], "-", , , "_", ,  ), and correct the people whose '
        "language has another form.",
        "count": 1,
        "names": ["ann@contoso.example"],
    }


def test_warnings_alone_exit_with_0(tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    document = MappingDocument.default().with_typed(
        Row("title", 'IIF(IsPresent([city]), [city], "x")')
    )
    schema.write_text(write_schema(document.schema), encoding="utf-8")
    done = run("check", schema)
    assert done.returncode == 0
    assert "warning: title, character 5: " in done.stdout


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        DEFAULT_SCHEMA.read_text(encoding="utf-8")[:5000],
        '{"synchronizationRules": 5}',
        '{"synchronizationRules": []}',
        '{"synchronizationRules": [' + "[" * 100_000,
    ],
    ids=range(7),
)
def test_a_document_that_is_no_mapping_is_told(tmp_path: Path, text: str) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(text, encoding="utf-8")
    done = run("check", schema)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Problem: " in done.stderr
    asked = run("check", schema, "--json")
    assert asked.returncode == 2
    assert json.loads(asked.stdout)["error"]["message"]


class TestWhatPeopleBring:
    """In the test's own process: no more than a file and what is said of it."""

    USERS: ClassVar = [
        {"id": str(at), "userPrincipalName": f"p{at}@contoso.example", "mail": None}
        for at in range(20)
    ]

    @pytest.fixture
    def say(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
        def say(*arguments: Any) -> tuple[int, str, str]:
            files = []
            for at, each in enumerate(arguments):
                if isinstance(each, dict | list):
                    file = tmp_path / f"{at}.json"
                    file.write_text(json.dumps(each), encoding="utf-8")
                    each = str(file)  # noqa: PLW2901 - the file stands for what is in it
                files.append(each)
            code = mapping_command.main(files)
            said = capsys.readouterr()
            return code, said.out, said.err

        return say

    def test_graphs_list_is_a_source_and_the_first_one_is_named(self, say: Any) -> None:
        code, out, err = say("eval", "[userPrincipalName]", "--source", {"value": self.USERS})
        assert (code, out) == (0, '"p0@contoso.example"\n')
        assert "20 people; the first one is used: p0@contoso.example" in err

    def test_a_person_of_powershell_is_a_source(self, say: Any) -> None:
        person = {"UserPrincipalName": "a@b.example", "BusinessPhones": ["5"], "Id": "1"}
        assert say("eval", "[telephoneNumber]", "--source", person)[:2] == (0, '"5"\n')

    @pytest.mark.parametrize(
        ("expression", "said"),
        [
            ("[UserPrincipalName]", "case-sensitive. Write [userPrincipalName]"),
            ("ToLower([Extension_1_x])", "case-sensitive. Write [extension_1_x]"),
            ("[email]", "Did you mean [mail]?"),
            ("[businessPhones]", "Did you mean [telephoneNumber]?"),
            ("[sn]", "Did you mean [surname]?"),
            ("[given\N{NO-BREAK SPACE}Name]", "Did you mean [givenName]?"),
            ("['mail']", "Did you mean [mail]?"),
            ("[shoeSize]", "not known to have an attribute of that name"),
        ],
    )
    def test_an_attribute_that_is_called_otherwise_is_told(
        self, say: Any, expression: str, said: str
    ) -> None:
        person = {"objectId": "1", "userPrincipalName": "a@b.example", "extension_1_x": "y"}
        code, out, err = say("eval", expression, "--source", person)
        assert (code, out) == (0, "null\n")
        assert said in err

    @pytest.mark.parametrize(
        ("expression", "said"),
        [
            ('"[mail]"', "Write [mail] without quotes."),
            ('"ToLower([mail])"', "Write the expression without quotes"),
            ('Append("Mail: [mail]", "!")', "Close the quote before it"),
        ],
    )
    def test_an_attribute_in_quotes_is_told_in_a_trial_as_in_a_check(
        self, say: Any, expression: str, said: str
    ) -> None:
        code, _out, err = say("eval", expression, "--source", {"mail": "a@b.example"})
        assert code == 0
        assert said in err
        checked = lint(MappingDocument.default().with_typed(Row("title", expression)))
        assert [each.fix in err for each in checked if each.code == "attribute-in-quotes"] == [True]

    def test_an_attribute_that_is_only_empty_is_no_news(self, say: Any) -> None:
        person = {"objectId": "1", "jobTitle": None}
        assert say("eval", 'Join("", [mail], [jobTitle])', "--source", person)[2] == ""

    def test_a_batch_tells_hints_and_names(self, tmp_path: Path, say: Any) -> None:
        lines = tmp_path / "lines.jsonl"
        asked = (
            line("Concat([a])"),
            line("[Mail]"),
            line("[mail]", source_attributes={"Mail": "a@b.example"}),
        )
        lines.write_text("\n".join(asked), encoding="utf-8")
        _, out, _ = say("eval", "--batch", str(lines))
        refused, empty, misspelled = map(json.loads, out.splitlines())
        assert "Did you mean Join" in refused["error"]["hint"]
        assert empty["value"] is None
        assert "case-sensitive" in empty["notes"][0]
        assert "attribute is called [Mail]. It should be [mail]" in misspelled["notes"][0]

    def test_a_check_says_how_many_were_tried_and_are_in_scope(self, say: Any) -> None:
        schema = json.loads(DEFAULT_SCHEMA.read_text(encoding="utf-8"))
        code, out, err = say("check", schema, "--people", {"value": self.USERS})
        assert (code, err) == (0, "")
        assert "20 people tried, 20 in scope." in out
        assert "Nobody was tried" in say("check", schema)[1]

    def test_a_scope_that_lets_in_nobody_is_found(self, say: Any) -> None:
        clause = new_clause("userPrincipalName", "REGEX MATCH", r".\*@domain.com")
        document = with_scope(MappingDocument.default(), with_filter(None, "Ours", clause))
        schema, people = document.schema.as_json(), {"value": self.USERS}
        code, out, _ = say("check", schema, "--people", people)
        assert code == 1
        assert "Nobody of the 20 people tried is in scope" in out
        assert "scope-pattern-star" in out
        told = json.loads(say("check", schema, "--people", people, "--json")[1])
        assert (told["people"], told["tried"], told["in_scope"]) == (20, 20, 0)
        assert told["findings"][0]["code"] == "scope-lets-in-nobody"

    def test_who_is_nearest_to_a_filter_tells_why_it_lets_in_nobody(self, say: Any) -> None:
        clause = new_clause("department", "EQUALS", "sales")
        document = with_scope(MappingDocument.default(), with_filter(None, "Ours", clause))
        people = [self.USERS[0], self.USERS[1] | {"department": "Sales"}]
        _, out, _ = say("check", document.schema.as_json(), "--people", people)
        assert 'For p1@contoso.example: Filter "Ours": department is "sales"' in out
        assert 'but it is "Sales".' in out

    @pytest.mark.parametrize(
        ("people", "said"),
        [
            ([], "a list without any people."),
            ({"value": []}, "a list without any people."),
            ({"value": [{"@odata.type": "#microsoft.graph.group"}]}, "1 entry, and no users"),
            ({"users": [{"mail": "a@b.example"}]}, "no list of people. It has users."),
        ],
    )
    def test_people_who_are_none_are_no_check(self, say: Any, people: Any, said: str) -> None:
        schema = json.loads(DEFAULT_SCHEMA.read_text(encoding="utf-8"))
        code, out, err = say("check", schema, "--people", people)
        assert (code, out) == (2, "")
        assert said in err

    def test_one_page_is_said_to_be_one(self, say: Any) -> None:
        page = {"value": self.USERS, "@odata.nextLink": "https://graph.microsoft.com/next"}
        schema = json.loads(DEFAULT_SCHEMA.read_text(encoding="utf-8"))
        assert "one page of Graph's list" in say("check", schema, "--people", page)[1]

    def test_progress_is_shown_on_a_terminal_and_nowhere_else(
        self, say: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        schema = json.loads(DEFAULT_SCHEMA.read_text(encoding="utf-8"))
        people = [self.USERS[0] | {"id": str(at)} for at in range(1001)]
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        _, out, err = say("check", schema, "--people", people)
        assert "1,000 of 1,001 people tried" in err
        assert "tried..." not in out


@pytest.mark.parametrize(
    ("on", "told", "known"),
    [
        (True, "Groups: on in the file. Each assigned group becomes", True),
        (False, "Groups: off in the file, so no group goes along.", False),
        (None, "Groups: the file does not say whether they are on", None),
    ],
)
def test_a_check_says_whether_groups_are_on(
    on: bool | None, told: str, known: bool | None, tmp_path: Path
) -> None:
    file = tmp_path / "schema.json"
    file.write_text(write_schema(switched(MappingDocument.default().schema, "Group", on=on)))
    assert told in run("check", file).stdout
    assert json.loads(run("check", file, "--json").stdout)["groups"] == {
        "mapped": True,
        "on": known,
    }


@pytest.mark.parametrize(
    ("expression", "person", "said"),
    [
        ("[mail]", None, "Nobody's attributes were given"),
        ('SelectUniqueValue([mail], "a")', {"mail": "a@b.c"}, "not for Webex"),
        ('IIF(IsPresent([mail]), "a", "b")', {"mail": "a@b.c"}, "does not support IsPresent"),
        ('IIF(IsNull([mail]), "a", "b")', {"mail": "a@b.c"}, "does not support IsNull"),
        ("[proxyAddresses]", {"proxyAddresses": ["a", "b"]}, "can hold several values"),
        ("[mobilePhone]", {"id": "1", "mobilePhone": "+1"}, "provisioning calls it [mobile]"),
        ("[id]", {"id": "1", "mobilePhone": "+1"}, "provisioning calls it [objectId]"),
        ("[nix]", {"mail": "a@b.c"}, "[nix] is empty"),
        ("Join([givenName], [surname])", {"surname": "Ruiz"}, "stands between the others"),
    ],
)
def test_a_value_that_entra_would_not_give_has_a_note(
    expression: str, person: dict[str, Any] | None, said: str, tmp_path: Path
) -> None:
    more: tuple[str, ...] = ()
    if person is not None:
        (tmp_path / "person.json").write_text(json.dumps(person))
        more = ("--source", str(tmp_path / "person.json"))
    done = run("eval", expression, *more)
    assert done.returncode == 0
    assert said in done.stderr
    (answer,) = batch(line(expression, **({} if person is None else {"source": person})))
    if not {"id", "mobilePhone"} & (person or {}).keys():
        assert any(said in note for note in answer["notes"])


def test_a_line_of_a_batch_says_what_of_it_was_not_read() -> None:
    read, unread, none = batch(
        "\n".join(
            (
                line("[mail]", source={"mail": "a@b.c"}),
                line("[mail]", person={"mail": "a@b.c"}),
                "nonsense",
            )
        )
    )
    assert read == {"id": 1, "value": "a@b.c"}
    assert unread["notes"][0].startswith("person was not read")
    assert "one JSON object" in none["error"]["hint"]

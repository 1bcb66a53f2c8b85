import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from wizard.mapping.document import ON_CREATION, MappingDocument, Row
from wizard.mapping.expression.values import Context
from wizard.mapping.lint.breaks import Breakage
from wizard.mapping.lint.finding import Broken, MappingFinding
from wizard.mapping.lint.linter import lint, lint_for
from wizard.mapping.people import practice_people
from wizard.mapping.schema import Filter, read_schema
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.words.progress import STUCK

DATA = Path(__file__).parent.parent / "data"
EXAMPLES = json.loads((DATA / "expression-examples.json").read_text(encoding="utf-8"))["examples"]
CUSTOMISED = DATA / "graph-synchronizationSchema-customised.json"
DEFAULT = MappingDocument.default()
WORK_MAIL = 'emails[type eq "work"].value'
LANGUAGE = 'Replace([preferredLanguage], "-", , , "_", ,  )'


def found(source: str, target: str = "title") -> dict[str, MappingFinding]:
    """Return what is wrong with a row, without what is said of targets that are not listed."""
    if any(row.target == target for row in DEFAULT.rows):
        document = DEFAULT.with_edited(target, source=source)
    else:
        document = DEFAULT.with_typed(Row(target, source))
    return {f.code: f for f in lint(document) if f.code != "target-not-listed"}


def who_breaks(
    document: MappingDocument, people: Sequence[Mapping[str, Any]]
) -> tuple[Broken, ...]:
    """Return what goes wrong for people, without what is wrong anyway."""
    breakage = Breakage(document, Context())
    for each in people:
        breakage.add(each)
        if breakage.given_up:
            break
    return breakage.result(len(people))


def broken(document: MappingDocument, *people: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    return {
        each.finding.code: (each.count, each.finding.severity)
        for each in who_breaks(document, people)
    }


def person(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "userPrincipalName": f"p{number}@contoso.example",
        "objectId": str(number),
        "IsSoftDeleted": False,
    } | more


@pytest.mark.parametrize(
    "example",
    [e for e in EXAMPLES if e["status"] in ("documented-unsupported", "documented-contradiction")],
    ids=lambda example: example["id"],
)
def test_what_the_documentation_calls_unsupported_is_found(example: dict[str, Any]) -> None:
    told = [f for f in found(example["expression"]).values() if f.severity != "advice"]
    assert {f.code for f in told} & {
        "presence-as-condition",
        "empty-as-condition",
        "ignore-flow-as-condition",
        "presence-in-switch",
    }
    assert all(f.column is not None for f in told if f.code != "source-unknown")


def test_what_the_documentation_leaves_open_is_advice() -> None:
    for example in EXAMPLES:
        if example["status"] == "ambiguous":
            assert found(example["expression"])["uncertain-function"].severity == "advice"


@pytest.mark.parametrize(
    "document", [DEFAULT, MappingDocument(read_schema(CUSTOMISED.read_bytes()))]
)
def test_a_sensible_mapping_has_no_findings(document: MappingDocument) -> None:
    assert lint(document) == ()


def test_the_practice_people_pass_the_default_mapping() -> None:
    assert lint_for(DEFAULT, practice_people()).broken == ()


@pytest.mark.parametrize(
    ("source", "target", "code", "severity", "column"),
    [
        ("Foo([mail])", "title", "unknown-function", "error", 0),
        ("Join([mail])", "title", "wrong-arity", "error", 0),
        ("ToUpper([mail]", "title", "unbalanced", "error", 7),
        ('ToUpper("a") [mail]', "title", "missing-comma", "error", 13),
        ("ToUpper([mial])", "title", "source-unknown", "warning", 8),
        ("ToUpper([Mail])", "title", "source-case", "warning", 8),
        ("[proxyAddresses]", "title", "several-values", "warning", 0),
        ("ToLower([otherMails])", "title", "several-values", "warning", 8),
        ('Split([mail], ",")', "title", "several-values", "warning", 0),
        ('IIF([city] = "x", [otherMails], "")', "title", "several-values", "warning", 0),
        ('Mid([mail], "a", 2)', "title", "not-a-whole-number", "error", 12),
        ("Left([mail], 1.5)", "title", "not-a-whole-number", "error", 13),
        ('DateAdd("d", 1, [employeeHireDate])', "title", "date-without-cdate", "advice", 16),
        ('SelectUniqueValue([mail], "a")', "title", "select-unique-value", "error", 0),
        ("SingleAppRoleAssignment([appRoleAssignments])", "title", "role-function", "warning", 0),
        ('Prepend("a", [mail])', "title", "old-function", "advice", 0),
        ('Switch([city], "x", "a", "b")', "title", "switch-with-a-default", "advice", 0),
        ('Switch([manager], , "a", "b")', "title", "switch-of-a-reference", "error", 0),
        ('ToLower("")', "title", "always-empty", "warning", None),
        ('Replace("a", , "(", , "b", , )', "title", "bad-pattern", "error", 15),
    ],
)
def test_each_pattern_is_found_where_it_stands(
    source: str, target: str, code: str, severity: str, column: int | None
) -> None:
    told = found(source, target)
    assert (told[code].severity, told[code].column) == (severity, column)
    assert told[code].why.endswith(".")
    assert told[code].fix.endswith((".", "?"))


@pytest.mark.parametrize(
    "source",
    [
        'Join(",", [otherMails])',
        "Item([proxyAddresses], 1)",
        "Count([otherMails])",
        'IIF([country] = "US", "a", "b")',
        'Switch([country], [country], "", "Other")',
        'Switch([country], , "US", "a")',
        'DateAdd("d", 1, CDate([employeeHireDate]))',
        'Mid([mail], "1", 2)',
        "IgnoreFlowIfNullOrEmpty([mail])",
        "DefaultDomain()",
    ],
)
def test_what_is_supported_is_left_in_peace(source: str) -> None:
    assert found(source) == {}


@pytest.mark.parametrize(
    ("source", "target", "code", "severity"),
    [
        ('"en-US"', "locale", "language-refused", "error"),
        ('ToLower("EN_us")', "locale", "language-refused", "error"),
        ('"W. Europe Standard Time"', "timezone", "time-zone-refused", "error"),
        ('"Europe/Atlantis"', "timezone", "time-zone-refused", "error"),
        ('"ann"', "userName", "not-an-email-address", "error"),
        ('"perhaps"', "active", "not-true-or-false", "error"),
        ('"contoso.example/ann"', "profileUrl", "not-a-url", "warning"),
        (f'"{"x" * 600}"', "title", "value-too-long", "warning"),
        ('"robot"', "userType", "value-not-listed", "warning"),
        ('"a"', "roles", "kills-the-token", "error"),
        ('"a"', 'phoneNumbers[type eq "car"].value', "type-unsafe", "warning"),
    ],
)
def test_a_constant_that_webex_refuses_is_found(
    source: str, target: str, code: str, severity: str
) -> None:
    assert found(source, target)[code].severity == severity


def test_a_good_constant_is_not_found() -> None:
    assert found('"Europe/Madrid"', "timezone") == {}
    assert found('Append("en", "_US")', "locale") == {}
    assert found('Left("", 0)', "userName")["always-empty"].severity == "error"


def test_nothing_is_said_twice() -> None:
    told = lint(DEFAULT.with_typed(Row("locale", '"en-US"')).with_typed(Row("title", "ToUpper(")))
    codes = [f.code for f in told]
    assert "language-form" not in codes
    assert len({(f.position, f.code, f.column) for f in told}) == len(told)
    assert "source-unreadable" not in codes


def test_the_worst_comes_first() -> None:
    document = DEFAULT.without("externalId").without("active").with_typed(Row("title", "Foo()"))
    severities = [f.severity for f in lint(document)]
    assert severities == sorted(severities, key=["error", "warning", "advice"].index)


def test_people_whose_user_name_is_empty_or_no_address_are_counted() -> None:
    told = broken(
        DEFAULT,
        person(1),
        person(2, userPrincipalName=None),
        person(3, userPrincipalName=""),
        person(4, userPrincipalName="ann"),
        person(5, userPrincipalName="x" * 300 + "@contoso.example"),
    )
    assert told == {
        "required-empty": (2, "error"),
        "not-an-email-address": (2, "error"),
        "value-too-long": (1, "error"),
    }


def test_a_default_value_fills_what_is_empty() -> None:
    document = DEFAULT.with_edited("userName", default_value="info@contoso.example")
    assert broken(document, person(1, userPrincipalName=None)) == {}


def test_people_with_the_same_user_name_are_named() -> None:
    people = [person(1), person(2), person(3, userPrincipalName="P1@contoso.example")]
    (twice,) = who_breaks(DEFAULT, people)
    assert twice.finding.code == "user-name-twice"
    assert twice.count == 2
    assert twice.names == ("p1@contoso.example", "P1@contoso.example")
    assert twice.words == "2 people: p1@contoso.example, P1@contoso.example"


def test_each_group_of_equal_user_names_is_counted_whole() -> None:
    people = [person(n, userPrincipalName=f"{n % 3}@contoso.example") for n in range(7)]
    assert broken(DEFAULT, *people) == {"user-name-twice": (7, "error")}


def test_a_pattern_that_is_always_too_slow_ends_the_trial() -> None:
    document = DEFAULT.with_typed(Row("title", 'Replace([city], , "(a|aa)+$", , "x", , )'))
    people = [person(n, city="a" * 60 + "b") for n in range(10_000)]
    told = broken(document, *people)
    assert told == {"pattern-too-slow": (50, "error"), "people-not-all-tried": (0, "error")}


def test_a_person_who_takes_longer_than_anyone_waits_ends_the_trial_and_it_is_said() -> None:
    times = iter([0.0, 1.0, 1.0, 1.0 + STUCK + 0.1])
    census = Breakage(DEFAULT, Context(), clock=lambda: next(times))
    census.add(person(1))
    assert not census.given_up
    census.add(person(2))
    assert census.given_up
    told = census.result(3)[-1].finding
    assert told.code == "people-not-all-tried"
    assert "Only 2 of 3 people were tried" in told.why


def test_many_patterns_that_are_too_slow_end_the_trial_as_well() -> None:
    document = DEFAULT
    for number in range(60):
        expression = f'Replace([city], , "(a|aa)+$|{number}", , "x", , )'
        document = document.with_typed(Row(f"x{number}", expression))
    people = [person(n, city="a" * 60 + "b") for n in range(10_000)]
    *slow, unfinished = who_breaks(document, people)
    assert [each.count for each in slow] == [1] * 60
    assert "Only 1 of 10,000 people were tried" in unfinished.finding.why


def test_many_people_are_counted_and_a_few_named() -> None:
    (empty,) = who_breaks(DEFAULT, [person(n, userPrincipalName="") for n in range(3000)])
    assert empty.count == 3000
    assert len(empty.names) == 5
    assert empty.words.startswith("3,000 people: ")
    assert empty.words.endswith(", ...")


def test_values_that_webex_refuses_are_found_in_people() -> None:
    document = (
        DEFAULT.with_typed(Row("preferredLanguage", LANGUAGE))
        .with_typed(Row("timezone", "[extensionAttribute1]"))
        .with_typed(Row("title", "[otherMails]"))
        .with_typed(Row(WORK_MAIL, "[mail]"))
        .with_typed(Row("nickName", "Mid([city], Len([state]), 2)"))
        .with_edited("active", source="[extensionAttribute2]")
    )
    told = broken(
        document,
        person(
            preferredLanguage="de",
            extensionAttribute1="CET Standard",
            extensionAttribute2="yes",
            otherMails=("a@b.example", "b@b.example"),
            mail="other@contoso.example",
            city="Rome",
            state="",
        ),
        person(
            2,
            preferredLanguage="de-DE",
            extensionAttribute1="Europe/Berlin",
            extensionAttribute2="True",
            otherMails=("a@b.example",),
            mail="P2@contoso.example",
            city="Rome",
            state="x",
        ),
    )
    assert told == {
        "language-refused": (1, "error"),
        "time-zone-refused": (1, "error"),
        "several-values-sent": (1, "error"),
        "work-mail-refused": (1, "error"),
        "not-true-or-false": (1, "error"),
        "outside-the-text": (1, "error"),
    }


def test_what_only_the_service_knows_breaks_nobody() -> None:
    document = DEFAULT.with_typed(Row("title", "DefaultDomain()"))
    assert broken(document, person()) == {"only-the-service-knows": (1, "advice")}


def test_who_is_out_of_scope_or_skipped_breaks_nothing() -> None:
    only_sales = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    nameless = person(userPrincipalName="", department="IT")
    assert broken(with_scope(DEFAULT, only_sales), nameless) == {}
    document = DEFAULT.with_typed(Row("title", 'IIF([department] = "IT", IgnoreObjectFlow, "x")'))
    assert broken(document, nameless) == {}


def test_findings_for_people_replace_those_without() -> None:
    document = DEFAULT.with_typed(Row("preferredLanguage", "[preferredLanguage]")).with_typed(
        Row(WORK_MAIL, "[mail]")
    )
    told = lint_for(document, [person(preferredLanguage="en-US", mail="x@contoso.example")])
    codes = {each.finding.code: each.count for each in told.broken}
    assert codes["language-refused"] == 1
    assert codes["work-mail-refused"] == 1
    assert not {"language-form", "work-mail-differs"} & codes.keys()


@pytest.mark.parametrize(
    ("clause", "code", "severity"),
    [
        (("department", "LIKE", ["a"]), "scope-operator", "error"),
        (("department", "EQUALS", []), "scope-value", "error"),
        (("depatment", "EQUALS", ["a"]), "scope-attribute-unknown", "warning"),
        (("Department", "EQUALS", ["a"]), "scope-attribute-case", "warning"),
        (("otherMails", "Includes", ["a"]), "scope-attribute-unusable", "error"),
        (("userType", "EQUALS", ["Member"]), "scope-attribute-unusable", "error"),
        (("employeeHireDate", "IS NULL", []), "scope-attribute-unusable", "error"),
        (("mail", "REGEX MATCH", ["contoso"]), "scope-pattern-not-anchored", "advice"),
        (("extension_1_badge", "EQUALS", ["a"]), None, ""),
        (("mail", "REGEX MATCH", [r"^.*@contoso\.example$"]), None, ""),
        (None, "scope-without-clauses", "warning"),
    ],
)
def test_a_scope_that_entra_cannot_use_is_found(
    clause: tuple[str, str, list[str]] | None, code: str | None, severity: str
) -> None:
    clauses = clause and [
        {
            "sourceOperandName": clause[0],
            "operatorName": clause[1],
            "targetOperand": {"values": clause[2]},
        }
    ]
    scope = Filter.model_validate({"groups": [{"name": "f", "clauses": clauses or []}]})
    document = with_scope(DEFAULT, scope)
    assert [(f.code, f.severity) for f in lint(document)] == ([(code, severity)] if code else [])
    assert who_breaks(document, [person()]) == ()


def test_a_scope_that_takes_too_long_is_told_and_not_raised() -> None:
    slow = with_filter(None, "slow", new_clause("city", "REGEX MATCH", "(a|aa)+$"))
    told = broken(with_scope(DEFAULT, slow), person(city="a" * 60 + "b"), person(2))
    assert told == {"pattern-too-slow": (1, "error")}


def test_rows_that_cannot_be_read_do_not_stop_the_others() -> None:
    document = DEFAULT.with_typed(Row("title", "ToUpper(")).with_typed(
        Row("locale", "[preferredLanguage]")
    )
    assert broken(document, person(preferredLanguage="x")) == {"language-refused": (1, "error")}


def test_hostile_values_are_shown_without_control_characters() -> None:
    (told,) = who_breaks(DEFAULT, [person(userPrincipalName="\x1b[2J\u202eann", mail="a")])
    assert "\x1b" not in told.finding.why + told.words
    assert "\u202e" not in told.finding.why + told.words


def test_ten_thousand_people_are_all_tried() -> None:
    document = (
        DEFAULT.with_typed(Row("preferredLanguage", LANGUAGE))
        .with_typed(Row("title", 'IIF([country] = "DE", [jobTitle], Append([jobTitle], ""))'))
        .with_typed(Row(WORK_MAIL, "[mail]", apply=ON_CREATION))
    )
    people = [
        p | {"userPrincipalName": f"{n}.{p['userPrincipalName']}", "mail": f"{n}.{p['mail']}"}
        for n in range(200)
        for p in map(dict, practice_people())
    ]
    assert len(people) >= 10_000
    census = Breakage(document, Context())
    for each in people:
        census.add(each)
    assert not census.given_up

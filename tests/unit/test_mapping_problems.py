import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.attributes import ENTERPRISE, webex_attributes
from wizard.mapping.document import ON_CREATION, MappingDocument, Row
from wizard.mapping.lint.finding import MappingFinding
from wizard.mapping.lint.linter import lint
from wizard.mapping.objects import switched
from wizard.mapping.schema import read_schema

CUSTOMISED = Path(__file__).parent.parent / "data" / "graph-synchronizationSchema-customised.json"
DEFAULT = MappingDocument.default()


def codes(document: MappingDocument, *, advice: bool = False) -> set[str]:
    return {p.code for p in lint(document) if advice or p.severity != "advice"}


def only(document: MappingDocument) -> MappingFinding:
    (problem,) = [p for p in lint(document) if p.severity != "advice"]
    return problem


def test_the_default_mapping_has_no_problems() -> None:
    assert lint(DEFAULT) == ()


def test_a_sensible_live_mapping_has_no_problems() -> None:
    assert lint(MappingDocument(read_schema(CUSTOMISED.read_bytes()))) == ()


def test_each_problem_says_why_and_what_to_do() -> None:
    document = (
        DEFAULT.without("externalId")
        .with_typed(Row("roles", '"id_full_admin"'))
        .with_typed(Row("x", ""))
    )
    for problem in lint(document):
        assert problem.why.endswith((".", "?"))
        assert problem.fix


def test_the_worst_comes_first() -> None:
    document = DEFAULT.without("externalId").without("active").without("userName")
    assert [p.severity for p in lint(document)] == ["error", "error", "warning", "advice"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("userName", {"required-unmapped", "no-matching-attribute"}),
        ("active", {"active-unmapped"}),
        ("externalId", {"external-id-unmapped"}),
        ("displayName", set()),
    ],
)
def test_what_is_missing_is_said(target: str, expected: set[str]) -> None:
    assert codes(DEFAULT.without(target), advice=True) == expected


def test_no_matching_attribute_is_an_error() -> None:
    problem = only(DEFAULT.with_edited("userName", matching_priority=0))
    assert (problem.code, problem.severity) == ("no-matching-attribute", "error")
    assert problem.target is None


def test_matching_by_what_webex_cannot_search_is_a_warning() -> None:
    problem = only(DEFAULT.with_edited("externalId", matching_priority=2))
    assert (problem.code, problem.target) == ("matching-not-filterable", "externalId")


def test_matching_by_another_searchable_attribute_is_advice() -> None:
    document = DEFAULT.with_edited("displayName", matching_priority=2)
    assert [(p.code, p.severity) for p in lint(document)] == [("matching-not-user-name", "advice")]


def test_one_priority_for_two_attributes_is_a_warning() -> None:
    document = DEFAULT.with_edited("displayName", matching_priority=1)
    assert codes(document) == {"matching-priority-repeated"}


def test_two_mappings_to_one_target_are_an_error_beside_the_second() -> None:
    document = DEFAULT.with_typed(Row("title", "[jobTitle]")).with_edited(
        "title", target="DISPLAYNAME"
    )
    problem = only(document)
    assert (problem.code, problem.severity, problem.position) == ("target-repeated", "error", 6)


@pytest.mark.parametrize(
    "target",
    [
        "roles",
        'roles[primary eq "True"].value',
        "urn:scim:schemas:extension:cisco:webexidentity:2.0:User:managedOrgs",
    ],
)
def test_writing_roles_kills_the_token(target: str) -> None:
    problem = only(DEFAULT.with_typed(Row(target, '"id_full_admin"')))
    assert (problem.code, problem.severity) == ("kills-the-token", "error")
    assert "kills the token" in problem.why


@pytest.mark.parametrize(
    ("target", "source", "code"),
    [
        ("password", '"x"', "never-map"),
        ("groups", '"x"', "never-map"),
        ("urn:scim:schemas:extension:cisco:webexidentity:2.0:User:licenseID", '"x"', "never-map"),
        ("userType", '"room"', "never-map"),
        ("favouriteColour", "[city]", "target-unknown"),
        ("displayName.short", "[city]", "target-unknown"),
        ("name", "[displayName]", "target-is-a-container"),
        ('phoneNumbers[type eq "home"].value', "[mobile]", "type-unsafe"),
        ('phoneNumbers[type eq "work"].display', "[mobile]", "target-unknown"),
        ("phoneNumbers", "[mobile]", "type-missing"),
        ("phoneNumbers.value", "[mobile]", "type-missing"),
        ("phoneNumbers[primary eq true].value", "[mobile]", "type-missing"),
        ("addresses.locality", "[city]", "type-missing"),
        ("emails.value", "[mail]", "type-missing"),
        ('emails[type eq "work"].value', "[mail]", "work-mail-differs"),
        ("preferredLanguage", "[preferredLanguage]", "language-form"),
        ("preferredLanguage", "ToLower([preferredLanguage])", "language-form"),
        ("locale", "[preferredLanguage]", "language-form"),
        (f"{ENTERPRISE}manager", "[mail]", "manager-not-a-reference"),
        (f"{ENTERPRISE}manager.value", "ToLower([manager])", "manager-not-a-reference"),
        ("title", "[jobTitel]", "source-unknown"),
    ],
)
def test_a_doubtful_mapping_is_a_warning_beside_its_row(
    target: str, source: str, code: str
) -> None:
    problem = only(DEFAULT.with_typed(Row(target, source)))
    assert (problem.code, problem.severity, problem.target) == (code, "warning", target)


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("title", "[jobTitle]"),
        ("title", '"' + "x" * 512 + '"'),
        ("title", "[extension_0123456789abcdef0123456789abcdef_grade]"),
        ('phoneNumbers[type eq "work_extension"].value', '"12"'),
        ('addresses[type eq "home"].locality', "[city]"),
        ('emails[type eq "work"].value', "[userPrincipalName]"),
        ("preferredLanguage", 'Replace([preferredLanguage], "-", , , "_", ,  )'),
        ("locale", '"en_US"'),
        ("timezone", '"America/Argentina/Buenos_Aires"'),
        ("timezone", "[extensionAttribute1]"),
        ("userType", '"user"'),
        (f"{ENTERPRISE}manager", "manager"),
        (f"{ENTERPRISE}department", "[department]"),
    ],
)
def test_a_sound_mapping_is_no_warning(target: str, source: str) -> None:
    assert codes(DEFAULT.with_typed(Row(target, source))) == set()


def test_user_name_may_be_the_mail_address() -> None:
    assert codes(DEFAULT.with_edited("userName", source="[mail]")) == set()


def test_a_matching_row_of_two_attributes_is_refused_by_the_service() -> None:
    either = DEFAULT.with_edited("userName", source="Coalesce([mail], [userPrincipalName])")
    assert codes(either) == {"matching-several-sources"}


@pytest.mark.parametrize(
    ("source", "code", "severity"),
    [
        ("[employeeId]", "user-name-source", "warning"),
        ('Join("@", [mailNickname], "example.com")', "user-name-source", "warning"),
        ('"ana@example.com"', "user-name-constant", "error"),
    ],
)
def test_user_name_from_elsewhere_is_questioned(source: str, code: str, severity: str) -> None:
    problem = only(DEFAULT.with_edited("userName", source=source))
    assert (problem.code, problem.severity) == (code, severity)


def test_active_that_never_changes_is_a_warning() -> None:
    assert only(DEFAULT.with_edited("active", source='"True"')).code == "active-fixed"
    assert only(DEFAULT.with_edited("active", apply=ON_CREATION)).code == "active-fixed"


def test_a_mapping_that_is_switched_off_is_a_warning() -> None:
    assert (
        only(MappingDocument(switched(DEFAULT.schema, "User", on=False))).code
        == "mapping-switched-off"
    )


@pytest.mark.parametrize(
    ("source", "code", "column"),
    [
        ("", "source-empty", None),
        ("  ", "source-empty", None),
        ("[mail", "unbalanced", 0),
        ("mail]", "unbalanced", 4),
        ("[]", "empty-attribute", 0),
        ('"text', "unbalanced", 0),
        (r'"text\"', "unbalanced", 0),
        ("ToLower([mail]", "unbalanced", 7),
        ("ToLower([mail]))", "unbalanced", 15),
        ('Join("(", [mail], "]"', "unbalanced", 4),
        ("nonsense", "unknown-word", 0),
        ("[mail] [displayName]", "missing-comma", 7),
        ("ToLower([mail]" + " " * 10_000 + ")", "too-long", 10_000),
        ("12", "source-unreadable", None),
    ],
)
def test_a_source_that_cannot_be_read_is_an_error(
    source: str, code: str, column: int | None
) -> None:
    problem = only(DEFAULT.with_edited("displayName", source=source))
    assert (problem.target, problem.severity) == ("displayName", "error")
    assert (problem.code, problem.column) == (code, column)


@pytest.mark.parametrize(
    "source", [r'Replace([mail], , "[()\\s-]+", , "", , )', r'Join("\"(", [mail], "[")', '"]["']
)
def test_brackets_inside_quotes_do_not_count(source: str) -> None:
    assert codes(DEFAULT.with_edited("displayName", source=source)) == set()


def test_an_attribute_that_the_application_does_not_list_is_advice() -> None:
    document = DEFAULT.with_typed(Row("title", "[jobTitle]"))
    assert codes(document, advice=True) == {"target-not-listed"}


def test_a_source_that_the_tenant_lists_is_known() -> None:
    tree = DEFAULT.schema.as_json()
    tree["directories"][0]["objects"][0]["attributes"].append({"name": "shoeSize"})
    document = MappingDocument(read_schema(json.dumps(tree)))
    assert codes(document.with_typed(Row("title", "[shoeSize]"))) == set()


def test_a_likely_spelling_is_offered() -> None:
    assert "[jobTitle]" in only(DEFAULT.with_typed(Row("title", "[jobTitel]"))).fix
    assert "department" in only(DEFAULT.with_typed(Row("departement", "[department]"))).fix


@given(
    st.sampled_from([a.path for a in webex_attributes()]) | st.text(min_size=1, max_size=12),
    st.text(max_size=15) | st.sampled_from(["[mail]", '"x"', "Not([a])"]),
)
def test_no_row_breaks_the_search_for_problems(target: str, source: str) -> None:
    first, second, *_ = DEFAULT.rows
    document = DEFAULT.with_typed(replace(first, target=target if target.strip() else "x"))
    for problem in lint(document.with_typed(replace(second, source=source))):
        assert problem.fix


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("[IsSoftDeleted]", "active-turned-round"),
        ('Switch([IsSoftDeleted], , "True", "True", "False", "False")', "active-turned-round"),
        ('IIF([IsSoftDeleted] = "True", "True", "False")', "active-turned-round"),
        ("Not([accountEnabled])", "active-turned-round"),
        ("Not(Not([IsSoftDeleted]))", "active-turned-round"),
        ('Switch([accountEnabled], , "True", "False", "False", "True")', "active-turned-round"),
        ('Switch([IsSoftDeleted], , "False", "False", "True", "False")', "active-turned-round"),
        ('"False"', "active-turned-round"),
        ('Switch([IsSoftDeleted], , "False", "True", "True", "True")', "active-never-off"),
        ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', ""),
        ("Not([IsSoftDeleted])", ""),
        ("[accountEnabled]", ""),
        ('Switch([employeeType], "True", "Leaver", "False")', ""),
    ],
)
def test_an_active_that_switches_off_who_works_is_an_error(source: str, code: str) -> None:
    told = {each.code: each for each in lint(DEFAULT.with_edited("active", source=source))}
    assert {name for name in told if name.startswith("active-")} - {"active-fixed"} == {
        *filter(None, [code])
    }
    if code == "active-turned-round":
        assert told[code].severity == "error"


def with_flow(flow: str) -> MappingDocument:
    mappings = [
        each.model_copy(update={"flow_type": flow})
        if each.target_attribute_name == "active"
        else each
        for each in DEFAULT.mappings
    ]
    return DEFAULT.with_mappings(mappings)


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        ("Sometimes", {"apply-unknown"}),
        ("always", set()),
        ("ObjectAddOnly", {"active-fixed"}),
        ("AttributeAddOnly", {"active-fixed"}),
    ],
)
def test_a_flow_type_that_nobody_documents_is_called_unknown(flow: str, expected: set[str]) -> None:
    assert codes(with_flow(flow)) == expected


@pytest.mark.parametrize("name", ["samAccountName", "onPremisesSamAccountName", "userType"])
def test_what_provisioning_does_not_read_is_no_source(name: str) -> None:
    problem = only(DEFAULT.with_edited("displayName", source=f"[{name}]"))
    assert (problem.code, problem.severity) == ("source-not-available", "error")
    assert f"[{name}]" in problem.why


def beside(kind: str, mapping: dict[str, object]) -> MappingDocument:
    schema = DEFAULT.schema.as_json()
    own = {"enabled": True, "sourceObjectName": kind, "targetObjectName": kind} | mapping
    rule = schema["synchronizationRules"][0]
    rule["objectMappings"] = [
        each for each in rule["objectMappings"] if each["sourceObjectName"] == "User"
    ]
    further = {**rule, "id": "2", "objectMappings": [own]}
    schema["synchronizationRules"] = [rule, further]
    return MappingDocument(read_schema(json.dumps(schema)))


def row_of(expression: str, priority: int) -> dict[str, object]:
    source = {"expression": expression, "type": "Function", "name": "x"}
    return {"targetAttributeName": "displayName", "matchingPriority": priority, "source": source}


@pytest.mark.parametrize("kind", ["Group", "User", "Contact"])
def test_mappings_beside_that_of_users_are_looked_at_too(kind: str) -> None:
    bad = beside(kind, {"attributeMappings": [row_of("Concat([a])", 0)]})
    told = {each.code: each for each in lint(bad)}
    assert {"other-unknown-function", "other-no-matching-attribute"} <= told.keys()
    assert all(each.severity == "error" for each in told.values())
    assert "displayName" in told["other-unknown-function"].why
    off = beside(kind, {"enabled": False, "attributeMappings": [row_of("Concat([a])", 0)]})
    assert all(each.severity == "warning" for each in lint(off))
    good = beside(kind, {"attributeMappings": [row_of("[displayName]", 1)]})
    assert lint(good) == ()

"""The text of a mapping: one row, one line; what it says comes back exactly, all else stays."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.assets import ASSETS
from wizard.errors import MappingError
from wizard.mapping.as_text import mapping_text
from wizard.mapping.carrying import carried_whole
from wizard.mapping.document import MappingDocument
from wizard.mapping.reading_text import is_text, read_text
from wizard.mapping.schema import SynchronizationSchema, read_schema, source_text, write_schema
from wizard.words.text import plain

DATA = Path(__file__).parent.parent / "data"
CUSTOMISED = DATA / "graph-synchronizationSchema-customised.json"
SCHEMAS = (ASSETS / "mapping" / "default-schema.json", CUSTOMISED,
           DATA / "earlier-house" / "mapping" / "schema.json")  # fmt: skip

HEAD = "webex-wizard-mapping 1\n"
ROW = "row 1 always userName = [mail]\n"

hostile = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from('\n\r\t\\"= #[]{}u\u202e\u200f\u200d\u2028\x00\x1b\x7f\x85\ufeff\xa0'),
    ),
    max_size=12,
)


def laid_over(there: SynchronizationSchema, text: str) -> SynchronizationSchema:
    return carried_whole(MappingDocument(there), MappingDocument(read_text(text))).schema


def told(text: str, column: int, code: str = "mapping-text-unreadable", line: int = 2) -> str:
    """Return what is said of a text that is refused at a place."""
    with pytest.raises(MappingError) as refused:
        read_text(text)
    assert refused.value.code == code
    assert refused.value.message.startswith(f"Line {line}, column {column}: ")
    assert refused.value.hint
    return f"{refused.value.message} {refused.value.hint}"


def users(**parts: Any) -> SynchronizationSchema:
    mapping: dict[str, Any] = {"sourceObjectName": "User", "enabled": None}
    mapping |= {"scope": None, "attributeMappings": []}
    whole = {"synchronizationRules": [{"id": "1", "objectMappings": [mapping | parts]}]}
    return SynchronizationSchema.model_validate(whole)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.parent.name)
def test_a_text_laid_over_its_own_schema_leaves_every_byte_of_it(path: Path) -> None:
    schema = read_schema(path.read_bytes())
    assert write_schema(laid_over(schema, mapping_text(schema))) == write_schema(schema)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.parent.name)
def test_a_text_alone_says_the_same_as_its_schema(path: Path) -> None:
    schema = read_schema(path.read_bytes())
    assert mapping_text(read_text(mapping_text(schema))) == mapping_text(schema)


@given(texts=st.tuples(*[hostile] * 4), order=st.integers(-2, 10**20), default=st.none() | hostile)
def test_every_text_of_a_row_comes_back_and_is_shown_harmlessly(
    texts: tuple[str, ...], order: int, default: str | None
) -> None:
    target, source, flow_type, name = texts
    row: dict[str, Any] = {
        "targetAttributeName": target,
        "defaultValue": default,
        "matchingPriority": order,
    }
    row |= {"source": {"expression": source, "type": "Function", "name": name}}
    schema = users(attributeMappings=[row | {"flowType": flow_type}])
    text = mapping_text(schema)
    assert all(plain(line, len(line)) == line for line in text.split("\n"))
    (back,) = MappingDocument(read_text(text)).mappings
    assert back.target_attribute_name == target
    assert source_text(back.source) == source
    assert (back.matching_priority, back.default_value) == (order, default)
    assert back.flow_type == (flow_type or "Always")
    assert write_schema(laid_over(schema, text)) == write_schema(schema)


@given(texts=st.tuples(*[hostile] * 4), values=st.lists(hostile, max_size=3), kind=hostile)
def test_every_text_of_a_filter_comes_back(
    texts: tuple[str, ...], values: list[str], kind: str
) -> None:
    name, attribute, operator, _ = texts
    operand = {"values": values}
    clause = {"sourceOperandName": attribute, "operatorName": operator, "targetOperand": operand}
    scope = {"inputFilterGroups": [{"name": name, "clauses": [clause]}], "groups": None}
    schema = users(scope=scope)
    rules = schema.as_json()["synchronizationRules"]
    rules[0]["objectMappings"].append({"sourceObjectName": kind, "enabled": False})
    schema = SynchronizationSchema.model_validate({"synchronizationRules": rules})
    text = mapping_text(schema)
    assert all(plain(line, len(line)) == line for line in text.split("\n"))
    found = read_text(text).synchronization_rules[0].object_mappings or []
    assert (found[1].source_object_name, found[1].enabled) == (kind, False)
    assert found[0].scope is not None
    assert found[0].scope.input_filter_groups is not None
    (group,) = found[0].scope.input_filter_groups
    (back,) = group.clauses or []
    assert (group.name, back.source_operand_name, back.operator_name) == (name, attribute, operator)
    assert (back.target_operand and back.target_operand.values) == values
    assert write_schema(laid_over(schema, text)) == write_schema(schema)


@given(st.text() | st.lists(st.sampled_from([HEAD, "users on\n", ROW, "end\n"])).map("".join))
def test_whatever_stands_in_a_file_is_read_or_refused_in_words(text: str) -> None:
    with suppress(MappingError):
        read_text(text)


def test_a_row_that_changes_moves_no_other_line() -> None:
    schema = read_schema(CUSTOMISED.read_bytes())
    document = MappingDocument(schema)
    long = f'Join("-", {", ".join(f"[extensionAttribute{n}]" for n in range(1, 16))})'
    edited = document.with_edited("displayName", source=long, default_value="x" * 90)
    before, after = (mapping_text(each.schema).split("\n") for each in (document, edited))
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def lines_of(row: str) -> Iterator[Any]:
    (mapping,) = MappingDocument(read_text(f"{HEAD}users on\n{row}\nend")).mappings
    yield mapping.target_attribute_name
    yield source_text(mapping.source)
    yield mapping.source and mapping.source.type


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('row - always emails[type eq "work"].value = [mail]',
         ('emails[type eq "work"].value', "[mail]", "Attribute")),
        ("row - always title = mail", ("title", "[mail]", "Attribute")),
        ("row - always title = Join(\"#\", [a]) # b", ("title", 'Join("#", [a]) # b', "Function")),
        ("  row\t1  always  title=\"a\\n\"  ", ("title", '"a\\n"', "Constant")),
        (r'row - always "ti tle" =\ "a\u{202e}"', ("ti tle", '"a\u202e"', "Constant")),
        ("row - creation default default \"=\" =", ("default", "", "Function")),
    ],
)  # fmt: skip
def test_what_somebody_types_is_read_as_it_is_meant(row: str, expected: tuple[str, ...]) -> None:
    assert tuple(lines_of(row)) == expected


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_editor_may_save_it_its_own_way(ends: str, encoding: str) -> None:
    text = mapping_text(read_schema(CUSTOMISED.read_bytes()))
    content = text.replace("\n", ends).encode(encoding)
    assert is_text(content)
    assert mapping_text(read_text(content)) == text
    assert not is_text(CUSTOMISED.read_bytes())
    assert is_text(b"# mine\n\n users on\n  row 1 always mail = [mail]\n"), "without its heading"
    assert not is_text(b"users,groups\n")


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [
        ("rwo 1 always userName = [mail]", 1, '"rwo" begins no line'),
        ("row x always userName = [mail]", 5, "when to match"),
        ("row 1 allways userName = [mail]", 7, "always or creation"),
        ("row 1 always = [mail]", 14, "attribute of Webex is missing"),
        ("row 1 always userName [mail]", 23, "= and the source"),
        ("row 1 always userName default x = [mail]", 31, "default value is missing"),
        (r'row 1 always userName default "\x" = [mail]', 32, "backslash"),
        (r"row 1 always userName =\ \u{d800}", 26, "backslash"),
        ('row 1 always "user', 14, "never end"),
        ("filter Sales", 8, "name of the filter"),
        ('filter "Sales" on', 16, "more stands here"),
        ('where department EQUALS "Sales"', 1, "under no filter"),
        ("users maybe", 7, "on, off or unset"),
        ("objects Contact on", 9, "in quotes"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_its_column(
    line: str, column: int, word: str
) -> None:
    assert word in told(f"{HEAD}users on\n{line}\nend\n", column, line=3)


def test_an_operator_that_is_none_is_told_with_what_was_meant() -> None:
    text = f'{HEAD}users on\nfilter "A"\nwhere department contains "x"\nend'
    assert "Includes" in told(text, 18, line=4)
    assert 'department EQUALS "Sales"' in told(
        text.replace('contains "x"', "EQUALS Sales"), 18, line=4
    )


@pytest.mark.parametrize("mark", ["<<<<<<< ours", "=======", ">>>>>>> theirs", "||||||| base"])
def test_marks_of_a_merge_are_named_as_such(mark: str) -> None:
    text = f"{HEAD}{mark}\nusers on\n{ROW}end\n"
    assert "merge" in told(text, 1, "mapping-text-conflict")
    assert is_text(f"{mark}\n{text}".encode())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("webex-wizard-mapping 2\nusers on\nsomething new\n", "mapping-text-newer"),
        (f"{HEAD}users on\n{ROW}", "mapping-text-cut-off"),
        (f"{HEAD}users on\n{ROW}en", "mapping-text-cut-off"),
        ("", "mapping-text-none"),
        ("users on\nend\n", "mapping-text-none"),
    ],
)
def test_a_text_that_cannot_be_used_as_a_whole_is_refused(text: str, code: str) -> None:
    with pytest.raises(MappingError) as refused:
        read_text(text)
    assert refused.value.code == code


def test_every_beginning_of_a_text_is_refused() -> None:
    text = mapping_text(read_schema(CUSTOMISED.read_bytes()))
    for length in range(0, len(text) - 2, 7):
        with pytest.raises(MappingError):
            read_text(text[:length])


def test_a_character_that_is_not_seen_is_refused_where_it_stands() -> None:
    assert "202e" in told(f"{HEAD}users on\nrow 1 always userName = [\u202email]\nend", 26,
                          "mapping-text-unseen", 3)  # fmt: skip
    told(f"{HEAD}# a \u2066comment\nend", 5, "mapping-text-unseen")


def test_what_a_text_does_not_say_stays_as_it_is_there() -> None:
    schema = read_schema(CUSTOMISED.read_bytes())
    users_only = mapping_text(schema).replace("groups off", "#").replace("users on", "users unset")
    rows = [line for line in mapping_text(schema).split("\n") if line.startswith("  row")]
    text = "\n".join([HEAD.strip(), "users unset", *rows[3:], "filters unset", "end"])
    assert "#" in users_only
    assert write_schema(laid_over(schema, text)) == write_schema(schema)


def test_a_row_of_groups_is_changed_removed_and_added_and_keeps_what_is_not_known() -> None:
    schema = read_schema(CUSTOMISED.read_bytes())
    lines = mapping_text(schema).replace("groups off", "groups on").split("\n")
    at = next(n for n, line in enumerate(lines) if "externalId" in line)
    lines[at] = 'row - creation externalId default "x" = [mail]'
    del lines[at + 1]
    lines.insert(at, "row - always newOne = [mail]")
    before, after = schema.as_json(), laid_over(schema, "\n".join(lines)).as_json()
    was, becomes = (
        each["synchronizationRules"][0]["objectMappings"][0] for each in (before, after)
    )
    assert (was.pop("enabled"), becomes.pop("enabled")) == (False, True)
    old, new = was.pop("attributeMappings"), becomes.pop("attributeMappings")
    assert [each["targetAttributeName"] for each in new] == ["displayName", "newOne", "externalId"]
    assert new[0] == old[0]
    assert new[2] == next(e for e in old if e["targetAttributeName"] == "externalId") | {
        "flowType": "ObjectAddOnly", "defaultValue": "x", "source": new[2]["source"]
    }  # fmt: skip
    assert new[2]["source"]["expression"] == "[mail]"
    assert (was, before["directories"]) == (becomes, after["directories"])


def test_a_clause_that_stays_keeps_what_is_not_known_of_it() -> None:
    schema = read_schema(CUSTOMISED.read_bytes())
    text = mapping_text(schema)
    line = '    where department EQUALS "Sales"\n'
    after = laid_over(schema, text.replace(line, line + "    where mail IS NOT NULL\n"))
    (rule,) = json.loads(write_schema(after))["synchronizationRules"]
    (group,) = rule["objectMappings"][1]["scope"]["groups"]
    assert group["clauses"][0]["multivaluedComparisonType"] == "All"
    assert group["clauses"][1]["operatorName"] == "IS NOT NULL"


def test_objects_that_are_not_mapped_there_are_refused() -> None:
    schema = read_schema(CUSTOMISED.read_bytes())
    text = mapping_text(schema).replace("\nend\n", "\nusers on\nend\n")
    with pytest.raises(MappingError) as refused:
        laid_over(schema, text)
    assert refused.value.code == "mapping-no-such-object"

"""Users and groups as the two objects of a mapping, each with its switch."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sessions import ended, session_in
from wizard.mapping.document import MappingDocument
from wizard.mapping.objects import (
    ObjectKind,
    groups_in_words,
    mapped_object,
    switched,
    switches_of,
    with_switches,
)
from wizard.mapping.schema import SynchronizationSchema, read_schema
from wizard.practice.entra.template import default_schema
from wizard.steps.switches import Switch, decide_switch, decided, take_over, with_decisions


def with_groups(**changes: Any) -> SynchronizationSchema:
    """Return the default document with the mapping of groups changed; None leaves a key out."""
    tree = MappingDocument.default().schema.as_json()
    for mapping in tree["synchronizationRules"][0]["objectMappings"]:
        if mapping["sourceObjectName"] == "Group":
            mapping.update(changes)
            if "enabled" in changes and changes["enabled"] is None:
                del mapping["enabled"]
    return read_schema(json.dumps(tree))


def only_users() -> SynchronizationSchema:
    tree = MappingDocument.default().schema.as_json()
    mappings = tree["synchronizationRules"][0]["objectMappings"]
    mappings[:] = [each for each in mappings if each["sourceObjectName"] == "User"]
    return read_schema(json.dumps(tree))


def test_the_default_maps_users_and_groups_and_both_are_on_as_in_the_gallery() -> None:
    ours = MappingDocument.default().schema
    gallery = read_schema(json.dumps(default_schema()))
    assert switches_of(ours) == switches_of(gallery) == {"User": True, "Group": True}
    groups = mapped_object(ours, "Group")
    assert {(row.target, row.source) for row in groups.rows} == {
        (row.target, row.source) for row in mapped_object(gallery, "Group").rows
    }


@pytest.mark.parametrize("kind", ["User", "Group"])
def test_a_switch_changes_nothing_but_itself(kind: ObjectKind) -> None:
    before = MappingDocument.default().schema
    off = switched(before, kind, on=False)
    assert switches_of(off) == switches_of(before) | {kind: False}
    assert json.dumps(switched(off, kind, on=True).as_json()) == json.dumps(before.as_json())


def test_what_the_document_does_not_say_is_not_known() -> None:
    groups = mapped_object(with_groups(enabled=None), "Group")
    assert groups.is_mapped
    assert groups.goes_along is None
    assert switches_of(with_groups(enabled=None)) == {"User": True, "Group": None}


@pytest.mark.parametrize("part", ["mapping", "rows"])
def test_a_part_that_was_cut_out_says_nothing_of_groups(part: str) -> None:
    users = only_users().as_json()["synchronizationRules"][0]["objectMappings"][0]
    cut = users if part == "mapping" else users["attributeMappings"]
    schema = read_schema(json.dumps(cut))
    assert mapped_object(schema, "Group").goes_along is None
    assert "not seen in it" in groups_in_words(schema)
    assert "does not map them" in groups_in_words(only_users())


def test_what_is_not_mapped_does_not_go_along_and_cannot_be_switched_on() -> None:
    schema = only_users()
    assert mapped_object(schema, "Group").goes_along is False
    assert with_switches(schema, {"Group": True}) is schema


def test_one_of_several_mappings_of_groups_is_enough_and_off_means_all() -> None:
    tree = with_groups(enabled=False).as_json()
    again = json.loads(json.dumps(tree["synchronizationRules"][0]))
    again["objectMappings"] = [again["objectMappings"][1] | {"enabled": True}]
    tree["synchronizationRules"].append(again)
    schema = read_schema(json.dumps(tree))
    assert mapped_object(schema, "Group").goes_along is True
    assert mapped_object(switched(schema, "Group", on=False), "Group").goes_along is False


def test_nobody_has_decided_anything_until_somebody_does(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    off = with_groups(enabled=False)
    assert with_decisions(off, session) is off
    ended(decide_switch(session, "Group", on=True))
    ended(decide_switch(session, "Group", on=False))
    ended(decide_switch(session, "Group", on=True))
    assert decided(session) == {"Group": True}
    assert switches_of(with_decisions(off, session)) == {"User": True, "Group": True}


def test_an_imported_document_decides_what_it_says(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    ended(take_over(session, MappingDocument(with_groups(enabled=None))))
    assert decided(session) == {"User": True}
    ended(take_over(session, MappingDocument(with_groups(enabled=False))))
    assert decided(session) == {"User": True, "Group": False}


ON, OFF = (mapped_object(with_groups(enabled=on), "Group") for on in (True, False))
UNKNOWN = mapped_object(with_groups(enabled=None), "Group")
NONE = mapped_object(only_users(), "Group")


@pytest.mark.parametrize(
    ("switch", "line", "choices"),
    [
        (Switch(ON, None), "on by default; Entra not asked.", ["off"]),
        (Switch(ON, None, None, True), "on by default; Entra did not say.", ["off"]),
        (Switch(ON, None, OFF, True), "off in Entra.", ["on"]),
        (Switch(ON, None, UNKNOWN, True), "unknown in Entra.", ["off", "on"]),
        (Switch(OFF, False), "off here; set it in the portal too.", ["on"]),
        (Switch(OFF, False, None, True), "off here; Entra did not say.", ["on"]),
        (Switch(OFF, False, ON, True), "off here, still on in Entra.", ["on"]),
        (Switch(OFF, False, OFF, True), "off here and in Entra.", ["on"]),
        (Switch(ON, None, NONE, True), "not mapped in Entra.", []),
    ],
)
def test_a_switch_says_what_was_seen_and_no_more(
    switch: Switch, line: str, choices: list[str]
) -> None:
    assert switch.line.endswith(line)
    assert list(switch.choices) == choices

"""What is watched for drift: kept as it was, merged one by one, each with a meaning."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.drift.comparing import drifted
from wizard.drift.items import Watched, WatchedItem, changed_between, changed_by
from wizard.drift.looking import TenantSeen
from wizard.drift.mapping_items import mapping_items
from wizard.graph.templates import Template
from wizard.mapping.schema import read_schema
from wizard.options import command_line

DATA = Path(__file__).parent.parent / "data"
SCHEMAS = sorted(DATA.glob("graph-synchronizationSchema*.json"))

texts = st.text(max_size=30)
items = st.builds(WatchedItem, part=st.sampled_from(Watched), name=texts, value=texts, same=texts)
states = st.dictionaries(st.sampled_from("abcdefgh"), items)


@given(items)
def test_what_is_kept_is_read_again_the_same(item: WatchedItem) -> None:
    assert WatchedItem.model_validate_json(item.model_dump_json()) == item
    assert WatchedItem.model_validate(item.model_dump()) == item


@given(states, states, states)
def test_our_own_change_moves_a_base_as_far_as_it_reaches_and_no_further(
    base: dict[str, WatchedItem], before: dict[str, WatchedItem], after: dict[str, WatchedItem]
) -> None:
    changes = changed_between(before, after)
    moved = changed_by(base, changes)
    assert {key: moved.get(key) for key in changes} == {key: after.get(key) for key in changes}
    assert {k: v for k, v in moved.items() if k not in changes} == {
        k: v for k, v in base.items() if k not in changes
    }
    assert changed_between(changed_by(before, changes), after) == {}


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_each_row_and_filter_of_a_schema_has_a_key_of_its_own(file: Path) -> None:
    schema = read_schema(file.read_bytes())
    told = list(mapping_items(schema))
    assert len(dict(told)) == len(told)
    again = read_schema(json.dumps(schema.as_json()).encode())
    assert changed_between(dict(told), dict(mapping_items(again))) == {}


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_whatever_goes_or_comes_means_something(file: Path) -> None:
    found = dict(mapping_items(read_schema(file.read_bytes())))
    for key in found:
        fewer = {name: item for name, item in found.items() if name != key}
        for before, after in ((found, fewer), (fewer, found)):
            (told,) = drifted(before, TenantSeen(dict(after)), command_line)[:1]
            assert told.meant.text.endswith(".")
            assert "not known here" not in told.meant.text


@pytest.mark.parametrize(
    ("told", "asks"),
    [
        ('[{"name":"BaseAddress"},{"name":"secrettoken","secret":true}]',
         ("baseaddress", "secrettoken")),
        ("[]", ()),
        ("{", ()),
        ('{"name": "x"}', ()),
        ("[1]", ()),
        ("[[[" * 2000, ()),
        (None, ()),
    ],
)  # fmt: skip
def test_what_a_template_asks_for_is_read_or_not_known(
    told: str | None, asks: tuple[str, ...]
) -> None:
    metadata = [{"key": "configurationFields", "value": told}]
    assert Template.model_validate({"id": "x", "metadata": metadata}).asks_for == asks
    oauth = [*metadata, {"key": "isOAuthEnabled", "value": "True"}]
    found = Template.model_validate({"id": "x", "metadata": oauth}).asks_for
    assert found == tuple(sorted({*asks, "oauth"}))


@pytest.mark.parametrize(
    ("asks", "says", "pressing"),
    [
        ("baseaddress clientid clientsecret oauth", "does not ask for a long-lived token", True),
        ("oauth", "does not ask for a long-lived token", True),
        ("baseaddress oauth secrettoken", "still takes a token", True),
        ("baseaddress secrettoken username", "still takes a token", False),
        ("", "is not told in a form that is known", False),
    ],
)
def test_another_kind_of_credentials_is_told_by_what_it_does_to_the_token(
    asks: str, says: str, pressing: bool
) -> None:
    kept = WatchedItem(part=Watched.TEMPLATE, name="credentials", value="tenant URL, token")
    template = WatchedItem(part=Watched.TEMPLATE, name="template", value="x")
    around = {"template": template}
    seen = kept.model_copy(update={"value": asks or "not told", "same": asks})
    now = TenantSeen(around | {"template/credentials": seen})
    (told,) = drifted(
        around | {"template/credentials": kept}, now, command_line, until="2027-01-11"
    )
    assert says in told.meant.text
    assert told.meant.is_pressing is pressing
    assert ("ends on 2027-01-11" in told.meant.text) is ("long-lived" in says)

"""The `$filter` of the practice Graph."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import InvalidInput
from wizard.practice.entra.filters import predicate

ROW: dict[str, Any] = {
    "displayName": "Siobhan O'Brien",
    "tags": ["HideApp", "Other"],
    "securityEnabled": True,
    "members": 12,
    "mail": None,
    "activityDateTime": "2026-03-01T10:00:00.000000Z",
    "servicePrincipal": {"id": "ABC-1"},
    "plans": [{"planId": "eec0eb4f-6444-4f95-aba0-50c24d67f998"}],
}


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("displayName eq 'siobhan o''brien'", True),
        ("displayName ne 'Siobhan O''Brien'", False),
        ("startswith(displayName,'siob') and securityEnabled eq true", True),
        ("endswith(displayName,'brien') or mail ne null", True),
        ("mail eq null and not (members gt 20)", True),
        ("members ge 12 and members lt 13", True),
        ("contains(tolower(servicePrincipal/id),'abc')", True),
        ("tags/any(t:t eq 'hideapp')", True),
        ("tags/any(t:t eq 'nothing')", False),
        ("activityDateTime gt 2026-02-28T00:00:00Z", True),
        ("activityDateTime gt 2026-04-01T00:00:00Z", False),
        ("members in (1, 12)", True),
        ("startswith(displayName,'siob') eq true", True),
        ("startswith(displayName,'siob') eq false or mail ne null", False),
        ("plans/any(p:p/planId eq EEC0EB4F-6444-4F95-ABA0-50C24D67F998)", True),
        ("plans/any(p:p/planId eq 00000000-6444-4f95-aba0-50c24d67f998)", False),
        ("unknown eq 'x'", False),
        ("mail gt 'a'", False),
    ],
)
def test_a_filter_tells_rows_apart(text: str, passes: bool) -> None:
    assert predicate(text)(ROW) is passes


@pytest.mark.parametrize(
    "text", ["", "displayName", "displayName eq", "eq 'x'", "a eq 'x' b", "a is 'x'", "(a eq 'x'"]
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="Invalid filter clause"):
        predicate(text)


@given(st.text(max_size=60))
def test_any_text_in_quotation_marks_is_only_a_text(text: str) -> None:
    quoted = text.replace("'", "''")
    assert predicate(f"name eq '{quoted}'")({"name": text})


@given(st.text(alphabet="ab '(),:/<>eqandortnull0129-", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(InvalidInput):
        assert callable(predicate(text))


def test_a_filter_tells_what_it_names_and_how_it_is_used() -> None:
    text = "not (tags/any(t:t eq 'x')) and plans/any(p:p/planId eq 'y') or NAME in ('a', 'b')"
    found = predicate(text, {"NAME": "name"}.get)
    assert set(found.named) == {"tags", "plans", "plans/planId", "name"}
    assert set(found.uses) == {
        ("tags", "eq"),
        ("tags", "not"),
        ("plans/planId", "eq"),
        ("name", "in"),
    }
    assert found({"name": "B"})

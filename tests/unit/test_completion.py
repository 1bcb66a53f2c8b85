"""What is offered while an expression is typed, by the tables that the parser reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.completion import MOST, of_expression, of_source, of_target


@pytest.mark.parametrize(
    ("typed", "offered", "becomes"),
    [
        ("[dep", "[department]", "[department]"),
        ("[Dep|]", "[department]", "[department]"),
        ("[mail", "[mail]", "[mail]"),
        ("[playn", "[displayName]", "[displayName]"),
        ("jobT", "[jobTitle]", "[jobTitle]"),
        ("toupp", "ToUpper(", "ToUpper("),
        ('Join("-", [sur', "[surname]", 'Join("-", [surname]'),
        ("Join(Rep|, [mail])", "Replace(", "Join(Replace(, [mail])"),
        ('IIF([a] = "it\\"s, (", Swi', "Switch(", 'IIF([a] = "it\\"s, (", Switch('),
    ],
)
def test_the_first_offer_takes_the_place_of_what_is_typed(
    typed: str, offered: str, becomes: str
) -> None:
    before, _, after = typed.partition("|")
    found = of_expression(before + after, len(before))
    assert found.offers[0].text == offered
    text = before + after
    assert text[: found.start] + offered + text[found.end :] == becomes


@pytest.mark.parametrize(
    "typed", ["", " ", "mail", "[mail]", '"dep', '"[dep', "Now(", "Now()", "[zzz", "dep|artment"]
)
def test_nothing_is_offered_where_enter_is_not_to_be_taken(typed: str) -> None:
    before, _, after = typed.partition("|")
    assert of_expression(before + after, len(before)).offers == ()


@pytest.mark.parametrize(
    ("typed", "call", "argument"),
    [
        ("Join(", "Join(separator, source, ...)", "separator"),
        ('Join("-", [a], [b], ', "Join(separator, source, ...)", "source"),
        ("Switch([a], , 1, ", "Switch(source, [defaultValue], key, value, ...)", "value"),
        ('ToUpper(Left([a], 3), "', "ToUpper(source, [culture])", "[culture]"),
        ("Now()", "", ""),
        ("Unknown(", "", ""),
    ],
)
def test_the_call_around_the_cursor_is_told_with_its_argument(
    typed: str, call: str, argument: str
) -> None:
    found = of_expression(typed, len(typed))
    start, end = found.argument
    assert (found.call, found.call[start:end]) == (call, argument)


def test_names_are_offered_for_both_sides() -> None:
    assert of_source("dep").offers[0].text == "department"
    assert of_source("department").offers == ()
    assert of_target("given").offers[0].text == "name.givenName"


@given(st.text(max_size=60), st.integers(0, 60))
def test_any_text_is_completed_within_itself(text: str, at: int) -> None:
    at = min(at, len(text))
    found = of_expression(text, at)
    assert 0 <= found.start <= at <= found.end <= len(text)
    assert len(found.offers) <= MOST

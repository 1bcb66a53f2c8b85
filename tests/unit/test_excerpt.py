"""The part of an expression around a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.excerpt import MARK, excerpt


@pytest.mark.parametrize(
    ("text", "position", "shown"),
    [
        ("Join([a])", 4, ("Join([a])", 4)),
        ("Join([a]", 8, ("Join([a]", 8)),
        ("a\n\tb", 3, ("a  b", 3)),
        ("", 0, ("", 0)),
        ("0123456789", 2, ("0123456…", 2)),
        ("0123456789", 9, ("…456789", 6)),
        ("0123456789abcdef", 8, ("…56789a…", 4)),
    ],
)
def test_the_place_stands_in_one_line(text: str, position: int, shown: tuple[str, int]) -> None:
    assert excerpt(text, position, 8 if len(text) > 9 else 20) == shown


@given(st.text(), st.integers(-5, 300), st.integers(8, 40))
def test_the_column_shows_the_character_that_is_meant(text: str, position: int, width: int) -> None:
    line, column = excerpt(text, position, width)
    place = min(max(position, 0), len(text))
    assert len(line) <= width
    assert 0 <= column < width
    if place < len(text) and text[place].isprintable() and text[place] != "\N{ZERO WIDTH SPACE}":
        assert line[column] == text[place] or line[column] in {MARK, "\N{REPLACEMENT CHARACTER}"}
    else:
        assert column <= len(line)

"""The line around a failing character shows that character where it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.excerpt import MARK, excerpt
from wizard.words.text import plain

texts = st.text(st.characters(), max_size=60) | st.text('ab"[\n\t\r\x1b\u202e\u2028 …', max_size=60)


@pytest.mark.parametrize(
    ("text", "position", "width", "line", "column"),
    [
        ("Join([mail])", 5, 40, "Join([mail])", 5),
        ("Join([mail]", 11, 40, "Join([mail]", 11),
        ("Join(\r\n\t[mail])", 8, 40, "Join(   [mail])", 8),
        ("a\x1b[2J\u202eb", 5, 40, "a\ufffd[2J\ufffdb", 5),
        ("0123456789", 0, 8, "0123456…", 0),
        ("0123456789", 9, 8, "…456789", 6),
        ("0123456789", 10, 8, "…456789", 7),
        ("0123456789abcdef", 8, 8, "…56789a…", 4),
        ("01234567", 4, 8, "01234567", 4),
        ("01234567", 8, 8, "…234567", 7),
        ("0123456789", 4, 0, "0123456…", 4),
        ("01234", -7, 8, "01234", 0),
        ("01234", 99, 8, "01234", 5),
        ("", 0, 8, "", 0),
    ],
)
def test_the_line_shows_the_place(
    text: str, position: int, width: int, line: str, column: int
) -> None:
    assert excerpt(text, position, width) == (line, column)


@given(texts, st.integers(-3, 70), st.integers(8, 80))
def test_the_column_is_that_of_the_character(text: str, position: int, width: int) -> None:
    line, column = excerpt(text, position, width)
    position = min(max(position, 0), len(text))
    assert len(line) <= width
    assert 0 <= column < width
    if position == len(text):
        assert column == len(line)
    else:
        assert line[column] == (" " if text[position].isspace() else plain(text[position]))


@given(texts, st.integers(0, 60), st.integers(8, 80))
def test_the_line_is_harmless_and_says_where_it_is_cut(
    text: str, position: int, width: int
) -> None:
    line, column = excerpt(text, position, width)
    assert plain(line) == line
    assert not set("\n\t") & set(line)
    first = min(position, len(text)) - column
    last = first + len(line) - 1
    for index, each in enumerate(line, first):
        if index == first > 0 or index == last < len(text) - 1:
            assert each == MARK
        else:
            assert each in (text[index], " ", "\ufffd")


@given(texts, st.integers(0, 60))
def test_a_text_that_fits_is_shown_whole(text: str, position: int) -> None:
    line, column = excerpt(text, position, 61)
    assert column == min(position, len(text))
    assert len(line) == len(text)

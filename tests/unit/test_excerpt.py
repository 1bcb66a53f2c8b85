"""The line around a failing character shows that character where it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.excerpt import excerpt
from wizard.text import plain

texts = st.text(st.characters(), max_size=60) | st.text('ab"[\n\t\r\x1b\u202e\u2028 …', max_size=60)


@pytest.mark.parametrize(
    ("text", "position", "width", "line", "column"),
    [
        ("Join([mail])", 5, 40, "Join([mail])", 5),
        ("Join([mail]", 11, 40, "Join([mail] ", 11),
        ("Join(\r\n\t[mail])", 8, 40, "Join(   [mail])", 8),
        ("a\x1b[2J\u202eb", 5, 40, "a\ufffd[2J\ufffdb", 5),
        ("0123456789", 0, 5, "0123…", 0),
        ("0123456789", 5, 5, "…456…", 2),
        ("0123456789", 9, 5, "…6789", 4),
        ("0123456789", 10, 5, "…789 ", 4),
        ("01234", 2, 5, "01234", 2),
        ("01234", 5, 5, "…234 ", 4),
        ("01234", 2, 0, "…2…", 1),
        ("01234", -7, 5, "01234", 0),
        ("", 3, 5, " ", 0),
    ],
)
def test_the_line_shows_the_place(
    text: str, position: int, width: int, line: str, column: int
) -> None:
    assert excerpt(text, position, width) == (line, column)


@given(texts, st.integers(-3, 70), st.integers(-1, 80))
def test_the_column_is_that_of_the_character(text: str, position: int, width: int) -> None:
    line, column = excerpt(text, position, width)
    position = min(max(position, 0), len(text))
    assert 0 <= column < len(line) <= max(width, 3)
    shown = text[position : position + 1] or " "
    assert line[column] == (" " if shown.isspace() else plain(shown))


@given(texts, st.integers(0, 60), st.integers(3, 80))
def test_the_line_is_harmless_and_says_where_it_is_cut(
    text: str, position: int, width: int
) -> None:
    line, column = excerpt(text, position, width)
    assert plain(line) == line
    assert not set("\n\t") & set(line)
    first = min(position, len(text)) - column
    marked = text[:first] + line + text[first + len(line) :]
    for index, (each, original) in enumerate(zip(marked, text, strict=False)):
        if index == first > 0 or index == first + len(line) - 1 < len(text) - 1:
            assert each == "…"
        else:
            assert each in (original, " ", "\ufffd")


@given(texts, st.integers(0, 60))
def test_a_text_that_fits_is_shown_whole(text: str, position: int) -> None:
    line, column = excerpt(text, position, 61)
    assert column == min(position, len(text))
    assert len(line) == max(len(text), column + 1)

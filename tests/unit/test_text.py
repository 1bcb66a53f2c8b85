"""Text from outside becomes harmless, and shows what was taken out."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.text import MAX_TEXT, days, plain, plain_line

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"]
BIDIRECTIONAL = [
    *"\u061c\u200e\u200f",
    *"\u202a\u202b\u202c\u202d\u202e",
    *"\u2066\u2067\u2068\u2069",
]
FORBIDDEN = re.compile("[" + re.escape("".join(CONTROLS + BIDIRECTIONAL)) + "]")


@pytest.mark.parametrize("character", CONTROLS + BIDIRECTIONAL)
def test_every_control_and_override_becomes_visible(character: str) -> None:
    assert plain(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_tab_newline_and_the_line_end_of_windows_stay() -> None:
    assert plain("a\tb\nc\r\nd") == "a\tb\nc\nd"


@given(st.text(st.characters(), max_size=300), st.integers(1, 200))
def test_no_forbidden_character_survives(text: str, limit: int) -> None:
    for made in (plain(text, limit), plain_line(text, limit)):
        assert not FORBIDDEN.search(made)
        assert not any(unicodedata.category(character) == "Cs" for character in made)
        assert len(made) <= limit + 1


@given(st.text(st.characters(), max_size=300), st.integers(1, 200))
def test_harmless_text_stays_as_it_is(text: str, limit: int) -> None:
    for clean in (plain, plain_line):
        once = clean(text, limit)
        assert clean(once, limit) == once


@given(st.text(max_size=300))
def test_a_line_is_one_line(text: str) -> None:
    assert "\n" not in plain_line(text)
    assert "  " not in plain_line(text)


def test_a_long_text_is_cut_and_marked() -> None:
    assert plain("x" * 10_000) == "x" * MAX_TEXT + "…"
    assert plain_line("x " * 10_000, 10) == "x x x x x …"


def test_a_line_that_was_read_in_part_is_marked_too() -> None:
    assert plain_line("a" + " " * 1000 + "b", 10) == "a…"


def test_anything_can_be_made_plain() -> None:
    assert plain(ValueError("no\x1b")) == "no\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(("count", "words"), [(0, "0 days"), (1, "1 day"), (30, "30 days")])
def test_days_are_counted_in_words(count: int, words: str) -> None:
    assert days(count) == words

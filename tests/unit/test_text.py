"""Text from outside becomes harmless, and shows what was taken out."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.words.text import MAX_TEXT, days, fitted, plain, plain_line, support_id

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"]
BIDIRECTIONAL = [
    *"\u061c\u200e\u200f",
    *"\u202a\u202b\u202c\u202d\u202e",
    *"\u2066\u2067\u2068\u2069",
]
FORBIDDEN = re.compile(
    "[" + re.escape("".join(CONTROLS + BIDIRECTIONAL + [*"\u200b\u2060\ufeff"])) + "]"
)


INVISIBLE = [*"\u00ad\u200b\u2060\u2061\u2064\ufeff\ufffb", "\U000e0041"]
JOINERS = "\u200c\u200d"


@pytest.mark.parametrize("character", CONTROLS + BIDIRECTIONAL + INVISIBLE)
def test_every_control_and_override_becomes_visible(character: str) -> None:
    assert plain(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"


def test_tab_newline_and_the_line_end_of_windows_stay() -> None:
    assert plain("a\tb\nc\r\nd") == "a\tb\nc\nd"


@pytest.mark.parametrize(
    "name",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, between two letters
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",  # Sinhala, after the mark of a letter
    ],
)
def test_a_joiner_stays_where_a_name_needs_it(name: str) -> None:
    assert plain(name) == name
    assert plain_line(f" {name} ") == name


@pytest.mark.parametrize("joiner", JOINERS)
@pytest.mark.parametrize("text", ["+", "a+", "+a", "a+1", "1+a", "a++b", "a +b", "\u2192+a"])
def test_a_joiner_elsewhere_becomes_visible(joiner: str, text: str) -> None:
    assert plain(text.replace("+", joiner)) == text.replace("+", "\N{REPLACEMENT CHARACTER}")


def test_bytes_are_shown_as_the_text_they_are() -> None:
    assert plain(b"SSH-2.0\x1b\xff") == "SSH-2.0" + 2 * "\N{REPLACEMENT CHARACTER}"
    assert plain_line(bytearray("gr\u00fcn ".encode())) == "gr\u00fcn"


@pytest.mark.parametrize(
    "given",
    ["ROUTERGW_5A2E0F4C-8D2E-01BB-0064-AC12D64D0064", "7c5b9a9e-0000-4d29-8f77-0123456789ab", "X"],
)
def test_an_id_of_a_request_has_a_form(given: str) -> None:
    assert support_id(given) == given


@pytest.mark.parametrize(
    "given",
    ["", "_", "call 0800 this number", "x" * 81, "a\nb", "a\n", "<b>", "\u0661", "a.b", None, 7,
     ["ROUTERGW_1"]],
)  # fmt: skip
def test_what_is_no_id_of_a_request_is_left_away(given: object) -> None:
    assert support_id(given) is None


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


def test_a_name_is_cut_in_its_middle() -> None:
    assert [fitted("adatum-europe", width) for width in (13, 8, 1)] == [
        "adatum-europe",
        "adat…ope",
        "…",
    ]

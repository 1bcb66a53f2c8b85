"""Sentences become lines of any width: no word broken, addresses and commands in one piece."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.words.lines import (
    IN_ONE_PIECE,
    aloud,
    columns_of,
    hanging_lines,
    hung_lines,
    lines_of,
)

LINK = "https://portal.azure.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Provisioning"
COMMAND = 'read -rs p; printf %s "$p" | gnome-keyring-daemon --replace --unlock; unset p'


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="`")))
def test_every_word_is_there_once_and_whole_and_no_line_is_too_long(text: str) -> None:
    for width in (1, 40, 80):
        lines = lines_of(text, width)
        for line in lines:
            assert columns_of(line) <= width or len(line.split()) == 1 or line == IN_ONE_PIECE
        told = " ".join(line for line in lines if line != IN_ONE_PIECE)
        if "://" not in text:
            assert told.split() == text.split()


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 40, [""]),
        ("one two", 40, ["one two"]),
        ("one two", 5, ["one", "two"]),
        ("one\n\ntwo", 40, ["one", "", "two"]),
        ("    one two", 9, ["    one", "    two"]),
        ("a tokenlongerthanaline b", 10, ["a", IN_ONE_PIECE, "tokenlongerthanaline", "b"]),
        ("Tenant URL: https://a.example/v2", 40, ["Tenant URL:", "https://a.example/v2"]),
        ("Open https://a.example. Then go on.", 40, ["Open", "https://a.example", "Then go on."]),
        ("Run `webex-wizard renew`, then.", 22, ["Run", "`webex-wizard renew`,", "then."]),
        ("Run:\n  one two three", 9, ["Run:", IN_ONE_PIECE, "  one two three"]),
        (f"  {COMMAND}", 200, [f"  {COMMAND}"]),
        (f"See {LINK}", 40, ["See", IN_ONE_PIECE, LINK]),
        ("木 村", 3, ["木", "村"]),
    ],
)
def test_what_is_to_be_copied_stands_alone_in_one_piece(
    text: str, width: int, lines: list[str]
) -> None:
    assert lines_of(text, width) == lines


@given(st.text())
def test_aloud_there_are_letters_digits_and_ascii_alone(text: str) -> None:
    for sign in aloud(text).replace("\u200c", "").replace("\u200d", ""):
        assert sign.isascii() or unicodedata.category(sign)[0] in "LMN"


def test_aloud_our_own_signs_are_words_and_names_stay_as_they_are() -> None:
    said = "José Núñez, 木村: “a” → b… \N{EN DASH} 3 \N{MULTIPLICATION SIGN} \N{UNICORN FACE}"
    assert aloud(said) == 'José Núñez, 木村: "a" to b... - 3 x ?'
    assert not re.search(r"[\t\r]", aloud("a\tb"))


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"))), st.sampled_from(["", "  Why:  "]))
def test_behind_a_head_every_word_is_whole_and_later_lines_hang_below_it(
    text: str, head: str
) -> None:
    for width in (20, 80):
        lines = hanging_lines(head, text, width)
        assert " ".join(lines).split() == [*head.split(), *text.split()]
        for line in lines:
            assert columns_of(line) <= width or len(line.split()) == 1
        indents = {len(line) - len(line.lstrip()) for line in lines[1:]}
        assert indents <= {columns_of(head)} or len(indents) == 1


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two", 80, ["Why: one two"]),
        ("one two three", 12, ["Why: one two", "     three"]),
        ("one two threethree", 14, ["Why:", "    one two", "    threethree"]),
        ("", 80, ["Why:"]),
    ],
)
def test_text_behind_a_head_goes_on_below_its_beginning(
    text: str, width: int, lines: list[str]
) -> None:
    assert hanging_lines("Why: ", text, width) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short\n\n  lines", ["short", "", "  lines"]),
        ("- one two three four", ["- one two three", "  four"]),
        ("      12  taken over in", ["      12  taken", "          over in"]),
        ('  a: "x  y" -> "z  z z z"', ['  a: "x  y" -> "z', '  z z z"']),
        ("added  users  a b c d", ["added  users  a b", "              c d"]),
        ("Run `webex log` and then", ["Run `webex log`", "and then"]),
        ("Go, `webex log --x` runs", ["Go,", "`webex log --x`", "runs"]),
        ("Run `webex-wizard log --x`", ["Run `webex-wizard", "log --x`"]),
        ("- averyveryverylongword a", ["-", "    averyveryverylongword", "    a"]),
    ],
)
def test_lines_that_are_too_long_hang_where_their_words_begin(text: str, lines: list[str]) -> None:
    assert hung_lines(text, 17) == lines


@pytest.mark.parametrize("width", range(20, 60))
def test_a_path_breaks_behind_its_separators_alone(width: int) -> None:
    path = "Open Cisco Webex > Provisioning > Manage > Scoping filters > Users > the pencil."
    for lines in (lines_of(path, width), hanging_lines("1. ", path, width)):
        assert " ".join(" ".join(lines).split()).removeprefix("1. ") == path
        assert [line for line in lines if line.lstrip().startswith(">")] == []
        assert max(map(len, lines)) <= width
    assert lines_of("Provisioning > Users", 5) == [
        IN_ONE_PIECE, "Provisioning", ">", "Users"
    ]  # fmt: skip

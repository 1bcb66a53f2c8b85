from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.functions import arguments, text
from wizard.mapping.expression.functions.arguments import (
    MAX_VALUES,
    as_integer,
    as_text,
    number_text,
)
from wizard.mapping.expression.functions.errors import EvaluationError
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument

call: dict[str, Callable[..., Any]] = {function.name: function.call for function in text.FUNCTIONS}

COMBINING_DIAERESIS = "\N{COMBINING DIAERESIS}"
QUOTE = "\N{RIGHT SINGLE QUOTATION MARK}"
DOTTED_I = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
DOTLESS_I = "\N{LATIN SMALL LETTER DOTLESS I}"


@pytest.mark.parametrize(
    ("name", "given_arguments", "value"),
    [
        ("Append", ("John.Doe@contoso.com", ".test"), "John.Doe@contoso.com.test"),
        ("Append", ("JohnD", None), "JohnD"),
        ("Append", (None, ".test"), None),
        ("Append", (1000, True), "1000True"),
        ("Prepend", ("SMTP:", "a@contoso.com"), "SMTP:a@contoso.com"),
        ("Join", (", ", "", "Doe", "John"), "Doe, John"),
        ("Join", ("", "Johnson", ",", "Sarah", " ", "E", "-", "12345"), "Johnson,Sarah E-12345"),
        ("Join", (";", ("a", "b"), None, "c"), "a;b;c"),
        ("Join", (";", None, ""), ""),
        ("Join", (None, "a", "b"), "ab"),
        ("Join", ("", 1000, 2.5, True), "10002.5True"),
        ("Split", ("One,Two", ","), ("One", "Two")),
        ("Split", ("One, Two,,", ","), ("One", " Two", "", "")),
        ("Split", ("One", ""), ("One",)),
        ("Split", (None, ","), None),
        ("Left", ("John Doe", 3), "Joh"),
        ("Left", ("John Doe", 0), ""),
        ("Left", ("John Doe", -1), "John Doe"),
        ("Left", ("John", 10), "John"),
        ("Left", (None, 3), ""),
        ("Mid", ("John", 1, 3), "Joh"),
        ("Mid", ("Doe", 1, 5), "Doe"),
        ("Mid", ("Mary-Ann", "1", "2"), "Ma"),
        ("Mid", ("John", 9, 3), ""),
        ("Mid", ("SMITH", 2, 64), "MITH"),
        ("Mid", (None, 1, 1), None),
        ("Mid", ("John", 2.0, 10**18), "ohn"),
        ("Len", ("John Doe",), 8),
        ("Len", (42568,), 5),
        ("Len", (42568.75,), 8),
        ("Len", (None,), 0),
        ("Len", ("",), 0),
        ("Len", ("\N{GRINNING FACE}a",), 3),
        ("InStr", ("The quick brown fox", "quick"), 5),
        ("InStr", ("repEated", "e", 3, "vbBinaryCompare"), 7),
        ("InStr", ("repEated", "e", 3, "vbTextCompare"), 4),
        ("InStr", ("repEated", "e", NOT_SUPPLIED, "vbTextCompare"), 2),
        ("InStr", ("john@external.com", "@contoso.com"), 0),
        ("InStr", ("abc", "a", "4"), 0),
        ("InStr", (None, "a"), 0),
        ("InStr", ("a", None), 0),
        ("InStr", ("\N{GRINNING FACE}ab", "b"), 4),
        ("Item", (("SMTP:a", "smtp:b"), 1), "SMTP:a"),
        ("Item", (("SMTP:a", "smtp:b"), "2"), "smtp:b"),
        ("Item", ("alone", 1), "alone"),
        ("Item", (None, 1), None),
        ("Count", (("a", "b", "a"),), 3),
        ("Count", ("a",), 1),
        ("Count", (None,), 0),
        ("RemoveDuplicates", (("a", "b", "a", "A"),), ("a", "b", "A")),
        ("RemoveDuplicates", ((1, True, 1.0),), (1, True, 1.0)),
        ("RemoveDuplicates", ("a",), "a"),
        ("RemoveDuplicates", (None,), None),
        ("StripSpaces", (" van der\tBerg ",), "vander\tBerg"),
        ("StripSpaces", (None,), None),
        ("ToLower", ("John.Smith@Contoso.com",), "john.smith@contoso.com"),
        ("ToLower", ("ΟΔΟΣ",), "οδοσ"),
        ("ToLower", ("TITLE", "tr-TR"), f"t{DOTLESS_I}tle"),
        ("ToLower", (DOTTED_I,), DOTTED_I),
        ("ToUpper", ("straße",), "STRAßE"),
        ("ToUpper", ("title", "tr"), f"T{DOTTED_I}TLE"),
        ("ToUpper", ("title", "en-US"), "TITLE"),
        ("ToUpper", (None,), None),
        ("PCase", ("PABLO GONSALVES (SECOND)",), "Pablo Gonsalves (Second)"),
        ("PCase", ("PINTO-DE'SILVA", " '-"), "Pinto-De'Silva"),
        ("PCase", ("GREGORY JAMES",), "Gregory James"),
        ("PCase", ("st john's hospital",), "St John's Hospital"),
        ("PCase", (f"o{QUOTE}neil_smith",), f"O{QUOTE}Neil_Smith"),
        ("PCase", ("(second) b", " "), "(second) B"),
        ("PCase", ("1st",), "1St"),
        ("PCase", ("", ""), ""),
        ("PCase", (None,), None),
        ("Word", ("The quick brown fox", 3, " "), "brown"),
        ("Word", ("This,string!has&many separators", 3, ",!&#"), "has"),
        ("Word", ("The quick", 5, " "), ""),
        ("Word", ("The quick", 0, " "), ""),
        ("Word", ("The  quick", "2", " "), "quick"),
        ("Word", (None, 1, " "), ""),
        ("Word", ("The quick", 1, ""), "The quick"),
        ("NormalizeDiacritics", ("Zoë",), "Zoe"),
        ("NormalizeDiacritics", (f"Zoe{COMBINING_DIAERESIS}",), "Zoe"),
        (
            "NormalizeDiacritics",
            ("María José García-López Ørsted",),
            "Maria Jose Garcia-Lopez OErsted",
        ),
        ("NormalizeDiacritics", ("Großmann ǣ",), "Grossmann ae"),
        ("NormalizeDiacritics", ("東京 đ",), "東京 đ"),
        ("NormalizeDiacritics", (None,), None),
    ],
)
def test_text_functions_do_as_documented(
    name: str, given_arguments: tuple[Argument, ...], value: object
) -> None:
    result = call[name](*given_arguments)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("name", "given_arguments", "code"),
    [
        ("Mid", ("John", 0, 1), "outside-the-text"),
        ("Mid", ("John", 1, -1), "outside-the-text"),
        ("Mid", ("John", "one", 1), "not-a-whole-number"),
        ("Mid", ("John", 1.5, 1), "not-a-whole-number"),
        ("Mid", ("John", True, 1), "not-a-whole-number"),
        ("Mid", ("John", None, 1), "not-a-whole-number"),
        ("Mid", ("John", "9" * 19, 1), "number-too-large"),
        ("Mid", ("John", 10**5000, 1), "number-too-large"),
        ("InStr", ("John", "o", 0), "outside-the-text"),
        ("InStr", ("John", "o", 1, "loosely"), "unknown-comparison"),
        ("Item", (("a", "b"), 0), "no-such-item"),
        ("Item", (("a", "b"), 3), "no-such-item"),
        ("ToLower", (("a", "b"),), "several-values"),
        ("ToLower", ("a", "not a culture"), "unknown-culture"),
    ],
)
def test_arguments_that_cannot_be_used_have_a_code_and_a_remedy(
    name: str, given_arguments: tuple[Argument, ...], code: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        call[name](*given_arguments)
    assert caught.value.code == code
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert caught.value.position is None


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1.0, "1"),
        (-0.5, "-0.5"),
        (42568.75, "42568.75"),
        (0.1, "0.1"),
        (0.0001, "0.0001"),
        (0.00001, "1E-05"),
        (1e14, "100000000000000"),
        (1e15, "1E+15"),
        (1234567890123456.0, "1234567890123456"),
        (-1.5e300, "-1.5E+300"),
        (0.0, "0"),
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (float("-inf"), "-Infinity"),
    ],
)
def test_numbers_are_written_as_dotnet_writes_them(number: float, written: str) -> None:
    assert number_text(number) == written
    assert as_text(number) == written


def test_one_value_of_a_multi_valued_attribute_is_a_value() -> None:
    assert as_text(("only",)) == "only"
    assert as_text(()) is None
    assert as_text(False) == "False"
    assert as_integer((" 7 ",), "n") == 7


@given(
    st.lists(st.text(st.characters(exclude_characters=";"), min_size=1), min_size=1),
)
def test_what_is_joined_can_be_split_again(parts: list[str]) -> None:
    assert call["Split"](call["Join"](";", tuple(parts)), ";") == tuple(parts)


@given(st.text(), st.integers(1, 20), st.integers(0, 20))
def test_left_and_mid_never_give_more_than_asked_for(whole: str, start: int, size: int) -> None:
    assert call["Len"](call["Mid"](whole, start, size)) <= size
    assert call["Left"](whole, size) == call["Mid"](whole, 1, size)


@given(st.text())
def test_case_never_changes_how_long_a_text_is(whole: str) -> None:
    for name in ("ToLower", "ToUpper", "PCase"):
        assert len(call[name](whole)) == len(whole)


@given(st.text())
def test_a_text_without_diacritics_stays_without(whole: str) -> None:
    once = call["NormalizeDiacritics"](whole)
    assert once.isascii() or not set(once) & set("äéñøß")


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("Split", (",",)),
        ("StripSpaces", ()),
        ("ToUpper", ()),
        ("ToLower", ("tr-TR",)),
        ("PCase", ()),
        ("PCase", (" -",)),
        ("NormalizeDiacritics", ()),
        ("Word", (99_999_999, ", ;")),
        ("Mid", (2, 999_999)),
        ("Len", ()),
        ("InStr", ("not there",)),
        ("Append", ("x",)),
    ],
)
def test_a_megabyte_is_no_trouble(name: str, rest: tuple[Argument, ...]) -> None:
    whole = "Zoë, van-der Berg; " * 55_000
    call[name](whole, *rest)


def test_a_result_that_would_fill_the_memory_is_refused() -> None:
    long = "x" * arguments.MAX_VALUE
    attempts: tuple[Callable[[], object], ...] = (
        lambda: call["Append"](long, "x"),
        lambda: call["Prepend"]("x", long),
        lambda: call["Join"](long, "a", "b", "c"),
    )
    for attempt in attempts:
        with pytest.raises(EvaluationError) as caught:
            attempt()
        assert caught.value.code == "result-too-long"


def test_a_text_is_not_split_into_more_values_than_are_stated() -> None:
    assert len(call["Split"]("," * (MAX_VALUES - 1), ",")) == MAX_VALUES
    with pytest.raises(EvaluationError) as caught:
        call["Split"]("," * MAX_VALUES, ",")
    assert caught.value.code == "result-too-many"


def test_messages_repeat_only_the_beginning_of_a_value() -> None:
    with pytest.raises(EvaluationError) as caught:
        call["Left"]("a", "\x1b[31m" + "x" * 1_000_000)
    assert len(caught.value.message) < 200
    assert "\x1b" not in caught.value.message

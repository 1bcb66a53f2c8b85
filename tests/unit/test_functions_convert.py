import re
import string
import time
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.functions import convert
from wizard.mapping.expression.functions.arguments import MAX_VALUE
from wizard.mapping.expression.values import Argument, Context

call: dict[str, Callable[..., Any]] = {
    function.name: function.call for function in convert.FUNCTIONS
}

GUID = "d05e47b1-3909-445a-ba5e-ca60cbc0e4b4"


@pytest.mark.parametrize(
    ("name", "given_arguments", "value"),
    [
        ("BitAnd", (0xF, 0xF7), 7),
        ("BitAnd", ("512", 2.0), 0),
        ("BitAnd", (-1, 255), 255),
        ("BitAnd", (None, 1), None),
        ("CBool", (True,), True),
        ("CBool", (False,), False),
        ("CBool", ("true",), True),
        ("CBool", ("False",), False),
        ("CBool", (2,), True),
        ("CBool", (0.0,), False),
        ("CBool", ("-1",), True),
        ("CBool", ("0",), False),
        ("CBool", ("0.50",), True),
        ("CBool", ("",), False),
        ("CBool", (None,), False),
        ("CStr", ("cn=Joe,dc=contoso,dc=com",), "cn=Joe,dc=contoso,dc=com"),
        ("CStr", (True,), "True"),
        ("CStr", (42568.75,), "42568.75"),
        ("CStr", (7,), "7"),
        ("CStr", (None,), None),
        ("ConvertToBase64", ("Hello world!",), "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
        ("ConvertToBase64", (None,), None),
        ("ConvertToBase64", ("\ud800",), "ANg="),
        ("ConvertToUTF8Hex", ("Hello world!",), "48656C6C6F20776F726C6421"),
        ("ConvertToUTF8Hex", ("é\N{GRINNING FACE}",), "C3A9F09F9880"),
        ("ConvertToUTF8Hex", ("\ud800",), "EFBFBD"),
        ("ConvertToUTF8Hex", (None,), None),
    ],
)
def test_values_are_converted_as_documented(
    name: str, given_arguments: tuple[Argument, ...], value: object
) -> None:
    result = call[name](*given_arguments)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("name", "given_arguments", "code"),
    [
        ("CBool", ("perhaps",), "not-a-boolean"),
        ("CBool", ("nan",), "not-a-boolean"),
        ("CBool", ("1" * 1_000_000 + "x",), "not-a-boolean"),
        ("CStr", (("a", "b"),), "several-values"),
        ("BitAnd", ("x", 1), "not-a-whole-number"),
        ("ConvertToUTF8Hex", ("x" * MAX_VALUE,), "result-too-long"),
        ("ConvertToBase64", ("x" * MAX_VALUE,), "result-too-long"),
        ("RandomString", (300, 1, 1, 1, 1), "random-string"),
        ("RandomString", (3, 1, 1, 1, 1), "random-string"),
        ("RandomString", (0, 0, 0, 0, 0), "random-string"),
        ("RandomString", (10, -1, 0, 0, 0), "random-string"),
        ("RandomString", (10, 10**15, 0, 0, 0), "random-string"),
        ("RandomString", (10, 1, 0, 0, 0, "0123456789"), "random-string"),
        ("RandomString", ("ten", 1, 0, 0, 0), "not-a-whole-number"),
    ],
)
def test_what_cannot_be_converted_has_a_code(
    name: str, given_arguments: tuple[Argument, ...], code: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        call[name](*given_arguments)
    assert caught.value.code == code
    assert caught.value.hint


def test_the_documented_identifier_comes_out() -> None:
    digits = re.sub("[a-zA-Z_]*", "", call["ConvertToUTF8Hex"](GUID))
    assert digits == "64303565343762312333930392343435612626135652636136306362633065346234"


def test_a_guid_is_new_each_time_unless_it_is_fixed() -> None:
    first, second = call["Guid"](Context()), call["Guid"](Context())
    assert first != second
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)
    assert call["Guid"](Context(guid=GUID)) == GUID


def test_random_text_has_what_is_asked_for() -> None:
    for _ in range(50):
        plain = call["RandomString"](6, 3, 0, 0, 3)
        assert len(plain) == 6
        assert sum(c.isdigit() for c in plain) == 3
        assert sum(c.islower() for c in plain) == 3
        mixed = call["RandomString"]("10", 2, 2, 2, 1, "?,")
        assert len(mixed) == 10
        assert sum(c.isdigit() for c in mixed) >= 2
        assert sum(c in string.punctuation for c in mixed) >= 2
        assert sum(c.isupper() for c in mixed) >= 2
        assert any(c.islower() for c in mixed)
        assert not set(mixed) & set("?,")
        assert call["RandomString"](8, 0, 0, 0, 0).isalnum()


@given(st.text())
def test_base64_and_hexadecimal_keep_the_text(text: str) -> None:
    assert bytes.fromhex(call["ConvertToUTF8Hex"](text)).decode() == text
    assert b64decode(call["ConvertToBase64"](text)).decode("utf-16-le") == text


def test_a_megabyte_is_no_trouble() -> None:
    start = time.perf_counter()
    for name in ("CStr", "ConvertToBase64", "ConvertToUTF8Hex"):
        call[name]("Zoë" * 350_000)
    assert time.perf_counter() - start < 2

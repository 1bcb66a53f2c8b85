"""What functions share about their arguments: text, whole numbers, several values, size.

A parameter that takes one value accepts a multi-valued attribute that holds one. Several values
are an error: the documentation gives no rule, and treating each of them would invent one.
"""

import math
import re
from decimal import Decimal

from wizard.mapping.expression.functions.errors import EvaluationError, shown
from wizard.mapping.expression.values import Argument, Ignore, NotSupplied, Scalar, single

MAX_VALUES = 1_000_000
"""Most values of one result."""

MAX_VALUE = 10_000_000
"""Characters that a function may yield, so that nested functions cannot fill the memory."""

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,19}\s*")
_INTEGER_LIMIT = 2**63
_PLAIN_DIGITS = 15
"""The digits before the point up to which .NET writes a number without an exponent."""


def as_text(argument: Argument) -> str | None:
    """Return one value as .NET writes it; None when it is null or was left out."""
    if type(argument) is str:
        return argument
    value = single(argument)
    if value is None or isinstance(value, str):
        return value
    return number_text(value) if isinstance(value, float) else str(value)


def text_or_empty(argument: Argument) -> str:
    """Return one value as text, and null as empty text."""
    return as_text(argument) or ""


def number_text(number: float) -> str:
    """Return a number as .NET writes it: 1, 42568.75, 1E+20, 1E-05."""
    if not math.isfinite(number):
        return {"nan": "NaN", "inf": "Infinity"}.get(str(number), "-Infinity")
    decimal = Decimal(repr(number)).normalize()
    digits = "".join(map(str, decimal.as_tuple().digits))
    before_point = decimal.adjusted() + 1
    if number == 0 or -3 <= before_point <= max(len(digits), _PLAIN_DIGITS):
        return format(decimal, "f")
    sign = "-" if number < 0 else ""
    fraction = f".{digits[1:]}" if digits[1:] else ""
    return f"{sign}{digits[0]}{fraction}E{before_point - 1:+03d}"


def as_integer(argument: Argument, name: str) -> int:
    """Return a whole number, which may be written as text.

    Args:
        argument: What the expression passes.
        name: The parameter as Microsoft names it, for the message.

    Raises:
        EvaluationError: It is empty, no whole number, or beyond 64 bits.
    """
    value = single(argument)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if -_INTEGER_LIMIT <= value < _INTEGER_LIMIT:
            return value
        raise EvaluationError(
            f"{name} is a number too large to be counted with.",
            "Use a number of at most 18 digits.",
            code="number-too-large",
        )
    given = "empty" if value is None or value == "" else f'"{shown(str(value))}"'
    raise EvaluationError(
        f"{name} must be a whole number, and it is {given}.",
        "Write a whole number such as 1, or an attribute that always holds one.",
        code="not-a-whole-number",
    )


def all_values(argument: Argument) -> tuple[Scalar, ...]:
    """Return every value of an attribute: none when it is null, one when it is single-valued."""
    if isinstance(argument, tuple):
        return argument
    if argument is None or isinstance(argument, Ignore | NotSupplied):
        return ()
    return (argument,)


def check_count(values: int) -> None:
    """Refuse a result that would have too many values.

    Raises:
        EvaluationError: More than `MAX_VALUES`.
    """
    if values > MAX_VALUES:
        raise EvaluationError(
            f"The result would have more than {MAX_VALUES:,} values.",
            "Shorten the value first, for example with Left.",
            code="result-too-many",
        )


def check_length(characters: int) -> None:
    """Refuse a result that would be too long.

    Raises:
        EvaluationError: More than `MAX_VALUE` characters.
    """
    if characters > MAX_VALUE:
        raise EvaluationError(
            f"The result would be longer than {MAX_VALUE:,} characters.",
            "Shorten the value first, for example with Left.",
            code="result-too-long",
        )

"""Functions that turn one kind of value into another, or make one up."""

import base64
import re
import string
from secrets import SystemRandom
from uuid import uuid4

from wizard.mapping.expression.functions.arguments import (
    as_integer,
    as_text,
    check_length,
    text_or_empty,
)
from wizard.mapping.expression.functions.errors import EvaluationError, shown
from wizard.mapping.expression.registry import Function, Parameter
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument, Context, single

_MAX_RANDOM = 256
_SPECIAL = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/"
"""Windows' password rules, which the documentation refers to."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?")
_RANDOM = SystemRandom()


def bit_and(first: Argument, second: Argument) -> int | None:
    """Return the bits that both numbers have; null when one of them is null."""
    if as_text(first) is None or as_text(second) is None:
        return None
    return as_integer(first, "value1") & as_integer(second, "value2")


def to_boolean(expression: Argument) -> bool:
    """Return True for a number other than zero and for True; null and empty text are False."""
    value = single(expression)
    if not isinstance(value, str):
        return bool(value)
    word = value.strip().lower()
    if word in ("true", "false", ""):
        return word == "true"
    if _NUMBER.fullmatch(word):
        return float(word) != 0
    raise EvaluationError(
        f'"{shown(value)}" is neither True nor False, nor a number.',
        'Compare it with something, as in CBool([country] = "US").',
        code="not-a-boolean",
    )


def to_text(value: Argument) -> str | None:
    """Return a value as text."""
    return as_text(value)


def to_base64(source: Argument) -> str | None:
    """Return the UTF-16 bytes of a text in base64."""
    text = as_text(source)
    if text is None:
        return None
    check_length(3 * len(text))
    return base64.b64encode(text.encode("utf-16-le", "surrogatepass")).decode("ascii")


def to_utf8_hex(source: Argument) -> str | None:
    """Return the UTF-8 bytes of a text in hexadecimal digits."""
    text = as_text(source)
    if text is None:
        return None
    check_length(2 * len(text))
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.encode().hex().upper()


def guid(context: Context) -> str:
    """Return a new random GUID, or the one that the context fixes."""
    return context.guid or str(uuid4())


def random_string(  # noqa: PLR0917 - expressions pass arguments by position
    length: Argument,
    numbers: Argument,
    special: Argument,
    capital: Argument,
    lower: Argument,
    avoid: Argument = NOT_SUPPLIED,
) -> str:
    """Return a random text with at least so many characters of each kind.

    What the minimums leave open is drawn from the kinds that are asked for; from letters and
    digits when none is.
    """
    size = as_integer(length, "Length")
    avoided = frozenset(text_or_empty(avoid))
    kinds = tuple(
        (_least(count, name), [letter for letter in letters if letter not in avoided])
        for count, name, letters in (
            (numbers, "MinimumNumbers", string.digits),
            (special, "MinimumSpecialCharacters", _SPECIAL),
            (capital, "MinimumCapital", string.ascii_uppercase),
            (lower, "MinimumLowerCase", string.ascii_lowercase),
        )
    )
    least = sum(count for count, _ in kinds)
    asked = [letter for count, letters in kinds if count for letter in letters]
    drawn = asked or [letter for place in (0, 2, 3) for letter in kinds[place][1]]
    if not max(least, 1) <= size <= _MAX_RANDOM:
        raise _not_random(f"Length is {size}, and it must lie between {max(least, 1)} and 256")
    if not drawn or any(count and not letters for count, letters in kinds):
        raise _not_random("CharactersToAvoid leaves nothing to choose from")
    made = [_RANDOM.choice(letters) for count, letters in kinds for _ in range(count)]
    made += _RANDOM.choices(drawn, k=size - least)
    _RANDOM.shuffle(made)
    return "".join(made)


def _least(argument: Argument, name: str) -> int:
    count = as_integer(argument, name)
    if not 0 <= count <= _MAX_RANDOM:
        raise _not_random(f"{name} is {count}, and it must lie between 0 and 256")
    return count


def _not_random(reason: str) -> EvaluationError:
    return EvaluationError(
        f"RandomString cannot make this text: {reason}.",
        "Length must be at least the sum of the minimums, and at most 256.",
        code="random-string",
    )


_SOURCE = Parameter("source")

FUNCTIONS: tuple[Function, ...] = (
    Function("BitAnd", (Parameter("value1"), Parameter("value2")), bit_and),
    Function("CBool", (Parameter("expression"),), to_boolean),
    Function("ConvertToBase64", (_SOURCE,), to_base64),
    Function("ConvertToUTF8Hex", (_SOURCE,), to_utf8_hex),
    Function("CStr", (Parameter("value"),), to_text),
    Function("Guid", (), guid, needs_context=True),
    Function(
        "RandomString",
        (
            Parameter("Length"),
            Parameter("MinimumNumbers"),
            Parameter("MinimumSpecialCharacters"),
            Parameter("MinimumCapital"),
            Parameter("MinimumLowerCase"),
            Parameter("CharactersToAvoid", required=False),
        ),
        random_string,
    ),
)

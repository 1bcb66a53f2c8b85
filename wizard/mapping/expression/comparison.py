"""How the conditions of IIF compare."""

import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from wizard.mapping.expression.functions.arguments import text_or_empty
from wizard.mapping.expression.values import Scalar, Value, single

_HOLDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        "=": operator.eq,
        "<>": operator.ne,
        ">": operator.gt,
        ">=": operator.ge,
        "<": operator.lt,
        "<=": operator.le,
    }
)
_NUMBER = re.compile(r"\s*[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?\s*")


def holds(sign: str, constant: tuple[bool, bool], left: Value, right: Value) -> bool:
    """Tell whether a comparison holds.

    A side that is no constant and yields null or empty text makes any comparison fail, `<>` too
    (reference/graph-entra.md 4). Text is compared with its case; where one side is a
    number, and for the order of two texts that are numbers, numbers are compared.

    Args:
        sign: One of `tree.COMPARISON_SIGNS`.
        constant: Which sides are constants.
        left: The value before the sign.
        right: The value after it.

    Raises:
        ExpressionError: A side holds several values.
    """
    one, other = single(left), single(right)
    for value, is_constant in zip((one, other), constant, strict=True):
        if value in (None, "") and not is_constant:
            return False
    numbers = _both_numbers(one, other, sign)
    if numbers:
        return _HOLDS[sign](*numbers)
    return _HOLDS[sign](text_or_empty(one), text_or_empty(other))


def _both_numbers(
    one: Scalar | None, other: Scalar | None, sign: str
) -> tuple[int | float, int | float] | None:
    if isinstance(one, str) and isinstance(other, str) and sign in ("=", "<>"):
        return None
    first, second = _number(one), _number(other)
    return None if first is None or second is None else (first, second)


def _number(value: Scalar | None) -> int | float | None:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return None
        return float(value) if "." in value else int(value)
    return None if isinstance(value, bool) else value

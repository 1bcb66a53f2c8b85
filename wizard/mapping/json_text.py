"""JSON texts as RFC 8259 has them: Python's reader lets NaN and infinite numbers pass."""

import json
import math
from typing import Any, NoReturn


def loads(text: str | bytes) -> Any:
    """Return what a JSON text holds; bytes may be UTF-8, 16 or 32, with a byte order mark or not.

    Raises:
        UnicodeDecodeError: The bytes are no text.
        json.JSONDecodeError: It is not JSON; its `doc` is the text.
        RecursionError: It is nested too deeply.
        ValueError: A number in it is none of JSON's, or is too large.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text))
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number

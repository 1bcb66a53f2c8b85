"""JSON texts as RFC 8259 has them: Python's reader lets NaN and infinite numbers pass."""

import json
import math
import re
from typing import Any, NoReturn

_LISTED = re.compile(r"@\{|[A-Za-z]\w*\s+: ")
_SEPARATED = re.compile(r"\"?\w+\"?[,;\t]\"?\w+\"?[^\n{}]*\n")


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


def instead_of_json(text: str) -> str:
    """Return what to do with a text of another well-known form than JSON; mostly nothing."""
    if text.lstrip()[:1] == "<":
        return "It is XML or a web page. Of PowerShell's objects write ConvertTo-Json -Depth 20."
    if _LISTED.match(text.lstrip()):
        return "It is what PowerShell shows. Write it with ConvertTo-Json -Depth 20."
    if _SEPARATED.match(text):
        return "It is a table. In PowerShell: Import-Csv FILE | ConvertTo-Json"
    return ""


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number

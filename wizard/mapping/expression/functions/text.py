"""Functions that cut, join and clean text.

Positions and lengths count UTF-16 units from 1, as .NET does: an emoji is two. A null source
yields null where the documentation gives no other rule.
"""

import json
import re
import unicodedata
from functools import cache

from wizard.assets import asset
from wizard.mapping.expression.functions import casing
from wizard.mapping.expression.functions.arguments import (
    all_values,
    as_integer,
    as_text,
    check_count,
    check_length,
    text_or_empty,
)
from wizard.mapping.expression.functions.errors import EvaluationError, shown
from wizard.mapping.expression.registry import Function, Parameter
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument, Scalar, Value, single

_TEXT_COMPARE = frozenset({"vbTextCompare", "1"})
_BINARY_COMPARE = frozenset({"", "vbBinaryCompare", "0"})


def append(source: Argument, suffix: Argument) -> str | None:
    """Return the source with the suffix after it; a null source stays null."""
    text = as_text(source)
    if text is None:
        return None
    ending = text_or_empty(suffix)
    check_length(len(text) + len(ending))
    return text + ending


def prepend(prefix: Argument, source: Argument) -> str | None:
    """Return the source with the prefix before it; a null source stays null."""
    text = as_text(source)
    if text is None:
        return None
    beginning = text_or_empty(prefix)
    check_length(len(text) + len(beginning))
    return beginning + text


def join(separator: Argument, *sources: Argument) -> str:
    """Return all values of all sources with the separator between them; empty ones are skipped."""
    between = text_or_empty(separator)
    texts: list[str] = []
    for source in sources:
        if type(source) is str:
            texts.append(source)
        else:
            texts.extend(text_or_empty(value) for value in all_values(source))
    texts = [text for text in texts if text]
    check_length(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def split(source: Argument, delimiter: Argument) -> Value:
    """Return the parts between the delimiters, blanks and empty parts included."""
    text = as_text(source)
    if text is None:
        return None
    between = text_or_empty(delimiter)
    check_count(text.count(between) + 1 if between else 1)
    return tuple(text.split(between)) if between else (text,)


def left(source: Argument, characters: Argument) -> str:
    """Return the first characters; all for a negative number, empty text for null."""
    text = text_or_empty(source)
    count = as_integer(characters, "NumChars")
    return text if count < 0 else _part(text, 0, count)


def mid(source: Argument, start: Argument, length: Argument) -> str | None:
    """Return a part of the source, or what there is of it."""
    first = as_integer(start, "start")
    count = as_integer(length, "length")
    if first < 1 or count < 0:
        raise EvaluationError(
            f"Mid cannot take {count} characters from position {first}.",
            "Positions start at 1, and the length is 0 or more.",
            code="outside-the-text",
        )
    text = as_text(source)
    return None if text is None else _part(text, first - 1, first - 1 + count)


def length(source: Argument) -> int:
    """Return how many characters a value has; 0 for null."""
    return _units(text_or_empty(source))


def position(
    searched: Argument,
    found: Argument,
    start: Argument = NOT_SUPPLIED,
    compare: Argument = NOT_SUPPLIED,
) -> int:
    """Return where a text begins in another one, from 1; 0 when it is nowhere or null."""
    first = 1 if start is NOT_SUPPLIED else as_integer(start, "start")
    if first < 1:
        raise EvaluationError(
            f"InStr cannot search from position {first}.",
            "Positions start at 1.",
            code="outside-the-text",
        )
    text, wanted = as_text(searched), as_text(found)
    if _ignores_case(compare):
        text, wanted = text and casing.lower(text), wanted and casing.lower(wanted)
    if text is None or wanted is None or first > _units(text):
        return 0
    rest = _part(text, first - 1, None)
    at = rest.find(wanted)
    return 0 if at < 0 else first + _units(rest[:at])


def _ignores_case(compare: Argument) -> bool:
    kind = text_or_empty(compare)
    if kind not in _TEXT_COMPARE | _BINARY_COMPARE:
        raise EvaluationError(
            f'"{shown(kind)}" is not a way to compare.',
            "Write vbTextCompare to ignore case, or vbBinaryCompare.",
            code="unknown-comparison",
        )
    return kind in _TEXT_COMPARE


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _part(text: str, start: int, end: int | None) -> str:
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) == 2 * len(text):
        return text[start:end]
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")


def word(source: Argument, number: Argument, delimiters: Argument) -> str:
    """Return one word of a text; empty text when there are not as many."""
    wanted = as_integer(number, "WordNumber")
    text = text_or_empty(source)
    marks = text_or_empty(delimiters)
    if wanted < 1 or not text:
        return ""
    between = marks[:1]
    if len(marks) > 1:
        text = text.translate(dict.fromkeys(map(ord, marks), between))
    words = [part for part in text.split(between) if part] if between else [text]
    return words[wanted - 1] if wanted <= len(words) else ""


def strip_spaces(source: Argument) -> str | None:
    """Return the source without blanks; other white space stays."""
    text = as_text(source)
    return None if text is None else text.replace(" ", "")


def to_lower(source: Argument, culture: Argument = NOT_SUPPLIED) -> str | None:
    """Return the source in lower case."""
    text = as_text(source)
    return None if text is None else casing.lower(text, text_or_empty(culture))


def to_upper(source: Argument, culture: Argument = NOT_SUPPLIED) -> str | None:
    """Return the source in upper case."""
    text = as_text(source)
    return None if text is None else casing.upper(text, text_or_empty(culture))


def proper_case(source: Argument, separators: Argument = NOT_SUPPLIED) -> str | None:
    """Return the source with a capital at the start of each word."""
    text = as_text(source)
    if text is None:
        return None
    marks = text_or_empty(separators)
    return casing.title_after(text, marks) if marks else casing.title(text)


def normalize_diacritics(source: Argument) -> str | None:
    """Return the source with the letters of Microsoft's table replaced, and only those."""
    text = as_text(source)
    if text is None or text.isascii():
        return text
    plain = _diacritics()
    return _diacritics_pattern().sub(lambda found: plain[found[0]], text)


@cache
def _diacritics() -> dict[str, str]:
    """Return what replaces each letter, composed or written with combining marks."""
    table: dict[str, list[str]] = json.loads(asset("mapping/diacritics.json"))["table"]
    return {
        unicodedata.normalize(form, letter): plain
        for plain, letters in table.items()
        for letter in letters
        for form in ("NFC", "NFD")
    }


@cache
def _diacritics_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _diacritics()), key=len, reverse=True)))


def count(attribute: Argument) -> int:
    """Return how many values an attribute has."""
    return len(all_values(attribute))


def item(attribute: Argument, index: Argument) -> Scalar | None:
    """Return one value of an attribute, from 1; null when the attribute is null."""
    wanted = as_integer(index, "index")
    values = all_values(attribute)
    if not values and wanted >= 1:
        return None
    if not 1 <= wanted <= len(values):
        raise EvaluationError(
            f"There is no value number {wanted}: the attribute has {len(values)}.",
            "The first value has the number 1.",
            code="no-such-item",
        )
    return values[wanted - 1]


def remove_duplicates(attribute: Argument) -> Value:
    """Return each value once, in its first place; upper and lower case differ."""
    if not isinstance(attribute, tuple):
        return single(attribute)
    return tuple({(type(value), value): value for value in attribute}.values())


_SOURCE = Parameter("source")
_CULTURE = Parameter("culture", required=False)
_ATTRIBUTE = Parameter("attribute")

FUNCTIONS: tuple[Function, ...] = (
    Function("Append", (_SOURCE, Parameter("suffix")), append),
    Function("Count", (_ATTRIBUTE,), count),
    Function(
        "InStr",
        (
            Parameter("value1"),
            Parameter("value2"),
            Parameter("start", required=False),
            Parameter("compareType", required=False),
        ),
        position,
    ),
    Function("Item", (_ATTRIBUTE, Parameter("index")), item),
    Function("Join", (Parameter("separator"), Parameter("source", repeating=True)), join),
    Function("Left", (Parameter("String"), Parameter("NumChars")), left),
    Function("Len", (Parameter("String"),), length),
    Function("Mid", (_SOURCE, Parameter("start"), Parameter("length")), mid),
    Function("NormalizeDiacritics", (_SOURCE,), normalize_diacritics),
    Function("PCase", (_SOURCE, Parameter("wordSeparators", required=False)), proper_case),
    Function("Prepend", (Parameter("prefix"), _SOURCE), prepend),
    Function("RemoveDuplicates", (_ATTRIBUTE,), remove_duplicates),
    Function("Split", (_SOURCE, Parameter("delimiter")), split),
    Function("StripSpaces", (_SOURCE,), strip_spaces),
    Function("ToLower", (_SOURCE, _CULTURE), to_lower),
    Function("ToUpper", (_SOURCE, _CULTURE), to_upper),
    Function("Word", (Parameter("String"), Parameter("WordNumber"), Parameter("delimiters")), word),
)

"""Upper, lower and title case as .NET has them: one character becomes exactly one."""

import re
import unicodedata
from collections.abc import Callable

from wizard.mapping.expression.functions.errors import EvaluationError, shown

_CULTURE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_SEPARATORS = frozenset(
    ("Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So")
)
"""Unicode categories that end a word in .NET's ToTitleCase; marks and digits do not."""


class _Table(dict[int, str]):
    """What each character becomes, filled as characters are met."""

    def __init__(self, change: Callable[[str], str], exceptions: dict[str, str]) -> None:
        super().__init__({ord(old): new for old, new in exceptions.items()})
        self._change = change

    def __missing__(self, code: int) -> str:
        character = chr(code)
        changed = self._change(character)
        self[code] = changed if len(changed) == 1 else character
        return self[code]


_TURKIC = frozenset({"tr", "az"})
_DOTTED = "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}"
_DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"
_LOWER = _Table(str.lower, {_DOTTED: _DOTTED})
_UPPER = _Table(str.upper, {_DOTLESS: _DOTLESS})
_TURKIC_LOWER = _Table(str.lower, {"I": _DOTLESS, _DOTTED: "i"})
_TURKIC_UPPER = _Table(str.upper, {"i": _DOTTED, _DOTLESS: "I"})


def lower(text: str, culture: str = "") -> str:
    """Return text in lower case by a culture's rules; without one, by the invariant ones."""
    if _is_turkic(culture):
        return text.translate(_TURKIC_LOWER)
    return text.lower() if text.isascii() else text.translate(_LOWER)


def upper(text: str, culture: str = "") -> str:
    """Return text in upper case by a culture's rules; without one, by the invariant ones."""
    if _is_turkic(culture):
        return text.translate(_TURKIC_UPPER)
    return text.upper() if text.isascii() else text.translate(_UPPER)


def _is_turkic(culture: str) -> bool:
    """Tell whether a culture has dotted and dotless i, the only case rules that differ.

    Raises:
        EvaluationError: It is no name of a culture.
    """
    if culture and not _CULTURE.fullmatch(culture):
        raise EvaluationError(
            f'"{shown(culture)}" is not the name of a culture.',
            "Write a name such as en-US or tr-TR, or leave the parameter out.",
            code="unknown-culture",
        )
    return culture.split("-", 1)[0].lower() in _TURKIC


def title(text: str) -> str:
    """Return lower-cased text with the first letter of each word raised, as ToTitleCase does.

    An apostrophe stays inside its word, so that it is John's; a digit is no letter, so that
    the first letter after it is raised where a word has not begun yet.
    """
    raised: list[str] = []
    in_word = False
    for character in lower(text):
        category = unicodedata.category(character)
        if not in_word and category.startswith("L"):
            raised.append(_raise(character))
            in_word = True
            continue
        raised.append(character)
        in_word = in_word and (character == "'" or category not in _SEPARATORS)
    return "".join(raised)


def title_after(text: str, separators: str) -> str:
    """Return lower-cased text with each character raised that follows one of the separators."""
    ends = frozenset(separators)
    raised: list[str] = []
    at_start = True
    for character in lower(text):
        raised.append(_UPPER[ord(character)] if at_start else character)
        at_start = character in ends
    return "".join(raised)


def _raise(character: str) -> str:
    titled = character.title()
    return titled if len(titled) == 1 and character != _DOTLESS else character

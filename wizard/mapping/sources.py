"""Where a value comes from: Entra's attribute names, and the text an administrator types.

`[mail]` is an attribute, `"text"` a constant, anything else an expression, which stays text here
(reference/graph-entra.md 4).
"""

import re
from difflib import get_close_matches
from typing import Literal

from wizard.mapping.expression.lexer import MAX_CHARACTERS, unquoted
from wizard.mapping.names import SourceAttribute, by_name, find_source, meant_by, source_attributes

__all__ = ["SourceAttribute", "find_source", "meant_by", "source_attributes"]

SourceKind = Literal["attribute", "constant", "function"]
"""The kinds of sources, as Graph names them in lower case."""

MAX_EXPRESSION = MAX_CHARACTERS
"""Characters that Entra takes in one expression."""

_TEXT = r'"(?:[^"\\]|\\.)*+(?P<closed>")?'
"""Quoted text with its escapes; one that is never closed ends with the source, so that nothing
is read twice."""
_CONSTANT = re.compile(_TEXT, re.DOTALL)
_ATTRIBUTE = re.compile(r'\[([^\[\]"(),]*)\]')
_FUNCTION = re.compile(r"([A-Za-z]\w*)\s*\(.*\)", re.DOTALL)
_TOKEN = re.compile(
    _TEXT + r'|\[[^\[\]"]*\]'  # an attribute
    r"|[\[\]()]",  # a bracket left open, and parentheses
    re.DOTALL,
)
_TEXT_OR_BLANKS = re.compile(rf"({_TEXT})|\s+", re.DOTALL)


def close_to_source(name: str) -> str | None:
    """Return the attribute that others call so, or whose name is most like it, if any is."""
    if meant := meant_by(name):
        return meant
    close = get_close_matches(name.casefold(), by_name(), n=1, cutoff=0.7)
    return by_name()[close[0]].name if close else None


def tidy(text: str) -> str:
    """Return a typed source without blanks around it, and a bare attribute name in brackets."""
    text = text.strip()
    known = find_source(text)
    return f"[{known.name}]" if known else text


def kind_of(text: str) -> SourceKind:
    """Return what a source text is; what is neither attribute nor constant is an expression."""
    text = tidy(text)
    if _ATTRIBUTE.fullmatch(text):
        return "attribute"
    return "constant" if _constant(text) else "function"


def _constant(text: str) -> str | None:
    """Return a text that is one quoted constant and nothing else."""
    match = _CONSTANT.fullmatch(text)
    return text if match and match["closed"] else None


def name_of_source(text: str) -> str:
    """Return the name Graph gives a source: attribute, value of the constant, or function."""
    text = tidy(text)
    if match := _ATTRIBUTE.fullmatch(text):
        return match[1].strip()
    if constant := _constant(text):
        return unquoted(constant)
    return match[1] if (match := _FUNCTION.fullmatch(text)) else ""


def mentioned(text: str) -> tuple[str, ...]:
    """Return the attributes a source text names outside of quotes, each once."""
    found = (match[0] for match in _TOKEN.finditer(tidy(text)))
    return tuple(
        dict.fromkeys(token[1:-1].strip() for token in found if len(token) > 2 and token[0] == "[")
    )


def constants(text: str) -> tuple[str, ...]:
    """Return the values of all constants in a source text."""
    return tuple(unquoted(match[0]) for match in _CONSTANT.finditer(text) if match["closed"])


def squeezed(text: str) -> str:
    """Return a source text without blanks outside of quotes, for comparing."""
    return _TEXT_OR_BLANKS.sub(lambda match: match[1] or "", tidy(text))


def unreadable(text: str) -> str | None:
    """Return why a source text cannot be read, as the rest of a sentence, or None.

    A check of balance only, which respects quotes and escapes; the grammar is the engine's.
    """
    opened: list[int] = []
    for match in _TOKEN.finditer(text):
        mark, place = match[0], match.start() + 1
        if mark == "[" or (mark[0] == '"' and not match["closed"]):
            return f"the {mark[0]} at character {place} is never closed"
        if mark == "]" or (mark == ")" and not opened):
            return f"the {mark} at character {place} closes nothing"
        if mark[0] == "[" and not mark[1:-1].strip():
            return f"the brackets at character {place} name no attribute"
        if mark == "(":
            opened.append(place)
        elif mark == ")":
            opened.pop()
    if opened:
        return f"the ( at character {opened[-1]} is never closed"
    if kind_of(text) == "function" and not _FUNCTION.fullmatch(text.strip()):
        return 'it is neither [attribute], nor "text", nor Function(...)'
    return None

"""Replace, with its five ways to work, and the substitutions of .NET's regular expressions."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from wizard.mapping.expression.functions.arguments import as_text, check_length, text_or_empty
from wizard.mapping.expression.functions.errors import EvaluationError
from wizard.mapping.expression.functions.patterns import Pattern, pattern
from wizard.mapping.expression.registry import Function, Parameter
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument

if TYPE_CHECKING:
    import regex

_SUBSTITUTION = re.compile(r"\$(?:(\$)|([&`'+_])|([0-9]{1,9})|\{(\w+)\})")


def replace(  # noqa: PLR0917 - expressions pass arguments by position
    source: Argument,
    old: Argument = NOT_SUPPLIED,
    expression: Argument = NOT_SUPPLIED,
    group: Argument = NOT_SUPPLIED,
    new: Argument = NOT_SUPPLIED,
    other: Argument = NOT_SUPPLIED,
    template: Argument = NOT_SUPPLIED,
) -> str | None:
    """Return the source with something replaced; which parameters are there decides how.

    In this order: the other attribute's group when the source is empty; the template with the
    source in it; all old texts replaced; a group of the pattern replaced; the pattern replaced.
    A null source stays null, and a null text to put in is empty.
    """
    text = as_text(source)
    patterned = expression is not NOT_SUPPLIED
    if patterned and other is not NOT_SUPPLIED and group is not NOT_SUPPLIED:
        return text or _extracted(other, expression, group)
    if old is not NOT_SUPPLIED and template is not NOT_SUPPLIED:
        return None if text is None else _swapped(text_or_empty(template), old, text)
    if old is not NOT_SUPPLIED and new is not NOT_SUPPLIED:
        return None if text is None else _swapped(text, old, text_or_empty(new))
    if patterned and new is not NOT_SUPPLIED:
        if text is None or expression is None:
            return text
        found, put = pattern(text_or_empty(expression)), text_or_empty(new)
        if group is not NOT_SUPPLIED:
            return _group_replaced(text, found, text_or_empty(group), put)
        return found.replace(text, substitution(found, put))
    raise _incomplete(has_both=patterned and old is not NOT_SUPPLIED)


def _incomplete(*, has_both: bool) -> EvaluationError:
    if has_both:
        return EvaluationError(
            "regexPattern is the third argument of Replace; what is put in is the fifth, "
            "replacementValue.",
            'Leave the places between empty: Replace([city], " ", , , "_", , ).',
            code="replace-arguments",
        )
    return EvaluationError(
        "Replace needs to know what to look for and what to put there.",
        "Give oldValue or regexPattern, and replacementValue or template; "
        'write "" to remove what is found.',
        code="replace-arguments",
    )


def _swapped(text: str, old: Argument, new: str) -> str:
    wanted = text_or_empty(old)
    if not wanted:
        return text
    if len(new) > len(wanted):
        check_length(len(text) + text.count(wanted) * (len(new) - len(wanted)))
    return text.replace(wanted, new)


def _extracted(other: Argument, expression: Argument, group: Argument) -> str | None:
    """Return what a group of the pattern holds in another attribute; null when it does not fit."""
    found = pattern(text_or_empty(expression))
    place = found.group(text_or_empty(group))
    text = as_text(other)
    match = None if text is None else found.search(text)
    return None if match is None else match.group(place)


def _group_replaced(text: str, found: Pattern, group: str, new: str) -> str:
    place = found.group(group)

    def inside(match: "regex.Match[str]") -> str:
        start, end = match.span(place)
        if start < 0:
            return match.group()
        return f"{text[match.start() : start]}{new}{text[end : match.end()]}"

    return found.replace(text, inside)


@lru_cache(maxsize=256)
def substitution(found: Pattern, template: str) -> Callable[["regex.Match[str]"], str]:
    """Return what writes a replacement such as `${name}`, `$1`, `$$` or `$&` for a match.

    Microsoft Learn, "Substitutions in Regular Expressions". A group that does not exist is
    literal text; one that took no part is empty.
    """
    parts: list[str | Callable[[regex.Match[str]], str]] = []
    end = 0
    for reference in _SUBSTITUTION.finditer(template):
        parts.append(template[end : reference.start()])
        parts.append(_part(found, reference))
        end = reference.end()
    parts.append(template[end:])
    if all(isinstance(part, str) for part in parts):
        literal = "".join(part for part in parts if isinstance(part, str))
        return lambda match: literal
    return lambda match: "".join(part if isinstance(part, str) else part(match) for part in parts)


def _part(found: Pattern, reference: re.Match[str]) -> "str | Callable[[regex.Match[str]], str]":
    dollar, sign, number, name = reference.groups()
    if dollar:
        return "$"
    if sign:
        return _SIGNS[sign]
    key = number.lstrip("0") or "0" if number else name
    if key not in found.groups:
        return reference[0]
    place = found.groups[key]
    return lambda match: match.group(place) or ""


_SIGNS: "dict[str, Callable[[regex.Match[str]], str]]" = {
    "&": lambda match: match.group(),
    "`": lambda match: match.string[: match.start()],
    "'": lambda match: match.string[match.end() :],
    "_": lambda match: match.string,
    "+": lambda match: match.group(match.re.groups) or "",
}

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "Replace",
        (
            Parameter("source"),
            Parameter("oldValue", required=False),
            Parameter("regexPattern", required=False),
            Parameter("regexGroupName", required=False),
            Parameter("replacementValue", required=False),
            Parameter("replacementAttributeName", required=False),
            Parameter("template", required=False),
        ),
        replace,
    ),
)

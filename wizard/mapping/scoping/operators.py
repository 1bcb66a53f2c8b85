"""The operators of scoping filters: what each is called, and when it holds.

Names are read tolerantly, because Graph documents some and the portal shows others: upper and
lower case, blanks and underscores do not matter (reference/graph-entra.md 5).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wizard.errors import MappingError
from wizard.mapping.expression.functions.patterns import pattern
from wizard.words.text import plain_line

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_FORBIDDEN = "ismemberof"


@dataclass(frozen=True)
class Operator:
    """One operator of a clause.

    A clause on an absent attribute is false, except of `IS NULL`; so `holds` sees text only.
    """

    name: str
    """As it is written into a document."""
    words: str
    """How a sentence says it: `is`, `ends with`."""
    holds: Callable[[str, str], bool]
    """Takes the attribute's text and one value of the clause."""
    source: str
    """The same in Python for the compiler: {v} is the text or None, {x} the value, {r} the
    attribute as it came. It is false for None and for empty text."""
    takes: str = "text"
    """What the value must be: `text`, `integer`, `pattern`, or nothing."""
    also: tuple[str, ...] = ()
    """Other spellings."""

    @property
    def needs_value(self) -> bool:
        """Whether a clause with it compares with something."""
        return bool(self.takes)


def whole_number(text: str) -> int | None:
    """Return the integer that a text writes, or None; up to 19 digits, as the service has."""
    return int(text) if _INTEGER.fullmatch(text) else None


def _greater(text: str, value: str) -> bool:
    number, limit = whole_number(text), whole_number(value)
    return number is not None and limit is not None and number > limit


def _greater_or_equal(text: str, value: str) -> bool:
    number, limit = whole_number(text), whole_number(value)
    return number is not None and limit is not None and number >= limit


def _matches(text: str, value: str) -> bool:
    return pattern(value).fits(text)


_PRESENT = "{r} if {r}.__class__ is str else {r} is not None and not absent({r})"
_TRUE = '{r} is True or ({r}.__class__ is str and {r}.lower() == "true")'
_FALSE = '{r} is False or ({r}.__class__ is str and {r}.lower() == "false")'
_NUMBER = "{v} and (n := whole_number({v})) is not None and n"

IS_NULL = Operator("IS NULL", "is empty", lambda _text, _value: False, f"not ({_PRESENT})", "")
"""Decided by presence alone."""
IS_NOT_NULL = Operator("IS NOT NULL", "is not empty", lambda _text, _value: True, _PRESENT, "")
"""Decided by presence alone."""

OPERATORS = (
    Operator("EQUALS", "is", str.__eq__, "{v} == {x}"),
    Operator("NOT EQUALS", "is not", str.__ne__, "{v} and {v} != {x}"),
    Operator("IS TRUE", "is true", lambda text, _: text.lower() == "true", _TRUE, ""),
    Operator(
        "IS FALSE",
        "is false",
        lambda text, _: text.lower() == "false",
        _FALSE,
        "",
    ),
    IS_NULL,
    IS_NOT_NULL,
    Operator("REGEX MATCH", "matches", _matches, "{v} and {x}.fits({v})", "pattern"),
    Operator(
        "NOT REGEX MATCH",
        "does not match",
        lambda text, value: not _matches(text, value),
        "{v} and not {x}.fits({v})",
        "pattern",
    ),
    Operator("Greater_Than", "is greater than", _greater, _NUMBER + " > {x}", "integer"),
    Operator(
        "Greater_Than_OR_EQUALS",
        "is at least",
        _greater_or_equal,
        _NUMBER + " >= {x}",
        "integer",
    ),
    Operator("Includes", "contains", str.__contains__, "{v} and {x} in {v}"),
    Operator("ENDS_WITH", "ends with", str.endswith, "{v} and {v}.endswith({x})"),
    Operator(
        "&",
        "is contained in",
        lambda text, value: text in value,
        "{v} and {v} in {x}",
        also=("IN",),
    ),
    Operator(
        "!&",
        "is not contained in",
        lambda text, value: text not in value,
        "{v} and {v} not in {x}",
        also=("NOT IN",),
    ),
)
"""Every operator, in the order of the documentation."""


def _squeezed(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


_BY_NAME: Mapping[str, Operator] = MappingProxyType(
    {
        _squeezed(name): operator
        for operator in OPERATORS
        for name in (operator.name, *operator.also)
    }
)


_BROUGHT: Mapping[str, str] = MappingProxyType(
    {
        name: advice
        for names, advice in (
            ("= == === eq equal is isequalto equalto", "Did you mean EQUALS?"),
            ("!= <> !== ne notequal isnot isnotequalto notequalto", "Did you mean NOT EQUALS?"),
            ("contains co has substringof like includesany", "Did you mean Includes?"),
            ("endwith ew endingwith hassuffix", "Did you mean ENDS_WITH?"),
            (
                "startswith beginswith sw startwith hasprefix",
                "Did you mean REGEX MATCH? ^Sales.*$ fits what begins with Sales.",
            ),
            ("matches match regex ~ =~ matchesregex rlike", "Did you mean REGEX MATCH?"),
            ("notmatches notmatch !~ notregex notlike", "Did you mean NOT REGEX MATCH?"),
            (
                "notcontains doesnotcontain",
                "Did you mean NOT REGEX MATCH? .*Sales.* fits what contains Sales.",
            ),
            ("> gt greater morethan", "Did you mean Greater_Than?"),
            (">= ge atleast greaterorequal", "Did you mean Greater_Than_OR_EQUALS?"),
            (
                "< <= lt le lessthan",
                "There is no operator for less. Did you mean REGEX MATCH? [0-4] fits the numbers "
                "from 0 to 4.",
            ),
            ("isempty empty isblank null isnone notpresent", "Did you mean IS NULL?"),
            ("isnotempty notempty ispresent pr notnull exists", "Did you mean IS NOT NULL?"),
            ("true yes", "Did you mean IS TRUE?"),
            ("false no", "Did you mean IS FALSE?"),
        )
        for name in names.split()
    }
)
"""What others call operators, squeezed, and what to use instead."""


def instead_of_operator(name: str) -> str:
    """Return what to use for an operator that others have; empty for another name."""
    return _BROUGHT.get(_squeezed(name), "")


def find_operator(name: str) -> Operator:
    """Return the operator of that name, in any spelling.

    Raises:
        MappingError: There is no such operator, or it must not be used.
    """
    squeezed = _squeezed(name)
    if operator := _BY_NAME.get(squeezed):
        return operator
    if squeezed == _FORBIDDEN:
        raise MappingError(
            "IsMemberOf must not be used in a scoping filter; Entra does not support it.",
            "Assign the group to the application instead.",
            code="scope-operator",
        )
    raise MappingError(
        f'Scoping filters have no operator "{plain_line(name, 60)}".',
        instead_of_operator(name) or f"Use one of {', '.join(each.name for each in OPERATORS)}.",
        code="scope-operator",
    )

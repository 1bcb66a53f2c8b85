"""Functions that decide: conditions, choices, null (reference/graph-entra.md 4)."""

from collections.abc import Callable
from typing import Final

from wizard.mapping.expression.functions.arguments import text_or_empty
from wizard.mapping.expression.registry import Function, Parameter
from wizard.mapping.expression.values import (
    Argument,
    Ignore,
    NotSupplied,
    Value,
    is_empty,
    single,
)

Late = Callable[[], Argument]
"""An argument that is evaluated when it is asked for."""


def rendered(value: Value) -> Value:
    """Return a value with its booleans and numbers as text, as a text function yields it."""
    if value is None or isinstance(value, str | Ignore):
        return value
    if isinstance(value, tuple):
        return tuple(text_or_empty(item) for item in value)
    return text_or_empty(value)


def is_true(condition: Argument) -> bool:
    """Tell whether a value is true: True, the text in any case, or a number other than 0."""
    value = single(condition)
    if isinstance(value, str):
        return value.casefold() == "true"
    return bool(value)


def negated(source: Argument) -> bool:
    """Return False for true, and True for everything else, null included."""
    return not is_true(source)


def _given(argument: Argument) -> Value:
    return None if isinstance(argument, NotSupplied) else argument


def _iif(condition: Late, if_true: Late, if_false: Late) -> Value:
    decision = condition()
    if isinstance(decision, Ignore):
        return decision
    return _given(if_true() if is_true(decision) else if_false())


def _switch(source: Late, default: Late, *pairs: Late) -> Value:
    chosen = source()
    if isinstance(chosen, Ignore):
        return chosen
    sought = text_or_empty(chosen)
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        candidate = key()
        if isinstance(candidate, Ignore):
            return candidate
        if text_or_empty(candidate) == sought:
            return rendered(_given(value()))
    return rendered(_given(default()))


def _coalesce(*sources: Late) -> Value:
    for source in sources:
        value = _given(source())
        if value is not None:
            return rendered(value)
    return None


def _is_null(source: Argument) -> bool:
    return source is None


def _is_present(source: Argument) -> bool:
    return not is_empty(source)


def _is_string(source: Argument) -> bool:
    return isinstance(source, str)


def _ignore_flow(source: Argument) -> Argument:
    return Ignore.ATTRIBUTE if is_empty(source) else source


_EXPRESSION: Final = (Parameter("expression"),)

FUNCTIONS: Final = (
    Function(
        "Coalesce",
        (Parameter("source", repeating=True), Parameter("defaultValue", required=False)),
        _coalesce,
        lazy=True,
    ),
    Function("IgnoreFlowIfNullOrEmpty", _EXPRESSION, _ignore_flow),
    Function(
        "IIF",
        (Parameter("condition"), Parameter("valueIfTrue"), Parameter("valueIfFalse")),
        _iif,
        lazy=True,
    ),
    Function("IsNothing", (Parameter("source"),), _is_null),
    Function("IsNull", _EXPRESSION, _is_null),
    Function("IsNullOrEmpty", _EXPRESSION, is_empty),
    Function("IsPresent", _EXPRESSION, _is_present),
    Function("IsString", _EXPRESSION, _is_string),
    Function("Not", (Parameter("source"),), negated),
    Function(
        "Switch",
        (
            Parameter("source"),
            Parameter("defaultValue", required=False),
            Parameter("key", repeating=True),
            Parameter("value", repeating=True),
        ),
        _switch,
        lazy=True,
    ),
)

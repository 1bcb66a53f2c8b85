"""What an expression can yield, and the signals that are no value."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TypeAlias

from wizard.mapping.expression.errors import ExpressionError


class Ignore(Enum):
    """What an expression says instead of a value: leave this alone."""

    ATTRIBUTE = "ignoreAttribute"
    OBJECT = "ignoreObject"


class NotSupplied(Enum):
    """The mark of an argument that was left empty, which is not the same as null."""

    NOT_SUPPLIED = "not supplied"


NOT_SUPPLIED = NotSupplied.NOT_SUPPLIED

Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | tuple[Scalar, ...] | Ignore | None
"""None is an absent attribute; a tuple is a multi-valued one."""
Argument: TypeAlias = Value | NotSupplied


@dataclass(frozen=True)
class Context:
    """What an expression may know besides the person."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """The current time, in UTC."""
    taken: frozenset[str] = frozenset()
    """Values that exist in the target, for SelectUniqueValue."""
    default_domain: str = ""
    """The tenant's default domain, for DefaultDomain."""
    guid: str = ""
    """What Guid yields; a new one each time when empty."""


def value_of(raw: object) -> Value:
    """Return an attribute as it came in JSON as a value: lists as tuples, without nulls.

    Raises:
        ExpressionError: The attribute holds an object, or a list of lists.
    """
    if raw is None or isinstance(raw, str | int | float):
        return raw
    if isinstance(raw, list | tuple):
        return tuple(_scalar(item) for item in raw if item is not None) or None
    return _scalar(raw)


def _scalar(raw: object) -> Scalar:
    if isinstance(raw, str | int | float):
        return raw
    raise ExpressionError(
        "The attribute holds a structure of its own, which no mapping can use.",
        "Use an attribute that holds text, a number, True or False, or a list of these.",
        code="attribute-not-usable",
    )


def single(argument: Argument) -> Scalar | None:
    """Return the one value of an argument; None when it is null or left out.

    Raises:
        ExpressionError: There are several values.
    """
    if isinstance(argument, tuple):
        if len(argument) > 1:
            raise ExpressionError(
                f"One value is needed here, and the attribute holds {len(argument)}.",
                "Choose one with Item, or make one text of them with Join.",
                code="several-values",
            )
        return argument[0] if argument else None
    return None if isinstance(argument, Ignore | NotSupplied) else argument


def is_empty(argument: Argument) -> bool:
    """Tell whether an argument is null, empty text, or left out."""
    return argument is None or argument in ("", (), NOT_SUPPLIED)

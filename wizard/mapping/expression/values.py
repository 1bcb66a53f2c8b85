"""What an expression can yield, and the signals that are no value."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TypeAlias


class Flow(Enum):
    """A decision about the flow instead of a value."""

    IGNORE_ATTRIBUTE = "ignoreAttribute"
    IGNORE_OBJECT = "ignoreObject"


class NotSupplied(Enum):
    """The mark of an argument that was left empty, which is not the same as null."""

    NOT_SUPPLIED = "not supplied"


NOT_SUPPLIED = NotSupplied.NOT_SUPPLIED

Scalar: TypeAlias = str | int | float | bool
Value: TypeAlias = Scalar | tuple[Scalar, ...] | Flow | None
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

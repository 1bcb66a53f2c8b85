"""What all of Graph's answers have in common: tolerant of unknown fields, every text harmless."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from wizard.words.redact import redact
from wizard.words.text import plain, plain_line

Item = TypeVar("Item")


def _line(value: object) -> object:
    return redact(plain_line(redact(value))) if isinstance(value, str) else _or_empty(value)


def _text(value: object) -> object:
    return redact(plain(redact(value))) if isinstance(value, str) else _or_empty(value)


def _identifier(value: object) -> object:
    return plain_line(value) if isinstance(value, str) else _or_empty(value)


def _or_empty(value: object) -> object:
    if isinstance(value, bool | int | float):
        return str(value)
    return "" if value is None else value


def _tuple(value: object) -> object:
    return () if value is None else value


def _count(value: object) -> object:
    return 0 if value is None else value


def _flag(value: object) -> object:
    return False if value is None else value


def _moment(value: object) -> object:
    """Read a time; what is no time, and .NET's year 1, which means never, become None."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year > 1 else None


def value_text(value: object) -> str:
    """Return any JSON value as harmless text without secrets."""
    return redact(plain(redact(value if isinstance(value, str) else json.dumps(value))))


Id = Annotated[str, BeforeValidator(_identifier)]
"""An id; not redacted, because some ids have the shape of a token."""
GraphLine = Annotated[str, BeforeValidator(_line)]
"""One harmless line of text without secrets; null becomes the empty string."""
GraphText = Annotated[str, BeforeValidator(_text)]
"""Harmless text of several lines without secrets; null becomes the empty string."""
GraphLines = Annotated[tuple[GraphLine, ...], BeforeValidator(_tuple)]
Count = Annotated[int, BeforeValidator(_count)]
Flag = Annotated[bool, BeforeValidator(_flag)]
GraphMoment = Annotated[datetime | None, BeforeValidator(_moment)]
"""A time in UTC; None when there is none, or when the service means never."""
Several = Annotated[tuple[Item, ...], BeforeValidator(_tuple)]
"""A list that may be null."""


class GraphModel(BaseModel):
    """An answer of Graph that is read and never written back."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )


@dataclass(frozen=True)
class Listing(Generic[Item]):
    """What a list or search of Graph returned."""

    items: tuple[Item, ...]
    is_complete: bool
    """Whether there is nothing more; a search stops at its limit."""
    total: int | None = None
    """How many there are in all, where Graph was asked to count."""

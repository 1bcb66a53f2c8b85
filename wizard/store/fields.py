"""What everything stored has in common: fields that are checked, times in UTC, harmless lines.

Records are dataclasses that msgspec reads: a look at what is stored has a budget, and pydantic
alone would take most of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from wizard.words.redact import redact
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

_Make = Callable[[Any], Any]


@dataclass(frozen=True)
class Made:
    """What is made of the value of a field, whoever gave it."""

    make: _Make

    def __get_pydantic_core_schema__(
        self, source: type, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        """Let a model of pydantic make the same of it."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.make, handler(source))


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
class Record:
    """Something that is kept; what later versions add is passed over."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)

    def __post_init__(self) -> None:
        for name, make in _makers(type(self)):  # type: ignore[arg-type]  # types can be hashed
            object.__setattr__(self, name, make(getattr(self, name)))

    @classmethod
    def model_validate(cls, content: Mapping[str, Any]) -> Self:
        """Return what a content says, such as that of a JSON document.

        Raises:
            ValueError: It is no such record.
        """
        return msgspec.convert(content, cls, from_attributes=True)

    @classmethod
    def model_validate_json(cls, text: str | bytes) -> Self:
        """Return what a JSON document says.

        Raises:
            ValueError: It is none, or no such record.
        """
        return msgspec.json.decode(text, type=cls)

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **update)  # type: ignore[type-var]  # every subclass is a dataclass

    def model_dump(self, *, exclude_defaults: bool = False) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        if not exclude_defaults:
            return found
        kept = (each for each in fields(self) if getattr(self, each.name) != each.default)  # type: ignore[arg-type]
        return {each.name: found[each.name] for each in kept}

    def model_dump_json(self, *, indent: int = 0) -> str:
        """Return it as a JSON document."""
        return msgspec.json.format(msgspec.json.encode(self), indent=indent).decode()


@cache
def _makers(kind: type) -> tuple[tuple[str, _Make], ...]:
    """Return what is made of each field of a record.

    Those that stay as they are stand here too: msgspec leaves what was not told to the class, and
    what tells of an object by its own names would leave it out.
    """
    hints = get_type_hints(kind, include_extras=True)
    return tuple((each.name, _maker(hints[each.name]) or _as_it_is) for each in fields(kind))


def _maker(hint: Any) -> _Make | None:
    """Return what is made of a value with such a type; None where it stays as it is."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        if not all(isinstance(each, Made) for each in inner[1:]):
            raise TypeError(f"nobody makes anything of {hint}")
        makes = [_maker(inner[0]), *(each.make for each in inner[1:])]
        return _one_by_one([make for make in makes if make is not None])
    made = [_maker(each) for each in inner if each is not Ellipsis]
    if not any(made):
        return None
    if origin in {Union, UnionType}:
        (one,) = filter(None, made)
        return lambda value: None if value is None else one(value)
    if origin is tuple:
        (one,) = filter(None, made)
        return lambda value: tuple(map(one, value))
    key, value = (make or _as_it_is for make in made)
    return lambda found: {key(name): value(each) for name, each in found.items()}


def _one_by_one(makes: list[_Make]) -> _Make | None:
    if len(makes) < 2:
        return makes[0] if makes else None

    def make(value: Any) -> Any:
        for each in makes:
            value = each(value)
        return value

    return make


def _as_it_is(value: Any) -> Any:
    return value


def _utc(at: datetime) -> datetime:
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside the calendar") from error


Moment = Annotated[datetime, Made(_utc)]
"""A time in UTC, also where a file edited by hand left the zone away."""

Second = Annotated[Moment, Made(lambda at: at.replace(microsecond=0))]
"""A time in UTC to the second: an entry of the keyring has no room for more."""

Line = Annotated[str, Made(lambda text: redact(plain_line(text, 1000)))]
"""One harmless line without secrets, also where a file was edited by hand."""

"""Questions to a process of our own, as data: what each takes, how it is answered, and with what.

A question and its answer go as JSON from one process to the other, by the types that stand in the
class; one field may go beside it, as the bytes that it is. Long work is a generator that yields how
far it is and returns the answer, so that whoever drives it can answer something shorter in between.
"""

from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar, get_args

from pydantic import TypeAdapter

Held = TypeVar("Held")
T = TypeVar("T")


class ProcessQuestion(ABC, Generic[Held, T]):
    """One question; what it takes are its fields."""

    raw: ClassVar[str] = ""
    """The field that goes as bytes, where one does."""

    @abstractmethod
    def answer(self, held: Held) -> T | Generator[Any, None, T]:
        """Return the answer, or the long work that comes to it.

        Args:
            held: What the process holds.
        """

    def as_json(self) -> dict[str, Any]:
        """Return the question as plain values, but for what goes as bytes."""
        given = _taking(type(self)).dump_python(
            self, mode="json", by_alias=True, exclude_unset=True, exclude={self.raw}
        )
        return {"ask": type(self).__name__, "given": given}

    @property
    def body(self) -> bytes:
        """What goes as bytes."""
        return getattr(self, self.raw) if self.raw else b""

    @classmethod
    def came(cls, request: Mapping[str, Any]) -> "ProcessQuestion[Held, Any]":
        """Return the question, one of this kind, that came as plain values."""
        asked = {each.__name__: each for each in cls.__subclasses__()}[request["ask"]]
        beside = {asked.raw: request["body"]} if asked.raw else {}
        return _taking(asked).validate_python({**request["given"], **beside})

    def read(self, answer: object) -> T:
        """Return the answer that came as plain values."""
        found: T = _giving(type(self)).validate_python(answer)
        return found


@cache
def _taking(question: type[ProcessQuestion[Held, T]]) -> TypeAdapter[ProcessQuestion[Held, T]]:
    return TypeAdapter(question)


@cache
def _giving(question: type[ProcessQuestion[Held, T]]) -> TypeAdapter[T]:
    """Return what reads an answer, by what the question says that it answers."""
    bases: Any = vars(question)["__orig_bases__"]
    return TypeAdapter(get_args(bases[0])[-1])

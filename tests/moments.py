"""Moments of a run: all that a kill would leave there, kept so that one can go on from it often."""

import io
import itertools
import pickle
import threading
import time
import types
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_SHARED = (
    type,
    types.FunctionType,
    itertools.count,
    type(threading.Lock()),
    type(threading.RLock()),
)
"""What copies have in common with what they are copies of: no run changes what it is."""

_shared: dict[int, object] = {}


def _shared_one(number: int) -> object:
    return _shared[number]


class _Pickler(pickle.Pickler):
    # Not persistent_id: that is asked about every text and number.
    def reducer_override(self, thing: object) -> Any:
        if not isinstance(thing, _SHARED) or thing is _shared_one:
            return NotImplemented
        _shared[id(thing)] = thing
        return _shared_one, (id(thing),)


def copied(thing: object) -> bytes:
    """Return a copy of something with all that it holds; copies of what is equal are equal."""
    copy = io.BytesIO()
    _Pickler(copy).dump(thing)
    return copy.getvalue()


def remade(copy: bytes) -> Any:
    """Return what was copied, each time anew."""
    return pickle.loads(copy)  # noqa: S301 - made above, in this process


@dataclass(frozen=True)
class Moment:
    """What was in memory and on the disk; nothing can tell two moments apart that are equal."""

    memory: bytes
    files: tuple[tuple[str, bytes], ...]
    at: float = field(default_factory=time.time, compare=False)

    @classmethod
    def of(cls, memory: object, folder: Path) -> "Moment":
        """Return what a kill would leave of some objects, and of the files in a folder."""
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        read = tuple((str(file.relative_to(folder)), file.read_bytes()) for file in files)
        return cls(copied(memory), read)

    def again(self, folder: Path) -> Any:
        """Write the files into a folder, and return the objects, each time anew."""
        for name, content in self.files:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return remade(self.memory)


@cache
def moments_of(_practice: object) -> dict[str, Moment]:
    """Return what is gone on from in a practice, by what was done."""
    return {}

"""Read pages for another process as ``python -P -m wizard.preview.reading``.

What goes to and fro: `wizard.preview.beside`.
"""

import gc
import marshal
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import BinaryIO

from pydantic import TypeAdapter

from wizard.errors import WizardError
from wizard.machine.sealing import bound_memory, seal
from wizard.preview.accounts import Accounts
from wizard.preview.beside import LENGTH_HEAD, PAGE_HEAD, PART_LETTERS
from wizard.preview.people import People
from wizard.preview.settings import Settings
from wizard.preview.sources import Completeness


@dataclass(frozen=True)
class Basis:
    """What people are read by.

    Attributes:
        settings: What the preview rests on.
        assigned: The ids of who is assigned; None where everybody is.
        may_be_assigned: Whether somebody who is not may be so by a group that was not read.
    """

    settings: Settings
    assigned: frozenset[str] | None
    may_be_assigned: bool

    def people(self, completeness: Completeness) -> People:
        """Return what takes people."""
        maybe = self.may_be_assigned
        return People(self.settings, completeness, self.assigned, may_be_assigned=maybe)

    def as_json(self) -> bytes:
        """Return it for another process."""
        return _adapter().dump_json(self, by_alias=True, exclude_unset=True)


@cache
def _adapter() -> TypeAdapter[Basis]:
    return TypeAdapter(Basis)


def read_pages(requests: BinaryIO, answers: BinaryIO) -> None:
    """Read pages until no more come, and end the process.

    Args:
        requests: Where they come in.
        answers: Where rows go out.
    """
    (length,) = LENGTH_HEAD.unpack(requests.read(LENGTH_HEAD.size))
    people = _adapter().validate_json(requests.read(length)).people(Completeness())
    sides: dict[bytes, People | Accounts] = {
        PART_LETTERS["people"]: people,
        PART_LETTERS["accounts"]: Accounts(people.columns, Completeness()),
    }
    rows = b""
    while True:
        answers.write(LENGTH_HEAD.pack(len(rows)) + rows)
        answers.flush()
        if len(head := requests.read(PAGE_HEAD.size)) < PAGE_HEAD.size:
            os._exit(0)  # at once: nobody is left
        letter, count = PAGE_HEAD.unpack(head)
        lengths = [LENGTH_HEAD.unpack(requests.read(LENGTH_HEAD.size))[0] for _ in range(count)]
        rows = _rows(sides[letter], [requests.read(length) for length in lengths])


def _rows(side: People | Accounts, pages: list[bytes]) -> bytes:
    """Return what pages hold; nothing where whoever asks has to read them, and say why."""
    with suppress(WizardError, MemoryError):
        found = [side.quickly(page) for page in pages]
        if None not in found:
            return marshal.dumps(side.pack(list(chain.from_iterable(filter(None, found)))))
    return b""


if __name__ == "__main__":
    seal()
    bound_memory()
    gc.disable()  # nothing made here refers to itself
    read_pages(sys.stdin.buffer, sys.stdout.buffer)

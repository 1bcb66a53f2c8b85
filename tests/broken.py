"""The program with a mistake in it: `python -m tests.broken MODULE:NAME ARGUMENTS...`.

What is named raises an error whose words, and a variable beside it, are the secrets it was given
and the text in the environment variable `SECRET`; after `async `, its work does.
"""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wizard.cli import main


def _mistaken(*arguments: Any, **_options: Any) -> Any:
    held = [getattr(each, "token", each) for each in arguments]
    secrets = [each.get_secret_value() for each in held if hasattr(each, "get_secret_value")]
    raise LookupError(f"no luck with {secrets} and {os.environ.get('SECRET')}")


async def _mistaken_later(*arguments: Any, **_options: Any) -> Any:
    _mistaken(*arguments)


@contextmanager
def spoiled(place: str) -> Iterator[None]:
    """Put the mistake where `module:Class.method` is, as long as the program runs here."""
    module, _, names = place.removeprefix("async ").partition(":")
    owner: Any = importlib.import_module(module)
    *parts, last = names.split(".")
    for part in parts:
        owner = getattr(owner, part)
    right = vars(owner)[last]
    setattr(owner, last, _mistaken_later if place.startswith("async ") else _mistaken)
    try:
        yield
    finally:
        setattr(owner, last, right)


if __name__ == "__main__":
    with spoiled(sys.argv.pop(1)):
        sys.exit(main())

"""The program with a mistake in it: `python -m tests.broken MODULE:NAME ARGUMENTS...`.

What is named raises an error whose words, and a variable beside it, are the secrets it was given
and the text in the environment variable `SECRET`; after `async `, its work does.
"""

import importlib
import os
import sys
from typing import Any

from wizard.cli import main


def _mistaken(*arguments: Any, **_options: Any) -> Any:
    held = [getattr(each, "token", each) for each in arguments]
    secrets = [each.get_secret_value() for each in held if hasattr(each, "get_secret_value")]
    raise LookupError(f"no luck with {secrets} and {os.environ.get('SECRET')}")


async def _mistaken_later(*arguments: Any, **_options: Any) -> Any:
    _mistaken(*arguments)


def spoil(place: str) -> None:
    """Put the mistake where `module:Class.method` is."""
    module, _, names = place.removeprefix("async ").partition(":")
    owner: Any = importlib.import_module(module)
    *parts, last = names.split(".")
    for part in parts:
        owner = getattr(owner, part)
    setattr(owner, last, _mistaken_later if place.startswith("async ") else _mistaken)


if __name__ == "__main__":
    spoil(sys.argv.pop(1))
    sys.exit(main())

"""The file in which a practice directory is kept, before anybody makes sense of it."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from wizard.machine.files import read_file, without_check

_MAX_BYTES = 100_000_000
"""Largest kept directory that is read; one of some thousand people has a few million."""


def kept_text(file: Path) -> bytes:
    """Return the JSON of a kept directory.

    Raises:
        OSError: It cannot be read, is no file, or is larger than any directory.
        ValueError: It is not what was written.
    """
    return without_check(read_file(file, _MAX_BYTES))


def kept_resources(file: Path) -> list[dict[str, Any]] | None:
    """Return what was in the practice Webex, as SCIM; None where that was not kept."""
    with suppress(OSError, ValueError, AttributeError):
        found: list[dict[str, Any]] | None = json.loads(kept_text(file)).get("webex")
        return found
    return None

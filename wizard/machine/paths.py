"""Paths that somebody typed, as they are everywhere: with the home they name, and absolute."""

from contextlib import suppress
from pathlib import Path

from wizard.machine.files import unwritable


def whole_path(path: Path) -> Path:
    """Return a path made whole; a home that does not exist stays in it, and nothing is there."""
    with suppress(RuntimeError):
        path = path.expanduser()
    return path.absolute()


def path_to_write(path: Path) -> Path:
    """Return the same of what is to be written.

    Raises:
        ProfileError: It names a home that does not exist.
    """
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise unwritable(path, ValueError(str(error))) from error

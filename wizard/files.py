"""Files that are written whole or not at all, readable by their owner alone."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from wizard.errors import ProfileError
from wizard.text import plain_line

CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND
PRIVATE = 0o600


def write_private(file: Path, text: str) -> None:
    """Replace a file by new text at once; a failure leaves the old file as it was.

    Raises:
        ProfileError: The disk is full or the folder cannot be written.
    """
    temporary = ""
    try:
        private_folder(file.parent)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, file)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise unwritable(file, error) from error


def append_private(file: Path, line: str) -> None:
    """Append one line to a file and wait until it is on the disk.

    Raises:
        ProfileError: The disk is full or the folder cannot be written.
    """
    try:
        private_folder(file.parent)
        handle = os.open(file, CREATE_FLAGS, PRIVATE)
        with os.fdopen(handle, "a", encoding="utf-8") as stream:
            stream.write(line + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise unwritable(file, error) from error


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def unwritable(file: Path, error: OSError) -> ProfileError:
    """Return the error for a file that could not be written."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    reason = "the disk is full" if full else plain_line(error.strerror or error)
    return ProfileError(
        f"{file.name} could not be saved in {plain_line(file.parent)}: {reason}.",
        "Nothing was lost: what was saved before is unchanged. "
        + ("Free some space" if full else "Make the folder writable")
        + " and try again.",
        code="disk-full" if full else "not-writable",
    )

"""Files that are written whole or not at all, readable by their owner alone, and removed."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from wizard.errors import ProfileError
from wizard.text import plain_line

_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
"""Without O_BINARY, Windows would write other line ends than we do."""

_PRIVATE = 0o600


def write_private(file: Path, content: str | bytes) -> None:
    """Replace a file by new content at once; a failure leaves the old file as it was.

    Raises:
        ProfileError: The disk is full or the folder cannot be written.
    """
    temporary = ""
    try:
        private_folder(file.parent)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, file)
    except (OSError, ValueError) as error:
        raise unwritable(file, error) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def append_private(file: Path, line: str) -> None:
    """Append one line to a file and wait until it is on the disk.

    A line that a crash cut off before is ended first, so that it does not spoil this one.

    Raises:
        ProfileError: The disk is full or the folder cannot be written.
    """
    try:
        private_folder(file.parent)
        with os.fdopen(os.open(file, _APPEND, _PRIVATE), "a+b") as stream:
            stream.write(_line_end(stream) + line.encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except (OSError, ValueError) as error:
        raise unwritable(file, error) from error


def remove(file: Path) -> None:
    """Remove a file; one that is not there is no error.

    Raises:
        ProfileError: The folder cannot be written.
    """
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise ProfileError(
            f"{plain_line(file.name)} could not be removed from {plain_line(file.parent)}: "
            f"{reason_of(error)}.",
            "Make the folder writable and try again.",
            code="not-writable",
        ) from error


def _line_end(stream: BinaryIO) -> bytes:
    """Return what is missing at the end of the last line."""
    if stream.seek(0, os.SEEK_END) == 0:
        return b""
    stream.seek(-1, os.SEEK_END)
    return b"" if stream.read(1) == b"\n" else b"\n"


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def unwritable(file: Path, error: OSError | ValueError) -> ProfileError:
    """Return the error for a file that could not be written; an odd name is a ValueError."""
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    reason = "the disk is full" if full else reason_of(error)
    return ProfileError(
        f"{plain_line(file.name)} could not be saved in {plain_line(file.parent)}: {reason}.",
        "Nothing was lost: what was saved before is unchanged. "
        + ("Free some space" if full else "Make the folder writable")
        + " and try again.",
        code="disk-full" if full else "not-writable",
    )


def reason_of(error: Exception) -> str:
    """Return why the operating system would not touch a file, as one harmless line."""
    return plain_line(getattr(error, "strerror", None) or error).rstrip(".")

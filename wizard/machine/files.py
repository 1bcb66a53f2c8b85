"""Files: read within bounds, written whole or not at all, and readable by their owner alone."""

import contextlib
import errno
import itertools
import os
import re
import stat
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from wizard.errors import MappingError, ProfileError
from wizard.words.text import plain_line

_APPEND = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
"""Without O_BINARY, Windows would write other line ends than we do."""

_WRITE = os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)

_READ = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_NONBLOCK", 0)
)
"""What takes the place of a file while it is opened must not hold us."""

_PRIVATE, _READABLE = 0o600, 0o644
_CHECKED = re.compile(rb'(?P<body>.*),\s*"check":\s*"(?P<check>[0-9a-f]{8})"\s*\}\s*', re.DOTALL)
_LONGEST_LINE = 1_000_000
_REPLACE_AGAIN = (0.02, 0.1, 0.3)
"""Seconds to wait where Windows does not let a file be replaced that a scanner or another window
is reading."""


class NotAFile(OSError):
    """A pipe, a device, a folder: reading it may never end, and opening it may do something."""


class TooLarge(OSError):
    """More than anybody would keep in such a file."""


class Altered(ValueError):
    """A document whose check does not fit."""


def open_file(file: Path) -> BinaryIO:
    """Open a file to be read; nothing else is opened, and nothing is waited for.

    Raises:
        OSError: It cannot be opened, or is something else than a file (`NotAFile`).
        ValueError: No file can have such a name.
    """
    _require_file(os.stat(file).st_mode)  # before it is opened: a tape would wind back
    stream = os.fdopen(os.open(file, _READ), "rb")
    try:
        _require_file(os.fstat(stream.fileno()).st_mode)
    except BaseException:
        stream.close()
        raise
    return stream


def read_file(file: Path, most: int) -> bytes:
    """Return what is in a file.

    Args:
        file: Where it is.
        most: Bytes that are read; a larger file is refused at once.

    Raises:
        OSError: It cannot be read, is no file (`NotAFile`), or is larger (`TooLarge`).
        ValueError: No file can have such a name.
    """
    with open_file(file) as stream:
        if os.fstat(stream.fileno()).st_size <= most:
            content = stream.read(most + 1)
            if len(content) <= most:
                return content
    size = f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most // 1000} kB"
    raise TooLarge(errno.EFBIG, f"it is larger than {size}")


def tail_of(file: Path) -> bytes:
    """Return the end of a file; nothing when there is none.

    Raises:
        OSError: It cannot be read, or is no file.
    """
    try:
        with open_file(file) as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - _LONGEST_LINE))
            return stream.read()
    except FileNotFoundError:
        return b""


def check_of(content: bytes) -> str:
    """Return a short check: whatever one letter of the content becomes, it becomes another one.

    It guards against accidents, not against anybody.
    """
    return f"{zlib.crc32(content):08x}"


def with_check(document: str) -> str:
    """Return the text of a JSON object with a check of itself as its last member."""
    body = document.rstrip().removesuffix("}").rstrip()
    return f'{body},\n  "check": "{check_of(body.encode())}"\n}}\n'


def without_check(document: bytes) -> bytes:
    """Return the text of a JSON object without its check; one without a check is as it is.

    Raises:
        Altered: It is not what was written.
    """
    found = _CHECKED.fullmatch(document)
    if found is None:
        return document
    if check_of(found["body"]) != found["check"].decode():
        raise Altered("it is not what was written")
    return found["body"] + b"\n}\n"


def set_aside(file: Path) -> Path | None:
    """Give what cannot be understood another name, so that nothing is written over it.

    Returns:
        Where it is now; None when it could not be moved.
    """
    aside = next(
        name
        for number in itertools.count(1)
        if not (name := file.with_name(f"{file.name}.damaged-{number}")).exists()
    )
    with contextlib.suppress(OSError):
        os.rename(file, aside)
        return aside
    return None


def unused(file: Path) -> Path:
    """Return a file's name, or, where there is such a file, the first with a number that is free.

    Whoever writes there learns what is wrong with a folder that cannot be read.
    """
    numbered = (file.with_stem(f"{file.stem}-{number}") for number in itertools.count(2))
    return next(name for name in itertools.chain((file,), numbered) if not os.path.lexists(name))


def write_private(file: Path, content: str | bytes) -> None:
    """Replace a file by new content at once; a failure leaves the old file as it was.

    Raises:
        ProfileError: The disk is full or the folder cannot be written.
    """
    with replacing(file) as beside, writing(beside, file) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


def write_readable(file: Path, content: str) -> None:
    """Replace a file that everybody may read, as `write_private`; its folder has to be there.

    Raises:
        ProfileError: The disk is full or the folder cannot be written.
    """
    with replacing(file, mode=_READABLE) as beside, writing(beside, file) as stream:
        stream.write(content.encode())


@contextlib.contextmanager
def replacing(file: Path, mode: int = _PRIVATE) -> Iterator[Path]:
    """Yield an empty file, the owner's alone, which takes a file's place when all went well.

    Otherwise it is removed, and the old file is as it was.

    Args:
        file: The file.
        mode: Its permissions in the end; the folder of one that others may read is not made.

    Raises:
        ProfileError: The folder cannot be written.
    """
    import tempfile  # with what it loads itself, half as much as all that only reading takes

    beside = ""
    try:
        with _told_of(file):
            if mode == _PRIVATE:
                private_folder(file.parent)
            _require_replaceable(file)
            handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
            os.close(handle)
        yield Path(beside)
        with _told_of(file):
            os.chmod(beside, mode)
            _replace(beside, file)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(beside)


@contextlib.contextmanager
def writing(beside: Path, file: Path) -> Iterator[BinaryIO]:
    """Yield what is written beside a file, by whatever process; at the end it is on the disk.

    Args:
        beside: As `replacing` yields it.
        file: Which is named where it cannot be written.

    Raises:
        ProfileError: The disk is full or the folder cannot be written.
    """
    with _told_of(file), os.fdopen(os.open(beside, _WRITE), "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


@contextlib.contextmanager
def _told_of(file: Path) -> Iterator[None]:
    """Tell what the system says against writing a file."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise unwritable(file, error) from error


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


def _require_file(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise NotAFile(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise NotAFile(errno.EINVAL, "it is a pipe, a socket or a device, and not a file")


def _require_replaceable(file: Path) -> None:
    """Let no device be replaced by a file, as whoever administers the machine could."""
    with contextlib.suppress(FileNotFoundError):
        _require_file(os.stat(file).st_mode)


def _replace(temporary: str, file: Path) -> None:
    for pause in _REPLACE_AGAIN:
        try:
            os.replace(temporary, file)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(temporary, file)


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
    missing = isinstance(error, FileNotFoundError)
    reason = "the disk is full" if full else reason_of(error)
    remedy = "Free some space" if full else "Make the folder" + ("" if missing else " writable")
    return ProfileError(
        f"{plain_line(file.name)} could not be saved in {plain_line(file.parent)}: {reason}.",
        f"Nothing was lost: what was saved before is unchanged. {remedy} and try again.",
        code="disk-full" if full else "not-writable",
    )


def unreadable_file(name: str, error: Exception) -> MappingError:
    """Return the error of a file that somebody named and that cannot be read."""
    return MappingError(
        f"{plain_line(name)} cannot be read: {reason_of(error)}.",
        "Check the name of the file and your access to it.",
        code="file-unreadable",
    )


def reason_of(error: Exception) -> str:
    """Return why the operating system would not touch a file, as one harmless line."""
    return plain_line(getattr(error, "strerror", None) or error).rstrip(".")

"""One window at a time: locks on files, which the system releases when a process dies."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.errors import ProfileError
from wizard.machine.files import private_folder, unwritable

if TYPE_CHECKING:
    from filelock import FileLock

SAVE_WAIT = 3.0
"""Seconds to wait for another window that saves, which takes it some milliseconds."""
SEALING = ".sealing~lock"
"""No profile can be named so that its own lock were this one."""
TURN_WAIT = 20.0
"""Seconds to wait for another window that changes tokens, which may ask keyring and Webex."""

_LOOK_AGAIN = 0.02


@contextmanager
def saving(folder: Path) -> Iterator[None]:
    """Keep other windows from saving anything in a folder meanwhile.

    It blocks whoever calls it, as the saving itself does; where an event loop goes on, what saves
    waits for `others_saved` before.

    Raises:
        ProfileError: Another window does not come to an end, or the folder cannot be written.
    """
    from filelock import Timeout

    lock = _lock(folder / ".lock")
    try:
        lock.acquire(timeout=SAVE_WAIT, poll_interval=_LOOK_AGAIN)
    except Timeout as error:
        raise _busy("saving") from error
    except OSError as error:
        raise unwritable(Path(lock.lock_file), error) from error
    try:
        yield
    finally:
        lock.release()


async def others_saved(folder: Path) -> None:
    """Wait until no other window saves in a folder, while the event loop goes on.

    Who saves after that finds nobody who stalls, so that `saving` holds the loop for as long as a
    file is written.

    Raises:
        ProfileError: Another window does not come to an end, or the folder cannot be written.
    """
    if not folder.exists():  # noqa: ASYNC240 - as short as a save
        return
    async with _taken_in_time(_lock(folder / ".lock"), SAVE_WAIT, "saving"):
        pass


@contextmanager
def sealing(folder: Path) -> Iterator[bool]:
    """Keep other windows from sealing lines of journals in a folder meanwhile; blocks as `saving`.

    Yields whether that worked: who cannot wait goes on without, for what is done is journalled.
    It is another lock than that of saving, which would not wait for a keyring that is slow.
    """
    from filelock import Timeout

    with ExitStack() as held:
        try:
            held.enter_context(_lock(folder / SEALING).acquire(SAVE_WAIT, _LOOK_AGAIN))
        except (Timeout, OSError, ProfileError):
            is_alone = False
        else:
            is_alone = True
        yield is_alone


@asynccontextmanager
async def turn(file: Path, wait: float = TURN_WAIT) -> AsyncIterator[None]:
    """Keep other windows from doing the same meanwhile; the event loop goes on while it waits.

    Args:
        file: The file that stands for what is done.
        wait: Seconds to wait for the other window.

    Raises:
        ProfileError: Another window does not come to an end, or the folder cannot be written.
    """
    async with _taken_in_time(_lock(file), wait, "working with the tokens of this profile"):
        yield


@asynccontextmanager
async def _taken_in_time(lock: "FileLock", wait: float, doing: str) -> AsyncIterator[None]:
    """Hold a lock that is waited for; raises when another window goes on doing something."""
    try:
        async with asyncio.timeout(wait):
            while not _taken(lock):  # noqa: ASYNC110 - what is waited for is another process
                await asyncio.sleep(_LOOK_AGAIN)
    except TimeoutError as error:
        raise _busy(doing) from error
    try:
        yield
    finally:
        lock.release()


def remove_idle(files: Iterable[Path]) -> None:
    """Remove locks that nobody holds; where one is held, all stay.

    Raises:
        OSError: One could not be removed.
        ProfileError: The folder cannot be written.
    """
    files = list(files)
    with ExitStack() as held:
        for file in files:
            lock = _lock(file)
            if not _taken(lock):
                return
            held.callback(lock.release)
        if os.name == "nt":
            held.close()  # what is open, here or in another window, cannot be removed there
        for file in files:
            file.unlink()


def _lock(file: Path) -> "FileLock":
    from filelock import FileLock

    try:
        private_folder(file.parent)
    except OSError as error:
        raise unwritable(file, error) from error
    return FileLock(file, mode=0o600)


def _taken(lock: "FileLock") -> bool:
    from filelock import Timeout

    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        raise unwritable(Path(lock.lock_file), error) from error
    return True


def _busy(doing: str) -> ProfileError:
    return ProfileError(
        f"Another window of webex-wizard is {doing}, and did not come to an end in time.",
        "Nothing was changed here. Wait until it has finished, or end it, and try again.",
        code="profile-busy",
    )

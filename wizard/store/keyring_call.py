"""One call to the keyring: how long it may take, and what went wrong, in words."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TypeVar

from wizard.errors import KeystoreError
from wizard.machine.threads import bounded, within
from wizard.store.keyring_help import keyring_error, trouble
from wizard.words.progress import nobody

T = TypeVar("T")

TIME_LIMIT = 3.0
"""Seconds for one call: a frozen daemon never answers (design 7)."""

ASKING_LIMIT = 90.0
"""Seconds more where the keyring may be asking the person: to find the window, and to type."""

ASKING = (
    "The keyring is slow to answer: it may be asking you in a window of its own, to unlock it or "
    "to allow this program. Waiting for you there."
)

_ASKS_BY_ITSELF = ("keyring.backends.macOS", "keyring.backends.kwallet")
"""Backends that open windows without a way to tell whether one is open."""

_ASKS_WHILE_LOCKED = ("keyring.backends.SecretService", "keyring.backends.libsecret")


async def answered(
    call: Callable[[], T],
    limit: float | None,
    *,
    module: str = "",
    tell: Callable[[str], None] = nobody,
) -> T:
    """Return what the keyring answers; one that asks the person is waited for.

    Args:
        call: What blocks.
        limit: Seconds to wait for a keyring that asks nobody; None for one that answers at once.
        module: The module of the keyring's backend.
        tell: Takes a sentence while the keyring may be asking.

    Raises:
        KeystoreError: It did not answer in time, or failed.
    """

    async def more(limit: float) -> float:
        if not await _may_be_asking(module, limit):
            return 0.0
        tell(ASKING)
        return ASKING_LIMIT

    try:
        if limit is None:
            await asyncio.sleep(0)  # others have their turn meanwhile, as with every keyring
            return call()
        try:
            return await bounded(call, limit, "keyring", partial(more, limit))
        except TimeoutError as error:
            raise trouble("keyring-frozen", seconds=limit) from error
    except KeystoreError:
        raise
    except (Exception, SystemExit) as error:  # some backends end the program that asks them
        raise keyring_error(error) from error


def answered_at_once(call: Callable[[], T], limit: float) -> T:
    """Return what the keyring answers, and block until then; nobody is waited for who is asked.

    Raises:
        KeystoreError: It did not answer in time, or failed.
    """
    try:
        return within(call, limit, "keyring")
    except TimeoutError as error:
        raise trouble("keyring-frozen", seconds=limit) from error
    except KeystoreError:
        raise
    except (Exception, SystemExit) as error:
        raise keyring_error(error) from error


async def _may_be_asking(module: str, limit: float) -> bool:
    if module.startswith(_ASKS_BY_ITSELF):
        return True
    if not module.startswith(_ASKS_WHILE_LOCKED):
        return False
    try:
        return await bounded(_is_locked, limit, "keyring")
    except Exception:  # whatever it is, it is not a question to the person
        return False


def _is_locked() -> bool:
    """Tell whether the Secret Service answers, and cannot be used before somebody unlocks it."""
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        try:
            return secretstorage.Collection(bus).is_locked()
        except secretstorage.ItemNotFoundException:
            return True  # no keyring yet: it asks for the password of a new one

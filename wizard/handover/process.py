"""Sealing and unsealing in a process of its own.

Deriving the key takes seconds and about a gigabyte of memory, and the library holds the
interpreter's lock meanwhile: here it would stop the interface, and end us where memory is short.
"""

import base64
from typing import TYPE_CHECKING

from wizard.errors import MachineError
from wizard.machine.child import Child

if TYPE_CHECKING:
    from pydantic import SecretStr


async def sealed(content: bytes, passphrase: "SecretStr") -> bytes:
    """Return content as an age file.

    Raises:
        MachineError: The process could not be started, or has ended.
    """
    return await _asked("seal", content, passphrase)


async def unsealed(content: bytes, passphrase: "SecretStr") -> bytes:
    """Return what an age file holds.

    Raises:
        HandoverError: As `wizard.handover.age.decrypt`.
        MachineError: The process could not be started, or has ended.
    """
    return await _asked("unseal", content, passphrase)


async def _asked(ask: str, content: bytes, passphrase: "SecretStr") -> bytes:
    request = {
        "ask": ask,
        "passphrase": passphrase.get_secret_value(),
        "content": base64.b64encode(content).decode(),
    }
    does = "seals hand-over files"
    child = Child("wizard.handover", does=does, code="handover-not-started", gone=_gone)
    try:
        return base64.b64decode(await child.ask(request))
    finally:
        child.close()


def _gone() -> MachineError:
    return MachineError(
        "The process that seals hand-over files has ended before its work was done.",
        "It needs one to four gigabytes of free memory for a few seconds. Close other programs, "
        "or use a larger machine, and try again.",
        code="handover-memory",
    )

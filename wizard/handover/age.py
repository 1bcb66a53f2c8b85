"""Bytes sealed with a passphrase as a standard age file, which the `age` program opens too.

Format: age-encryption.org/v1 with one scrypt recipient.
"""

import re

from wizard.errors import HandoverError

HEADER = b"age-encryption.org/v1\n"

MAX_WORK = 22
"""Largest work factor that is tried: scrypt then takes 4 GiB of memory.

The library chooses one that takes a second where the file is made; 20 was seen, a gigabyte. What it
refuses by itself is measured in seconds, not in memory: it was seen to try 24, sixteen gigabytes.
"""

_RECIPIENT = re.compile(rb"-> scrypt [A-Za-z0-9+/]{22} ([0-9]{1,9})\n")

_WRONG_PASSPHRASE = "Decryption failed"  # noqa: S105 - what the library says, not a secret


def encrypt(content: bytes, passphrase: str) -> bytes:
    """Return content as an age file; takes a second or more, and about a gigabyte of memory."""
    from pyrage import passphrase as age  # type: ignore[import-untyped]  # it has no types

    sealed: bytes = age.encrypt(content, passphrase)
    return sealed


def decrypt(sealed: bytes, passphrase: str) -> bytes:
    """Return what an age file holds; takes as much time and memory as its maker chose.

    Raises:
        HandoverError: It is no age file, not for a passphrase, asks for absurd work, the
            passphrase is wrong, or the file is damaged.
    """
    refuse_foreign(sealed)
    from pyrage import DecryptError
    from pyrage import passphrase as age

    try:
        content: bytes = age.decrypt(sealed, passphrase)
    except DecryptError as error:
        raise _wrong() if str(error) == _WRONG_PASSPHRASE else _damaged() from error
    return content


def refuse_foreign(sealed: bytes) -> None:
    """Refuse what need not be tried, whatever the passphrase.

    Raises:
        HandoverError: It is no age file, not for a passphrase, or asks for absurd work.
    """
    if not sealed.startswith(HEADER):
        raise HandoverError(
            "This is not a hand-over file.",
            "Choose the file that a hand-over of this program wrote; its name ends in .age.",
            code="handover-not-age",
        )
    recipient = _RECIPIENT.match(sealed, len(HEADER))
    if recipient is None:
        raise HandoverError(
            "This age file is damaged, or was not made with a passphrase.",
            "Ask for the hand-over file again, sent as an attachment.",
            code="handover-no-passphrase",
        )
    if int(recipient[1]) > MAX_WORK:
        raise HandoverError(
            "Opening this file would take far more time and memory than any hand-over needs.",
            "Do not use it. Ask your colleague whether it is theirs.",
            code="handover-work-factor",
        )


def _wrong() -> HandoverError:
    return HandoverError(
        "The passphrase does not open this file.",
        "Type it again. If it is right for sure, the file was changed on its way: ask for a new "
        "one.",
        code="handover-passphrase",
    )


def _damaged() -> HandoverError:
    return HandoverError(
        "The hand-over file is damaged, or was changed on its way.",
        "Ask your colleague to send it again, as an attachment.",
        code="handover-damaged",
    )

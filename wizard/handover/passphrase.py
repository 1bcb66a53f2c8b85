"""Passphrases of hand-over files: made here, or thought of by the administrator."""

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

from wizard.errors import InvalidInput

if TYPE_CHECKING:
    from pydantic import SecretStr

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Small letters and digits without those that are taken for one another: i, l, o, 0, 1."""

_GROUPS, GROUP_LENGTH = 5, 4
"""Twenty characters of an alphabet of 31: 99 bits."""

SHORTEST = 12
"""Characters of a passphrase that somebody thinks of."""

_GENERATED = re.compile(rf"[{ALPHABET}]{{{_GROUPS * GROUP_LENGTH}}}")


def generated() -> "SecretStr":
    """Return a new passphrase that is easy to read aloud: `k7mp-x2qd-…`."""
    return _secret(_grouped("".join(map(secrets.choice, [ALPHABET] * (_GROUPS * GROUP_LENGTH)))))


def as_typed(text: str) -> "SecretStr":
    """Return the passphrase that was typed, however it was typed.

    One made here is understood in capitals and with other gaps; any other one is the same
    whether the keyboard composes its letters or not (Unicode's form C).
    """
    bare = re.sub(r"[\s-]+", "", text).lower()
    if _GENERATED.fullmatch(bare):
        return _secret(_grouped(bare))
    return _secret(unicodedata.normalize("NFC", text.strip()))


def chosen(text: str, again: str) -> "SecretStr":
    """Return a passphrase of the administrator's own, typed twice.

    Raises:
        InvalidInput: It is too short, or was typed differently.
    """
    passphrase = as_typed(text)
    if len(passphrase) < SHORTEST:
        raise InvalidInput(
            f"The passphrase is shorter than {SHORTEST} characters.",
            "Take a longer one, or let this program make one.",
            code="passphrase-short",
        )
    if passphrase != as_typed(again):
        raise InvalidInput(
            "The two passphrases are not the same.",
            "Type the same one twice.",
            code="passphrase-differs",
        )
    return passphrase


def _grouped(characters: str) -> str:
    starts = range(0, len(characters), GROUP_LENGTH)
    return "-".join(characters[start : start + GROUP_LENGTH] for start in starts)


def _secret(text: str) -> "SecretStr":
    from pydantic import SecretStr

    return SecretStr(text)

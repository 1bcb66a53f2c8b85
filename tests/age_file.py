"""Age files written from their specification alone, so cheap to open that a test opens hundreds.

Source: age-encryption.org/v1 (github.com/C2SP/C2SP/blob/main/age.md).
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from wizard.handover.exchange import Handover, Seal
from wizard.workspace import Workspace

CHUNK = 65536


def age_file(content: bytes, passphrase: str, work: int = 4) -> bytes:
    """Return content sealed with a passphrase; deriving the key takes 2 ** `work` rounds."""
    file_key, salt, nonce = (secrets.token_bytes(16) for _ in range(3))
    wrapping = hashlib.scrypt(
        passphrase.encode(),
        salt=b"age-encryption.org/v1/scrypt" + salt,
        n=2**work,
        r=8,
        p=1,
        dklen=32,
    )
    wrapped = ChaCha20Poly1305(wrapping).encrypt(bytes(12), file_key, None)
    header = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_64(salt), work, _64(wrapped))
    mac = hmac.digest(_derived(file_key, b"", b"header"), header, "sha256")
    payload = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    chunks = [content[at : at + CHUNK] for at in range(0, max(len(content), 1), CHUNK)]
    sealed = b"".join(
        payload.encrypt(number.to_bytes(11) + bytes([number == len(chunks) - 1]), chunk, None)
        for number, chunk in enumerate(chunks)
    )
    return b"%s %s\n%s%s" % (header, _64(mac), nonce, sealed)


async def sealed_cheaply(content: bytes, passphrase: SecretStr) -> bytes:
    """Return content sealed with a passphrase."""
    return age_file(content, passphrase.get_secret_value())


def seal_by(space: Workspace, seal: Seal = sealed_cheaply) -> None:
    """Let a workspace seal its hand-over files so."""
    space.handover = Handover(
        keystore=space.keystore,
        profiles=space.profiles,
        endpoints=space.endpoints,
        practice=space.options.practice,
        seal=seal,
    )


def _64(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(key)

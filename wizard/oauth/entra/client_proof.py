"""What a program without a person proves with who it is: a certificate, or somebody's assertion.

Both are files that somebody else keeps and renews. A private key is read into memory once, is never
written or copied, and nothing prints it; an assertion is read anew whenever one is needed.
"""

import os
import re
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import SecretBytes, SecretStr

from wizard.errors import AuthorizationError
from wizard.machine.files import open_file, read_file, reason_of
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_LARGEST = 100_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_KEY = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----.+?-----END (?:[A-Z]+ )*PRIVATE KEY-----", re.DOTALL
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}")


class ClientProof(Protocol):
    """What a client proves itself with."""

    @property
    def ends(self) -> datetime | None:
        """When it ends by what it says of itself; None where that is not known beforehand."""

    def credential(self) -> Any:
        """Return it as MSAL takes it."""


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate with its private key, in memory."""

    private_key: "RSAPrivateKey"
    """An object that shows nothing of itself, and no text."""
    certificate: str
    """The certificate alone, as PEM."""
    ends: datetime

    def credential(self) -> Any:
        """Return it as MSAL takes it, which then signs with PS256 and names the SHA-256 thumbprint.

        Source: MSAL 1.39, `client_credential`: without `thumbprint`, and with the certificate.
        """
        return {"private_key": self.private_key, "public_certificate": self.certificate}


@dataclass(frozen=True)
class ClientAssertionFile:
    """A file with what another issuer signed, as workload identity federation leaves it."""

    file: Path
    ends: None = None

    def credential(self) -> Any:
        """Return it as MSAL takes it, which asks for it whenever it sends one."""
        return {"client_assertion": lambda: self.read().get_secret_value()}

    def read(self) -> SecretStr:
        """Return what is in the file now.

        Raises:
            AuthorizationError: It cannot be read, or holds no assertion.
        """
        try:
            text = read_file(self.file, _LARGEST).decode("ascii").strip()
        except UnicodeDecodeError:
            text = ""
        except (OSError, ValueError) as error:
            raise _unreadable(self.file, error, "assertion") from error
        if not _TOKEN.fullmatch(text):
            raise AuthorizationError(
                f"{plain_line(self.file.name)} holds no client assertion: that is one JSON Web "
                "Token, three parts with dots between them.",
                "Name the file that your platform writes it to; in Kubernetes that is in "
                "AZURE_FEDERATED_TOKEN_FILE.",
                code="assertion-malformed",
            )
        return SecretStr(text)


def read_certificate(file: Path) -> ClientCertificate:
    """Return the certificate and the private key in a PEM file that is its owner's alone.

    Raises:
        AuthorizationError: It cannot be read, others may read it too, or it does not hold an RSA
            key without a passphrase and the certificate that belongs to it.
    """
    content = _private_content(file)
    keys = [SecretBytes(each) for each in _KEY.findall(content.get_secret_value())]
    certificates = _CERTIFICATE.findall(content.get_secret_value())
    if len(keys) != 1 or not certificates:
        raise _refused(
            file,
            "does not hold one private key and its certificate as PEM text.",
            "Put both into one file. A PKCS #12 file becomes one with `openssl pkcs12 -in FILE.pfx "
            "-out FILE.pem -nodes`, run under `umask 077`.",
            "certificate-malformed",
        )
    if b"ENCRYPTED" in keys[0].get_secret_value():  # in its first line, or in a header
        raise _refused(
            file,
            "holds a key with a passphrase, and nobody is there to type it.",
            "Keys without a passphrase can be used, in a file that is its owner's alone: `openssl "
            "pkey -in KEY.pem -out PLAIN.pem`, run under `umask 077`. Where no such key may lie on "
            "a disk, use --assertion.",
            "certificate-encrypted",
        )
    return _belonging(file, keys[0], certificates)


def _private_content(file: Path) -> SecretBytes:
    try:
        with open_file(file) as stream:
            if os.name == "posix" and os.fstat(stream.fileno()).st_mode & _OTHERS:
                raise _open_to_others(file, os.fstat(stream.fileno()).st_mode)
            return SecretBytes(stream.read(_LARGEST))
    except (OSError, ValueError) as error:
        raise _unreadable(file, error, "certificate") from error


def _belonging(file: Path, pem: SecretBytes, certificates: list[bytes]) -> ClientCertificate:
    """Return a key with the one of the certificates that is its own."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.get_secret_value(), None)
        known = [(each, x509.load_pem_x509_certificate(each)) for each in certificates]
        own = [(text, one) for text, one in known if one.public_key() == key.public_key()]
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # Without its cause: what it says may quote the file.
        raise _refused(
            file,
            "holds a key or a certificate that cannot be read.",
            "Write both anew, as PEM.",
            "certificate-malformed",
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise _refused(
            file,
            "holds a key of another kind than RSA.",
            "Make an RSA key and its certificate: Entra is shown signatures of RSA keys.",
            "certificate-not-rsa",
        )
    if not own:
        raise _refused(
            file,
            "holds a key and the certificate of another key.",
            "Put the certificate into it that was made with this key, and give Entra the same one.",
            "certificate-of-another-key",
        )
    text, certificate = own[0]
    return ClientCertificate(key, text.decode("ascii"), certificate.not_valid_after_utc)


def _open_to_others(file: Path, mode: int) -> AuthorizationError:
    name = plain_line(file.name)
    return AuthorizationError(
        f"{name} holds a private key and is open to others on this machine (mode "
        f"{stat.S_IMODE(mode):04o}), so it was not used.",
        "`chmod 600` makes it its owner's alone. If others may have read it, make a new key and "
        "remove the certificate of this one in Entra.",
        code="certificate-open-to-others",
    )


def _refused(file: Path, why: str, hint: str, code: str) -> AuthorizationError:
    return AuthorizationError(f"{plain_line(file.name)} {why}", hint, code=code)


def _unreadable(file: Path, error: Exception, what: str) -> AuthorizationError:
    return _refused(
        file,
        f"cannot be read: {reason_of(error)}.",
        f"Check the name after --{what}, and that whoever runs this may read the file.",
        f"{what}-unreadable",
    )

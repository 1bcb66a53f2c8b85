"""Certificates with their keys, as an administrator makes them for a machine without a person."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


def key(number: int = 0) -> RSAPrivateKey:
    """One of several keys, each made once, as that takes a while."""
    return _made(number)


@cache
def _made(_number: int) -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def certificate(signing: Any = None, *, days: float = 90, begun: float = 1) -> str:
    """A self-signed certificate as PEM, made a day ago, with so many days to go."""
    signing = signing or key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "monitor.contoso.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signing.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=begun))
        .not_valid_after(now + timedelta(days=days))
        .sign(signing, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def pem(
    signing: Any = None,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    """A private key as PEM."""
    signing = signing or key()
    text: bytes = signing.private_bytes(Encoding.PEM, form, encryption or NoEncryption())
    return text.decode()


def public_pem(signing: RSAPrivateKey) -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return signing.public_key().public_bytes(Encoding.PEM, form).decode()


def written(file: Path, *parts: str, mode: int = 0o600) -> Path:
    """Write a file that is its owner's alone, unless another mode is wanted."""
    file.touch(mode=0o600)
    file.write_text("".join(parts), "ascii")
    file.chmod(mode)
    return file


def assertion(signing: RSAPrivateKey, **claims: Any) -> str:
    """A token that an issuer of somebody else's signed."""
    whole = {"aud": "api://AzureADTokenExchange", "exp": int(time.time()) + 600, **claims}
    head = {"alg": "RS256", "typ": "JWT"}
    body = ".".join(_encoded(json.dumps(part).encode()) for part in (head, whole))
    signature = signing.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{body}.{_encoded(signature)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")

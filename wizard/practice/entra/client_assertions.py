"""How a program proves to the practice authority who it is: by a signed assertion (RFC 7523).

It signs with the key of a certificate that an administrator registered, or brings what an issuer
signed whom an administrator trusts for it (workload identity federation). Signatures are checked,
as Microsoft does; nothing here is shared with what makes the assertions.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wizard.errors import InvalidInput
from wizard.practice.aadsts import Refusal
from wizard.practice.entra.refusal import SignInRefused

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EXCHANGE = "api://AzureADTokenExchange"
"""For whom an assertion of somebody else's is, as Microsoft recommends it."""

_SKEW = 300
"""Seconds by which clocks may differ."""

NOT_PROVEN = Refusal(
    7000218,
    "invalid_client",
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
)
MALFORMED = Refusal(50027, "invalid_request", "JWT token is invalid or malformed.")
NOT_REGISTERED = Refusal(
    700027,
    "invalid_client",
    "The certificate with identifier used to sign the client assertion is not registered on "
    "application. [Reason - The key was not found.]",
)
WRONG_SIGNATURE = Refusal(
    700027,
    "invalid_client",
    "Client assertion contains an invalid signature. [Reason - The provided signature value did "
    "not match the expected signature value.]",
)
KEY_EXPIRED = Refusal(
    700027,
    "invalid_client",
    "The certificate with identifier used to sign the client assertion is expired on application. "
    "[Reason - The key used is expired.]",
)
NOT_IN_TIME = Refusal(
    700024, "invalid_client", "Client assertion is not within its valid time range."
)
NOT_FEDERATED = Refusal(
    700211,
    "invalid_client",
    "No matching federated identity record found for presented assertion issuer.",
)
WRONG_SUBJECT = Refusal(
    700213,
    "invalid_client",
    "No matching federated identity record found for presented assertion subject.",
)


@dataclass(frozen=True)
class Federated:
    """An issuer whom an administrator trusts to say that somebody is the program."""

    issuer: str
    subject: str
    key: "RSAPublicKey"


@dataclass
class RegisteredKeys:
    """What an administrator registered of one program."""

    certificates: "dict[str, Certificate]" = field(default_factory=dict)
    """By their SHA-256 thumbprint, as an assertion names it."""
    federated: list[Federated] = field(default_factory=list)

    def register(self, given: Mapping[str, Any]) -> None:
        """Register a certificate (`certificate`), or an issuer (`issuer`, `subject`, `key`).

        Raises:
            InvalidInput: It is neither; keys and certificates are PEM.
        """
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

        if "certificate" in given:
            certificate = x509.load_pem_x509_certificate(str(given["certificate"]).encode())
            thumbprint = _encoded(certificate.fingerprint(hashes.SHA256()))
            self.certificates[thumbprint] = certificate
            return
        key = serialization.load_pem_public_key(str(given.get("key")).encode())
        if not isinstance(key, RSAPublicKey):
            raise InvalidInput("Only RSA keys are known here.")
        self.federated.append(Federated(str(given.get("issuer")), str(given.get("subject")), key))

    def check(
        self, form: Mapping[str, str], client_id: str, audiences: frozenset[str], now: "datetime"
    ) -> None:
        """Let a request pass that proves to be of the program.

        Args:
            form: The token request.
            client_id: The program.
            audiences: What this authority is called.
            now: The time here.

        Raises:
            SignInRefused: It does not.
        """
        if form.get("client_assertion_type") != JWT_BEARER or not form.get("client_assertion"):
            raise SignInRefused(NOT_PROVEN)
        assertion = form["client_assertion"]
        header, claims = _parts_of(assertion)
        if claims.get("iss") == client_id:
            key = self._key_of_certificate(header, now)
            subject, meant = client_id, audiences
        else:
            found = self._trusted(str(claims.get("iss")), str(claims.get("sub")))
            key, subject, meant = found.key, found.subject, frozenset({EXCHANGE})
        if not _is_signed(assertion, str(header.get("alg")), key):
            raise SignInRefused(WRONG_SIGNATURE)
        begins, ends = (claims.get(name, now.timestamp()) for name in ("nbf", "exp"))
        is_formed = isinstance(begins, int | float) and isinstance(ends, int | float)
        if not is_formed or claims.get("sub") != subject or claims.get("aud") not in [*meant]:
            raise SignInRefused(MALFORMED)
        if not (begins - _SKEW <= now.timestamp() <= ends + _SKEW and "exp" in claims):
            raise SignInRefused(NOT_IN_TIME)

    def _key_of_certificate(self, header: Mapping[str, Any], now: "datetime") -> "RSAPublicKey":
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

        # Programs of Microsoft's own pad it, which RFC 7515 does not.
        certificate = self.certificates.get(str(header.get("x5t#S256")).rstrip("="))
        if certificate is None:
            raise SignInRefused(NOT_REGISTERED)
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise SignInRefused(KEY_EXPIRED)
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise SignInRefused(WRONG_SIGNATURE)
        return key

    def _trusted(self, issuer: str, subject: str) -> Federated:
        of_issuer = [each for each in self.federated if each.issuer == issuer]
        if not of_issuer:
            raise SignInRefused(NOT_FEDERATED)
        found = next((each for each in of_issuer if each.subject == subject), None)
        if found is None:
            raise SignInRefused(WRONG_SUBJECT)
        return found


def _parts_of(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a JSON Web Token, not yet verified."""
    parts = assertion.split(".")
    try:
        header, claims = (json.loads(_decoded(part)) for part in parts[:2])
    except ValueError:
        raise SignInRefused(MALFORMED) from None
    if len(parts) != 3 or not isinstance(header, dict) or not isinstance(claims, dict):
        raise SignInRefused(MALFORMED)
    return header, claims


def _is_signed(assertion: str, algorithm: str, key: "RSAPublicKey") -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.hashes import SHA256

    paddings: dict[str, padding.AsymmetricPadding] = {
        "RS256": padding.PKCS1v15(),
        "PS256": padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH),
    }
    body, _, signature = assertion.rpartition(".")
    if algorithm not in paddings:
        return False
    try:
        key.verify(_decoded(signature), body.encode(), paddings[algorithm], SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")

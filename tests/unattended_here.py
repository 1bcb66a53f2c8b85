"""An application without a person, at practice tenants that are called in this process."""

from pathlib import Path
from typing import Any

from tests.certificates import certificate, pem, written
from tests.practice_here import PracticeHere
from wizard.oauth.entra.client_credentials import ReadingApplication
from wizard.oauth.entra.client_proof import ClientProof, read_certificate
from wizard.practice.entra.accounts import TENANT_ID
from wizard.practice.entra.scopes import READER_CLIENT

__all__ = ["READER_CLIENT", "TENANT_ID", "key_file", "reading", "register"]


def key_file(folder: Path, public: str = "") -> Path:
    """Write a key with its certificate as an administrator would."""
    return written(folder / "monitor.pem", pem(), public or certificate())


def register(tenants: PracticeHere, **given: str) -> None:
    """Register a certificate, or an issuer, of the program that only reads."""
    tenants.tell_entra(register=given or {"certificate": certificate()})


def reading(
    tenants: PracticeHere, proof: ClientProof | Path, tenant: str = TENANT_ID, **options: Any
) -> ReadingApplication:
    """Return the application that reads there; a path is that of its certificate."""
    proof = read_certificate(proof) if isinstance(proof, Path) else proof
    client_id = options.pop("client_id", READER_CLIENT)
    entra = tenants.endpoints.entra
    options = {"connect": tenants.connect} | options
    return ReadingApplication(entra, tenant, client_id, proof, **options)

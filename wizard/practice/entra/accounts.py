"""The accounts that can sign in to the Entra half, and the directory roles they hold."""

from dataclasses import dataclass

from wizard.practice.people import people

TENANT_ID = "c1d5e7a2-3b48-4f09-8d61-7e2fa0b95c13"
"""The practice tenant."""

OTHER_TENANT_ID = "58a0c3f4-6e17-4d2b-9b80-1fd2c6e7a419"
"""Another tenant, for the administrator who signs in with the wrong account."""

TENANT_BY_DOMAIN = {
    "practice.example": TENANT_ID,
    "practice.onmicrosoft.example": TENANT_ID,
    "other.example": OTHER_TENANT_ID,
}
"""Domain names that name a tenant as well as its id does."""

DIRECTORY_ROLES = {
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
}
"""Built-in directory roles and their template ids (reference/graph-entra.md 2.0)."""

APPLICATION_ADMINISTRATORS = frozenset(
    {"Application Administrator", "Cloud Application Administrator", "Global Administrator"}
)
"""Roles that may set up provisioning, and consent for everybody."""


@dataclass(frozen=True)
class EntraAccount:
    """One account: who signs in, where it lives, and which roles it holds."""

    email: str
    name: str
    description: str
    roles: tuple[str, ...] = ()
    eligible: tuple[str, ...] = ()
    """Roles that must be activated first, as Privileged Identity Management has it."""
    tenant_id: str = TENANT_ID
    object_id: str = ""


def _account(
    email: str, description: str, roles: tuple[str, ...] = (), eligible: tuple[str, ...] = ()
) -> EntraAccount:
    person = next(person for person in people() if person.user_principal_name == email)
    return EntraAccount(
        email, person.display_name, description, roles, eligible, object_id=person.object_id
    )


ENTRA_ACCOUNTS = (
    _account(
        "admin@practice.example",
        "Cloud Application Administrator",
        ("Cloud Application Administrator",),
    ),
    _account(
        "useradmin@practice.example",
        "User Administrator: may assign people, but not set up provisioning",
        ("User Administrator",),
    ),
    _account(
        "readonly@practice.example",
        "Global Reader: reads, but not the provisioning",
        ("Global Reader",),
    ),
    _account(
        "carla.moreau@practice.example",
        "Application Administrator as soon as the role is activated",
        eligible=("Application Administrator",),
    ),
    _account("user@practice.example", "Ordinary user without any role"),
    EntraAccount(
        "admin@other.example",
        "Olaf Other",
        "Global Administrator of another tenant",
        ("Global Administrator",),
        tenant_id=OTHER_TENANT_ID,
        object_id="3f6e0b9d-8c25-4a71-b5e3-94d07a1c6f28",
    ),
)


AUTOMATION = EntraAccount(
    "",
    "Practice Automation",
    "A program that signs in by itself, with a secret",
    ("Application Administrator",),
    object_id="b7f5d2c8-1e49-4a63-9c0d-52e8a6f4173b",
)
"""The practice tenant's own client, where it speaks for itself and for nobody who signs in."""

READER = EntraAccount(
    "",
    "Practice Reader",
    "A program that only reads, and proves who it is with a certificate",
    object_id="4d9a7c15-62fe-4b08-a3d7-e8105c2f9b64",
)
"""A program that signs in by itself, and was granted nothing but to read."""

PROGRAMS = (AUTOMATION, READER)
"""Whoever speaks for itself: a program has permissions, and needs no directory role."""


def entra_account(email: str) -> EntraAccount | None:
    """Return the account with an e-mail address, in any case of letters."""
    wanted = email.strip().casefold()
    return next((account for account in ENTRA_ACCOUNTS if account.email == wanted), None)


def entra_account_by_id(object_id: str) -> EntraAccount | None:
    """Return the account that a token names."""
    return next((account for account in ENTRA_ACCOUNTS if account.object_id == object_id), None)

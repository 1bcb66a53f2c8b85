"""Which tenant a name in an authority's address means."""

from wizard.practice.entra.accounts import OTHER_TENANT_ID, TENANT_BY_DOMAIN, TENANT_ID
from wizard.practice.entra.refusal import SignInRefused

SHARED = frozenset({"organizations", "common"})
"""Names for whichever tenant the account belongs to."""


def tenant_id_of(name: str) -> str:
    """Return the id of a tenant named by id or domain; nothing for whichever it is.

    Raises:
        SignInRefused: There is no such tenant.
    """
    wanted = name.casefold()
    if wanted in SHARED:
        return ""
    if wanted in {TENANT_ID, OTHER_TENANT_ID}:
        return wanted
    if wanted in TENANT_BY_DOMAIN:
        return TENANT_BY_DOMAIN[wanted]
    raise SignInRefused(90002)

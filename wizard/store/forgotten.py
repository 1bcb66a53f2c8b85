"""What a journal keeps of a profile that is forgotten, so that undo still finds its way."""

from typing import Any

from wizard.store.history import History
from wizard.store.profiles import Profile

_OF_ENTRA = ("tenant_id", "application_id", "service_principal_id", "job_id")


def facts_for_later(profile: Profile) -> dict[str, Any]:
    """Return what taking back needs of a profile, for the journal that outlives it."""
    return {
        "organization_id": profile.organization_id,
        "entra": {name: getattr(profile.entra, name) for name in _OF_ENTRA},
    }


def recovered(profile: Profile, history: History) -> Profile:
    """Return a profile that was forgotten, as far as its journal knows what to take back."""
    known = history.forgotten
    if not known:
        return profile
    found = known.get("entra")
    texts = {name: str(text) for name, text in found.items()} if isinstance(found, dict) else {}
    return profile.with_changes(
        organization_id=known.get("organization_id") or None,
        entra={name: texts.get(name, "") for name in _OF_ENTRA},
    )

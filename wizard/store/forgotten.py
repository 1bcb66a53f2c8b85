"""What a journal keeps of a profile that is forgotten, so that undo still finds its way."""

from collections.abc import Iterable
from typing import Any

from wizard.store.journal import FORGETTING, FORGOTTEN, JournalEntry
from wizard.store.profiles import Profile

_OF_ENTRA = ("tenant_id", "application_id", "service_principal_id", "job_id")


def facts_for_later(profile: Profile) -> dict[str, Any]:
    """Return what taking back needs of a profile, for the journal that outlives it."""
    return {
        "organization_id": profile.organization_id,
        "entra": {name: getattr(profile.entra, name) for name in _OF_ENTRA},
    }


def recovered(profile: Profile, journal: Iterable[JournalEntry]) -> Profile:
    """Return a profile that was forgotten, as far as its journal knows what to take back."""
    forgotten = [
        entry
        for entry in journal
        if (entry.step, entry.action) in {FORGETTING, FORGOTTEN} and "entra" in entry.details
    ]
    if not forgotten:
        return profile
    known = forgotten[-1].details
    found = known.get("entra")
    texts = {name: str(text) for name, text in found.items()} if isinstance(found, dict) else {}
    return profile.with_changes(
        organization_id=known.get("organization_id") or None,
        entra={name: texts.get(name, "") for name in _OF_ENTRA},
    )

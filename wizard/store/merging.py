"""Two windows on one profile: what this one changed goes into what is on the disk."""

from typing import TypeVar

from wizard.errors import InvalidInput
from wizard.store.job_health import JobHealth
from wizard.store.profiles import EntraFacts, Profile, StepRecord
from wizard.store.score_record import ScoreRecord
from wizard.store.test_record import TestRecord

Seen = TypeVar("Seen", JobHealth, ScoreRecord, TestRecord)


def merged(base: Profile, mine: Profile, disk: Profile) -> Profile:
    """Return what is on the disk with the changes of this window.

    A change is what differs between `base` and `mine`; whatever this window did not change is as
    the disk has it. Where both changed the same, the later observation counts, and else ours;
    about an organization or a tenant nobody is overruled.

    Args:
        base: The profile as this window last saw it.
        mine: The same with its changes.
        disk: What other windows have made of it.

    Raises:
        InvalidInput: Another window has chosen another organization or tenant.
    """
    changed = {
        name: getattr(mine, name)
        for name in ("token", "storing", "at_step", "updated_at")
        if getattr(mine, name) != getattr(base, name)
    }
    changed["organization_id"] = _organization(base, mine, disk)
    changed |= _steps(base, mine, disk)
    gone = set(base.reached) - set(mine.reached)
    new = (name for name in mine.reached if name not in base.reached)
    changed["reached"] = tuple(
        name for name in dict.fromkeys((*disk.reached, *new)) if name not in gone
    )
    if mine.last_test != base.last_test:
        changed["last_test"] = _later(mine.last_test, disk.last_test, base.last_test)
    if mine.entra != base.entra:
        changed["entra"] = _entra(base.entra, mine.entra, disk.entra)
    result = disk.with_changes(**changed)
    if (result.organization_id, result.token) != (disk.organization_id, disk.token):
        require_one_organization(result)
    return result


def _steps(base: Profile, mine: Profile, disk: Profile) -> dict[str, dict[str, StepRecord]]:
    """Return the steps that are done, and those that are not although something is known."""
    then, wanted = base.steps | base.undone, mine.steps | mine.undone
    changed = {name for name in then | wanted if then.get(name) != wanted.get(name)}
    return {
        "steps": _beside(mine.steps, disk.steps, changed),
        "undone": _beside(mine.undone, disk.undone, changed),
    }


def _beside(
    mine: dict[str, StepRecord], disk: dict[str, StepRecord], changed: set[str]
) -> dict[str, StepRecord]:
    kept = {name: step for name, step in disk.items() if name not in changed}
    return kept | {name: step for name, step in mine.items() if name in changed}


def require_one_organization(profile: Profile) -> None:
    """Let a profile hold no token of another organization than its own.

    Raises:
        InvalidInput: It would (`profile-of-another-organization`).
    """
    known, token = profile.organization_id, profile.token
    if token is not None and known and token.organization_id not in {"", known}:
        raise _other_organization(
            f"The profile {profile.name} is about organization {known}, and the token is one of "
            f"organization {token.organization_id}."
        )


def _organization(base: Profile, mine: Profile, disk: Profile) -> str | None:
    if mine.organization_id == base.organization_id:
        return disk.organization_id
    if disk.organization_id not in {base.organization_id, mine.organization_id, None}:
        raise chosen_meanwhile(disk)
    return mine.organization_id


def chosen_meanwhile(disk: Profile) -> InvalidInput:
    """Return the error of a window that would change what another one has chosen."""
    return _other_organization(
        f"Another window has chosen organization {disk.organization_id} for the profile "
        f"{disk.name} meanwhile."
    )


def _entra(base: EntraFacts, mine: EntraFacts, disk: EntraFacts) -> EntraFacts:
    if disk.tenant_id not in {"", base.tenant_id, mine.tenant_id}:
        raise InvalidInput(
            f"Another window has signed in to another Entra tenant for this profile meanwhile: "
            f"{disk.tenant_id}.",
            "Keep one profile for each pair of organization and tenant. Or leave this window, "
            "start again, and sign in to the tenant that you mean.",
            code="profile-of-another-tenant",
        )
    changed = {
        name: getattr(mine, name)
        for name in vars(mine)
        if getattr(mine, name) != getattr(base, name)
    }
    if "health" in changed:
        changed["health"] = _looked(mine.health, disk.health, base.health)
    if "score" in changed:
        changed["score"] = _later(mine.score, disk.score, base.score)
    if base.tenant_id and mine.tenant_id != base.tenant_id:
        # What was found in another tenant means nothing in this one.
        return mine
    return disk.model_copy(update=changed)


def _looked(
    mine: JobHealth | None, disk: JobHealth | None, base: JobHealth | None
) -> JobHealth | None:
    """Return the newer look; one that was outdated here leaves none that counts."""
    found = _later(mine, disk, base)
    if found is not None and mine is not None and mine.is_outdated:
        return found.model_copy(update={"is_outdated": True})
    return found


def _later(mine: Seen | None, disk: Seen | None, base: Seen | None) -> Seen | None:
    """Return the newer of two observations; one that was withdrawn here stays so."""
    if mine is None or disk is None or disk == base:
        return mine
    return mine if mine.at >= disk.at else disk


def _other_organization(message: str) -> InvalidInput:
    return InvalidInput(
        message,
        "Keep one profile for each organization: leave, and start again with --profile and "
        "another name.",
        code="profile-of-another-organization",
    )

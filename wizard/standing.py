"""How each profile stands: organization, days left, last test, and what needs attention."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from wizard.errors import ProfileError
from wizard.plan import SETUP
from wizard.profiles import Profile, ProfileStore

STANDING_VERSION = 1


@dataclass(frozen=True)
class Standing:
    """One profile in one line."""

    profile: str
    organization_id: str | None
    days_left: int | None
    expires_at: str | None
    lifetime_assumed: bool
    last_test: str | None
    steps_done: int
    steps: int
    healthy: bool
    attention: str
    """What needs attention, as a sentence; empty when nothing does."""

    @property
    def sentence(self) -> str:
        """The profile in words."""
        left = "no token yet" if self.days_left is None else f"{self.days_left} days left"
        test = f", last test {self.last_test}" if self.last_test else ""
        parts = f"{self.profile}: {left}, {self.steps_done} of {self.steps} steps done{test}."
        return f"{parts} {self.attention}".strip()

    def to_json(self) -> dict[str, Any]:
        """Return the standing as JSON-ready data."""
        return asdict(self)


def standings(profiles: ProfileStore, now: datetime) -> list[Standing]:
    """Return how every stored profile stands; a damaged one is named, never hidden."""
    return [_load(profiles, name, now) for name in profiles.names()]


def standing(profile: Profile, now: datetime) -> Standing:
    """Return how a profile stands."""
    facts = profile.token
    attention = _attention(profile, now)
    return Standing(
        profile=profile.name,
        organization_id=profile.organization_id,
        days_left=facts.days_left(now) if facts else None,
        expires_at=facts.expires_at.isoformat() if facts else None,
        lifetime_assumed=bool(facts and facts.expires_assumed),
        last_test=profile.last_test.verdict if profile.last_test else None,
        steps_done=sum(step.id in profile.steps for step in SETUP),
        steps=len(SETUP),
        healthy=not attention,
        attention=attention,
    )


def _attention(profile: Profile, now: datetime) -> str:
    facts = profile.token
    if facts is None:
        return "The setup is not finished."
    if facts.remaining(now).total_seconds() <= 0:
        return "The token has expired: renew it."
    if facts.needs_renewal(now):
        return "Renew the token soon."
    if profile.last_test is not None and profile.last_test.verdict == "failed":
        return "The last test failed."
    return ""


def _load(profiles: ProfileStore, name: str, now: datetime) -> Standing:
    try:
        profile = profiles.load(name)
    except ProfileError as error:
        return Standing(
            profile=name,
            organization_id=None,
            days_left=None,
            expires_at=None,
            lifetime_assumed=False,
            last_test=None,
            steps_done=0,
            steps=len(SETUP),
            healthy=False,
            attention=f"{error.message} {error.hint}",
        )
    return standing(profile or Profile.new(name, now), now)

"""Profiles that nobody keeps: what was found in a tenant, for as long as it is read."""

from pathlib import Path

from wizard.options import CommandLine
from wizard.store.profiles import Profile, ProfileStore, Update

_NOWHERE = Path("(not kept)")
"""No profile can have such a name, so nothing is in a folder of that name."""


class UnkeptProfiles(ProfileStore):
    """Profiles in memory; nothing is read from a disk, and nothing is written to one."""

    keeps = False

    def __init__(self, line: CommandLine, *, practice: bool = False) -> None:
        super().__init__(_NOWHERE, practice=practice, line=line)
        self._kept: dict[str, Profile] = {}

    def names(self) -> list[str]:
        """Return those that there are."""
        return sorted(self._kept)

    def load(self, name: str) -> Profile | None:
        """Return one, or None."""
        return self._kept.get(name)

    def update(self, name: str, change: Update) -> Profile | None:
        """Change one, and return it."""
        after = change(self._kept.get(name))
        if after is not None:
            self.save(after)
        return after

    def save(self, profile: Profile) -> None:
        """Take one whole."""
        self._kept[profile.name] = profile

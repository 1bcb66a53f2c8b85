"""What is said of all the sources of a preview."""

from dataclasses import dataclass, field

from wizard.preview.sources import Completeness, Unknown


@dataclass
class Sides:
    """What is said of each source; a side that is not there is not known."""

    entra: Completeness = field(default_factory=Completeness)
    webex: Completeness = field(default_factory=Completeness)
    groups: Completeness | None = None
    webex_groups: Completeness | None = None

    def unknown(self) -> dict[Unknown, str]:
        """Return everything that is not known, with the reason."""
        found: dict[Unknown, str] = {}
        for each in (self.entra, self.webex, self.groups, self.webex_groups):
            for what, why in (each.unknown if each else {}).items():
                found.setdefault(what, why)
        return found

    def joined(self, other: "Sides") -> "Sides":
        """Return the same, with what else is said of people and accounts."""
        return Sides(
            self.entra.joined(other.entra),
            self.webex.joined(other.webex),
            self.groups,
            self.webex_groups,
        )

"""What is known of a mapping that is looked at: what is wrong, and what a person gets by it."""

from dataclasses import dataclass

from wizard.mapping.document import Row
from wizard.mapping.lint.finding import MappingFinding, Severity, unique
from wizard.trial.outcome import Portrait, Reading

_WORST_FIRST: tuple[Severity, ...] = ("error", "warning", "advice")


@dataclass(frozen=True)
class Review:
    """A mapping as it was judged; nothing is known of one that was not."""

    findings: tuple[MappingFinding, ...] = ()
    """What is wrong for anybody."""
    portrait: Portrait | None = None
    """The person who is looked at."""

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What every row yields for the person."""
        return self.portrait.readings if self.portrait else ()

    @property
    def known(self) -> tuple[MappingFinding, ...]:
        """What is wrong in general and for the person who is looked at."""
        return unique((*self.findings, *(self.portrait.findings if self.portrait else ())))

    def reading(self, row: Row) -> Reading | None:
        """Return what a row yields for the person, where that is known."""
        readings = self.readings
        return readings[row.position] if row.position < len(readings) else None

    def worst(self, row: Row) -> Severity | None:
        """Return how severe the worst is that is wrong with a row; None where nothing is."""
        reading = self.reading(row)
        if reading is not None and reading.kind == "error":
            return "error"
        found = {each.severity for each in self.known if each.position == row.position}
        return next((severity for severity in _WORST_FIRST if severity in found), None)

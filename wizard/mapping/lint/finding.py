"""One thing that is wrong: where, why, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from wizard.mapping.document import Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.functions.directory import ONLY_THE_SERVICE_KNOWS

Severity = Literal["error", "warning", "advice"]
"""Provisioning would fail or do harm; something would go wrong for some; worth a thought."""


@dataclass(frozen=True)
class MappingFinding:
    """One thing that is wrong with a mapping or with its scope."""

    target: str | None
    """The row it stands beside; None when it concerns the whole mapping or the scope."""
    code: str
    severity: Severity
    why: str
    """What is wrong and why it matters."""
    fix: str
    """What to do."""
    position: int | None = None
    """The row's place in the document, for targets that are mapped twice."""
    column: int | None = None
    """Where in the source text, in characters from 0; None when it is about the whole source."""

    def to_json(self) -> dict[str, object]:
        """Return the finding as plain values for a JSON document."""
        return {
            "target": self.target,
            "row": self.position,
            "column": self.column,
            "severity": self.severity,
            "code": self.code,
            "why": self.why,
            "fix": self.fix,
        }


NOT_ALL = "people-not-all-tried"
"""Code of the finding that work over many people was stopped before its end."""

MOST_NAMED = 5
"""How many people a finding names."""


@dataclass(frozen=True)
class Broken:
    """A finding and the people it concerns."""

    finding: MappingFinding
    count: int
    names: tuple[str, ...]
    """Some of them."""
    first: int | None = None
    """Place of one of them among all who were tried, from 0."""

    @property
    def words(self) -> str:
        """Whom it concerns, in words: `3 people: ann@contoso.com, ...`."""
        people = "1 person" if self.count == 1 else f"{self.count:,} people"
        more = ", ..." if self.count > len(self.names) else ""
        return f"{people}: {', '.join(self.names)}{more}"


@dataclass(frozen=True)
class Everybody:
    """What a mapping does to all people at hand."""

    people: int
    tried: int
    inside: int | None
    """How many of those who were tried are in scope; None where the scope cannot be used."""
    broken: tuple[Broken, ...]

    @property
    def words(self) -> str:
        """How many were tried and are in scope: `65 people tried, 40 in scope`, as a sentence."""
        people = "1 person" if self.tried == 1 else f"{self.tried:,} people"
        return f"{people} tried, {self.scope_words}."

    @property
    def scope_words(self) -> str:
        """How many are in scope: `40 in scope`."""
        return "the scope cannot be used" if self.inside is None else f"{self.inside:,} in scope"


def of_row(
    row: Row, code: str, severity: Severity, why: str, fix: str, *, column: int | None = None
) -> MappingFinding:
    """Return a finding beside a row."""
    return MappingFinding(row.target, code, severity, why, fix, row.position, column)


def of_whole(code: str, severity: Severity, why: str, fix: str) -> MappingFinding:
    """Return a finding that concerns the whole mapping or its scope."""
    return MappingFinding(None, code, severity, why, fix)


def of_error(row: Row, error: ExpressionError) -> MappingFinding:
    """Return an expression that yields no value as a finding."""
    severity: Severity = "advice" if error.code == ONLY_THE_SERVICE_KNOWS else "error"
    return of_row(row, error.code, severity, error.message, error.hint, column=error.position)


def unique(findings: Iterable[MappingFinding]) -> tuple[MappingFinding, ...]:
    """Return findings without those that say the same of the same row, in their order."""
    return tuple({(each.position, each.code, each.why): each for each in findings}.values())


def unfinished(broken: Iterable[Broken]) -> str:
    """Return how far work over many people came, in words; nothing when it came to its end."""
    return next((each.finding.why for each in broken if each.finding.code == NOT_ALL), "")

"""What a trial answers: cheap to import, because the front ends hold these."""

from dataclasses import dataclass
from typing import Literal

from wizard.mapping.lint.finding import Finding


@dataclass(frozen=True)
class Audience:
    """The people a mapping is tried on."""

    count: int
    source: str = ""
    """The file they come from; empty for the invented ones."""

    @property
    def words(self) -> str:
        """How many of which: `65 invented people`, `1 person from staff.json`."""
        people = "person" if self.count == 1 else "people"
        if not self.source:
            return f"{self.count:,} invented {people}"
        return f"{self.count:,} {people} from {self.source}"


@dataclass(frozen=True)
class Reading:
    """What a row yields for a person."""

    kind: Literal["value", "default", "empty", "kept", "ignored", "error"]
    """Sent as it is; the default value, sent while the person is created; nothing is sent; the
    row leaves Webex as it is; the row leaves the whole person alone; no value can be found."""
    text: str
    """The value, or for an error what is wrong."""
    hint: str = ""
    """For an error, what to do."""
    column: int | None = None
    """For an error, where in the source text, in characters from 0."""

    @property
    def words(self) -> str:
        """The value as a table shows it; what is not sent stands in parentheses."""
        match self.kind:
            case "value":
                return self.text
            case "default":
                return f"{self.text} (default value)"
            case "empty":
                return "(empty)"
            case "kept":
                return "(left as it is in Webex)"
            case "ignored":
                return "(person is left out)"
            case "error":
                return "(no value)"


@dataclass(frozen=True)
class Decided:
    """A person, whether the scope lets them in, and which clause decided."""

    at: int
    """The person's place in the audience, from 0."""
    name: str
    verdict: Literal["in scope", "out of scope", "ignored"]
    why: str


@dataclass(frozen=True)
class Portrait:
    """A person with what every row yields for them."""

    person: Decided
    readings: tuple[Reading, ...]
    """One for each row of the mapping, in its order."""
    findings: tuple[Finding, ...] = ()
    """What goes wrong for this person."""


@dataclass(frozen=True)
class Found:
    """People whose name holds a text."""

    count: int
    shown: tuple[tuple[int, str], ...]
    """Place and name of the first ones."""


@dataclass(frozen=True)
class Census:
    """Who is in scope."""

    people: int
    inside: int
    matching: int
    """How many are of the kind that was asked for."""
    shown: tuple[Decided, ...]
    """The first of them."""

    @property
    def words(self) -> str:
        """How many are in and out: `40 in scope, 25 out`."""
        return f"{self.inside:,} in scope, {self.people - self.inside:,} out"

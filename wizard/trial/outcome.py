"""What a trial answers: cheap to import, because the front ends hold these."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from wizard.mapping.expression.values import Scalar
from wizard.mapping.lint.finding import MappingFinding
from wizard.words.text import plain

if TYPE_CHECKING:
    from wizard.mapping.sent import Sent


@dataclass(frozen=True)
class Audience:
    """The people a mapping is tried on."""

    count: int
    source: str = ""
    """The file they come from; empty for the others."""
    of_directory: bool = False
    """Whether they are real people of the tenant that somebody is signed in to."""
    is_page: bool = False
    """Whether the file is one page of a list of Graph that goes on."""

    @property
    def words(self) -> str:
        """How many of which: `65 invented people`, `1 person from staff.json`."""
        people = "person" if self.count == 1 else "people"
        if self.of_directory:
            return f"{self.count:,} {people} of your directory"
        if not self.source:
            return f"{self.count:,} invented {people}"
        of = ", one page of more" if self.is_page else ""
        return f"{self.count:,} {people} from {self.source}{of}"


_NOT_SENT = {
    "empty": "(empty)",
    "kept": "(left as it is in Webex)",
    "ignored": "(person is left out)",
    "error": "(no value)",
    "unasked": "(your directory is asked for it when the row is kept)",
}


@dataclass(frozen=True)
class Reading:
    """What a row yields for a person."""

    kind: Literal["value", "default", "empty", "kept", "ignored", "error", "unasked"]
    """Sent as it is; the default value, sent while the person is created; nothing is sent; the
    row leaves Webex as it is; the row leaves the whole person alone; no value can be found; the
    directory was not asked for an attribute that the row names."""
    text: str
    """The value, or for an error what is wrong."""
    hint: str = ""
    """For an error, what to do."""
    column: int | None = None
    """For an error, where in the source text, in characters from 0."""

    @classmethod
    def of(cls, sent: "Sent") -> Self:
        """Return what a row sends, as it is shown."""
        if isinstance(sent, str):
            return cls("value", plain(sent))
        if sent.error is not None:
            return cls("error", sent.error.message, sent.error.hint, sent.error.position)
        return cls(sent.kind, plain(" | ".join(map(str, sent.several)) or sent.text))

    @property
    def words(self) -> str:
        """The value as a table shows it; what is not sent stands in parentheses."""
        if self.kind == "value":
            return self.text
        if self.kind == "default":
            return f"{self.text} (default value)"
        return _NOT_SENT[self.kind]


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
    findings: tuple[MappingFinding, ...] = ()
    """What goes wrong for this person."""


@dataclass(frozen=True)
class Judgement:
    """What is said of a row that is typed, for a person."""

    name: str
    """The person's."""
    reading: Reading
    findings: tuple[MappingFinding, ...]


@dataclass(frozen=True)
class Sample:
    """A person with the attributes that were asked for; what is absent is left out."""

    name: str
    values: Mapping[str, Scalar | tuple[Scalar, ...]]


@dataclass(frozen=True)
class Namesakes:
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
        nobody = "; nobody would be provisioned" if self.people and not self.inside else ""
        return f"{self.inside:,} in scope, {self.people - self.inside:,} out{nobody}"

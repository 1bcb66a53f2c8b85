"""What a trial holds: people and a mapping, without any process around it."""

from collections.abc import Iterator, Sequence

from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.values import Context
from wizard.mapping.lint.beside import Beside
from wizard.mapping.named import named_in
from wizard.mapping.people import Person, called, practice_people
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.filters import decide
from wizard.mapping.sent import Sent, sent_by
from wizard.trial.outcome import Decided, Reading


class Bench:
    """People, a mapping, and what one does to the other.

    Attributes:
        people: Whom the mapping is tried on.
        document: The mapping; `show` takes another one.
        asked: What the directory was asked for; None for people who come with all they have.
    """

    def __init__(self) -> None:
        self.people: Sequence[Person] = practice_people()
        self.asked: frozenset[str] | None = None
        self.document = MappingDocument.default()
        self._beside: dict[int, Beside] = {}

    def show(self, document: MappingDocument) -> None:
        """Take a mapping."""
        self.document, self._beside = document, {}

    def place(self, at: int) -> int:
        """Return the place, or the last one when a file that was read anew has become shorter."""
        return min(at, len(self.people) - 1)

    def person(self, at: int) -> Person:
        """Return the person in a place."""
        return self.people[self.place(at)]

    def beside(self, position: int) -> Beside:
        """Return what judges the row in a position while it is typed."""
        if position not in self._beside:
            self._beside = {position: Beside(self.document, position)}
        return self._beside[position]

    def sent(self, row: Row, person: Person, context: Context) -> Sent | None:
        """Return what a row sends of a person; None where the directory was not asked for it."""
        return None if self.lacks(named_in(row)) else sent_by(row, person, context)

    def lacks(self, names: frozenset[str]) -> frozenset[str]:
        """Return the names that the directory was not asked for: nothing is known of them."""
        return frozenset() if self.asked is None else names - self.asked

    def decided(self, at: int, scope: Filter | None) -> Decided:
        """Return whether the scope lets the person in a place in, and why."""
        person = self.people[at]
        try:
            decision = decide(scope, person)
        except MappingError as error:
            return Decided(at, called(person), "in scope", error.message)
        return Decided(at, called(person), decision.verdict, decision.why)


def value_shown(sent: Sent | None) -> Reading:
    """Return what a row sends, as it is shown."""
    return Reading("unasked", "") if sent is None else Reading.of(sent)


def names(person: Person) -> str:
    """Return what a person is found by, without case."""
    return "\n".join(_texts(person)).casefold()


def _texts(person: Person) -> Iterator[str]:
    for name in ("userPrincipalName", "displayName", "mail"):
        if isinstance(value := person.get(name), str):
            yield value

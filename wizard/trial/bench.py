"""What is asked of a trial, answered: people and a mapping, without any process around them.

Long work is a generator that yields how many people are done and returns the answer, so that
whoever drives it can answer something shorter in between.
"""

from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.values import Context
from wizard.mapping.lint import breaks
from wizard.mapping.lint.finding import Broken, Finding, unique
from wizard.mapping.lint.linter import lint, merged
from wizard.mapping.named import named_in, named_in_scope
from wizard.mapping.people import Person, called, from_graph, load, practice_people
from wizard.mapping.schema import Filter, read
from wizard.mapping.scoping.compiler import compile_roll_call
from wizard.mapping.scoping.filters import decide
from wizard.trial.outcome import Audience, Census, Decided, Found, Portrait, Reading, Sample
from wizard.trial.reading import reading
from wizard.words.text import plain_line

Wanted = Literal["all", "in", "out"]
"""Which people a census lists."""

SLICE = 50
"""People between two yields of long work: a few milliseconds."""

SHOWN = 200
"""Most people that an answer lists."""


class Bench:
    """People, a mapping, and what one does to the other."""

    def __init__(self) -> None:
        self._people: Sequence[Person] = practice_people()
        self._asked: frozenset[str] | None = None
        """What the directory was asked for; None for people who come with all they have."""
        self._document = MappingDocument.default()

    def load(self, file: str | None) -> Audience:
        """Take the people of a file, or the invented ones; after an error, the old ones stay.

        Raises:
            MappingError: The file cannot be read, or holds no people.
        """
        if file is None:
            self._people, self._asked = practice_people(), None
            return Audience(len(self._people))
        found = load(Path(file))
        if not found:
            raise MappingError(
                "The file holds an empty list of people.",
                "Choose a file with at least one person.",
                code="people-none",
            )
        self._people, self._asked = found, None
        return Audience(len(found), plain_line(Path(file).name, 40))

    def meet(self, users: list[dict[str, Any]], asked: list[str]) -> Audience:
        """Take people of the directory; after an error, the old ones stay.

        Args:
            users: Users as Graph returns them.
            asked: The attributes that Graph was asked for, by provisioning's names.

        Raises:
            MappingError: A value has a form that Graph does not use.
        """
        found = tuple(from_graph(user) for user in users)
        self._people, self._asked = found, frozenset(asked)
        return Audience(len(found), of_directory=True)

    def show(self, schema: str) -> tuple[Finding, ...]:
        """Take a mapping, and return what is wrong with it, the worst first.

        Raises:
            MappingError: It is no mapping.
        """
        self._document = MappingDocument(read(schema))
        return lint(self._document)

    def portrait(self, at: int) -> Portrait:
        """Return a person with what every row yields for them."""
        at, context = self._place(at), Context()
        person = self._people[at]
        readings = tuple(self._reading(row, person, context) for row in self._document.rows)
        decided = self._decided(at, self._document.users.scope)
        return Portrait(decided, readings, _wrong_for(self._document, person))

    def value(self, row: dict[str, Any], at: int) -> Reading:
        """Return what a row that is being typed yields for a person."""
        return self._reading(Row(**row), self._people[self._place(at)], Context())

    def sample(self, at: int, names: list[str]) -> Sample:
        """Return a person with the attributes of these names."""
        person = self._people[self._place(at)]
        values = {name: value for name in names if (value := person.get(name)) is not None}
        return Sample(called(person), values)

    def beside(self, row: dict[str, Any], at: int) -> tuple[Finding, ...]:
        """Return what is wrong with a row that is being typed, in general and for a person."""
        typed = Row(**row)
        try:
            document = self._document.with_typed(typed)
        except MappingError as error:
            return (Finding(typed.target, error.code, "error", error.message, error.hint),)
        place = len(document.rows) - 1 if typed.position < 0 else typed.position
        person = self._people[self._place(at)]
        wrong = () if self._lacks(named_in(typed)) else _wrong_for(document, person)
        found = unique((*lint(document), *wrong))
        return tuple(finding for finding in found if finding.position == place)

    def find(self, text: str) -> Found:
        """Return the people whose name holds a text, in any case."""
        wanted = text.strip().casefold()
        found = [
            (at, called(person))
            for at, person in enumerate(self._people)
            if wanted in _names(person)
        ]
        return Found(len(found), tuple(found[:SHOWN]))

    def breaks(self) -> Generator[int, None, tuple[Broken, ...]]:
        """Map everybody, and return what goes wrong for whom beside what is wrong anyway."""
        census = breaks.Census(self._document, Context())
        for start in range(0, len(self._people), SLICE):
            for person in self._people[start : start + SLICE]:
                census.add(person)
            yield min(start + SLICE, len(self._people))
            if census.given_up:
                break
        return merged(self._document, census.result(len(self._people)))

    def census(
        self, scope: dict[str, Any] | None, wanted: Wanted = "all", text: str = ""
    ) -> Generator[int, None, Census]:
        """Ask a scope about everybody; list those who are wanted and whose name holds a text.

        Raises:
            MappingError: A clause cannot be used, its pattern takes too long, or it names what
                the directory was not asked for.
        """
        asked = None if scope is None else Filter.model_validate(scope)
        if lacking := self._lacks(named_in_scope(asked)):
            raise _not_asked(lacking)
        roll_call = compile_roll_call(asked)
        named = text.strip().casefold()
        inside, matching = 0, 0
        places: list[int] = []
        for start in range(0, len(self._people), SLICE):
            people = self._people[start : start + SLICE]
            called_in = roll_call(people)
            inside += sum(called_in)
            for at, (person, is_in) in enumerate(zip(people, called_in, strict=True), start):
                if wanted != "all" and is_in != (wanted == "in"):
                    continue
                if named and named not in _names(person):
                    continue
                matching += 1
                if len(places) < SHOWN:
                    places.append(at)
            yield min(start + SLICE, len(self._people))
        shown = tuple(self._decided(at, asked) for at in places)
        return Census(len(self._people), inside, matching, shown)

    def _reading(self, row: Row, person: Person, context: Context) -> Reading:
        if self._lacks(named_in(row)):
            return Reading("unasked", "")
        return reading(row, person, context)

    def _lacks(self, names: frozenset[str]) -> frozenset[str]:
        """Return the names that the directory was not asked for: nothing is known of them."""
        return frozenset() if self._asked is None else names - self._asked

    def _place(self, at: int) -> int:
        """Return the place, or the last one when a file that was read anew has become shorter."""
        return min(at, len(self._people) - 1)

    def _decided(self, at: int, scope: Filter | None) -> Decided:
        person = self._people[at]
        try:
            decision = decide(scope, person)
        except MappingError as error:
            return Decided(at, called(person), "in scope", error.message)
        return Decided(at, called(person), decision.verdict, decision.why)


def _not_asked(names: frozenset[str]) -> MappingError:
    listed = ", ".join(plain_line(name, 60) for name in sorted(names))
    return MappingError(
        f"Your directory was not asked for {listed} yet.",
        "Keep the clause; then it is asked.",
        code="people-not-asked",
    )


def _wrong_for(document: MappingDocument, person: Person) -> tuple[Finding, ...]:
    """Return what goes wrong for one person."""
    census = breaks.Census(document, Context())
    census.add(person)
    return tuple(broken.finding for broken in census.result())


def _names(person: Person) -> str:
    return "\n".join(_texts(person)).casefold()


def _texts(person: Person) -> Iterator[str]:
    for name in ("userPrincipalName", "displayName", "mail"):
        if isinstance(value := person.get(name), str):
            yield value

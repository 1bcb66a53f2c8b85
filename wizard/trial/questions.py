"""What a trial can be asked: what each question takes, how it is answered, and with what.

Long work yields how many people are done.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from wizard.errors import MappingError
from wizard.machine.questions import ProcessQuestion
from wizard.mapping import guests
from wizard.mapping.brought import load_people
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.values import Context
from wizard.mapping.lint import breaks
from wizard.mapping.lint.finding import Everybody, MappingFinding, of_whole
from wizard.mapping.lint.linter import everybody, lint
from wizard.mapping.named import named, named_in_scope
from wizard.mapping.people import Person, called, from_graph, practice_people
from wizard.mapping.schema import Filter, SynchronizationSchema
from wizard.mapping.scoping.compiler import compile_roll_call
from wizard.trial.bench import Bench, names, value_shown
from wizard.trial.outcome import (
    Audience,
    Census,
    Judgement,
    Namesakes,
    Portrait,
    Sample,
)
from wizard.words.text import plain_line

T = TypeVar("T")

Wanted = Literal["all", "in", "out"]
"""Which people a census lists."""

SLICE = 50
"""People between two yields of long work: a few milliseconds."""

MOST_LISTED = 200
"""Most people that an answer lists."""


class TrialQuestion(ProcessQuestion[Bench, T], Generic[T]):
    """One question to a trial."""


@dataclass(frozen=True)
class TakeFile(TrialQuestion[Audience]):
    """Take the people of a file, or the invented ones; after an error, the old ones stay.

    Raises:
        MappingError: The file cannot be read, or holds no people.
    """

    file: Path | None

    def answer(self, bench: Bench) -> Audience:
        """Return who they are."""
        if self.file is None:
            bench.people, bench.asked = practice_people(), None
            return Audience(len(bench.people))
        file = self.file
        with suppress(RuntimeError):  # an unknown home; the file is then not found
            file = file.expanduser()
        brought = load_people(file.absolute())
        bench.people, bench.asked = brought.people, None
        return Audience(len(brought.people), plain_line(file.name, 40), is_page=brought.is_page)


@dataclass(frozen=True)
class TakeUsers(TrialQuestion[Audience]):
    """Take people of the directory; after an error, the old ones stay.

    They are kept in memory, here and in the other process, and nowhere else.

    Raises:
        MappingError: A value has a form that Graph does not use.
    """

    users: Sequence[Mapping[str, Any]]
    """As Graph returns them."""
    asked: frozenset[str]
    """The attributes that Graph was asked for, by provisioning's names."""

    def answer(self, bench: Bench) -> Audience:
        """Return who they are."""
        bench.people, bench.asked = tuple(from_graph(user) for user in self.users), self.asked
        return Audience(len(bench.people), of_directory=True)


@dataclass(frozen=True)
class Show(TrialQuestion[tuple[MappingFinding, ...]]):
    """Take a mapping.

    Raises:
        MappingError: It maps no users.
    """

    schema: SynchronizationSchema

    def answer(self, bench: Bench) -> tuple[MappingFinding, ...]:
        """Return what is wrong with it, the worst first."""
        bench.show(MappingDocument(self.schema))
        return lint(bench.document)


@dataclass(frozen=True)
class Portray(TrialQuestion[Portrait]):
    """Look at the person in a place."""

    at: int

    def answer(self, bench: Bench) -> Portrait:
        """Return them with what every row yields for them, and what goes wrong."""
        document, context = bench.document, Context()
        at, person = bench.place(self.at), bench.person(self.at)
        readings = tuple(value_shown(bench.sent(row, person, context)) for row in document.rows)
        census = breaks.Breakage(document, context)
        census.add(person)
        wrong = tuple(broken.finding for broken in census.result())
        if (of_guest := guests.name_at_home(person)) and guests.UPN in named(document):
            whole = f"Map [{guests.WHOLE_NAME}] where the whole is needed."
            wrong += (of_whole("guest", "advice", of_guest, whole),)
        return Portrait(bench.decided(at, document.users.scope), readings, wrong)


@dataclass(frozen=True)
class Judge(TrialQuestion[Judgement]):
    """Try a row that is being typed on the person in a place."""

    row: Row
    at: int

    def answer(self, bench: Bench) -> Judgement:
        """Return what it yields, and what is wrong with it in general and for the person."""
        person = bench.person(self.at)
        sent = bench.sent(self.row, person, Context())
        found = bench.beside(self.row.position).findings(self.row, person, sent)
        return Judgement(called(person), value_shown(sent), found)


@dataclass(frozen=True)
class GiveSample(TrialQuestion[Sample]):
    """Give the attributes of these names of the person in a place."""

    at: int
    names: frozenset[str]

    def answer(self, bench: Bench) -> Sample:
        """Return those that are there."""
        person = bench.person(self.at)
        found = ((name, person.get(name)) for name in sorted(self.names))
        return Sample(called(person), {name: value for name, value in found if value is not None})


@dataclass(frozen=True)
class FindPeople(TrialQuestion[Namesakes]):
    """Find the people whose name holds a text, in any case."""

    text: str

    def answer(self, bench: Bench) -> Namesakes:
        """Return how many there are, and the first ones."""
        wanted = self.text.strip().casefold()
        found = [
            (at, called(each)) for at, each in enumerate(bench.people) if wanted in names(each)
        ]
        return Namesakes(len(found), tuple(found[:MOST_LISTED]))


@dataclass(frozen=True)
class TryEverybody(TrialQuestion[Everybody]):
    """Map everybody."""

    def answer(self, bench: Bench) -> Generator[int, None, Everybody]:
        """Return how many are in scope, and what goes wrong for whom."""
        census = breaks.Breakage(bench.document, Context())
        for done, people in _slices(bench.people):
            for person in people:
                census.add(person)
            yield done
            if census.given_up:
                break
        return everybody(bench.document, census, len(bench.people))


@dataclass(frozen=True)
class TakeCensus(TrialQuestion[Census]):
    """Ask a scope about everybody; list those who are wanted and whose name holds a text.

    Raises:
        MappingError: A clause cannot be used, its pattern takes too long, or it names what
            the directory was not asked for.
    """

    scope: Filter | None
    """None lets everybody in."""
    wanted: Wanted = "all"
    text: str = ""

    def answer(self, bench: Bench) -> Generator[int, None, Census]:
        """Return who is in scope."""
        if lacking := bench.lacks(named_in_scope(self.scope)):
            raise _not_asked(lacking)
        roll_call = compile_roll_call(self.scope)
        named = self.text.strip().casefold()
        inside, places = 0, list[int]()
        for done, people in _slices(bench.people):
            called_in = roll_call(people)
            inside += sum(called_in)
            places += (
                at
                for at, is_in in enumerate(called_in, done - len(people))
                if (self.wanted == "all" or is_in == (self.wanted == "in"))
                and (not named or named in names(bench.people[at]))
            )
            yield done
        listed = tuple(bench.decided(at, self.scope) for at in places[:MOST_LISTED])
        return Census(len(bench.people), inside, len(places), listed)


def _slices(people: Sequence[Person]) -> Iterable[tuple[int, Sequence[Person]]]:
    for start in range(0, len(people), SLICE):
        yield min(start + SLICE, len(people)), people[start : start + SLICE]


def _not_asked(lacking: frozenset[str]) -> MappingError:
    listed = ", ".join(plain_line(name, 60) for name in sorted(lacking))
    return MappingError(
        f"Your directory was not asked for {listed} yet.",
        "Keep the clause; then it is asked.",
        code="people-not-asked",
    )

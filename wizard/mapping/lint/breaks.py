"""Whom a mapping breaks: every person mapped, every value held against what Webex takes."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Self

from wizard.errors import MappingError
from wizard.mapping import attributes
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.values import Context
from wizard.mapping.lint.finding import (
    MOST_NAMED,
    NOT_ALL,
    Broken,
    MappingFinding,
    of_error,
    of_row,
)
from wizard.mapping.lint.values import Rule, rules_for
from wizard.mapping.people import Person, called
from wizard.mapping.sent import IGNORED, Sending, Sent, text_of
from wizard.words.progress import STUCK
from wizard.words.text import plain_line

WORK_MAIL = 'emails[type eq "work"].value'

_SLOW = "pattern-too-slow"

MOST_SLOW = 50
"""How often patterns may run out of time before the rest is not tried any more."""


@dataclass
class _Tally:
    finding: MappingFinding
    first: int
    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, person: Person) -> None:
        self.count += 1
        if len(self.names) < MOST_NAMED:
            self.names.append(called(person))


class Wrong(NamedTuple):
    """What is wrong with one value; words are made once, not for each of ten thousand people."""

    position: int | None
    code: str
    column: int | None
    finding: Callable[[], MappingFinding]


@dataclass(frozen=True)
class Demands:
    """A row with everything that its values are held against."""

    row: Row
    rules: tuple[Rule, ...]
    is_single: bool

    @classmethod
    def of(cls, row: Row) -> Self:
        """Return what the target of a row demands."""
        known = row.attribute
        return cls(row, rules_for(row), known is not None and not known.multi_valued)

    def wrong(self, sent: Sent) -> Iterator[Wrong]:
        """Yield what is wrong with what is sent."""
        row = self.row
        if not isinstance(sent, str):
            if sent.error is not None:
                make = partial(of_error, row, sent.error)
                yield Wrong(row.position, sent.error.code, sent.error.position, make)
                return
            if sent.several:
                if self.is_single:
                    yield _wrong(row, "several-values-sent", partial(_several, row, sent.several))
                return
        text = text_of(sent)
        if not text:
            if row.required:
                yield _wrong(row, "required-empty", partial(_empty, row))
            return
        for rule in self.rules:
            if not rule.accepts(text):
                yield _wrong(row, rule.code, partial(_refused, row, rule, text))


def mail_differs(row: Row, mail: str, name: str) -> Iterator[Wrong]:
    """Yield that a person's work e-mail is not their userName, where both are sent."""
    if mail and name and mail.casefold() != name.casefold():
        yield _wrong(row, "work-mail-refused", partial(_differs, row, mail, name))


class Breakage:
    """Maps people one by one, and keeps what goes wrong for whom.

    Rows whose source cannot be read are left out, and so is a scope that cannot be used: the
    linter tells of both.

    Attributes:
        given_up: A pattern ran out of time too often, or one person took longer than `STUCK`; the
            rest need not be added.
        tried: How many people were added.
        left_out: The first of them who are out of scope.

    Args:
        document: The mapping.
        context: What expressions find besides the person.
        clock: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        document: MappingDocument,
        context: Context,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.given_up = False
        self._clock = clock
        self.tried = 0
        self.left_out: list[Person] = []
        self._inside = 0
        self._slow = 0
        self._sending = Sending(document.rows, document.users.scope, context)
        self._demands = [Demands.of(row) for row in self._sending.rows]
        self._tallies: dict[tuple[object, ...], _Tally] = {}
        self._names: dict[str, Person | None] = {}
        targets = [row.target for row in self._sending.rows]
        self._name_at = _index(targets, "userName")
        self._mail_at = _index(targets, WORK_MAIL)

    def add(self, person: Person) -> None:
        """Map one person and note what goes wrong."""
        began = self._clock()
        self.tried += 1
        self._add(person)
        self.given_up |= self._clock() - began > STUCK

    def _add(self, person: Person) -> None:
        try:
            sent = self._sending.in_scope_of(person)
        except MappingError as error:
            failed = MappingFinding(None, error.code, "error", error.message, error.hint)
            self._note(Wrong(None, error.code, None, lambda: failed), person)
            return
        if sent is None:
            if len(self.left_out) < MOST_NAMED:
                self.left_out.append(person)
            return
        self._inside += 1
        if IGNORED in sent:
            return
        for demands, each in zip(self._demands, sent, strict=True):
            for wrong in demands.wrong(each):
                self._note(wrong, person)
        self._compare([text_of(each) for each in sent], person)

    def result(self, wanted: int = 0) -> tuple[Broken, ...]:
        """Return what was noted.

        Args:
            wanted: How many people should have been added.
        """
        tallies = sorted(self._tallies.values(), key=lambda tally: -tally.count)
        noted = [Broken(t.finding, t.count, tuple(t.names), t.first) for t in tallies]
        if self.given_up and self.tried < wanted:
            noted.append(Broken(_not_all(self.tried, wanted), 0, ()))
        return tuple(noted)

    @property
    def inside(self) -> int | None:
        """How many of those who were tried are in scope; None where the scope cannot be used."""
        return self._inside if self._sending.knows_scope else None

    def _compare(self, texts: Sequence[str], person: Person) -> None:
        """Hold the person's userName against the work mail, and against all people before."""
        name = "" if self._name_at is None else texts[self._name_at]
        if self._name_at is None or not name:
            return
        row = self._sending.rows[self._name_at]
        folded = name.casefold()
        if folded not in self._names:
            self._names[folded] = person
        else:
            twice = _wrong(row, "user-name-twice", partial(_twice, row, name))
            # The first one was no finding until the second came; then it is counted once.
            if first := self._names[folded]:
                self._note(twice, first)
            self._names[folded] = None
            self._note(twice, person)
        if self._mail_at is not None:
            for wrong in mail_differs(
                self._sending.rows[self._mail_at], texts[self._mail_at], name
            ):
                self._note(wrong, person)

    def _note(self, wrong: Wrong, person: Person) -> None:
        key = wrong[:3]
        tally = self._tallies.get(key)
        if tally is None:
            tally = self._tallies[key] = _Tally(wrong.finding(), self.tried - 1)
        tally.add(person)
        self._slow += wrong.code == _SLOW
        self.given_up |= self._slow >= MOST_SLOW


def _wrong(row: Row, code: str, finding: Callable[[], MappingFinding]) -> Wrong:
    return Wrong(row.position, code, None, finding)


def _not_all(tried: int, wanted: int) -> MappingFinding:
    return MappingFinding(
        None,
        NOT_ALL,
        "error",
        f"Only {tried:,} of {wanted:,} people were tried, because they took too long: what goes "
        "wrong for the others is not known.",
        "Make the patterns that take long simpler, or try fewer people.",
    )


def _index(targets: Sequence[str], target: str) -> int | None:
    return next((at for at, each in enumerate(targets) if attributes.same(each, target)), None)


def _refused(row: Row, rule: Rule, value: str) -> MappingFinding:
    return of_row(row, rule.code, rule.severity, rule.why(row.target, value), rule.fix)


def _several(row: Row, values: tuple[object, ...]) -> MappingFinding:
    return of_row(
        row,
        "several-values-sent",
        "error",
        f'{row.target} would get {len(values)} values, such as "{plain_line(values[0], 60)}", and '
        "it takes one.",
        "Choose one with Item(..., 1), or make one text of them with Join.",
    )


def _empty(row: Row) -> MappingFinding:
    return of_row(
        row,
        "required-empty",
        "error",
        f"{row.target} would be empty, and Webex creates nobody without it.",
        "Fill the attribute in Entra, use another one, or leave these people out by a scoping "
        "filter.",
    )


def _twice(row: Row, name: str) -> MappingFinding:
    return of_row(
        row,
        "user-name-twice",
        "error",
        f'Several people would have the same userName, such as "{plain_line(name, 80)}". It must '
        "be unique across Webex.",
        "Map userName from an attribute that is unique, such as [userPrincipalName].",
    )


def _differs(row: Row, mail: str, name: str) -> MappingFinding:
    return of_row(
        row,
        "work-mail-refused",
        "error",
        f'The work e-mail would be "{plain_line(mail, 60)}" and userName '
        f'"{plain_line(name, 60)}". Webex wants them equal.',
        "Use the same source for both.",
    )

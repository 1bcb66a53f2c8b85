"""Whom a mapping breaks: every person mapped, every value held against what Webex takes."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from wizard.errors import MappingError
from wizard.mapping import attributes
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.compiler import Outcome, compile_mapping
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.values import Context, Flow
from wizard.mapping.functions.logic import rendered
from wizard.mapping.lint.finding import NOT_ALL, SHOWN, Broken, Finding, of_error, of_row
from wizard.mapping.lint.trees import readable
from wizard.mapping.lint.values import Rule, rules_for
from wizard.mapping.people import Person, called
from wizard.mapping.scoping.compiler import Scope, compile_scope
from wizard.words.progress import STUCK
from wizard.words.text import plain_line

_SEVERAL = "several-values-sent"
_EMPTY = "required-empty"
_TWICE = "user-name-twice"
_DIFFERS = "work-mail-refused"

_SLOW = "pattern-too-slow"

_Key: TypeAlias = tuple[int | None, str, int | None]
"""A row's position, a code, and a column: what belongs to one finding."""

MOST_SLOW = 50
"""How often patterns may run out of time before the rest is not tried any more."""


def who_breaks(
    document: MappingDocument, people: Sequence[Person], context: Context | None = None
) -> tuple[Broken, ...]:
    """Return what goes wrong for people in scope, the most people first.

    Rows whose source cannot be read are left out, and so is a scope that cannot be used: the
    linter tells of both. Patterns that run out of time `MOST_SLOW` times end the trial, and so does
    a person who takes longer than `STUCK`; that not all were tried is then found too.
    """
    census = Census(document, context or Context())
    for person in people:
        census.add(person)
        if census.given_up:
            break
    return census.result(len(people))


@dataclass
class _Tally:
    finding: Finding
    first: int
    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, person: Person) -> None:
        self.count += 1
        if len(self.names) < SHOWN:
            self.names.append(called(person))


@dataclass(frozen=True)
class _Checked:
    """A row with everything that its values are held against."""

    row: Row
    rules: tuple[Rule, ...]
    single: bool


class Census:
    """Maps people one by one, and keeps what goes wrong for whom.

    Attributes:
        given_up: A pattern ran out of time too often, or one person took longer than `STUCK`; the
            rest need not be added.

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
        pairs = readable(document)
        self.given_up = False
        self._clock = clock
        self._added = 0
        self._slow = 0
        self._context = context
        self._rows = [_checked(row) for row, _ in pairs]
        self._mapped = compile_mapping(
            [(row.target, tree) for row, tree in pairs], _usable_scope(document)
        )
        self._tallies: dict[_Key, _Tally] = {}
        self._names: dict[str, Person | None] = {}
        targets = [row.target for row, _ in pairs]
        self._name_at = _index(targets, "userName")
        self._mail_at = _index(targets, 'emails[type eq "work"].value')

    def add(self, person: Person) -> None:
        """Map one person and note what goes wrong."""
        began = self._clock()
        self._added += 1
        self._add(person)
        self.given_up |= self._clock() - began > STUCK

    def _add(self, person: Person) -> None:
        try:
            outcomes = self._mapped(person, self._context)
        except MappingError as error:
            failed = Finding(None, error.code, "error", error.message, error.hint)
            self._note((None, error.code, None), person, lambda: failed)
            return
        if outcomes is None or Flow.IGNORE_OBJECT in outcomes:
            return
        settled = [
            self._settled(checked, outcome, person)
            for checked, outcome in zip(self._rows, outcomes, strict=True)
        ]
        self._compare(settled, person)

    def result(self, wanted: int = 0) -> tuple[Broken, ...]:
        """Return what was noted.

        Args:
            wanted: How many people should have been added.
        """
        tallies = sorted(self._tallies.values(), key=lambda tally: -tally.count)
        noted = [Broken(t.finding, t.count, tuple(t.names), t.first) for t in tallies]
        if self.given_up and self._added < wanted:
            noted.append(Broken(_not_all(self._added, wanted), 0, ()))
        return tuple(noted)

    def _settled(self, checked: _Checked, outcome: Outcome, person: Person) -> str | None:
        """Return the text that is sent, and note what is wrong with it."""
        row = checked.row
        if isinstance(outcome, ExpressionError):
            key = (row.position, outcome.code, outcome.position)
            self._note(key, person, partial(of_error, row, outcome))
            return None
        value = outcome if type(outcome) is str else rendered(outcome)
        if isinstance(value, tuple):
            if len(value) > 1:
                if checked.single:
                    self._note_of(row, _SEVERAL, person, partial(_several, row, value))
                return None
            value = str(value[0]) if value else None
        text = value if isinstance(value, str) and value else row.default_value
        if not text:
            if row.required:
                self._note_of(row, _EMPTY, person, partial(_empty, row))
            return None
        for rule in checked.rules:
            if not rule.accepts(text):
                self._note_of(row, rule.code, person, partial(_refused, row, rule, text))
        return text

    def _compare(self, settled: list[str | None], person: Person) -> None:
        """Hold the person's userName against the work mail, and against all people before."""
        name = None if self._name_at is None else settled[self._name_at]
        if self._name_at is None or name is None:
            return
        row = self._rows[self._name_at].row
        folded = name.casefold()
        if folded not in self._names:
            self._names[folded] = person
        else:
            # The first one was no finding until the second came; then it is counted once.
            if first := self._names[folded]:
                self._note_of(row, _TWICE, first, partial(_twice, row, name))
            self._names[folded] = None
            self._note_of(row, _TWICE, person, partial(_twice, row, name))
        mail = None if self._mail_at is None else settled[self._mail_at]
        if self._mail_at is not None and mail is not None and mail.casefold() != name.casefold():
            row = self._rows[self._mail_at].row
            self._note_of(row, _DIFFERS, person, partial(_differs, row, mail, name))

    def _note_of(self, row: Row, code: str, person: Person, finding: Callable[[], Finding]) -> None:
        self._note((row.position, code, None), person, finding)

    def _note(self, key: _Key, person: Person, finding: Callable[[], Finding]) -> None:
        tally = self._tallies.get(key)
        if tally is None:
            # Words are made once, not for each of ten thousand people.
            tally = self._tallies[key] = _Tally(finding(), self._added - 1)
        tally.add(person)
        self._slow += key[1] == _SLOW
        self.given_up |= self._slow >= MOST_SLOW


def _not_all(tried: int, wanted: int) -> Finding:
    return Finding(
        None,
        NOT_ALL,
        "error",
        f"Only {tried:,} of {wanted:,} people were tried, because they took too long: what goes "
        "wrong for the others is not known.",
        "Make the patterns that take long simpler, or try fewer people.",
    )


def _usable_scope(document: MappingDocument) -> Scope:
    try:
        return compile_scope(document.users.scope)
    except MappingError:
        return compile_scope(None)


def _checked(row: Row) -> _Checked:
    known = row.attribute
    return _Checked(row, rules_for(row), known is not None and not known.multi_valued)


def _index(targets: Sequence[str], target: str) -> int | None:
    return next((at for at, each in enumerate(targets) if attributes.same(each, target)), None)


def _refused(row: Row, rule: Rule, value: str) -> Finding:
    return of_row(row, rule.code, rule.severity, rule.why(row.target, value), rule.fix)


def _several(row: Row, values: tuple[object, ...]) -> Finding:
    return of_row(
        row,
        _SEVERAL,
        "error",
        f'{row.target} would get {len(values)} values, such as "{plain_line(values[0], 60)}", and '
        "it takes one.",
        "Choose one with Item(..., 1), or make one text of them with Join.",
    )


def _empty(row: Row) -> Finding:
    return of_row(
        row,
        _EMPTY,
        "error",
        f"{row.target} would be empty, and Webex creates nobody without it.",
        "Fill the attribute in Entra, use another one, or leave these people out by a scoping "
        "filter.",
    )


def _twice(row: Row, name: str) -> Finding:
    return of_row(
        row,
        _TWICE,
        "error",
        f'Several people would have the same userName, such as "{plain_line(name, 80)}". It must '
        "be unique across Webex.",
        "Map userName from an attribute that is unique, such as [userPrincipalName].",
    )


def _differs(row: Row, mail: str, name: str) -> Finding:
    return of_row(
        row,
        _DIFFERS,
        "error",
        f'The work e-mail would be "{plain_line(mail, 60)}" and userName '
        f'"{plain_line(name, 60)}". Webex wants them equal.',
        "Use the same source for both.",
    )

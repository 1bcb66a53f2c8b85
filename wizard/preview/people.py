"""The people of Entra as a preview keeps them: what would be sent of each, and how it stands."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from functools import cached_property
from itertools import repeat
from typing import Any, Final, NamedTuple

from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument
from wizard.mapping.expression.values import Context
from wizard.mapping.guests import UPN, WHOLE_NAME, has_mark
from wizard.mapping.named import named
from wizard.mapping.people import called
from wizard.mapping.sent import Sending
from wizard.preview.columns import Columns, RowValue, text_sent
from wizard.preview.gates import Gates
from wizard.preview.graph_people import GraphUsers
from wizard.preview.index import Index, add_hashes, in_any_case
from wizard.preview.pages import Pages, unusable
from wizard.preview.row_store import PackedRows, RowStore, packed
from wizard.preview.settings import Settings
from wizard.preview.sources import Completeness

_LONGEST: Final = 80
_GUEST = ("Guest", "guest")
_PURGED_AFTER = timedelta(days=30)
"""How long the recycle bin keeps people (reference/webex.md 5)."""


class PersonStanding(IntEnum):
    """How a person stands before anybody asks Webex."""

    STAYS = 0
    BLOCKED = 1
    DELETED = 2
    PURGED = 3
    NOT_ASSIGNED = 4
    MAYBE_ASSIGNED = 5
    FILTERED = 6
    IGNORED = 7
    LEFT_ALONE = 8

    @property
    def is_wanted(self) -> bool:
        """Whether the person is in scope."""
        return self <= PersonStanding.BLOCKED

    @property
    def is_gone(self) -> bool:
        """Whether the person was deleted in the directory."""
        return self in {PersonStanding.DELETED, PersonStanding.PURGED}


# Numbers, because an enumeration's members take their time, which counts for nearly everybody.
_STAYS: Final = int(PersonStanding.STAYS)
_BLOCKED: Final = int(PersonStanding.BLOCKED)


_WANTED = bytes(each for each in PersonStanding if each.is_wanted)

PersonRow = tuple[Any, ...]
"""What is kept of a person, as plain values: id, name, mail, whether it is a guest, standing, why,
problem, whether anything is sent, and of each row its value."""

_IDS: Final = (0,)
_VALUES: Final = 8
"""Where the values begin."""


class PersonKept(NamedTuple):
    """What is kept of a person."""

    id: str
    name: str
    mail: str
    """Where it is another than the user principal name."""
    is_guest: bool
    standing: PersonStanding
    why: str
    """What decided, where something did."""
    values: tuple[RowValue, ...] | None
    """What each row sends; None where nothing is."""
    problem: tuple[str, str, str] | None
    """Target, code and sentence, where a row yields no value."""


class People:
    """Takes the pages of Entra's people.

    Args:
        settings: What the preview rests on.
        completeness: What is said of the source.
        assigned: The ids of who is assigned; None where everybody is.
        may_be_assigned: Whether somebody who is not may be so by a group that was not read.
    """

    def __init__(
        self,
        settings: Settings,
        completeness: Completeness,
        assigned: frozenset[str] | None,
        *,
        may_be_assigned: bool = False,
    ) -> None:
        document = settings.document
        context = Context(now=settings.now)
        self._sending = Sending(document.rows, document.users.scope, context)
        self._in_scope_of = self._sending.in_scope_of
        self._unscoped = Sending(document.rows, None, context)
        self.columns = Columns.of(self._sending.rows)
        self._no_values = (None,) * len(self.columns.rows)
        self._gates = Gates(document.users.scope)
        self._assigned, self._now = assigned, settings.now
        self._outside = (
            PersonStanding.MAYBE_ASSIGNED if may_be_assigned else PersonStanding.NOT_ASSIGNED
        )
        self._has_links = settings.job == "running"
        graph = GraphUsers(named(document))
        self._pages = Pages(
            "value", graph.form, graph.quick, graph.patient, completeness, bare=graph.bare
        )
        self.rows = RowStore(_IDS)
        self.ids, self.digests = array("q"), array("q")
        """The hash of each id, and a digest of what is sent to an account that is there."""
        self.keys = {at: array("q") for at in self.columns.matching}
        """For each row that matches: the hash of each value, 0 where there is none."""
        self.standings, self.faulty = bytearray(), bytearray()
        """How each stands, and whether a row yields no value."""
        self.in_scope = 0
        """How many of those who came are in scope."""
        self.again = 0
        """How many came twice; the first counts."""
        completeness.remarks += self._unreadable(document)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def gone(self) -> int:
        """How many were deleted in the directory."""
        return sum(self.standings.count(each) for each in PersonStanding if each.is_gone)

    @cached_property
    def places(self) -> Index:
        """Where the person of an id is, by the id's hash."""
        return Index(self.ids)

    def take(self, page: bytes) -> None:
        """Add a page of people; raises as `read`."""
        self.keep(self.read(page))

    def passes(self) -> bool:
        """Count the next page, if it may be read elsewhere."""
        return self._pages.passes()

    def read(self, page: bytes) -> list[PersonRow]:
        """Return the people of the next page.

        Raises:
            PreviewError: It is no page of people.
        """
        return self._rows(self._pages.things, page)

    def reread(self, page: bytes) -> list[PersonRow]:
        """Return the people of a page that was counted; raises as `read`."""
        return self._rows(self._pages.reread, page)

    def quickly(self, page: bytes) -> list[PersonRow] | None:
        """Return the same where a page has the form that is expected; None where it has not."""
        people = self._pages.quickly(page)
        return None if people is None else list(map(self._row, people))

    def _rows(
        self, people: Callable[[bytes], list[Mapping[str, Any]]], page: bytes
    ) -> list[PersonRow]:
        try:
            return list(map(self._row, people(page)))
        except MappingError as error:
            raise unusable(error.message, error.hint, code=error.code) from error

    def keep(self, people: list[PersonRow]) -> None:
        """Add people who were read."""
        self._note(*self._noted(people))
        self.rows.extend(people)

    def pack(self, people: list[PersonRow]) -> PackedRows:
        """Return people who were read, as another process keeps them."""
        return self._noted(people), packed(people, _IDS)

    def keep_packed(self, people: PackedRows) -> None:
        """Add people who were packed."""
        noted, chunks = people
        self._note(*noted)
        self.rows.add(chunks)

    @staticmethod
    def _noted(people: list[PersonRow]) -> tuple[Any, ...]:
        """Return the columns that people are found and compared by."""
        if not people:
            return (), b"", b"", ()
        ids, _, _, _, standings, _, problems, _, *values = zip(*people, strict=True)
        faulty = bytes([each is not None for each in problems])
        return ids, bytes(standings), faulty, values

    def _note(self, ids: Sequence[str], standings: bytes, faulty: bytes, values: Any) -> None:
        vars(self).pop("places", None)
        add_hashes(self.ids, in_any_case(ids))
        self.standings += standings
        self.in_scope += len(standings) - len(standings.translate(None, _WANTED))
        self.faulty += faulty
        sent: Iterable[tuple[Any, ...]] = (
            zip(*values, strict=True) if values else repeat((), len(ids))
        )
        if self.columns.on_creation:  # in a tuple each, and not compared with what is there
            sent = [tuple([v if v.__class__ is str else None for v in each]) for each in sent]
            values = [list(map(_text, column)) for column in values]
        add_hashes(self.digests, sent)
        for at, keys in self.keys.items():
            add_hashes(keys, in_any_case(values[at] if ids else ()))

    def settle(self) -> None:
        """Leave out who came before, as the service may show somebody on two pages."""
        if not (twice := self.places.repeated):
            return
        self.again += len(twice)
        kept = [place for place in range(len(self)) if place not in twice]
        rows, self.rows = self.rows, RowStore(_IDS)
        self.rows.extend(rows[place] for place in kept)
        self.ids, self.digests = _picked(self.ids, kept), _picked(self.digests, kept)
        self.keys = {at: _picked(keys, kept) for at, keys in self.keys.items()}
        self.standings = bytearray(map(self.standings.__getitem__, kept))
        self.faulty = bytearray(map(self.faulty.__getitem__, kept))
        vars(self).pop("places", None)

    def kept(self) -> Iterator[PersonKept]:
        """Yield what is kept of each, in the order in which they came."""
        return map(_kept, self.rows)

    def at(self, place: int) -> PersonKept:
        """Return what is kept of one."""
        return _kept(self.rows[place])

    def _unreadable(self, document: MappingDocument) -> Iterator[str]:
        """Yield what of a mapping cannot be read, so that nothing is said of it."""
        if not self._sending.knows_scope:
            yield "The scoping filter cannot be read, so everybody counts as in scope."
        sent = {row.position for row in self.columns.rows}
        for row in document.rows:
            if row.position not in sent:
                yield f"The source of {row.target} cannot be read, so nothing is said of it."

    def _row(self, person: Mapping[str, Any]) -> PersonRow:
        identifier = person.get("objectId")
        if identifier.__class__ is not str or not identifier:
            raise unusable(f"{called(person)} has no id.", code="preview-no-id")
        standing, why, sent = _STAYS, "", None
        assigned = self._assigned
        if not person.get("deletedDateTime") and (
            assigned is None or identifier.casefold() in assigned
        ):
            sent = self._in_scope_of(person)
        if sent is None:
            standing, why, sent = self._outside_scope(identifier, person)
        elif person["IsSoftDeleted"]:
            standing = _BLOCKED
        values: tuple[RowValue, ...] | None = None
        told = None
        if sent is not None:
            values, problem = self.columns.values(sent)
            if values is None:
                standing = int(PersonStanding.LEFT_ALONE)
            if problem is not None:
                told = (problem.target, problem.code, problem.why)
        sends = values is not None
        return (
            identifier,
            *self._named(person),
            standing,
            why,
            told,
            sends,
            *(self._no_values if values is None else values),
        )

    @staticmethod
    def _named(person: Mapping[str, Any]) -> tuple[str, str, bool]:
        """Return what to call a person, the mail address where it is another, and if a guest."""
        name, mail = person.get(UPN), person.get("mail") or ""
        # A name that can be shown as it stands: quicker than a pattern, for everybody.
        if (
            name.__class__ is str
            and name.isascii()
            and name.isprintable()
            and 0 < len(name) <= _LONGEST
            and " " not in name
        ):
            whole = person[WHOLE_NAME]
            is_same = mail == name or mail.casefold() == name.casefold()
        else:
            name, whole = called(person), str(person.get(WHOLE_NAME) or "")
            mail = str(mail)
            is_same = mail.casefold() == str(person.get(UPN) or "").casefold()
        is_guest = person.get("userType") in _GUEST or ("#" in whole and has_mark(whole))
        return name, "" if is_same else mail, is_guest

    def _outside_scope(
        self, identifier: str, person: Mapping[str, Any]
    ) -> tuple[int, str, tuple[Any, ...] | None]:
        """Return how somebody out of scope stands, why, and what the rows send.

        Whoever was deleted is switched off whatever became of scope and assignment
        (reference/graph-entra.md 6.4), and named as the recycle bin names them.
        """
        if deleted := person.get("deletedDateTime"):
            is_over = _is_over(deleted, self._now)
            standing = PersonStanding.PURGED if is_over else PersonStanding.DELETED
            return int(standing), "", self._leaving(person)
        if self._assigned is not None and identifier.casefold() not in self._assigned:
            return int(self._outside), "", self._leaving(person)
        left, why = self._gates.left_out(person)
        if left == "ignored":
            return int(PersonStanding.IGNORED), why, None
        return int(PersonStanding.FILTERED), why, self._leaving(person)

    def _leaving(self, person: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Return what is sent of somebody out of scope, whom a running job may know."""
        if not self._has_links:
            return None
        return self._unscoped.in_scope_of({**person, "IsSoftDeleted": True})


def _kept(row: PersonRow) -> PersonKept:
    values = row[_VALUES:] if row[7] else None
    return PersonKept._make((*row[:4], PersonStanding(row[4]), row[5], values, row[6]))


def _picked(column: "array[int]", places: list[int]) -> "array[int]":
    return array("q", map(column.__getitem__, places))


def _text(value: RowValue) -> str | None:
    """Return the text by which an account is found, whenever it is sent."""
    return value[0] if isinstance(value, tuple) else value


def sought(kept: PersonKept, columns: Columns) -> Iterator[tuple[str, str]]:
    """Yield by what the account of a person is looked for: target and value, in order."""
    for at in columns.matching:
        value = text_sent(kept.values[at], creating=True) if kept.values else None
        if value:
            yield columns.rows[at].target, value


def _is_over(deleted: object, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(str(deleted)) >= _PURGED_AFTER
    except (TypeError, ValueError):
        return False

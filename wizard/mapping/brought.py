"""People out of whatever file somebody brings.

Graph answers with lists, page by page, and with batches; PowerShell writes names with capitals and
what it knows besides into a bag of its own; scripts write one object on each line.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wizard.errors import MappingError
from wizard.machine.files import TooLarge, read_file
from wizard.mapping import guests, json_text
from wizard.mapping.people import (
    HINT,
    Person,
    called,
    from_graph,
    from_record,
    is_graph_user,
    is_person,
    no_people,
    respelled,
)
from wizard.mapping.refused import graph_error_in, graph_error_line
from wizard.words.text import plain_line

MAX_PEOPLE_BYTES: Final = 1_000_000_000
"""Largest file that is read; 100,000 users with all properties have 106 MB, indented twice that."""
MAX_PEOPLE: Final = 500_000
"""Most people that are read from one file."""

_NEXT = "@odata.nextlink"
_SHOWN: Final = 5
"""Names that are told of what is no list of people."""


@dataclass(frozen=True)
class Brought:
    """The people of a file, and what is to be said of it."""

    people: tuple[Person, ...]
    is_page: bool = False
    """Whether it is one page of a list of Graph that goes on."""
    others: int = 0
    """How many entries are groups, devices or other objects, and were left out."""
    failed: int = 0
    """How many parts of a batch are errors of Graph, and were left out."""

    @property
    def guests(self) -> int:
        """How many of the people are guests."""
        return sum(guests.has_mark(str(each.get(guests.WHOLE_NAME))) for each in self.people)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What somebody who looks at the result must know."""
        told = []
        if self.is_page:
            told.append(
                f"The file is one page of Graph's list: it has {_people_counted(self)}, and "
                "Graph has more. Follow @odata.nextLink to get them all."
            )
        if self.others:
            told.append(f"Left out, because they are no users: {_entries(self.others)}.")
        if self.failed:
            told.append(_missing(self.failed))
        if of_guests := guests.people_at_home(self.guests):
            told.append(of_guests)
        return tuple(told)


def _people_counted(brought: Brought) -> str:
    count = len(brought.people)
    return "1 person" if count == 1 else f"{count:,} people"


def load_people(path: Path) -> Brought:
    """Return the people in a JSON file; at least one.

    Raises:
        MappingError: The file cannot be read, or holds no people; `people-none` where it is a list
            without any.
    """
    try:
        found = read_people(read_file(path, MAX_PEOPLE_BYTES))
    except TooLarge as error:
        raise _too_large() from error
    except OSError as error:
        raise MappingError(
            f"{plain_line(path)} cannot be read: {error.strerror or 'unknown reason'}.",
            "Check the name of the file and your access to it.",
            code="people-unreadable",
        ) from error
    if not found.people:
        others = f": {_entries(found.others)}, and no users" if found.others else ""
        raise MappingError(
            f"The file holds a list without any people{others}.",
            "Choose a file with at least one person.",
            code="people-none",
        )
    return found


@contextmanager
def _no_deeper() -> Iterator[None]:
    """Refuse what is nested deeper than this program can follow, as a mapping is.

    Raises:
        MappingError: It is.
    """
    try:
        yield
    except RecursionError as error:
        raise no_people("The file is nested too deeply for a list of people.") from error


@_no_deeper()
def read_people(text: str | bytes) -> Brought:
    """Return the people that a JSON text holds, whatever they are wrapped in.

    Each object has provisioning's attribute names, or is a user of Graph and gets translated.

    Raises:
        MappingError: The text is too large or deep, cut off, not JSON, or holds no people.
    """
    tree = _loaded(text)
    del text  # of a large file nothing is held twice
    records, is_page = records_in(tree)
    records, failed = _without_errors(records)
    users = [record for record in records if not _is_other(record)]
    if len(users) > MAX_PEOPLE:
        raise no_people(f"The file holds more than {MAX_PEOPLE:,} people.")
    return Brought(tuple(_people(users)), is_page, len(records) - len(users), failed)


@_no_deeper()
def read_one(tree: Any) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return the attributes of the person that a tree is or holds, and what is to be said of it.

    An object counts as a person, whatever it holds. A user of Graph has both languages' names.

    Raises:
        MappingError: There is nobody in it, or it is too deep.
    """
    remarks: tuple[str, ...] = ()
    if not isinstance(tree, dict) or _listed(tree) is not None or "error" in tree:
        records, failed = _without_errors(records_in(tree)[0])
        records = [each for each in records if isinstance(each, dict)]
        if not records:
            raise no_people("The file holds nobody.")
        if len(records) > 1:
            name = called(from_record(respelled(records[0])))
            remarks = (f"The file holds {len(records):,} people; the first one is used: {name}.",)
        if failed:
            remarks += (_missing(failed),)
        tree = records[0]
    person = dict(respelled(tree))
    if is_graph_user(person):
        person |= from_graph(person)
    person = guests.with_both_names(person)
    if of_guest := guests.name_at_home(person):
        remarks += (of_guest,)
    return person, remarks


def records_in(tree: Any) -> tuple[list[Any], bool]:
    """Return the objects of a list of people, and whether the list goes on elsewhere.

    Parts of a batch that failed are among them, as the errors that Graph answered.

    Raises:
        MappingError: There is no such list.
    """
    if isinstance(tree, list):
        if tree and all(_listed(item) is not None or graph_error_in(item) for item in tree):
            pages = [([item], False) if graph_error_in(item) else records_in(item) for item in tree]
            return [record for page, _ in pages for record in page], pages[-1][1]
        return tree, False
    if (listed := _listed(tree)) is not None:
        goes_on = any(key.casefold() == _NEXT and value for key, value in tree.items())
        records, inner = records_in(listed)
        return records, goes_on or inner
    if isinstance(tree, dict) and is_person(tree):
        return [tree], False
    raise _no_list(tree)


def _listed(tree: Any) -> list[Any] | None:
    """Return the list that an answer of Graph wraps; None where it is no such answer."""
    if not isinstance(tree, dict):
        return None
    named = {key.casefold(): value for key, value in tree.items()}
    if isinstance(body := named.get("body"), dict):
        return [body]
    found = named.get("responses", named.get("value"))
    return found if isinstance(found, list) else None


def _without_errors(records: list[Any]) -> tuple[list[Any], int]:
    """Return the records that are no errors of Graph, and how many are.

    Raises:
        MappingError: All of them are.
    """
    kept = [record for record in records if not graph_error_in(record)]
    if records and not kept:
        raise _no_list(records[0])
    return kept, len(records) - len(kept)


def _missing(failed: int) -> str:
    return (
        f"Left out, because Graph answered an error in place of people: {_entries(failed)}. Ask "
        "Graph for them again."
    )


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _people(records: list[Any]) -> Iterator[Person]:
    for at, record in enumerate(records):
        if not isinstance(record, dict):
            raise no_people(f"Entry {at + 1} of the list is not an object.")
        try:
            yield from_record(respelled(record))
        except MappingError as error:
            raise no_people(f"Entry {at + 1} of the list: {error.message}") from error
        records[at] = None


def _is_other(record: Any) -> bool:
    kind = record.get("@odata.type") if isinstance(record, dict) else None
    return isinstance(kind, str) and not kind.casefold().endswith(".user")


def _loaded(text: str | bytes) -> Any:
    if len(text) > MAX_PEOPLE_BYTES:
        raise _too_large()
    try:
        return json_text.loads(text)
    except UnicodeDecodeError as error:
        raise no_people(f"The file is not text: byte {error.start + 1} is no character.") from error
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (lines := _lines(error.doc)):
            return lines
        raise _not_json(error) from error
    except ValueError as error:
        raise no_people("The file holds a number that JSON does not allow.") from error


def _lines(text: str) -> list[Any]:
    """Return the objects of a text that has one on each line; nothing for another text."""
    try:
        return [json_text.loads(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return []


def _not_json(error: json.JSONDecodeError) -> MappingError:
    return MappingError(
        f"The file is not JSON: line {error.lineno}, column {error.colno} cannot be read "
        f"({error.msg}). It may be cut off.",
        json_text.instead_of_json(error.doc) or HINT,
        code="people-unusable",
    )


def _no_list(tree: Any) -> MappingError:
    if error := graph_error_in(tree):
        told = graph_error_line(error)
        return no_people(f"The file holds no list of people, but an error of Graph: {told}")
    if isinstance(tree, dict) and tree.keys() & {"synchronizationRules", "schema"}:
        return no_people("The file holds no list of people, but a mapping.")
    names = list(tree)[:_SHOWN] if isinstance(tree, dict) else []
    has = f" It has {', '.join(plain_line(name, 40) for name in names)}." if names else ""
    return no_people(f"The file is JSON, but holds no list of people.{has}")


def _too_large() -> MappingError:
    return no_people(f"The file is larger than {MAX_PEOPLE_BYTES // 1_000_000:,} MB.")

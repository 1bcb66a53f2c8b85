"""Pages that a second process reads come to the same, whenever it answers, and where it ends."""

import json
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.directories import pair
from wizard.errors import PreviewError
from wizard.mapping.document import MappingDocument
from wizard.preview.accounts import Accounts
from wizard.preview.beside import PageReader
from wizard.preview.line import PageLine
from wizard.preview.people import People
from wizard.preview.reading import Basis
from wizard.preview.row_store import PackedRows
from wizard.preview.settings import Settings
from wizard.preview.sources import Completeness

SETTINGS = Settings(MappingDocument.default(), "running", now=datetime(2026, 11, 27, tzinfo=UTC))
BASIS = Basis(SETTINGS, None, may_be_assigned=False)
MADE = pair(120)
FILLED = b" " * 60_000
"""What makes a page worth its way."""


def page(part: str, first: int, count: int) -> bytes:
    listed, records = ("value", MADE.people) if part == "people" else ("Resources", MADE.accounts)
    return json.dumps({listed: records[first : first + count]}).encode() + FILLED


SPELLED = page("accounts", 0, 3).replace(b'"displayName"', b'"DISPLAYNAME"')
PAGES = [
    *(("people", page("people", at, 10)) for at in range(0, 100, 10)),
    *(("accounts", page("accounts", at, 10)) for at in range(0, 100, 10)),
    ("accounts", page("accounts", 0, 0)),
    ("accounts", SPELLED),
    ("people", b'[{"id": "a", "userPrincipalName": 5}]' + FILLED),
    ("people", b"[{]" + FILLED),
    ("accounts", b'{"Resources": [{"userName": "a"}]}' + FILLED),
]


def quickly(side: People | Accounts, pages: list[bytes]) -> PackedRows | None:
    rows: list[tuple[Any, ...]] = []
    try:
        for each in pages:
            found = side.quickly(each)
            if found is None:
                return None
            rows += found
    except PreviewError:
        return None
    return side.pack(rows)


class Answering(PageReader):
    """Reads in this process, and answers when it is told to; it may end at any time."""

    def __init__(self, ready: list[bool], left: int) -> None:
        self.ready, self.left = deque(ready), left
        self.given: deque[tuple[str, list[bytes]]] = deque()

    def begin(self, basis: Callable[[], bytes]) -> None:
        people = BASIS.people(Completeness())
        self.sides: dict[str, People | Accounts] = {
            "people": people, "accounts": Accounts(people.columns, Completeness())
        }  # fmt: skip

    def has_begun(self) -> bool:
        return True

    def give(self, part: str, pages: list[bytes]) -> None:
        self.given.append((part, list(pages)))

    def is_ready(self) -> bool:
        is_there = bool(self.given) or self.left < 0
        return is_there and (not self.ready or self.ready.popleft())

    def take(self) -> PackedRows | None:
        part, pages = self.given.popleft()
        self.left -= 1
        if self.left < 0:
            raise EOFError
        return quickly(self.sides[part], pages)

    def close(self) -> None:
        self.left = 0


def taken(pages: list[tuple[str, bytes]], beside: PageReader | None) -> object:
    """Return what is known when all pages were taken."""
    told = Completeness(), Completeness()
    people = BASIS.people(told[0])
    accounts = Accounts(people.columns, told[1])
    line = PageLine(beside)
    error = ""
    try:
        for part, each in pages:
            side: Any = people if part == "people" else accounts
            line.take(part, each, side, BASIS)
        line.settle()
    except PreviewError as refused:
        error = refused.message
        people_rows = accounts_rows = None
    else:
        people_rows, accounts_rows = list(people.rows), list(accounts.rows)
    return error, people_rows, accounts_rows, people.digests if not error else None, told


@given(
    st.lists(st.sampled_from(PAGES), max_size=30),
    st.lists(st.booleans(), max_size=40),
    st.integers(0, 30),
)
@example([PAGES[0], PAGES[1], PAGES[-2], PAGES[2]], [False] * 9, 9)
@example([PAGES[0], *[PAGES[10]] * 47, PAGES[1], *PAGES[11:19]], [], 60)
@example([*PAGES[:20], *PAGES[:20]], [False, True] * 20, 5)
@example(
    [PAGES[0], PAGES[1], *[PAGES[10]] * 49, ("accounts", SPELLED), PAGES[11]], [False] * 60, 60
)
def test_what_is_read_beside_comes_to_the_same(
    pages: list[tuple[str, bytes]], ready: list[bool], left: int
) -> None:
    alone = taken(pages, None)
    assert taken(pages, Answering(ready, left)) == alone


@contextmanager
def process() -> Iterator[PageReader]:
    beside = PageReader()
    try:
        beside.begin(BASIS.as_json)
        assert beside.take() is None  # it is there
        yield beside
    finally:
        beside.close()


def test_the_process_reads_what_this_one_would() -> None:
    people = BASIS.people(Completeness())
    accounts = Accounts(people.columns, Completeness())
    sides: dict[str, People | Accounts] = {"people": people, "accounts": accounts}
    with process() as beside:
        for part, each in PAGES:
            beside.give(part, [each])
        answers = [beside.take() for _ in PAGES]
    assert answers == [quickly(sides[part], [each]) for part, each in PAGES]
    assert answers[-1] is None


def test_pages_that_go_together_come_back_together() -> None:
    accounts = Accounts(BASIS.people(Completeness()).columns, Completeness())
    pages = [each for part, each in PAGES[10:22] if part == "accounts"]
    with process() as beside:
        beside.give("accounts", pages)
        beside.give("accounts", [pages[0], PAGES[-1][1]])
        assert beside.take() == quickly(accounts, pages)
        assert beside.take() is None


def test_a_process_that_ends_says_so_to_whoever_waits() -> None:
    with process() as beside:
        beside.close()
        beside.give("people", [PAGES[0][1]])
        try:
            beside.take()
        except EOFError:
            return
    raise AssertionError


@pytest.fixture
def unhurried() -> Iterator[float]:
    """Take turns as a process does in which no interface was opened before."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield sys.getswitchinterval()
    sys.setswitchinterval(before)


def test_threads_take_turns_as_before_when_the_last_of_several_is_closed(
    unhurried: float,
) -> None:
    with process() as first:
        hurried = sys.getswitchinterval()
        assert hurried < unhurried
        with process():
            first.close()
            assert sys.getswitchinterval() == hurried
    assert sys.getswitchinterval() == unhurried

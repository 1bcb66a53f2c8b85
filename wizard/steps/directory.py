"""Real people for a trial: found in the directory of whoever is signed in, kept in memory only."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from wizard.errors import MappingError, TransportError
from wizard.mapping.document import MappingDocument
from wizard.mapping.named import named
from wizard.mapping.people import askable, graph_properties
from wizard.trial.outcome import Audience
from wizard.trial.questions import TakeUsers
from wizard.words.progress import STUCK, Progress, Report, silent
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient
    from wizard.steps.tenant import EntraTenant
    from wizard.trial.process import Trial

Result = TypeVar("Result")

MOST_PEOPLE = 200
"""People that are taken: two pages of Graph, and enough to see what differs among them."""

_AT_ONCE = 8
"""Managers that are asked for at the same time."""

_MANAGER = "manager"


@dataclass(frozen=True)
class Hits:
    """People of the directory that a search found."""

    shown: tuple[str, ...]
    """The first ones, a harmless line each."""
    total: int

    @property
    def words(self) -> str:
        """How many: `3 found`, `showing 25 of 20,000; the first 200 can be taken`."""
        if self.total <= len(self.shown):
            return f"{self.total:,} found"
        told = f"showing {len(self.shown)} of {self.total:,}"
        return f"{told}; the first {MOST_PEOPLE} can be taken" if self.total > MOST_PEOPLE else told


class PeopleSearch:
    """Searches people, and takes those found into a trial.

    Its methods raise what `wizard.graph.client.GraphClient` and `wizard.trial.process.Trial`
    raise, and `InvalidInput` when nobody is signed in; the people of the trial stay then.

    Args:
        tenant: Whoever is signed in.
        trial: Where the people are taken.
    """

    def __init__(self, tenant: "EntraTenant", trial: "Trial") -> None:
        self._tenant = tenant
        self._trial = trial
        self._text = ""
        self._asked: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether somebody is signed in, so that it can be asked."""
        return self._tenant.signed_in is not None

    async def search(self, text: str) -> Hits:
        """Return the first people whose name or address begins with a text.

        Args:
            text: What was typed; nothing finds everybody.
        """
        async with self._tenant.graph() as graph:
            found = await graph.users.search(text)
        lines = tuple(_line(user.display_name, user.user_principal_name) for user in found.items)
        return Hits(lines, len(lines) if found.total is None else found.total)

    async def take(self, text: str, document: MappingDocument, report: Report = silent) -> Audience:
        """Take the first `MOST_PEOPLE` people that a search finds into the trial.

        Graph is asked for their names, and for what the mapping and its scope name; nothing of
        it is written to disk.

        Args:
            text: What `search` was asked.
            document: The mapping they are taken for.
            report: Is told what is being read.

        Raises:
            MappingError: Nobody is found (`people-none`), or a value has an odd form.
        """
        names = named(document)
        report(Progress("Reading people of your directory."))
        async with self._tenant.graph(report) as graph:
            asked = graph.users.people(text, _properties(names), most=MOST_PEOPLE)
            found = await _while_it_moves(asked, "nobody had come yet")
            users = [dict(user.root) for user in found.items]
            if not users:
                raise MappingError(
                    "Nobody of your directory is found by that.",
                    "Type the beginning of a name or an address.",
                    code="people-none",
                )
            if _MANAGER in names:
                await _add_managers(graph, users, report)
        audience = await self._trial.ask(TakeUsers(users, names))
        self._text, self._asked = text, names
        return audience

    async def complete(self, document: MappingDocument, report: Report = silent) -> None:
        """Ask for what a mapping has come to name since its people were taken, if anything."""
        if not self._trial.audience.of_directory or named(document) <= self._asked:
            return
        at = self._trial.at
        audience = await self.take(self._text, document, report)
        self._trial.at = min(at, audience.count - 1)


def _line(name: str, address: str) -> str:
    return plain_line(f"{name}, {address}" if name and address else name or address)


def _properties(names: Iterable[str]) -> tuple[str, ...]:
    """Return what Graph is asked for of everybody; a manager it tells of one person at a time."""
    return graph_properties(askable(names) - {_MANAGER})


async def _while_it_moves(work: Awaitable[Result], how_far: str) -> Result:
    """Return a result, unless nothing comes for longer than anyone waits.

    Raises:
        TransportError: `directory-stuck`; says how far it came.
    """
    try:
        async with asyncio.timeout(STUCK):
            return await work
    except TimeoutError as error:
        raise TransportError(
            f"Reading your directory was stopped: for {STUCK:.0f} seconds nothing came from "
            f"Microsoft; {how_far}.",
            "Try again later, or with a name or an address that fewer people have.",
            code="directory-stuck",
        ) from error


async def _add_managers(graph: "GraphClient", users: list[dict[str, Any]], report: Report) -> None:
    """Add each person's manager, which Graph tells of one person at a time."""
    for start in range(0, len(users), _AT_ONCE):
        report(Progress(f"Asking for managers: {start:,} of {len(users):,}."))
        some = users[start : start + _AT_ONCE]
        asked = [graph.users.attributes(str(user.get("id")), (_MANAGER,)) for user in some]
        how_far = f"{start:,} of {len(users):,} managers had come"
        told = await _while_it_moves(asyncio.gather(*asked, return_exceptions=True), how_far)
        for user, answer in zip(some, told, strict=True):
            if isinstance(answer, BaseException):
                raise answer
            _add(user, answer)


def _add(user: dict[str, Any], told: Mapping[str, Any]) -> None:
    if told.get(_MANAGER):
        user[_MANAGER] = told[_MANAGER]

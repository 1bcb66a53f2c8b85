"""What a tenant has, looked at once: reading alone, by whoever may read it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

from wizard.drift.items import APPLICATION_KEY, OF_TEMPLATE, Watched, WatchedItem
from wizard.drift.mapping_items import mapping_items
from wizard.drift.tenant_items import assigned_items, job_items, saved_items, template_items
from wizard.errors import AnswerError, TransportError, WizardError
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError
from wizard.graph.job import Job
from wizard.graph.service_principals import ServicePrincipal

Missing = TypeVar("Missing")

WATCHED_ALL: Final = frozenset(Watched)
OF_SAVED: Final = frozenset({Watched.CREDENTIALS, Watched.SCOPE, Watched.NOTIFICATION})
"""Parts that Entra saves as one."""
OF_SCHEMA: Final = frozenset({Watched.MAPPING, Watched.FILTERS})


@dataclass(frozen=True)
class WatchedTarget:
    """Whose provisioning is looked at.

    Attributes:
        application: The id of the service principal.
        job: The id of the job; empty where none was set up.
        template: The id of the template that it was made of; empty where that is not known.
    """

    application: str
    job: str
    template: str = ""


@dataclass
class TenantSeen:
    """What was seen of a tenant, and what was not.

    Attributes:
        items: What is watched, by key; what is not there is missing.
        unread: The parts that could not be read, and why.
    """

    items: dict[str, WatchedItem] = field(default_factory=dict)
    unread: dict[Watched, WizardError] = field(default_factory=dict)


async def look_at_tenant(
    graph: GraphClient,
    target: WatchedTarget,
    parts: Collection[Watched] = WATCHED_ALL,
    time_limit: float | None = None,
) -> TenantSeen:
    """Return what a tenant has of what is watched.

    Args:
        graph: A conversation, which need not be able to write.
        target: Whose provisioning it is.
        parts: What is looked at; what Entra keeps as one is read as one.
        time_limit: Seconds for all of it; parts that take longer could not be read.

    Raises:
        WizardError: Nobody could be asked at all.
    """
    look = _Look(graph, target, frozenset(parts))
    try:
        async with asyncio.timeout(time_limit):
            await look.see()
    except TimeoutError:
        late = TransportError(
            f"The {time_limit:.0f} seconds for all that is read were over before.",
            "Give it longer with --time-limit.",
            code="time-limit",
        )
        look.seen.unread |= dict.fromkeys(look.left - look.seen.unread.keys(), late)
    return look.seen


class _Look:
    def __init__(
        self, graph: GraphClient, target: WatchedTarget, parts: frozenset[Watched]
    ) -> None:
        self._graph, self._target, self._parts = graph, target, parts
        self._job: Job | None = None
        self.seen = TenantSeen()
        self.left = set(parts)
        """Parts that were not read to their end yet."""

    async def see(self) -> None:
        try:
            principal = await unless_missing(
                self._graph.service_principals.get(self._target.application)
            )
        except AnswerError as error:
            self.seen.unread = dict.fromkeys(self._parts, error)
            return
        if principal is None:
            return
        self.left.discard(Watched.APPLICATION)
        named = principal.display_name or principal.id
        self.seen.items[APPLICATION_KEY] = WatchedItem(
            part=Watched.APPLICATION, name="application", value=named, same=principal.id
        )
        await self._read({Watched.JOB, *OF_SCHEMA}, self._jobs, settles={Watched.JOB})
        await self._read(OF_SCHEMA, self._schema)
        await self._read(OF_SAVED, self._saved)
        await self._read({Watched.ASSIGNMENTS}, partial(self._assigned, principal))
        await self._read({Watched.TEMPLATE}, self._template)

    async def _read(
        self,
        parts: Collection[Watched],
        read: Callable[[], Awaitable[None]],
        settles: Collection[Watched] = WATCHED_ALL,
    ) -> None:
        """Read some parts where they are asked for; what could not be read is noted.

        Args:
            parts: Which cannot be told without it.
            read: Reads them.
            settles: Those of them that nothing else has to be read for.
        """
        wanted = self._parts.intersection(parts) - self.seen.unread.keys()
        if wanted:
            try:
                await read()
                self.left -= wanted.intersection(settles)
            except AnswerError as error:
                self.seen.unread |= dict.fromkeys(wanted, error)

    async def _jobs(self) -> None:
        application, known = self._target.application, self._target.job
        jobs = await self._graph.jobs.list(application)
        self._job = next((job for job in jobs if job.id == known), None)
        if self._job is None and known:  # a list may lag behind
            self._job = await unless_missing(self._graph.jobs.get(application, known))
        if not known and len(jobs) == 1:
            self._job = jobs[0]
        self.seen.items |= job_items(self._job, jobs)

    async def _schema(self) -> None:
        if self._job is not None:
            schema = await self._graph.schema.read(self._target.application, self._job.id)
            self.seen.items |= mapping_items(schema)

    async def _saved(self) -> None:
        self.seen.items |= saved_items(await self._graph.secrets.read(self._target.application))

    async def _assigned(self, principal: ServicePrincipal) -> None:
        assigned = await self._graph.assignments.list(principal.id)
        self.seen.items |= assigned_items(assigned.items, principal)

    async def _template(self) -> None:
        application = self._target.application
        told = self._job.template_id if self._job is not None else ""
        wanted = told or self._target.template  # a job may be told without it
        templates = await self._graph.templates.list(application)
        found = next((each for each in templates if each.id == wanted), None)
        if found is not None:
            schema = await self._graph.schema.of_template(application, found.id)
            self.seen.items |= template_items(found)
            self.seen.items |= mapping_items(schema, OF_TEMPLATE, Watched.TEMPLATE)


async def unless_missing(asked: Awaitable[Missing]) -> Missing | None:
    """Return what was asked for; None when Graph says, in a code of its own, that it is not there.

    A page of some proxy says nothing of that.
    """
    try:
        return await asked
    except GraphError as error:
        if error.code != "graph-not-found" or not error.graph_code:
            raise
        return None

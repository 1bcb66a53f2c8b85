"""Groups in provisioning: whether they go along, which, and which of them stay in Webex."""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from wizard.errors import AnswerError, InvalidInput
from wizard.flow.plan import STEPS
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.provisioning_log import LogEntry
from wizard.mapping.objects import MappedObject, mapped_object, switched
from wizard.mapping.schema import SynchronizationSchema
from wizard.steps.target import job_of, principal_of
from wizard.store.journal import JournalEntry
from wizard.words.text import plain_line

_SHOWN = 10
"""Groups that are named; the rest is counted."""
_BRIEFLY = 3
"""The same beside a choice."""

HOW_OFF = f"The step {STEPS['mapping'].title} can leave them out."
_OFF = "No group goes along: the mapping of groups is switched off."
_UNMAPPED = "No group goes along: the application has no mapping of groups."
_ASSIGNMENTS = 5000
"""Assignments among which groups are looked for."""
_ENTRIES = 1000
"""Entries of the log among which written groups are looked for, the newest first."""
_WRITTEN = frozenset({"create", "update"})

Found = TypeVar("Found")

JobPlace = tuple[str, str]
"""The ids of a service principal and of a job of it."""


@dataclass(frozen=True)
class Named:
    """Some groups: the first of their names, and how many they are."""

    names: tuple[str, ...] = ()
    count: int = 0
    is_complete: bool = True
    """Whether the count is all there are."""
    trouble: str = ""
    """Why they cannot be read; empty when they can."""

    @property
    def words(self) -> str:
        """The first names, and how many more: `Legal, Sales and 3 more`."""
        shown = self.names[:_SHOWN]
        more = self.count - len(shown)
        rest = f" and {more:,} more" if more > 0 else ""
        perhaps = "" if self.is_complete else " and perhaps more"
        return f"{', '.join(shown)}{rest}{perhaps}"

    @property
    def brief(self) -> str:
        """The same in as few words as there is room for beside a choice, or why it is not known."""
        if self.trouble:
            return f"not known, {self.trouble.rstrip('.')}"
        found = replace(self, names=self.names[:_BRIEFLY])
        return found.words if self.count else ("none" if self.is_complete else "none so far")

    @property
    def brief_named(self) -> str:
        """The same where a name alone could be taken for another word, such as All Hands."""
        what = "group" if self.count == 1 else "groups"
        return self.brief if self.trouble or not self.count else f"the {what} {self.brief}"

    def many(self, which: str = "") -> str:
        """How many: `1 group`, `12 assigned groups`."""
        least = "" if self.is_complete else "at least "
        what = "group" if self.count == 1 else "groups"
        return f"{least}{self.count:,} {which}{what}"


@dataclass(frozen=True)
class Groups:
    """Whether groups go along, and which; read from the tenant, nothing assumed."""

    goes_along: bool | None
    """None: it could not be read."""
    everybody: bool | None
    """Whether everybody is in scope; None where Entra does not say."""
    assigned: Named
    all: Named
    """Groups of the directory; asked for unless only who is assigned is in scope."""
    is_mapped: bool = True
    is_filtered: bool = False
    why: str = ""
    """Why it could not be read."""

    @property
    def facts(self) -> tuple[str, ...]:
        """What is to be said before anything is written, a sentence each."""
        if self.goes_along is False:
            return (_OFF if self.is_mapped else _UNMAPPED,)
        if self.goes_along is None:
            which, *more = self._which
            unknown = f"Whether groups go along is not known: {self.why}"
            return (unknown, f"If so: {which}", *more)
        return self._which

    @property
    def advice(self) -> tuple[str, ...]:
        """How to leave groups out, where they may go along."""
        return () if self.goes_along is False else (HOW_OFF,)

    @property
    def told(self) -> tuple[str, ...]:
        """Both."""
        return (*self.facts, *self.advice)

    def beside(self, everybody: "Groups") -> str:
        """Return which groups go along if only who is assigned is in scope, and if everybody is.

        Args:
            everybody: The same with everybody in scope.
        """
        if self.goes_along is False:
            return " ".join(self.told)
        known = "" if self.goes_along else f"{self.facts[0]} If so: "
        filtered = ", unless a filter leaves them out" if self.is_filtered else ""
        return (
            f"{known}Groups go along{filtered}. Assigned: {self.assigned.brief}. "
            f"With everybody in scope: {everybody.all.brief_named}."
        )

    @property
    def _which(self) -> tuple[str, ...]:
        if self.everybody is None:
            unknown = f"Entra does not say yet who is in scope. If everybody: {self._of_everybody}"
            return (self._of_assigned, unknown)
        return (self._of_everybody if self.everybody else self._of_assigned,)

    @property
    def _of_assigned(self) -> str:
        found = self.assigned
        if found.trouble:
            return f"Assigned groups go along; which, cannot be read: {found.trouble}"
        if not found.count:
            among = f"among the first {_ASSIGNMENTS:,} assignments is none."
            seen = "none is assigned." if found.is_complete else among
            return f"Groups go along; {seen}"
        go = "goes" if found.count == 1 else "go"
        many = found.many("assigned ")
        return f"{_upper(many)} {go} along{self._how(found)}: {found.words}."

    @property
    def _of_everybody(self) -> str:
        found = self.all
        if found.trouble:
            return f"Groups go along; which, cannot be read: {found.trouble}"
        if not found.count:
            return "Groups go along, but the directory has none."
        whose = f"All {found.many()} of the directory go along"
        return f"{whose}{self._how(found)}: {found.words}."

    def _how(self, found: Named) -> str:
        members = "with its members" if found.count == 1 else "with their members"
        filtered = ", unless a filter leaves it out" if self.is_filtered else ""
        return f", {members}{filtered}"

    @property
    def until_scope_is_chosen(self) -> "Groups":
        """The same where it is early to speak of everybody: who is assigned counts, unless all."""
        return replace(self, everybody=self.everybody is True)

    def as_json(self) -> dict[str, object]:
        """Return what the journal keeps of it."""
        found = self._relevant
        return {"on": self.goes_along, "count": found.count, "names": list(found.names[:_SHOWN])}

    def has_grown_since(self, shown: "Groups") -> bool:
        """Tell whether more would be written than was shown."""
        if self.goes_along is False:
            return False
        if shown.goes_along is False:
            return True
        now, then = self._relevant, shown._relevant
        if now.trouble and not then.trouble:
            return True
        return now.count > then.count or not set(now.names) <= set(then.names)

    @property
    def _relevant(self) -> Named:
        return self.assigned if self.everybody is False else self.all


async def groups_of(
    session: Session,
    graph: GraphClient,
    *,
    everybody: bool | None = None,
    schema: SynchronizationSchema | None = None,
    place: JobPlace | None = None,
) -> Groups:
    """Look whether groups go along, and which; changes nothing.

    Args:
        session: The profile.
        graph: Asked for the job's mapping, the scope, the assignments and the directory.
        everybody: The scope to look at; None for the one that Entra has.
        schema: The mapping to look at; None for the one that Entra has.
        place: Where provisioning is; None for where the profile works.
    """
    principal_id, job_id = place or (principal_of(session), "")
    mapped, why = (mapped_object(schema, "Group"), "") if schema else (None, "")
    if mapped is None:
        mapped, why = await _read(_mapping_of(session, graph, principal_id, job_id))
    if mapped is not None and mapped.goes_along is False:
        return Groups(False, everybody, Named(), Named(), is_mapped=mapped.is_mapped)
    if everybody is None:
        everybody, _ = await _read(_scope_of(graph, principal_id))
    found = Groups(
        mapped.goes_along if mapped else None,
        everybody,
        await _assigned_groups(graph, principal_id) if everybody is not True else Named(),
        await _all_groups(graph) if everybody is not False else Named(),
        is_filtered=bool(mapped and mapped.is_filtered),
        why=why,
    )
    if mapped is not None and found.goes_along is None:
        return replace(found, why="the mapping in Entra does not say.")
    return found


def refuse_surprise(now: Groups, shown: Groups | None) -> None:
    """Let nothing be started that would write more groups than were shown.

    Raises:
        InvalidInput: It would (`groups-changed`).
    """
    if shown is not None and now.has_grown_since(shown):
        raise InvalidInput(
            "The groups that go along have changed since they were shown, so nothing was started.",
            "Look again, and see which they are.",
            code="groups-changed",
        )


async def _assigned_groups(graph: GraphClient, principal_id: str) -> Named:
    """Return the groups that are assigned to the application themselves."""

    async def asked() -> Named:
        listing = await graph.assignments.list(principal_id, most=_ASSIGNMENTS)
        names = {
            each.principal_id: plain_line(each.principal_display_name or each.principal_id, 60)
            for each in listing.items
            if each.principal_type.lower() == "group"
        }
        return Named(tuple(sorted(names.values())), len(names), listing.is_complete)

    found, trouble = await _read(asked())
    return found or Named(is_complete=False, trouble=trouble)


async def written_groups(session: Session, graph: GraphClient) -> Named:
    """Return the groups that provisioning has written into Webex, as far as its log tells.

    What it wrote stays there when provisioning ends (reference/webex.md 5).
    """

    async def asked() -> Named:
        job = await job_of(session, graph)
        listing = await graph.provisioning_log.entries(job.id, most=_ENTRIES)
        names = {each.about: _name(each) for each in listing.items if _is_written(each)}
        counts = job.status.synchronized_entry_count_by_type
        linked = sum(each.value for each in counts if each.key.lower() == "group")
        return Named(
            tuple(sorted(names.values())),
            max(len(names), linked),
            listing.is_complete,
        )

    found, trouble = await _read(asked())
    return found or Named(is_complete=False, trouble=trouble)


async def staying(session: Session, graph: GraphClient) -> str:
    """Return which groups stay in Webex whatever is taken back in Entra, in a sentence.

    The log is kept 30 days at most, so that no group in it is not none ever written.

    Returns:
        A sentence; empty where no provisioning is set up.
    """
    try:
        await job_of(session, graph)
    except InvalidInput:
        return ""
    except AnswerError as error:
        return f"Which groups stay in Webex cannot be read: {error.message}"
    found = await written_groups(session, graph)
    if found.trouble:
        return f"Which groups stay in Webex cannot be read: {found.trouble}"
    if not found.count:
        return (
            "No group was written into Webex, as far as the provisioning log tells, which goes "
            "back 30 days at most."
        )
    if not found.names:
        return f"In Webex {found.many()} stay, whose names the log does not tell."
    verb = "stays" if found.count == 1 else "stay"
    return f"In Webex {found.many()} {verb}, whatever is taken back here: {found.words}."


async def returning(
    session: Session, graph: GraphClient, made: Iterable[JournalEntry]
) -> tuple[str, ...]:
    """Return which groups would go along again if these changes were taken back.

    Switching groups on again, and taking everybody into scope again, may write groups.
    """
    entries = tuple(made)
    on = any(_groups_off(entry) for entry in entries)
    everybody = any(
        entry.step == "scope" and entry.details.get("before") is True for entry in entries
    )
    if not (on or everybody):
        return ()
    schema, _ = await _read(_schema_of(session, graph)) if on else (None, "")
    wanted = None if schema is None else switched(schema, "Group", on=True)
    found = await groups_of(session, graph, everybody=everybody or None, schema=wanted)
    if found.goes_along is False:
        return ()
    return tuple(f"If that is taken back: {line}" for line in found.facts)


def _groups_off(entry: JournalEntry) -> bool:
    changed = entry.details.get("switched")
    return isinstance(changed, dict) and changed.get("Group") is False


async def _schema_of(session: Session, graph: GraphClient) -> SynchronizationSchema:
    job = await job_of(session, graph)
    return await graph.schema.read(principal_of(session), job.id)


def _is_written(entry: LogEntry) -> bool:
    done = entry.status == "success" and entry.action.lower() in _WRITTEN
    return done and entry.is_of_a_group


def _name(entry: LogEntry) -> str:
    identity = entry.source_identity or entry.target_identity
    name = identity.display_name if identity is not None else ""
    return plain_line(name or entry.about, 60)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


async def _mapping_of(
    session: Session, graph: GraphClient, principal_id: str, job_id: str
) -> MappedObject:
    known = job_id or (await job_of(session, graph)).id
    return mapped_object(await graph.schema.read(principal_id, known), "Group")


async def _scope_of(graph: GraphClient, principal_id: str) -> bool | None:
    return (await graph.secrets.read(principal_id)).syncs_all


async def _all_groups(graph: GraphClient) -> Named:
    async def asked() -> Named:
        listing = await graph.groups.list(most=_SHOWN)
        names = tuple(plain_line(each.display_name or each.id, 60) for each in listing.items)
        count = len(names) if listing.total is None else max(listing.total, len(names))
        is_complete = listing.total is not None or listing.is_complete
        return Named(names, count, is_complete)

    found, trouble = await _read(asked())
    return found or Named(is_complete=False, trouble=trouble)


async def _read(asked: Awaitable[Found]) -> tuple[Found | None, str]:
    """Return what was asked for, or why it could not be read."""
    try:
        return await asked, ""
    except (AnswerError, InvalidInput) as error:
        return None, f"{error.message} {error.hint}".strip()

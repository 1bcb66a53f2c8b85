"""What was last set up, as `drift` compares with it: begun at the end, and kept up by our changes.

Only what a change of ours made of what goes into it: what a colleague did beside stays to be told.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from types import MappingProxyType
from typing import Final

from wizard.drift.base import BaseFile, BaseUpdate, DriftBase, PendingChange
from wizard.drift.items import (
    ASSIGNED_KEY,
    JOB_ON_KEY,
    Watched,
    WatchedItems,
    changed_between,
)
from wizard.drift.looking import (
    OF_SAVED,
    OF_SCHEMA,
    TenantSeen,
    WatchedTarget,
    look_at_tenant,
)
from wizard.errors import ProfileError, WizardError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.machine.threads import to_its_end
from wizard.store.journal import IN_ENTRA, Action, JournalEntry
from wizard.words.progress import Progress, Report

_WRITES: Final[Mapping[str, frozenset[Watched]]] = MappingProxyType(
    {
        "credentials": OF_SAVED | OF_SCHEMA,
        "replacement": OF_SAVED,
        "notification": OF_SAVED,
        "scope": OF_SAVED,
        "start": OF_SAVED,
        "watch": OF_SAVED,
        "mapping": OF_SCHEMA,
        "scoping": OF_SCHEMA,
        "assignment": frozenset({Watched.ASSIGNMENTS}),
    }
)
"""What each step writes of what is watched, beside the job, which many restart."""
ENDS_SETUP: Final = "start"
"""The step after which everything is set up that provisioning goes by."""
_BACK: Final = frozenset({Action.UNDONE, Action.RETURNED})
_APPEARS_WITHIN: Final = 60.0
"""Seconds after which Graph's lists are taken to show a change."""
_WAITS: Final = "Waiting until Entra shows the change, so that `drift` knows it as yours."


def base_file(session: Session) -> BaseFile:
    """Return the file of a profile's base."""
    return BaseFile(session.profiles.drift_path(session.profile.name), session.line)


def is_about(base: DriftBase | None, session: Session) -> bool:
    """Tell whether there is a base, and it is about the application of a profile."""
    entra = session.profile.entra
    return base is not None and base.is_about(entra.tenant_id, entra.service_principal_id)


def watched_target(session: Session, base: DriftBase | None = None) -> WatchedTarget:
    """Return whose provisioning is looked at: that of the base, where there is one."""
    entra = session.profile.entra
    if base is None:
        return WatchedTarget(entra.service_principal_id, entra.job_id, entra.sync_template_id)
    return WatchedTarget(base.application, base.job, base.template)


def base_of(session: Session, items: WatchedItems, *, is_accepted: bool) -> DriftBase:
    """Return a new base of what was seen."""
    now, entra = session.clock(), session.profile.entra
    return DriftBase(
        tenant=entra.tenant_id,
        application=entra.service_principal_id,
        at=now,
        how="accepted" if is_accepted else "set up",
        changed_at=now,
        items=dict(items),
    )


async def begin_base(session: Session, graph: GraphClient, report: Report) -> None:
    """Keep what there is at the end of a setup, unless there is a base already.

    What goes wrong is told, and stops nothing: the setup is done.
    """
    file = base_file(session)
    if not session.profile.entra.service_principal_id:
        return
    try:
        if is_about(await to_its_end(file.read), session):
            return
        seen = await look_at_tenant(graph, watched_target(session))
        for error in seen.unread.values():
            raise error
        base = base_of(session, seen.items, is_accepted=False)
        await to_its_end(
            partial(file.update, lambda kept: kept if is_about(kept, session) else base)
        )
    except WizardError as error:
        report(Progress(f"What was set up could not be kept for `drift`: {error.message}"))


@asynccontextmanager
async def keeping_base(
    session: Session, graph: GraphClient, step_id: str, report: Report
) -> AsyncIterator[None]:
    """Note in the base what is done meanwhile by a step, and nothing of what others do.

    Where there is no base, nothing is looked at. What goes wrong is told, and stops nothing.
    """
    parts, file = _WRITES.get(step_id), base_file(session)
    base = await _kept(file, session) if parts else None
    if parts is None or base is None:
        yield
        return
    own = _OwnChange(session, graph, file, step_id, parts | {Watched.JOB})
    await own.begin()
    try:
        yield
    except WizardError:
        await own.end(report, is_done=False)
        raise
    await own.end(report, is_done=True)


class _OwnChange:
    """One change of ours, seen before and after."""

    def __init__(
        self,
        session: Session,
        graph: GraphClient,
        file: BaseFile,
        step_id: str,
        parts: frozenset[Watched],
    ) -> None:
        self._session, self._graph, self._file, self._parts = session, graph, file, parts
        self._change = PendingChange(step=step_id, at=session.clock(), parts=tuple(sorted(parts)))
        self._known = self._written()
        self._before: TenantSeen | None = None

    async def begin(self) -> None:
        self._before = await self._seen()
        await self._update(lambda base: base and base.with_pending(self._change))

    async def end(self, report: Report, *, is_done: bool) -> None:
        """Note what became of what; where that cannot be seen, that it was begun stays noted."""
        new = {key: entry for key, entry in self._written().items() if key not in self._known}
        if not new:
            await self._update(lambda base: base and base.without_pending(self._change))
            return
        wanted = dict(_shows(entry, self._session) for entry in new.values()) if is_done else {}
        wanted.pop("", None)
        after, is_shown = await self._shown(wanted)
        if self._before is None or after is None:
            report(Progress("What was changed could not be seen, so `drift` may tell of it."))
            return
        changes = changed_between(self._before.items, after.items)
        now = self._session.clock()

        def noted(base: DriftBase | None) -> DriftBase | None:
            if base is None:
                return None
            base = base.with_changes(changes, now)
            return base.without_pending(self._change) if is_shown else base

        if error := await self._update(noted):
            told = f"What was changed could not be noted, so `drift` tells of it: {error.message}"
            report(Progress(told))

    async def _shown(self, wanted: Mapping[str, bool]) -> tuple[TenantSeen | None, bool]:
        """Return what there is once it shows what was done, or later, and whether it does."""
        last: TenantSeen | None = None

        async def shown() -> TenantSeen | None:
            nonlocal last
            last = await self._seen()
            return last if last is None or _is_shown(last, wanted) else None

        last = await shown() or last
        if last is not None and not _is_shown(last, wanted):
            await self._graph.until(shown, seconds=_APPEARS_WITHIN, message=_WAITS)
        return last, last is not None and _is_shown(last, wanted)

    async def _seen(self) -> TenantSeen | None:
        """Return what there is; None where not all of it could be read."""
        try:
            target = watched_target(self._session)
            seen = await look_at_tenant(self._graph, target, self._parts)
        except WizardError:
            return None
        return None if seen.unread else seen

    def _written(self) -> dict[tuple[str, str], JournalEntry]:
        """Return what the journal says was written or taken back, and was not refused."""
        history = self._session.history
        back = (each for each in history.entries if each.action in _BACK)
        return {
            (f"{each.step} {each.action}", each.at.isoformat()): each
            for each in (*history.standing(IN_ENTRA), *back)
        }

    async def _update(self, change: BaseUpdate) -> ProfileError | None:
        try:
            await to_its_end(partial(self._file.update, change))
        except ProfileError as error:
            return error
        return None


def _shows(entry: JournalEntry, session: Session) -> tuple[str, bool]:
    """Return by what it is seen that something was done, and whether that is there then.

    Returns:
        No key where nothing tells it: a restart, or a token, which Entra does not show.
    """
    made, is_back = entry, entry.action == Action.UNDONE
    if is_back:
        of = entry.details.get("of")
        known = (each for each in session.history.entries if each.at.isoformat() == of)
        made = next((each for each in known if each.step == entry.step), entry)
    match made.step, made.action:
        case "start", Action.CHANGED:
            return JOB_ON_KEY, not is_back
        case "assignment", Action.MADE:
            return f"{ASSIGNED_KEY}{str(made.details.get('assignee', '')).lower()}", not is_back
    return "", True


def _is_shown(seen: TenantSeen, wanted: Mapping[str, bool]) -> bool:
    def is_there(key: str) -> bool:
        item = seen.items.get(key)
        return item is not None and (key != JOB_ON_KEY or item.value == "on")

    return all(is_there(key) is there for key, there in wanted.items())


async def _kept(file: BaseFile, session: Session) -> DriftBase | None:
    try:
        base = await to_its_end(file.read)
    except ProfileError:
        return None  # which `drift` says
    return base if is_about(base, session) else None

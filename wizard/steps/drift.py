"""Looking for drift: what a tenant has, laid beside what was last set up or accepted there."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from wizard.drift.base import DAMAGED_BASE, DriftBase
from wizard.drift.comparing import Drifted, drifted
from wizard.drift.document import WATCHED_TITLES, DriftReport
from wizard.drift.items import ADDRESS_KEY, NOTHING_SET, Watched, WatchedItem
from wizard.drift.looking import TenantSeen, look_at_tenant
from wizard.drift.tenant_items import address_item
from wizard.errors import AuthorizationError, ProfileError
from wizard.flow.marks import moment
from wizard.flow.plan import title_of
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.steps.base import Tools
from wizard.steps.drift_base import base_file, base_of, is_about, watched_target
from wizard.steps.target import principal_of
from wizard.store.journal import IN_ENTRA, Action
from wizard.store.verification import trouble_of
from wizard.words.progress import Report, silent
from wizard.words.text import plain_line

_NOT_TAKEN: Final = "Nothing was accepted, because not all of it could be read."
_WROTE: Final = IN_ENTRA | {Action.UNDONE, Action.RETURNED}


class DriftLook:
    """One look for drift of a profile.

    Args:
        session: The profile.
        is_accepting: Whether what the tenant has shall be the new base.
        time_limit: Seconds for all that is read.

    Raises:
        StepFirst: The application was not chosen yet.
        ProfileError: There is no base (`drift-no-base`), it is of another application
            (`drift-base-of-another`), damaged or of a newer version; a base that is only damaged
            or missing does not matter where one is accepted.
    """

    def __init__(
        self, session: Session, *, is_accepting: bool = False, time_limit: float | None = None
    ) -> None:
        principal_of(session)
        self._session, self._is_accepting, self._time_limit = session, is_accepting, time_limit
        self._seen = TenantSeen()
        self._file = base_file(session)
        self._is_damaged = False
        self.trouble: ProfileError | None = None
        """What the journal lacks, which tells what is our own; what differs, the base tells."""
        self._base = self._usable()

    def _usable(self) -> DriftBase | None:
        try:
            base = self._file.read()
        except ProfileError as error:
            self._is_damaged = error.code == DAMAGED_BASE
            if self._is_accepting and self._is_damaged:
                return None
            raise
        if is_about(base, self._session):
            return base
        if not self._is_accepting:
            raise _no_base(self._session) if base is None else _of_another(self._session)
        return None

    async def look(self, graph: GraphClient, tenant: str) -> DriftReport:
        """Return what differs; nothing is written.

        Args:
            graph: A conversation, which need not be able to write.
            tenant: The id of the tenant that it is with.

        Raises:
            AuthorizationError: It is another tenant (`drift-other-tenant`).
            WizardError: Nobody could be asked.
        """
        session, base = self._session, self._base
        known = session.profile.entra.tenant_id
        if not known or known.casefold() != tenant.casefold():
            raise _other_tenant(known, tenant)
        self.trouble = _journal_trouble(session)
        target = watched_target(session, base)
        self._seen = seen = await look_at_tenant(graph, target, time_limit=self._time_limit)
        token = session.profile.token
        until = f"{token.expires_at:%Y-%m-%d}" if token is not None else ""
        found = drifted(base.items, seen, session.line, until=until) if base else ()
        return DriftReport(
            profile=session.profile.name,
            base=base,
            looked_at=session.clock(),
            differences=found,
            unread=tuple((part, seen.unread[part]) for part in Watched if part in seen.unread),
            notes=tuple(_pending(session, base, found, is_whole=self.trouble is None)),
            taken=None,
            accept=session.line("drift", "--accept"),
        )

    def stranger(self, own: str) -> str:
        """Return the tenant URL that was seen, where nobody has set up or accepted it before.

        Args:
            own: That of this profile's organization.
        """
        seen = self._seen.items.get(ADDRESS_KEY)
        base = self._base.items.get(ADDRESS_KEY) if self._base is not None else None
        if seen is None or seen.value == NOTHING_SET:
            return ""
        known = {_bare(each.is_as) for each in (address_item(own), base) if each is not None}
        return "" if _bare(seen.is_as) in known else seen.value

    def accepted(self, found: DriftReport) -> DriftReport:
        """Keep what was seen as the new base, in our own file; nothing where not all was read.

        Args:
            found: What was found.

        Raises:
            ProfileError: The new base could not be kept, or another window has changed it
                (`drift-base-changed`).
        """
        if found.unread:
            return replace(found, notes=(*found.notes, _NOT_TAKEN))
        told = self._take(self._seen)
        notes = (*found.notes, told) if told else found.notes
        return replace(found, notes=notes, taken=_in_order(self._seen))

    def _take(self, seen: TenantSeen) -> str:
        """Keep what was seen as the new base; return where a damaged one is, as a sentence."""
        told = ""
        if self._is_damaged:
            aside = self._file.set_aside()
            told = f"The damaged base is kept as {plain_line(aside)}." if aside else ""
        new = base_of(self._session, seen.items, is_accepted=True)

        def taken(kept: DriftBase | None) -> DriftBase:
            if is_about(kept, self._session) and kept != self._base:
                raise _changed(self._session)
            return new

        self._file.update(taken)
        return told


async def drift_of(
    tools: Tools, session: Session, look: DriftLook, report: Report = silent
) -> DriftReport:
    """Return what differs in the tenant that somebody is signed in to, reading only.

    Raises:
        WizardError: As of `DriftLook.look`, or nobody is signed in.
    """
    async with tools.tenant.graph(report, read_only=True) as graph:
        return await look.look(graph, tools.tenant.tenant_id)


def _bare(address: str) -> str:
    return address.rstrip("/").casefold()


def _in_order(seen: TenantSeen) -> tuple[WatchedItem, ...]:
    order = list(Watched)
    return tuple(sorted(seen.items.values(), key=lambda each: order.index(each.part)))


def _journal_trouble(session: Session) -> ProfileError | None:
    try:
        return trouble_of(session.journal)
    except ProfileError as error:
        return error


def _pending(
    session: Session, base: DriftBase | None, found: tuple[Drifted, ...], *, is_whole: bool
) -> Iterator[str]:
    """Yield which differences may be our own: of changes that nobody has seen in Entra."""
    differing = {each.part for each in found}
    for each in base.pending if base is not None else ():
        parts = [part for part in each.parts if part in differing]
        wrote = any(
            entry.at >= each.at and entry.action in _WROTE for entry in session.history.entries
        )
        if parts and wrote:
            yield (
                f"In the step {title_of(each.step)} this program changed Entra on "
                f"{moment(each.at)}, and did not see what became of it. So what differs may be its "
                f"own: {', '.join(WATCHED_TITLES[part] for part in parts)}."
            )
        elif parts and not is_whole:
            yield (
                f"In the step {title_of(each.step)} this program was about to change Entra on "
                f"{moment(each.at)}, and its journal does not tell whether it did. So what differs "
                f"may be its own: {', '.join(WATCHED_TITLES[part] for part in parts)}."
            )


def _no_base(session: Session) -> ProfileError:
    return ProfileError(
        "There is nothing to compare with: since this program keeps what it sets up, no setup of "
        "this profile has come to its end through Microsoft Graph.",
        f"`{session.line('drift', '--accept')}` shows what Entra has, and takes it as the base.",
        code="drift-no-base",
    )


def _of_another(session: Session) -> ProfileError:
    return ProfileError(
        "What was last set up or accepted is of another application than the one this profile "
        "works with, so nothing can be compared.",
        f"`{session.line('drift', '--accept')}` shows what this one has, and takes it as the base.",
        code="drift-base-of-another",
    )


def _changed(session: Session) -> ProfileError:
    return ProfileError(
        "Another window changed the base meanwhile, so nothing was accepted.",
        f"Look again: `{session.line('drift')}`",
        code="drift-base-changed",
    )


def _other_tenant(known: str, tenant: str) -> AuthorizationError:
    return AuthorizationError(
        f"The Microsoft sign-in is of the tenant {plain_line(tenant, 80) or 'that is not told'}, "
        f"and this profile's is {plain_line(known, 80) or 'not known'}. So nothing was looked at.",
        "Sign in with an account of this profile's tenant.",
        code="drift-other-tenant",
    )

"""Whether users and groups go along: what was decided here, and what Entra has.

A decision is kept in the journal and not in the mapping's file: the file begins as the bundled
default, of whose switches nobody has decided anything, and Entra's stay as they are until somebody
does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.flow.session import Session
from wizard.mapping.document import MappingDocument
from wizard.mapping.objects import (
    NAMES,
    MappedObject,
    ObjectKind,
    mapped_object,
    switches_of,
    with_switches,
)
from wizard.mapping.schema import SynchronizationSchema
from wizard.store.journal import Action

if TYPE_CHECKING:
    from wizard.steps.tenant import EntraTenant

STEP = "mapping"
_BY_HAND = "set it in the portal too"


async def decide_switch(session: Session, kind: ObjectKind, *, on: bool) -> None:
    """Remember that users, or groups, shall be switched on or off.

    Raises:
        ProfileError: It could not be saved.
    """
    subject = f"{NAMES[kind]} {'on' if on else 'off'}"
    await session.log(STEP, Action.DECIDED, subject, object=kind, on=on)


def decided(session: Session) -> Mapping[str, bool]:
    """Return what was decided last of each kind; a kind nobody decided about is left out."""
    history = session.history
    found = {kind: history.last(STEP, Action.DECIDED, object=kind) for kind in NAMES}
    return {kind: entry.details.get("on") is True for kind, entry in found.items() if entry}


def with_decisions(schema: SynchronizationSchema, session: Session) -> SynchronizationSchema:
    """Return a document with the switches as decided; the others stay as they are."""
    return with_switches(schema, decided(session))


async def take_over(session: Session, document: MappingDocument) -> None:
    """Take the switches of an imported document for decided.

    Raises:
        ProfileError: It could not be saved.
    """
    before = decided(session)
    for kind in NAMES:
        on = switches_of(document.schema).get(kind)
        if on is not None and before.get(kind) is not on:
            await decide_switch(session, kind, on=on)


@dataclass(frozen=True)
class Switch:
    """One of the two objects with its switch, as it is shown."""

    here: MappedObject
    """What the profile's document says, decisions included."""
    decision: bool | None
    """What was decided here; None: nothing."""
    entra: MappedObject | None = None
    """What Entra has; None where Entra did not say."""
    was_asked: bool = False
    """Whether Entra was asked."""

    @property
    def kind(self) -> ObjectKind:
        """What is switched."""
        return self.here.kind

    @property
    def is_on(self) -> bool | None:
        """Whether they will go along; None where that is not known."""
        shown = self.entra or self.here
        return shown.goes_along if self.decision is None else self.decision

    @property
    def choices(self) -> dict[str, str]:
        """What can be done about it: `on` or `off`, and in words."""
        shown = self.entra or self.here
        if not shown.is_mapped:
            return {}
        name = NAMES[self.kind]
        off = {"off": f"Switch {name} off"} if self.is_on is not False else {}
        on = {"on": f"Switch {name} on"} if self.is_on is not True else {}
        return off | on

    @property
    def line(self) -> str:
        """How the switch stands, and what is mapped, without claiming what was not seen."""
        rows = (self.entra or self.here).rows
        shown = f" ({', '.join(row.target for row in rows)})" if rows else ""
        which = "" if self.kind == "User" else shown
        return f"{NAMES[self.kind].capitalize()}{which}: {self._words}."

    @property
    def _words(self) -> str:
        if self.entra is not None and not self.entra.is_mapped:
            return "not mapped in Entra"
        unseen = "Entra did not say" if self.was_asked else "Entra not asked"
        if self.decision is None:
            if self.entra is not None:
                return f"{_word(self.entra.enabled)} in Entra"
            return f"{_word(self.here.goes_along)} by default; {unseen}"
        if self.entra is None:
            return f"{_word(self.decision)} here; {unseen if self.was_asked else _BY_HAND}"
        if self.entra.enabled is self.decision:
            return f"{_word(self.decision)} here and in Entra"
        return f"{_word(self.decision)} here, still {_word(self.entra.enabled)} in Entra"


async def switches(
    session: Session, document: MappingDocument, tenant: "EntraTenant | None"
) -> tuple[Switch, ...]:
    """Return both objects with their switches; the job is asked where somebody is signed in.

    Args:
        session: The profile.
        document: The profile's mapping.
        tenant: Whoever is signed in, if anybody.
    """
    ours = with_decisions(document.schema, session)
    is_asked = _may_ask(session, tenant)
    theirs = await _of_the_job(session, tenant) if tenant is not None and is_asked else None
    made = decided(session)
    return tuple(
        Switch(
            mapped_object(ours, kind),
            made.get(kind),
            None if theirs is None else mapped_object(theirs, kind),
            is_asked,
        )
        for kind in NAMES
    )


def _may_ask(session: Session, tenant: "EntraTenant | None") -> bool:
    entra = session.profile.entra
    is_known = bool(entra.service_principal_id and entra.job_id)
    return tenant is not None and tenant.signed_in is not None and is_known


async def _of_the_job(session: Session, tenant: "EntraTenant") -> SynchronizationSchema | None:
    """Return the mapping of the job; None where Entra does not say, which is then not known."""
    entra = session.profile.entra
    try:
        async with tenant.graph(read_only=True) as graph:
            return await graph.schema.read(entra.service_principal_id, entra.job_id)
    except WizardError:
        return None


def _word(on: bool | None) -> str:
    return {True: "on", False: "off", None: "unknown"}[on]

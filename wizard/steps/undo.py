"""What this program made in a tenant, and taking it back; nothing else is ever touched."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from wizard.errors import InvalidInput, WizardError
from wizard.flow.plan import STEPS
from wizard.flow.session import Finding, Session, State
from wizard.steps.base import Answers, GraphStep, Outlook, Step, step_class
from wizard.store.journal import FORGETTING, FORGOTTEN, Action, JournalEntry, standing
from wizard.store.profiles import Profile
from wizard.words.progress import Progress, Report

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient
    from wizard.steps.narrowing import Narrowing

APPLICATION = "application"
_ENDS = frozenset({"start", "credentials", APPLICATION})
"""Steps after whose undo provisioning shall not run, so that no restart is offered."""

_FOR_LATER = ("tenant_id", "application_id", "service_principal_id", "job_id")

ActionFor = Callable[[str], GraphStep | None]
"""Returns what is done through Graph in a step."""


def undoable(journal: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """Return what can be taken back, newest first, which is the order to do it in."""
    return tuple(reversed(standing(journal)))


def consequence(made: JournalEntry) -> str:
    """Return what taking this back brings with it, for whoever is about to choose it.

    It looks at nothing but the entry, so that every list of what can be taken back shows the same.

    Returns:
        A sentence or two; empty when there is nothing to be said.
    """
    step = step_class(STEPS[made.step]) if made.step in STEPS else Step
    return step.undo_cost(made) if issubclass(step, GraphStep) else ""


async def staying(session: Session, graph: "GraphClient") -> str:
    """Return which groups stay in Webex, and which would be written again, in sentences.

    Returns:
        Empty where no provisioning is set up.

    Raises:
        TransportError: No answer came.
    """
    from wizard.steps.groups import returning
    from wizard.steps.groups import staying as of_the_log

    again = await returning(session, graph, undoable(session.journal))
    return "\n".join(filter(None, (await of_the_log(session, graph), *again)))


def facts_for_later(session: Session) -> dict[str, Any]:
    """Return what taking back needs of a profile, for the journal that outlives it."""
    entra = session.profile.entra
    return {
        "organization_id": session.profile.organization_id,
        "entra": {name: getattr(entra, name) for name in _FOR_LATER},
    }


def recovered(profile: Profile, journal: Iterable[JournalEntry]) -> Profile:
    """Return a profile that was forgotten, as far as its journal knows what to take back."""
    forgotten = [
        entry
        for entry in journal
        if (entry.step, entry.action) in {FORGETTING, FORGOTTEN} and "entra" in entry.details
    ]
    if not forgotten:
        return profile
    known = forgotten[-1].details
    found = known.get("entra")
    texts = {name: str(text) for name, text in found.items()} if isinstance(found, dict) else {}
    return profile.with_changes(
        organization_id=known.get("organization_id") or None,
        entra={name: texts.get(name, "") for name in _FOR_LATER},
    )


async def look_back(
    session: Session, graph: "GraphClient", action_for: ActionFor, chosen: Iterable[JournalEntry]
) -> Outlook | None:
    """Look whether taking things back may switch people off in Webex, and what is asked before.

    What cannot be looked at counts for nothing here: taking it back says why, or refuses.

    Returns:
        None when it switches nobody off.
    """
    met: dict[str, Narrowing] = {}
    chosen = worth_doing(chosen, session.journal)
    for place, made in enumerate(chosen):
        with suppress(WizardError):
            if found := await _narrowing(session, graph, action_for, made, chosen[:place]):
                met[found.job.id] = found.beside(met.get(found.job.id))
    if not met:
        return None
    can_restart = not any(made.step in _ENDS for made in chosen)
    first, *others = met.values()
    cautions = dict.fromkeys(found.whom for found in others)
    cautions |= dict.fromkeys(line for found in met.values() for line in found.cautions)
    if can_restart:
        from wizard.steps.groups import groups_of

        cautions |= dict.fromkeys((await groups_of(session, graph)).told)
    finding = Finding(State.ATTENTION, "Taking this back may switch people off in Webex.")
    return Outlook(
        finding, questions=first.questions(restart=can_restart), cautions=tuple(cautions)
    )


async def take_back(
    session: Session,
    graph: "GraphClient",
    action_for: ActionFor,
    made: JournalEntry,
    answers: Answers = MappingProxyType({}),
) -> str:
    """Take one thing back, remember that, and say in a sentence what is now so.

    Raises:
        InvalidInput: This program does not know how (`undo-unknown`), or it may switch people
            off in Webex and the application's name was not typed (`narrowing-unnamed`).
        WizardError: Graph cannot be asked, or says no; then it can be tried again.
    """
    said, _ = await _taken_back(session, graph, action_for, made, answers)
    return said


async def take_all_back(
    session: Session,
    graph: "GraphClient",
    action_for: ActionFor,
    chosen: Iterable[JournalEntry],
    *,
    answers: Answers,
    report: Report,
) -> AsyncIterator[str | WizardError]:
    """Take things back one by one, in the order given; restart once after all, where chosen.

    Yields:
        What is now so, in a sentence, or what went wrong; then the next is taken back all the
        same.
    """
    met: dict[str, tuple[JournalEntry, Narrowing]] = {}
    for made in worth_doing(chosen, session.journal):
        report(Progress(f"Taking back: {made.subject}."))
        try:
            said, found = await _taken_back(session, graph, action_for, made, answers)
        except WizardError as error:
            yield error
            continue
        yield said
        if found is not None:
            before = met.get(found.job.id)
            met[found.job.id] = made, found.beside(before and before[1])
    for made, found in met.values():
        try:
            yield await found.restart(session, graph, made.step, answers, report)
        except WizardError as error:
            yield error


async def _taken_back(
    session: Session,
    graph: "GraphClient",
    action_for: ActionFor,
    made: JournalEntry,
    answers: Answers,
) -> "tuple[str, Narrowing | None]":
    hanging = () if made.step != APPLICATION else _hanging_on(made, session.journal)
    found = await _narrowing(session, graph, action_for, made)
    if found is not None:
        found.require_name(answers)
    said = await _action(action_for, made).undo(session, graph, made)
    narrows = found.facts if found else {}
    for entry in (*reversed(hanging), made):
        facts = {"of": entry.at.isoformat(), **(narrows if entry is made else {})}
        session.log(entry.step, Action.UNDONE, entry.subject, **facts)
        session.untick(entry.step)
    return said, found


async def _narrowing(
    session: Session,
    graph: "GraphClient",
    action_for: ActionFor,
    made: JournalEntry,
    earlier: Sequence[JournalEntry] = (),
) -> "Narrowing | None":
    from wizard.steps.narrowing import narrowing

    ways = await _action(action_for, made).narrows_back(session, graph, made, earlier)
    if not ways:
        return None
    where = made.details.get("service_principal_id") or session.profile.entra.service_principal_id
    return await narrowing(session, graph, str(where), ways)


def _action(action_for: ActionFor, made: JournalEntry) -> GraphStep:
    action = action_for(made.step)
    if action is None:
        raise InvalidInput(
            f"What was made in the step {made.step} cannot be taken back from here.",
            "Take it back in the Entra portal.",
            code="undo-unknown",
        )
    return action


def worth_doing(
    chosen: Iterable[JournalEntry], journal: Iterable[JournalEntry]
) -> tuple[JournalEntry, ...]:
    """Return what must be taken back one by one, in the order it was given.

    With an application goes all that was made in it, so that only the application is left.
    """
    chosen, entries = tuple(chosen), tuple(journal)
    applications = [made for made in chosen if made.step == APPLICATION]
    gone = [entry for made in applications for entry in _hanging_on(made, entries)]
    return tuple(made for made in chosen if made not in gone)


def _hanging_on(made: JournalEntry, journal: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """Return what stands of the things made in an application, before another was worked with."""
    found: list[JournalEntry] = []
    seen = False
    still = standing(entries := tuple(journal))
    for entry in entries:
        if entry == made:
            seen = True
        elif seen and entry.step == APPLICATION and entry.action in {Action.MADE, Action.ADOPTED}:
            break
        elif seen and entry in still:
            found.append(entry)
    return tuple(found)

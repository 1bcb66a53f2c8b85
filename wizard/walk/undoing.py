"""Taking back what this program made in a tenant; nothing else is ever touched."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from wizard.errors import InvalidInput, WizardError
from wizard.flow.plan import SETUP, STEPS, title_of
from wizard.flow.previewed import note_changed
from wizard.flow.session import Finding, Session, State
from wizard.machine.threads import to_its_end
from wizard.steps.base import Answers, GraphStep, Outlook, Stays, Step, step_class
from wizard.steps.previewing import AS_IT_IS
from wizard.store.journal import Action, JournalEntry
from wizard.store.verification import trouble_of
from wizard.words.progress import Progress, Report, silent
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient
    from wizard.steps.narrowing import Narrowing
    from wizard.workspace import Workspace

_CHANGES = 2
"""Changes that are told of one entry."""
_IDS = ("assignee", "service_principal_id", "application_id")
"""Names of details that tell what an entry is about, as the portal shows it."""
_ENDS = frozenset({"start", "credentials", "application"})
"""Steps after whose undo provisioning shall not run, so that no restart is offered."""


_OF_THE_JOB = ("mapping", "scoping", "preview", "on-demand", "start", "watch")
"""Steps of which nothing is left in Entra where its provisioning job is gone."""


def _stood_on(made: JournalEntry) -> tuple[str, ...]:
    """Return the steps that were done in, or with, what is taken back; the end is one of all."""
    end = SETUP[-1].id
    if made.step == "application" and made.action == Action.MADE:
        ids = [step.id for step in SETUP]
        return tuple(ids[ids.index(made.step) + 1 :])
    if made.step == "credentials":
        is_job = made.action == Action.MADE
        return (*(_OF_THE_JOB if is_job else ("on-demand", "watch")), end)
    return ("watch", end) if made.step == "start" else (end,)


def consequence(made: JournalEntry) -> str:
    """Return what taking this back brings with it, for whoever is about to choose it.

    It looks at nothing but the entry, so that every list of what can be taken back shows the same.

    Returns:
        A sentence or two; empty when there is nothing to be said.
    """
    step = step_class(STEPS[made.step]) if made.step in STEPS else Step
    return step.undo_cost(made) if issubclass(step, GraphStep) else ""


def names_of(made: Sequence[JournalEntry]) -> tuple[str, ...]:
    """Return what to call each of several entries, so that no two of a step are called alike.

    Of those with one subject, each is told by what it changed, or by the id of what it is about;
    where neither differs, by its place among them.
    """
    alike: dict[tuple[str, str], list[JournalEntry]] = {}
    for entry in made:
        alike.setdefault((entry.step, entry.subject), []).append(entry)
    return tuple(_named(entry, alike[entry.step, entry.subject]) for entry in made)


def _named(entry: JournalEntry, alike: "list[JournalEntry]") -> str:
    if len(alike) == 1:
        return entry.subject
    ways: list[Callable[[JournalEntry], str]] = [_changed]
    for told in ways + [partial(_id_in, name) for name in _IDS]:
        if len(set(map(told, alike))) == len(alike):
            return f"{entry.subject} ({told(entry) or 'nothing is noted'})"
    place = sorted(alike, key=lambda each: each.at).index(entry) + 1
    return f"{entry.subject} (number {place} of {len(alike)})"


def _changed(entry: JournalEntry) -> str:
    first = [
        f"{each.subject}: {each.before or 'nothing'} → {each.after or 'nothing'}"
        for each in entry.changes[:_CHANGES]
    ]
    more = len(entry.changes) - _CHANGES
    return plain_line("; ".join([*first, *([f"{more} more"] if more > 0 else [])]))


def _id_in(name: str, entry: JournalEntry) -> str:
    identifier = entry.details.get(name)
    return f"object id {plain_line(identifier, 80)}" if identifier else ""


class Undoing:
    """What was made of one profile, for a front end that shows it and asks."""

    def __init__(self, space: "Workspace", session: Session) -> None:
        self._space = space
        self._session = session
        self._met: tuple[Narrowing, ...] = ()

    @property
    def made(self) -> tuple[JournalEntry, ...]:
        """What can be taken back, newest first, which is the order to do it in."""
        return self._session.history.undoable

    @property
    def left(self) -> str:
        """What was to be taken back and stays in Entra, as a sentence; empty where nothing does."""
        return self._session.history.left_in_words

    async def trouble(self) -> WizardError | None:
        """Return what the journal lacks, so that not all is known; the keyring is asked for it.

        Raises:
            ProfileError: The journal cannot be read.
        """
        return await to_its_end(partial(trouble_of, self._session.journal))

    @property
    def is_open(self) -> bool:
        """Whether somebody is signed in."""
        return self._space.tenant.signed_in is not None

    async def staying(self) -> str:
        """Return which groups stay in Webex, and which would be written again; reads only.

        Returns:
            Sentences; empty where no provisioning is set up.

        Raises:
            WizardError: Graph cannot be asked.
        """
        from wizard.steps.groups import returning, staying

        async with self._space.graph(self._session, read_only=True) as graph:
            again = await returning(self._session, graph, self.made)
            return "\n".join(filter(None, (await staying(self._session, graph), *again)))

    async def look_back(
        self, chosen: Iterable[JournalEntry], report: Report = silent
    ) -> Outlook | None:
        """Look whether taking things back may switch people off in Webex, and what is asked before.

        What cannot be looked at counts for nothing here: taking it back says why, or refuses.

        Returns:
            None when it switches nobody off.

        Raises:
            WizardError: Graph cannot be asked.
        """
        chosen = self._session.history.worth_doing(chosen)
        async with self._space.graph(self._session, report) as graph:
            met = self._met = await self._narrowings(graph, chosen)
            if not met:
                return None
            can_restart = not any(made.step in _ENDS for made in chosen)
            met = await self._looked(met, chosen, report)
            first, *others = met
            cautions = dict.fromkeys(found.whom for found in others)
            cautions |= dict.fromkeys(line for found in met for line in found.cautions)
            if can_restart:
                from wizard.steps.groups import groups_of

                cautions |= dict.fromkeys((await groups_of(self._session, graph)).told)
        finding = Finding(State.ATTENTION, "Taking this back may switch people off in Webex.")
        return Outlook(
            finding, questions=first.questions(restart=can_restart), cautions=tuple(cautions)
        )

    def check(self, answers: Answers) -> None:
        """Look at the answers to what was asked before.

        Raises:
            UnusableAnswer: The application's name was not typed (`narrowing-unnamed`).
        """
        for found in self._met:
            found.require_name(answers)

    async def take_back(
        self, chosen: Iterable[JournalEntry], answers: Answers, report: Report
    ) -> AsyncIterator[str | Stays | WizardError]:
        """Take things back one by one, in the order given; restart once after all, where chosen.

        Yields:
            What is now so, in a sentence, why something stays, or what went wrong; the next is
            taken back all the same.
        """
        try:
            async with self._space.graph(self._session, report) as graph:
                async for said in self._take_back(graph, chosen, answers, report):
                    yield said
        except WizardError as error:
            yield error

    async def _take_back(
        self,
        graph: "GraphClient",
        chosen: Iterable[JournalEntry],
        answers: Answers,
        report: Report,
    ) -> AsyncIterator[str | Stays | WizardError]:
        from wizard.steps.drift_base import keeping_base

        met: dict[str, tuple[JournalEntry, Narrowing]] = {}
        for made in self._session.history.worth_doing(chosen):
            report(Progress(f"Taking back: {made.subject}."))
            try:
                async with keeping_base(self._session, graph, made.step, report):
                    said, found = await self._take_one_back(graph, made, answers)
            except WizardError as error:
                yield error
                continue
            yield said
            if found is not None:
                before = met.get(found.job.id)
                met[found.job.id] = made, found.beside(before and before[1])
        for made, found in met.values():
            try:
                async with keeping_base(self._session, graph, made.step, report):
                    restarted = await found.restart(
                        self._session, graph, made.step, answers, report
                    )
                yield restarted
            except WizardError as error:
                yield error

    async def _take_one_back(
        self, graph: "GraphClient", made: JournalEntry, answers: Answers
    ) -> "tuple[str | Stays, Narrowing | None]":
        """Take one thing back, and remember that; what stays in Entra stands as it did.

        Raises:
            InvalidInput: This program does not know how (`undo-unknown`), or it may switch people
                off in Webex and the application's name was not typed (`narrowing-unnamed`).
            WizardError: Graph cannot be asked, or says no; then it can be tried again.
        """
        hanging = self._session.history.goes_with(made)
        found = await self._narrowing(graph, made)
        if found is not None:
            found.require_name(answers)
        seen = self._session.profile.entra.last_look
        said = await self._action(made).undo(self._session, graph, made)
        if isinstance(said, Stays):
            await self._session.log(made.step, Action.LEFT, made.subject, of=made.at.isoformat())
            return said, None
        more = found.facts if found else {}
        if seen is not None and seen.people:
            more = {**more, "people": seen.people, "people_seen": seen.at.isoformat()}
        for entry in (*reversed(hanging), made):
            facts = {"of": entry.at.isoformat(), **(more if entry is made else {})}
            await self._session.log(entry.step, Action.UNDONE, entry.subject, **facts)
            self._session.untick(entry.step, *_stood_on(entry))
            note_changed(self._session, entry.step)
        return said, found

    async def _narrowings(
        self, graph: "GraphClient", chosen: Sequence[JournalEntry]
    ) -> "tuple[Narrowing, ...]":
        """Return what of it narrows, by its job, all that is chosen taken together."""
        met: dict[str, Narrowing] = {}
        for place, made in enumerate(chosen):
            with suppress(WizardError):
                if found := await self._narrowing(graph, made, chosen[:place]):
                    met[found.job.id] = found.beside(met.get(found.job.id))
        return tuple(met.values())

    async def _looked(
        self, met: "tuple[Narrowing, ...]", chosen: Sequence[JournalEntry], report: Report
    ) -> "tuple[Narrowing, ...]":
        """Look who would be switched off, where all of it is about the application in use."""
        session, would_be = self._session, AS_IT_IS
        for made in chosen:
            if found := self._action(made).back(session, made):
                would_be = would_be.then(found)
        ours = session.profile.entra.service_principal_id
        leavers = self._space.leavers
        return tuple(
            [
                await each.looked(session, leavers, would_be, report)
                if each.principal.id == ours and not any(made.step in _ENDS for made in chosen)
                else each
                for each in met
            ]
        )

    async def _narrowing(
        self, graph: "GraphClient", made: JournalEntry, earlier: Sequence[JournalEntry] = ()
    ) -> "Narrowing | None":
        from wizard.steps.narrowing import narrowing

        ways = await self._action(made).narrows_back(self._session, graph, made, earlier)
        if not ways:
            return None
        known = self._session.profile.entra.service_principal_id
        where = made.details.get("service_principal_id") or known
        return await narrowing(self._session, graph, str(where), ways)

    def _action(self, made: JournalEntry) -> GraphStep:
        action = self._space.action_of(made.step)
        if action is None:
            raise InvalidInput(
                f"What was made in the step {title_of(made.step)} cannot be taken back from here.",
                "Take it back in the Entra portal.",
                code="undo-unknown",
            )
        return action

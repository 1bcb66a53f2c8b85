"""What steps `mapping` and `scoping` share: the profile's rows and filters into the job."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from wizard.errors import AnswerError, InvalidInput
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.mapping.carrying import carried, carried_whole
from wizard.mapping.comparing import differing
from wizard.mapping.document import MappingDocument
from wizard.mapping.objects import NAMES, switches_of, with_switches
from wizard.mapping.reach import same_filters
from wizard.mapping.schema import (
    AttributeMappingSource,
    SynchronizationSchema,
)
from wizard.mapping.scoping.outline import outline
from wizard.steps.base import Answers, GraphStep, Outlook, Tools
from wizard.steps.cross_check import CrossCheck
from wizard.steps.groups import groups_of
from wizard.steps.mapping_changes import changes_between, switches_between, switching
from wizard.steps.mapping_file import MappingFile
from wizard.steps.mapping_written import digest_of_others, digest_of_users, filled
from wizard.steps.narrowing import (
    COMES_BACK,
    Narrowing,
    narrowing,
    waiting_narrowing,
    ways_between,
)
from wizard.steps.ownership import changing
from wizard.steps.previewing import AS_IT_IS, WouldBe
from wizard.steps.switches import decided, take_over, with_decisions
from wizard.steps.target import NAME, job_of, principal_of, require_place
from wizard.store.journal import Change, JournalEntry
from wizard.store.narrowings import Narrows, waits
from wizard.words.progress import Progress, Report

_STEPS = frozenset({"mapping", "scoping"})
"""Steps that write the mapping."""

_RESTART = Change("Restart {subject}, where you choose that.", "provisioning")
_FULL_CYCLE = "Saving starts a full cycle: Entra looks at everybody again."
_FALLING_OUT = "Who falls out of a filter is left out of the first cycle."


class SchemaStep(GraphStep):
    """Writes the profile's mapping, whole, over a fresh copy of what is in Entra.

    Attributes:
        file: Where the mapping with its scope is kept.
        trial: The people it is tried on.
        directory: Where real people are found.
        given: What is saved instead of the profile's mapping, objects beside users included; then
            the profile keeps it.
        compared: What Entra had at the last look, and what would be saved over it.
        reads_leavers: Whether a look reads both directories for who would be switched off; not
            where they are previewed beside it.
    """

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self.file = MappingFile(tools.profiles)
        self.trial = tools.trial
        self.directory = tools.directory
        self.given: MappingDocument | None = None
        self.compared: tuple[MappingDocument, MappingDocument] | None = None
        self.reads_leavers = True
        self._cross_check = CrossCheck(tools.trial)
        self._meets: Narrowing | None = None
        """Who may be switched off by what was last shown."""
        self._seen: SynchronizationSchema | None = None
        """The schema that was last shown to the administrator."""

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Compare what is in Entra with what the profile has, and let Microsoft read it."""
        job = await job_of(session, graph)
        present = MappingDocument(await _read(session, graph, job))
        self._seen = present.schema
        wanted = self._wanted(session, present)
        self.compared = present, wanted
        switches = switching(present, wanted)
        plan = [*changes_between(present, wanted)]
        groups = await groups_of(session, graph, schema=wanted.schema)
        told = groups.until_scope_is_chosen.told
        self._meets = waits_for = await _waiting(session, graph)
        if not (plan or switches):
            if waits_for is not None:
                waits_for = await self._looked(session, graph, waits_for, AS_IT_IS)
            return self._as_it_is(session, waits_for, told)
        checked = await self._cross_check.read(session, graph, job, (wanted, present), graph.report)
        plan += switches
        differences = f"Differences between this profile and Entra: {len(plan)}."
        if checked.refusal:
            finding = Finding(State.ATTENTION, differences)
            return Outlook(finding, cautions=(*checked.cautions, *told), first="mapping")
        self._meets = meets = await _narrowing(session, graph, present, wanted)
        if meets is not None:
            meets = await self._looked(session, graph, meets, WouldBe(wanted))
        cautions = [*checked.cautions, *told]
        if job.was_started:
            cautions.append(_FULL_CYCLE)
        if meets is None and waits_for is not None:
            cautions.append(waits(waits_for.ways))
        if meets is not None:
            cautions += meets.cautions
        elif not (job.was_started or same_filters(wanted.users.scope, present.users.scope)):
            cautions.append(_FALLING_OUT)
        questions = meets.questions() if meets else ()
        return Outlook(Finding(State.OPEN, differences), tuple(plan), questions, tuple(cautions))

    def check(self, question: str, typed: str) -> None:
        """Let a name that was mistyped be typed again, before anything is done.

        Raises:
            UnusableAnswer: It is not that of the application (`narrowing-unnamed`).
        """
        if question == NAME and self._meets is not None:
            self._meets.require_name({NAME: typed})

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Save the rows and filters in Entra, unless Microsoft cannot read them; read them back.

        Raises:
            InvalidInput: This may switch people off, and the application's name was not typed
                (`narrowing-unnamed`).
            MappingError: An expression cannot be read (`expression-refused`,
                `expression-unreadable`).
        """
        job = await job_of(session, graph)
        present = MappingDocument(await _read(session, graph, job))
        self._refuse_surprise(present)
        wanted = self._wanted(session, present)
        done = ""
        if not _are_same(present, wanted):
            meets = await _narrowing(session, graph, present, wanted)
            checked = await self._cross_check.read(session, graph, job, (wanted, present), report)
            if checked.refusal:
                raise checked.refusal
            if meets is not None:
                meets.require_name(answers)
            if checked.asked:  # that took its time; somebody may have changed the mapping
                self._seen = present.schema
                present = MappingDocument(await _read(session, graph, job))
                self._refuse_surprise(present)
            report(Progress("Saving the mapping in Entra."))
            wanted = self._wanted(session, present, checked.trees)
            await self._save(session, graph, job, present, wanted, meets=meets)
            if meets is not None:
                done = await meets.restart(session, graph, self.info.id, answers, report)
            present = wanted
            await self._keep_given(session, wanted)
        elif (waits_for := await _waiting(session, graph)) is not None:
            done = await waits_for.restart_for_saved(session, graph, self.info.id, answers, report)
        return f"{self._so(session)} {_switched_words(present)} {done}".rstrip()

    def back(self, session: Session, made: JournalEntry) -> WouldBe:
        """Return the mapping that was there.

        Raises:
            MappingError: It cannot be read.
        """
        return WouldBe(self.file.snapshot(session, str(made.details["snapshot"])))

    async def narrows_back(
        self,
        session: Session,
        graph: GraphClient,
        made: JournalEntry,
        earlier: Sequence[JournalEntry] = (),
    ) -> tuple[Narrows, ...]:
        """Compare what will be in Entra by then with what was there before."""
        require_place(session, made)
        before = self.file.snapshot(session, str(made.details["snapshot"]))
        saved = [each for each in earlier if each.step in _STEPS and "snapshot" in each.details]
        if saved:
            return ways_between(
                self.file.snapshot(session, str(saved[-1].details["snapshot"])), before
            )
        job = await job_of(session, graph)
        present = MappingDocument(await _read(session, graph, job))
        return ways_between(present, _restored(present, before, made))

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say that Entra looks at everybody again, and whether groups go along again."""
        cost = (
            "Once provisioning has run, Entra looks at everybody again, in a full cycle, and who "
            "falls out of a filter by that may be switched off in Webex."
        )
        changed = made.details.get("switched")
        if isinstance(changed, Mapping) and changed.get("Group") is False:
            return f"{cost} Groups go along again, while provisioning is on."
        return cost

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Write back the rows and filters that were there, unless somebody has changed ours."""
        require_place(session, made)
        job = await job_of(session, graph)
        before = self.file.snapshot(session, str(made.details["snapshot"]))
        present = MappingDocument(await _read(session, graph, job))
        named = ", ".join(each.subject for each in made.changes)  # earlier versions told none
        said = f"The mapping in Entra is as it was before{named and f': {named}'}."
        if made.details.get("narrows"):
            said = f"{said} {COMES_BACK}"
        ours = made.details.get("switched") or {}  # what earlier versions saved switched nothing
        others = made.details.get("others")
        restored = _restored(present, before, made)
        if _are_same(present, restored):
            return said
        is_ours = digest_of_users(present) == made.details["written"] and _has(present, ours)
        if not is_ours or others not in (None, digest_of_others(present)):
            raise _changed()
        await graph.schema.write(principal_of(session), job.id, restored.schema)
        return said

    async def _looked(
        self, session: Session, graph: GraphClient, meets: Narrowing, would_be: WouldBe
    ) -> Narrowing:
        if not self.reads_leavers:
            return meets
        return await meets.looked(session, self.tools.leavers, would_be, graph.report)

    def _wanted(
        self,
        session: Session,
        present: MappingDocument,
        trees: Mapping[str, AttributeMappingSource] = MappingProxyType({}),
    ) -> MappingDocument:
        """Return what is in Entra with what is to be saved; all that we do not know stays.

        Args:
            session: The profile.
            present: What is in Entra.
            trees: Microsoft's trees of expressions that this program cannot read, by target.
        """
        if self.given is not None:
            return carried_whole(present, filled(self.given, trees))
        if self.file.exists(session):
            present = carried(present, filled(self.file.document(session), trees))
        return MappingDocument(with_decisions(present.schema, session))

    async def _keep_given(self, session: Session, saved: MappingDocument) -> None:
        """Let the profile keep what was given, now that Entra has it."""
        if self.given is not None:
            self.file.keep(session, saved)
            await take_over(session, self.given)

    def _as_it_is(
        self, session: Session, waits_for: Narrowing | None, groups: tuple[str, ...]
    ) -> Outlook:
        """Return what is seen where there is nothing to save."""
        if waits_for is None:
            return Outlook(Finding(State.DONE, self._so(session)), cautions=groups)
        return Outlook(
            Finding(State.ATTENTION, f"{self._so(session)} {waits_for.waits}"),
            (_RESTART,),
            waits_for.questions(),
            (*waits_for.cautions, *groups),
        )

    def _so(self, session: Session) -> str:
        if self.given is not None or self.file.exists(session):
            return "Entra has the mapping and the filters of this profile."
        if decided(session):
            return "The mapping in Entra is switched as you chose, and otherwise as it was."
        return "Nothing was changed here, so the mapping in Entra stays as it is."

    def _refuse_surprise(self, present: MappingDocument) -> None:
        if self._seen is not None and self._seen != present.schema:
            self._seen = None
            raise _changed()

    async def _save(
        self,
        session: Session,
        graph: GraphClient,
        job: Job,
        present: MappingDocument,
        wanted: MappingDocument,
        *,
        meets: Narrowing | None,
    ) -> None:
        facts: dict[str, Any] = dict(meets.facts) if meets else {}
        if not outline(wanted.users.scope):
            facts["widens"] = [Narrows.FILTER]
        if digest_of_others(wanted) != digest_of_others(present):
            facts["others"] = digest_of_others(wanted)
        snapshot = self.file.take_snapshot(session, present)
        async with changing(
            session,
            self.info.id,
            "attribute mapping and filters",
            snapshot=snapshot,
            written=digest_of_users(wanted),
            switched=switches_between(present, wanted),
            service_principal_id=principal_of(session),
            changes=(*changes_between(present, wanted), *switching(present, wanted)),
            **facts,
        ):
            await graph.schema.write(principal_of(session), job.id, wanted.schema)
        saved = MappingDocument(await _read(session, graph, job))
        self._seen = saved.schema
        if not _are_same(saved, wanted):
            raise AnswerError(
                "Entra shows another mapping than the one that was just saved.",
                "Look again; somebody else may be working on the same mapping.",
                code="entra-not-saved",
            )


async def _read(session: Session, graph: GraphClient, job: Job) -> SynchronizationSchema:
    return await graph.schema.read(principal_of(session), job.id)


def _restored(
    present: MappingDocument, before: MappingDocument, made: JournalEntry
) -> MappingDocument:
    """Return what is in Entra with what was there before, as far as we have changed it."""
    ours = made.details.get("switched") or {}
    back = {kind: on for kind, on in switches_of(before.schema).items() if kind in ours}
    carry = carried_whole if "others" in made.details else carried  # which tells that they changed
    restored = carry(present, filled(before))
    return MappingDocument(with_switches(restored.schema, switches_of(present.schema) | back))


def _has(document: MappingDocument, wanted: Mapping[str, bool | None]) -> bool:
    switches = switches_of(document.schema)
    return all(switches.get(kind) is on for kind, on in wanted.items())


def _switched_words(document: MappingDocument) -> str:
    """Return how the switches stand, in a sentence."""
    words = {True: "on", False: "off", None: "unknown"}
    found = switches_of(document.schema)
    told = [f"{name} are {words[found.get(kind, False)]}" for kind, name in NAMES.items()]
    return f"{', '.join(told)}.".capitalize()


def _are_same(one: MappingDocument, other: MappingDocument) -> bool:
    return not (differing(one, other) or switches_between(one, other))


async def _narrowing(
    session: Session, graph: GraphClient, present: MappingDocument, wanted: MappingDocument
) -> Narrowing | None:
    ways = ways_between(present, wanted)
    return await narrowing(session, graph, principal_of(session), ways)


async def _waiting(session: Session, graph: GraphClient) -> Narrowing | None:
    return await waiting_narrowing(session, graph, Narrows.FILTER, Narrows.MATCHING)


def _changed() -> InvalidInput:
    return InvalidInput(
        "The mapping in Entra was changed since it was looked at, so nothing was written.",
        "Look again, and compare.",
        code="schema-changed",
    )

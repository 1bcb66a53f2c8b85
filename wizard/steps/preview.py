"""Step `preview`: what would happen to whom, read from both directories; nothing is written."""

from contextlib import suppress
from pathlib import Path

from wizard.errors import InvalidInput, MappingError, StepFirst, WizardError
from wizard.flow.plan import STEPS, StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.mapping.document import MappingDocument
from wizard.preview.desk import Counted, Desk, ExportKind, Summary
from wizard.preview.digests import code_of
from wizard.preview.offline import Files
from wizard.preview.plan import head_of
from wizard.preview.process import FilesDesk
from wizard.preview.settings import JobState
from wizard.preview.wanted import properties_wanted
from wizard.steps.base import Answers, CopyValue, GraphStep, Guide, Outlook, Stays, Tools
from wizard.steps.kept_preview import KeptPreview, kept_preview, made_before, note_accepted
from wizard.steps.mapping_file import MappingFile
from wizard.steps.portal import applications_link
from wizard.steps.preview_changes import changed_since
from wizard.steps.previewing import desk_of, state_of
from wizard.steps.target import job_of
from wizard.store.journal import Change, JournalEntry
from wizard.store.keystore import Slot
from wizard.store.marks import Mark
from wizard.words.counting import so_many
from wizard.words.progress import Progress, Report

READING = "Reading both directories; nothing is written."
_READ = Change("Read both directories, write nothing, and keep what would happen as a plan.")
_GRAPH_EXPLORER = "https://developer.microsoft.com/graph/graph-explorer"
_RELATIONS = frozenset({"manager", "deletedDateTime"})
"""What `$select` does not take of people, or the list does not have."""


class PreviewStep(GraphStep):
    """Opens what shows what would happen, and keeps the plan of what was accepted."""

    leaves_traces = False

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._file = MappingFile(tools.profiles)
        self.is_old = False
        """Whether the preview that was kept is about something else than Entra has."""

    def guide(self, session: Session) -> Guide:
        """Return how both directories are exported, and what tells of them."""
        organization = session.profile.organization_id or "ORGANIZATION"
        endpoints = self.tools.endpoints
        asked = f"$top=999&$select={','.join(self._selected(session))}"
        values = [CopyValue("People of Entra", f"{endpoints.entra.graph_base}/users?{asked}")]
        if accounts := endpoints.scim2_url(organization):
            values.append(CopyValue("Accounts of Webex", f"{accounts}/Users?count=100"))
        steps = (
            "Open Graph Explorer, sign in, and run the first address below; save the answer as "
            "entra.json. Run what it names as @odata.nextLink, too, and add each answer.",
            "On developer.webex.com open SCIM 2 Users > Search users, and run it with 100 for "
            "count; or run the second address with a token. Save each answer in webex.json.",
        )
        return Guide(
            purpose="A preview tells from both directories who would be created, taken over, "
            "changed or switched off in Webex, and writes nothing.",
            link=_GRAPH_EXPLORER if applications_link(endpoints) else "",
            portal=steps,
            older_portal=steps,
            values=tuple(values),
            cautions=(
                "The table that the portal downloads and the export of Control Hub are no such "
                "files: they lack the ids.",
            ),
            done="You know what would happen",
        )

    def _selected(self, session: Session) -> list[str]:
        """Return Graph's properties of people that the profile's mapping needs."""
        document = MappingDocument.default()
        with suppress(MappingError):  # of what is damaged, the step that mends it tells
            document = self._file.document(session)
        named = (each.partition("/")[0] for each in properties_wanted(document))
        return sorted({*named} - _RELATIONS)

    async def desk(self, session: Session) -> Desk:
        """Return a desk over both directories, through Graph and the stored token: reading alone.

        Raises:
            StepFirst: There is no application, no job in it, or no token to read Webex with.
            InvalidInput: Nobody is signed in.
            WizardError: Keyring or Graph cannot be asked.
        """
        async with self.tools.tenant.graph(read_only=True) as graph:
            await self._require(session, graph)
        return desk_of(self.tools, session, before=_people_before(session))

    def files_desk(self, session: Session, files: Files, job: JobState) -> Desk:
        """Return a desk over exported files, by the mapping that the profile keeps.

        Args:
            session: The profile.
            files: What was exported.
            job: How the job stands, which no file tells.

        Raises:
            MappingError: The stored mapping is damaged.
        """
        document, before = self._file.document(session), _people_before(session)
        return FilesDesk(files, document, job, before=before, start=self.tools.start_preview)

    async def accept(self, session: Session, desk: Desk, summary: Summary) -> str:
        """Keep the plan of what was shown, and say what is kept; it promises nothing.

        Raises:
            InvalidInput: Reading was broken off (`preview-unfinished`).
            MachineError: What was read is gone (`preview-gone`).
            ProfileError: It could not be saved.
        """
        if summary.interrupted:
            raise InvalidInput(
                "Reading was broken off, so this is no preview of everybody.",
                "Read again: it goes on at the last page.",
                code="preview-unfinished",
            )
        path = session.profiles.plan_path(session.profile.name)
        await desk.save(path)
        plan = head_of(path)
        how = plan.body["completeness"]
        is_partial = "partial" in {how["entra"], how["webex"]}
        mark = Mark.SAID if plan.is_of_files else Mark.SEEN  # of files, by their word
        mark = Mark.ATTENTION if is_partial else mark
        kept = await note_accepted(session, plan, mark=mark, is_partial=is_partial)
        return kept.told

    def kept_here(self, session: Session) -> Finding:
        """Return how the preview that was kept stands, as far as is known without a look at Entra.

        Raises:
            MappingError: The stored mapping is damaged.
            ProfileError: The journal cannot be read.
        """
        kept = kept_preview(session)
        changed = kept.changed_mapping(self._file.document(session)) if kept is not None else ()
        return _found(kept, changed)

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look whether the preview that was kept is still about what Entra has."""
        await self._require(session, graph)
        return Outlook(await self._found_by(session), (_READ,))

    async def kept_by_hand(self, session: Session) -> Finding:
        """Return how the preview that was kept stands, by Entra where somebody is signed in.

        Raises:
            MappingError: The stored mapping is damaged.
            ProfileError: The journal cannot be read.
        """
        with suppress(WizardError):
            return await self._found_by(session)
        return self.kept_here(session)

    async def job_state(self, session: Session) -> JobState:
        """Return how the job stands, by Entra where somebody is signed in, else by the profile."""
        with suppress(WizardError):
            async with self.tools.tenant.graph(read_only=True) as graph:
                return state_of(await job_of(session, graph))
        return "running" if session.is_done(STEPS["start"].id) else "never"

    async def _found_by(self, session: Session) -> Finding:
        kept = kept_preview(session)
        changed = await changed_since(self.tools, session, kept) if kept is not None else ()
        self.is_old = bool(changed)
        return _found(kept, changed)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Outlook:
        """Read both directories and keep the plan, as somebody does who accepts what is shown."""

        def tell(counted: Counted) -> None:
            report(Progress(counted.waits or READING, counted.people, counted.people_total))

        desk = await self.desk(session)
        try:
            await self.accept(session, desk, await desk.read(tell))
        finally:
            desk.close()
        return Outlook(self.kept_here(session))

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str | Stays:
        """Nothing was made."""
        return "A preview makes nothing, so there is nothing to take back."

    async def _require(self, session: Session, graph: GraphClient) -> None:
        """Let nobody wait for what lacks something yet.

        Raises:
            StepFirst: There is no application, no job in it (`credentials-first`), or no token to
                read Webex with (`token-first`).
            KeystoreError: The keyring cannot be read.
        """
        await job_of(session, graph)
        if await self.tools.keystore.read(session.profile.name, Slot.CURRENT) is None:
            raise StepFirst(
                "There is no token in the keyring, and Webex is read with it.",
                f"Go back to the step {STEPS['token'].title} first.",
                code="token-first",
                step="token",
            )


def exported_words(count: int, in_all: int, path: Path, kind: ExportKind) -> str:
    """Return what is in a file that was written.

    Args:
        count: How many it tells of one by one.
        in_all: How many the preview has.
        path: The file.
        kind: How it was written; Markdown leaves those out of whom nothing is to be told.
    """
    if kind != "markdown":
        return f"Everybody is in {path}, {count:,} in all, readable by you alone."
    few = so_many(count, "that changes or needs a look is", "that change or need a look are")
    rest = f"; the other {in_all - count:,} are counted alone" if in_all > count else ""
    return f"The {few} in {path}, readable by you alone{rest}."


def saved_words(digest: str, path: Path) -> str:
    """Return which plan is in a file that was written."""
    return f"The plan {code_of(digest)} is in {path}, readable by you alone."


def _found(kept: KeptPreview | None, changed: tuple[str, ...]) -> Finding:
    if kept is None:
        return Finding(State.OPEN, "Nothing was previewed yet.")
    told = f"{made_before(changed)} {kept.words}".lstrip()
    is_current = not (changed or kept.is_partial)
    return Finding(State.DONE if is_current else State.ATTENTION, told)


def _people_before(session: Session) -> int | None:
    kept = kept_preview(session)
    return kept.plan.people if kept is not None else None

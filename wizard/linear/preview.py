"""The step `preview` in plain lines: read, told riskiest first, asked about, kept."""

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from wizard.errors import MachineError, PreviewError, WizardError
from wizard.flow.session import Session, State
from wizard.linear.console import Console, GoBack
from wizard.machine.paths import whole_path
from wizard.preview.desk import Counted, Desk, ExportKind, PatternShown, Selection, Summary
from wizard.preview.offline import Files
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect, off_already
from wizard.preview.settings import JobState
from wizard.steps.base import Guide
from wizard.steps.preview import READING, PreviewStep, exported_words, saved_words
from wizard.walk.walk import Visit, Way
from wizard.words.counting import examples
from wizard.words.text import plain_line

_PATTERNS: Final = 20
_PEOPLE: Final = 20
_STOP: Final = "Ctrl+C stops it; nothing was written."
_WORDS: Final = """keep: keep what was shown as a plan, and go on
1 and so on: who is in the pattern of that number
people: everybody, the riskiest first
find NAME: people, accounts and groups whose name holds it, and what would become of each
export FILE: everybody, as a table where it ends in .csv, as a text in .md, else as JSON lines
plan FILE: the plan of what was shown, which start --plan takes
approval: the text for whoever approves the plan
again: read both directories anew
skip, back: go on without a preview, or to the step before"""
_KINDS: Final[dict[str, ExportKind]] = {".csv": "csv", ".md": "markdown"}
_JOB_WORDS: Final[dict[JobState, str]] = {
    "never": "never",
    "running": "running",
    "restarted": "restarted with all forgotten",
}


async def ask_preview(console: Console, step: PreviewStep, visit: Visit) -> Way:
    """Tell what was kept, or read and show what would happen, until it is kept or left.

    Raises:
        GoBack, LeftByUser: The administrator goes.
        WizardError: It could not be read.
    """
    session = visit.flow.session
    if visit.doing is None:
        _show_how_to_export(console, step.guide(session))
        found = await step.kept_by_hand(session)
    else:
        found = (await visit.doing.look(console.report)).finding
    if found.state is not State.OPEN:
        console.say(f"{found.text} {found.hint}".rstrip())
        if way := await _kept(console, is_current=found.state is State.DONE):
            return way
    while desk := await _desk(console, step, session, visit):
        try:
            return await _Shown(console, step, visit, desk).ask()
        except (PreviewError, MachineError) as error:
            console.explain(error)
            # Of files others can be named; of what is gone all can be read again.
            if visit.doing is not None and not await console.wants("Read again?"):
                return Way.SKIP
        finally:
            desk.close()
    return Way.SKIP


def _show_how_to_export(console: Console, guide: Guide) -> None:
    console.say(guide.purpose)
    for number, text in enumerate(guide.portal, 1):
        console.say(f"{number}. {text}")
    for number, value in enumerate(guide.values, 1):
        console.say(f"Value {number}, {value.label}: {value.text}")


async def _kept(console: Console, *, is_current: bool) -> Way | None:
    """Ask what to do about a preview that was kept; None to read again."""
    if is_current:
        text = await console.ask("Enter goes on; or a to read again:")
        return None if text.lower() in {"a", "again"} else Way.FORWARD
    text = await console.ask("Enter reads again; s = go on with it as it is:")
    return Way.FORWARD if text.lower() in {"s", "skip"} else None


async def _desk(console: Console, step: PreviewStep, session: Session, visit: Visit) -> Desk | None:
    """Return a desk over both directories, or over files; None where there are none."""
    if visit.doing is not None:
        return await step.desk(session)
    values = {str(at): value.text for at, value in enumerate(step.guide(session).values, 1)}
    while True:
        text = await console.ask("File with the people of Entra; Enter skips, a number copies:")
        if not text or text.lower() in {"s", "skip"}:
            return None
        if text not in values:
            break
        console.say(await console.copy(values[text], secret=False))
    entra = Path(text)
    webex = Path(await console.ask("File with the accounts of Webex:"))
    groups = []
    while more := await console.ask("File with groups of either side; Enter for no more:"):
        groups.append(Path(more))
    assigned = await console.ask("File of who is assigned; Enter counts everybody as assigned:")
    job = await _job(console, await step.job_state(session))
    files = Files(entra, webex, tuple(groups), Path(assigned) if assigned else None)
    return step.files_desk(session, files, job)


async def _job(console: Console, known: JobState) -> JobState:
    """Ask how the job stands, which no file tells.

    Args:
        console: Where it is asked.
        known: How it stands as far as is known, which Enter takes.
    """
    others = ", or ".join(_JOB_WORDS[each] for each in _JOB_WORDS if each != known)
    console.say("Has provisioning run in Entra? It knows people by what it did before.")
    while True:
        text = await console.ask(f"Enter = {_JOB_WORDS[known]}; or {others}:")
        said = text.lower().partition(" ")[0]
        for job in _JOB_WORDS:
            if said in {job, ""}:
                return job if said else known
        console.say("Please answer with one of these.")


class _Shown:
    """A preview that is read, told and asked about."""

    def __init__(self, console: Console, step: PreviewStep, visit: Visit, desk: Desk) -> None:
        self._console, self._step, self._desk = console, step, desk
        self._session = visit.flow.session
        self._through_graph = visit.doing is not None
        self._waits = ""

    async def ask(self) -> Way:
        """Read, tell, and do what is said, until it is kept, skipped or put off."""
        summary = await self._read()
        while True:
            text = await self._console.ask(self._question(summary))
            verb, _, rest = text.strip().partition(" ")
            verb = self._meant(verb.lower(), summary)
            match verb:
                case "on" | "again":
                    summary = await self._read()
                case "keep" if not summary.interrupted:
                    told = await self._step.accept(self._session, self._desk, summary)
                    self._console.say(told)
                    return Way.FORWARD
                case "s" | "skip":
                    return Way.SKIP
                case "h" if self._through_graph:
                    return Way.BY_HAND
                case _:
                    await self._tell(verb, rest.strip(), summary)

    @staticmethod
    def _meant(verb: str, summary: Summary) -> str:
        """Return what an answer means; Enter does what is best, and never what is risky."""
        if verb:
            return verb
        if summary.interrupted:
            return "on"
        return "1" if summary.is_risky else "keep"

    def _question(self, summary: Summary) -> str:
        by_hand = ", h = by hand" * self._through_graph
        if summary.interrupted:
            return f"Enter reads on; again, s = skip{by_hand}; ? tells what else can be said:"
        if summary.is_risky:
            return f"keep, s = skip{by_hand}; Enter tells who is in 1; ? tells what else:"
        return f"Enter keeps this, s = skip{by_hand}; ? tells what else can be said:"

    async def _read(self) -> Summary:
        console = self._console
        console.say(READING)
        with console.company.during(READING, _STOP):
            summary = await self._desk.read(self._count)
        for line in preview_told(summary):
            console.say(line)
        return summary

    def _count(self, counted: Counted) -> None:
        """Have what is said in the silence tell how far it is; a wait is told at once."""
        self._console.company.about = counted_in_words(counted)
        if counted.waits and counted.waits != self._waits:
            self._console.say(counted.waits)
        self._waits = counted.waits

    async def _tell(self, verb: str, rest: str, summary: Summary) -> None:
        """Tell more of what was read, or write it to a file."""
        shown = _loud(summary.patterns)
        try:
            if verb.isdecimal() and 0 < int(verb) <= len(shown):
                pattern = summary.patterns.index(shown[int(verb) - 1])
                await self._list(Selection(pattern=pattern))
            elif verb == "find" and rest:
                await self._list(Selection(text=rest))
            elif verb == "people":
                await self._list(Selection())
            elif verb == "export" and rest:
                await self._export(Path(rest), summary.lines)
            elif verb == "plan" and rest:
                await self._save(Path(rest))
            elif verb == "approval":
                for line in await self._desk.approval():
                    self._console.say(line)
            else:
                self._console.say(_WORDS)
        except WizardError as error:
            self._console.explain(error)

    async def _list(self, chosen: Selection) -> None:
        """List some of those who are chosen, and tell of each that is asked for."""
        console, first = self._console, 0
        size = await self._desk.size(chosen)
        if not size:
            console.say("Nobody.")
        while size:
            rows = await self._desk.rows(chosen, first, _PEOPLE)
            if len(rows) == 1 == size:
                await self._story(rows[0].place)
                return
            for number, row in enumerate(rows, first + 1):
                console.say(f"{number}. {row.called}: {row.said}")
            rest = size - first - len(rows)
            more = f"m = more, {rest:,} of {size:,}; " if rest else ""
            try:
                text = await console.ask(f"A number tells of one; {more}Enter goes back:")
            except GoBack:  # to what was shown before, as Enter does
                return
            if text.lower() == "m" and rest:
                first += len(rows)
            elif text.isdecimal() and 0 < int(text) <= first + len(rows):
                (row,) = await self._desk.rows(chosen, int(text) - 1, 1)
                await self._story(row.place)
            else:
                return

    async def _story(self, place: int) -> None:
        for line in await self._desk.story(place):
            # Two blanks in front would make it a command to be copied.
            self._console.say(line.strip().replace(' -> "', ' to "', 1))

    async def _export(self, file: Path, in_all: int) -> None:
        kind = _KINDS.get(file.suffix.lower(), "jsonl")
        if await self._may_write(file):
            count = await self._desk.export(file, kind)
            self._console.say(exported_words(count, in_all, file, kind))

    async def _save(self, file: Path) -> None:
        if await self._may_write(file):
            self._console.say(saved_words(await self._desk.save(file), file))

    async def _may_write(self, file: Path) -> bool:
        """Ask before a file is replaced."""
        question = f"There is a file {plain_line(file)} already. Replace it?"
        is_there = await asyncio.to_thread(_is_there, file)
        return not is_there or await self._console.confirm(question, default=False)


def _is_there(file: Path) -> bool:
    return os.path.lexists(whole_path(file))


def counted_in_words(counted: Counted) -> str:
    """Return how far reading is, as sentences."""
    people, accounts = (
        f"{read:,} of {total:,}" if total else f"{read:,}"
        for read, total in (
            (counted.people, counted.people_total),
            (counted.accounts, counted.accounts_total),
        )
    )
    told = f"Read so far: {people} people of Entra, {accounts} accounts of Webex"
    if counted.groups:
        told += f", {counted.groups:,} groups"
    if counted.in_scope is not None:
        told += f"; {counted.in_scope:,} people are in scope"
    return f"{told}."


def preview_told(summary: Summary) -> Iterator[str]:
    """Yield what a preview comes to: patterns riskiest first, stops, what is not known."""
    yield (
        f"Preview of {summary.people:,} people of Entra and {summary.accounts:,} accounts of "
        f"Webex. {summary.completeness} Nothing was written."
    )
    if summary.interrupted:
        yield f"Reading was broken off: {summary.interrupted}"
    yield from _counts("People and accounts", summary.counts)
    if summary.inactive:
        yield f"- {summary.inactive:,} {off_already(summary.inactive)}"
    if summary.group_counts:
        yield from _counts("Groups", summary.group_counts)
    yield from _patterns(summary)
    for stop in summary.stops:
        yield f"{stop.severity.capitalize()}: {stop.message}"
        yield f"Number: {stop.number:,} {stop.unit}; limit: {stop.limit:,}."
        if stop.names:
            yield f"Who: {', '.join(stop.names)}."
        yield stop.allow
    yield "Not known:"
    for line in (*summary.unknown_told, *summary.remarks):
        yield f"- {line}"


def _counts(title: str, counts: Mapping[Prospect, int]) -> Iterator[str]:
    yield f"{title}:"
    for outcome in Prospect:
        if counts.get(outcome):
            yield f"- {counts[outcome]:,} {PROSPECT_WORDS[outcome]}"


def _patterns(summary: Summary) -> Iterator[str]:
    loud = _loud(summary.patterns)
    if loud:
        yield "What is the same, riskiest first:"
    for number, pattern in enumerate(loud[:_PATTERNS], 1):
        yield f"{number}. {pattern.words}. {examples(pattern.count, pattern.names)}".rstrip()
    if len(loud) > _PATTERNS:
        yield f"{len(loud) - _PATTERNS:,} more patterns have numbers up to {len(loud)}."


def _loud(patterns: Iterable[PatternShown]) -> list[PatternShown]:
    return [pattern for pattern in patterns if pattern.outcome not in QUIET]

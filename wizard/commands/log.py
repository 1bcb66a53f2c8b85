"""`webex-wizard log`: the provisioning log of a profile's job, with what each entry means."""

import asyncio
import json
from collections import Counter
from contextlib import closing
from shlex import quote
from typing import TYPE_CHECKING

from wizard import DONE, LEFT, NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.output import data, from_a_command, is_usage, narrate, tell_error
from wizard.errors import InvalidInput, TransportError, WizardError
from wizard.machine.passing import show_passing
from wizard.machine.streams import columns, give_up_output, wants_lines
from wizard.options import Options
from wizard.words.lines import aloud
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.flow.session import Session
    from wizard.reports.log_row import LogRow
    from wizard.reports.log_since import LogSince
    from wizard.steps.log_reading import LogReading
    from wizard.words.progress import Progress
    from wizard.workspace import Opening, Workspace


def run(options: Options, opening: "Opening | None" = None) -> int:
    """Tell the log; 0 to its end, 2 what was given cannot be used, 4 it could not be read whole.

    Args:
        options: What was asked for.
        opening: Puts the workspace together; None is `open_workspace`, loaded only to ask.
    """
    telling = _Telling(options)
    try:
        telling.since = _since(options)
        _read(options, telling, opening)
    except BrokenPipeError:
        give_up_output()  # whoever read it has enough
    except KeyboardInterrupt:
        telling.end_line()
        narrate(f"Left. {telling.goes_on()}".rstrip())
        return LEFT
    except WizardError as error:
        telling.end_line()
        error = from_a_command(error, options)
        error.hint = f"{error.hint} {telling.goes_on()}".strip()
        tell_error(error, command="log", as_json=False)
        return USAGE if is_usage(error) else NOT_LOOKED
    return DONE


def _since(options: Options) -> "LogSince":
    from wizard.reports.log_since import ALL_KEPT, since_named
    from wizard.store.profiles import utc_now

    if not options.log_since:
        return ALL_KEPT
    since = since_named(options.log_since, utc_now())
    if since.is_file and options.limit is not None:
        raise InvalidInput(
            "Behind a file every entry is told, so that none is missing in it.",
            "Leave --limit out, or give --since a time.",
            code="log-limit",
        )
    return since


def _read(options: Options, telling: "_Telling", opening: "Opening | None") -> None:
    from wizard.walk.hosts import asking_once

    asking_once(options, output, lambda: asyncio.run(_told(options, telling, opening)), opening)


async def _told(options: Options, telling: "_Telling", opening: "Opening | None") -> None:
    from wizard.workspace import open_workspace

    seconds = options.seconds
    with closing(await (opening or open_workspace)(options, narrate)) as space:
        try:
            # A person signs in as slowly as they like; an application asks nobody.
            async with asyncio.timeout(seconds if options.application else None) as limit:
                session = await _session(space)
                if not options.application:
                    limit.reschedule(asyncio.get_running_loop().time() + seconds)
                await _told_of(space, session, telling)
        except TimeoutError as error:
            raise telling.late() from error


async def _told_of(space: "Workspace", session: "Session", telling: "_Telling") -> None:
    from wizard.reports.log_since import ALL_KEPT
    from wizard.steps.log_reading import LogReading, job_logged
    from wizard.steps.log_words import log_ending

    options = space.options
    async with space.graph(session, telling.hear, read_only=True) as graph:
        job = await job_logged(session, graph)
        since = telling.since or ALL_KEPT
        person, limit, hear = options.person, options.limit, telling.hear
        reading = LogReading(graph, job, since, person=person, limit=limit, report=hear)
        narrate(f"Provisioning log of {_whose(session)}{since.words}. Times are UTC.")
        telling.reading = reading
        async for row in reading.rows():
            telling.tell(row)
        telling.end_line()
        telling.mend()
        ending = log_ending(reading, telling.counts, since, session.clock())
        narrate("\n".join([sentence async for sentence in ending]))


async def _session(space: "Workspace") -> "Session":
    """Return the profile, or what an application finds in its tenant, with who may read it."""
    from wizard.commands.preview_online import require_sign_in

    if space.options.reads_tenant:
        from wizard.walk.unattended import session_there

        return await session_there(space, narrate)
    name = space.profile_name
    if not space.profiles.exists(name):
        raise space.profiles.no_such(name)
    session = space.work_on(name)
    await space.keystore.require_here(session.profile)
    await require_sign_in(space, session)
    return session


def _whose(session: "Session") -> str:
    kind = "profile" if session.profiles.keeps else "tenant"
    return f"the {kind} {session.profile.name}"


class _Telling:
    """Writes entries as they come, and knows how far it is.

    Attributes:
        counts: Entries that were told, by what became of whom.
        since: Where it begins.
        reading: Where they come from, once it has begun.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self.since: LogSince | None = None
        self.reading: LogReading | None = None
        self._last = ""
        self._is_passing = self._is_mended = False
        self.counts: Counter[str] = Counter()

    def tell(self, row: "LogRow") -> None:
        """Write one entry."""
        self.end_line()
        self.mend()
        if self._options.jsonl:
            data(json.dumps(row.to_json()))
        else:
            text = "\n".join(row.lines(columns()))
            data(aloud(text) if wants_lines() else text)
        self._last = row.cursor or self._last
        self.counts[str(row.outcome)] += 1

    def mend(self) -> None:
        """Mend the file that the entries are for, once they can be read: a refusal leaves it."""
        if not self._is_mended and self.since is not None and (told := self.since.mend()):
            narrate(told)
        self._is_mended = True

    def hear(self, progress: "Progress") -> None:
        """Show how many entries were read, or say what is waited for."""
        if progress.done is None:
            self.end_line()
            narrate(progress.message)
            return
        show_passing(f"{progress.done:,} {progress.message}...")
        self._is_passing = True

    def end_line(self) -> None:
        """Take the passing line away."""
        if self._is_passing:
            show_passing("")
            self._is_passing = False

    def late(self) -> TransportError:
        """Return that the time was over, and how far reading had come."""
        from wizard.words.counting import so_many

        read, told = self.reading.read if self.reading is not None else 0, self.counts.total()
        until = f", up to {self._last.partition('/')[0]}" if self._last else ""
        return TransportError(
            f"Reading was stopped after {self._options.seconds:.0f} seconds, before the end of "
            f"the log: {so_many(read, 'entry', 'entries')} read, {told:,} told{until}.",
            "Give it longer with --time-limit, or ask for less with --since.",
            code="time-limit",
        )

    def goes_on(self) -> str:
        """Return how an interrupted reading goes on; empty where nothing was told yet."""
        options, reading = self._options, self.reading
        if not self._last or options.limit is not None or reading is None:
            return ""
        if not reading.is_ordered:
            return "The entries came in another order than was asked for: read them anew."
        if self.since is not None and self.since.is_file:
            return "To go on, run the same again."
        kept = ("--person", quote(plain_line(options.person))) if options.person else ()
        kept = (*kept, *(("--jsonl",) if options.jsonl else ()))
        return f"To go on: `{options.line('log', *kept, '--since', quote(self._last))}`"

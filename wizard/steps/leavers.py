"""Who would be switched off in Webex by a change that somebody is about to make: counts and names.

Both directories are read for it, with the change taken for made, and nothing is written. It takes
no longer than somebody waits: what takes longer goes on meanwhile, and the next look has it.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from wizard.errors import WizardError
from wizard.flow.session import Session
from wizard.preview.desk import Counted, Selection, Summary
from wizard.preview.outcome import Prospect
from wizard.preview.process import DirectoriesDesk
from wizard.steps.base import Tools
from wizard.steps.previewing import AS_IT_IS, WouldBe, desk_of
from wizard.words.progress import Progress, Report, silent
from wizard.words.text import plain_line

WAITED_FOR: Final = 20.0
"""Seconds for which a look waits."""
_NAMED: Final = 3
_GOING: Final = (Prospect.DELETE, Prospect.DISABLE)
_OTHERS: Final = {
    Prospect.CONFLICT: "come into conflict",
    Prospect.LINK: "be taken for an account that is there already",
    Prospect.RENAME: "be renamed",
    Prospect.CREATE: "be made anew",
}
"""What else may become of people where the rows change that find them."""


@dataclass(frozen=True)
class Leaving:
    """Who would be switched off.

    Attributes:
        words: That, with names, and with what is not known, in sentences.
        is_known: Whether both directories were read for it.
    """

    words: str
    is_known: bool = True


class Leavers:
    """Looks who would be switched off, one change at a time.

    Args:
        tools: With somebody who is signed in to Microsoft, and the stored token.
        patience: Seconds for which a look waits.
    """

    def __init__(self, tools: Tools, patience: float = WAITED_FOR) -> None:
        self._tools, self._patience = tools, patience
        self._of: tuple[str, WouldBe] | None = None
        self._desk: DirectoriesDesk | None = None
        self._reading: asyncio.Future[Leaving] | None = None
        self._counted = Counted()
        self._report: Report = silent

    async def look(
        self,
        session: Session,
        would_be: WouldBe = AS_IT_IS,
        report: Report = silent,
        *,
        tells_others: bool = False,
    ) -> Leaving:
        """Return who would be switched off by the next cycle that looks at everybody.

        Args:
            session: The profile.
            would_be: What is about to be changed.
            report: Is told that it looks, and what it waits for.
            tells_others: Whether it is told, too, who would be found otherwise.
        """
        of = session.profile.name, would_be
        if self._reading is None or self._of != of:
            self.close()
            self._of = of
            self._desk = desk_of(self._tools, session, would_be=would_be)
            looking = self._looked(self._desk, tells_others=tells_others)
            self._reading = asyncio.ensure_future(looking)
        self._report = report
        limit = f"for {self._patience:.0f} seconds at most"
        report(Progress(f"Looking who would be switched off in Webex, {limit}."))
        try:
            await asyncio.wait({self._reading}, timeout=self._patience)
        except asyncio.CancelledError:
            self.close()
            raise
        self._report = silent
        if not self._reading.done():
            return Leaving(self._slow, is_known=False)
        found = self._reading.result()
        self.close()
        return found

    async def _looked(self, desk: DirectoriesDesk, *, tells_others: bool) -> Leaving:
        try:
            found = await desk.read(self._count)
            names: list[str] = []
            for outcome in _GOING:
                rows = await desk.rows(Selection(outcome=outcome), 0, _NAMED)
                names += [row.name for row in rows]
        except WizardError as error:
            return Leaving(
                f"Who would be switched off could not be looked at: {error.message}",
                is_known=False,
            )
        return Leaving(_told(found, names, tells_others=tells_others))

    def _count(self, counted: Counted) -> None:
        is_news = counted.waits and counted.waits != self._counted.waits
        self._counted = counted
        if is_news:
            self._report(Progress(counted.waits))

    @property
    def _slow(self) -> str:
        return (
            f"Who would be switched off is not known yet: {self._counted.people:,} people and "
            f"{self._counted.accounts:,} accounts were read in {self._patience:.0f} seconds, and "
            "reading goes on. Look again to see it, or go on without."
        )

    def close(self) -> None:
        """Stop looking; a second call does nothing."""
        reading, desk = self._reading, self._desk
        self._of = self._reading = self._desk = None
        self._counted = Counted()
        if reading is not None:
            reading.cancel()
        if desk is not None:
            desk.close()


def _told(found: Summary, names: list[str], *, tells_others: bool) -> str:
    """Return who would be switched off, and what else is to be said, in sentences."""
    count = sum(found.counts.get(each, 0) for each in _GOING)
    said = ["Nobody would be switched off in Webex by what was read."]
    if count:
        people = "1 person" if count == 1 else f"{count:,} people"
        said = [f"{people} would be switched off in Webex: {_named(names, count)}."]
    if tells_others:
        others = [
            f"{found.counts[each]:,} would {words}"
            for each, words in _OTHERS.items()
            if found.counts.get(each)
        ]
        said += [f"Besides, {'; '.join(others)}."] if others else []
    if unsure := found.counts.get(Prospect.UNKNOWN, 0):
        why = next((each for each in found.patterns if each.outcome is Prospect.UNKNOWN), None)
        reason = why.words.partition("; ")[2] if why is not None else ""
        who = "1 person or account" if unsure == 1 else f"{unsure:,} people or accounts"
        said.append(f"Of {who} it is not known{f': {plain_line(reason, 200)}' if reason else ''}.")
    if found.interrupted:
        said.append(f"Not everything was read: {found.interrupted}")
    return " ".join(said)


def _named(names: list[str], count: int) -> str:
    some = [plain_line(name, 60) for name in names[:_NAMED]]
    more = count - len(some)
    return ", ".join(some) + (f" and {more:,} more" if more else "")

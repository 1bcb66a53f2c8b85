"""A desk over people who are made up as they are asked for, however many there are."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from wizard.errors import PreviewError
from wizard.preview.brakes import Stop
from wizard.preview.desk import (
    Counted,
    Counting,
    ExportKind,
    LinesDone,
    PatternShown,
    PreviewRow,
    Selection,
    SincePlan,
    Summary,
)
from wizard.preview.outcome import PROSPECT_WORDS, Prospect

SHARES: Mapping[Prospect, int] = {
    Prospect.DISABLE: 3,
    Prospect.CONFLICT: 1,
    Prospect.LINK: 8,
    Prospect.CREATE: 40,
    Prospect.UPDATE: 120,
    Prospect.UNCHANGED: 828,
}
"""Of a thousand people."""
WHY = {
    Prospect.DISABLE: ("the person is blocked in Entra", "the person is in no assigned group"),
    Prospect.CONFLICT: ("several accounts have the same address",),
    Prospect.LINK: ("found by userName: the account exists, and Entra takes it over",),
    Prospect.CREATE: ("no account is found by userName",),
    Prospect.UPDATE: (
        'emails[type eq "work"].value from empty to "[/x]"',
        "name.familyName in upper and lower case",
    ),
    Prospect.UNCHANGED: ("all is as it would be sent",),
}
HOSTILE = "[/x] [@click=app.quit]pwn[/]"


@dataclass
class GeneratedDesk:
    """Whoever has a number below `size`; every call is noted.

    Attributes:
        size_of_all: How many there are.
        gate: Reading waits for it.
        stops: What stops.
        broken: Why the first reading breaks off; empty where it does not.
        asked: Which rows were asked for, and how many at once.
        readings: How often it was read.
    """

    size_of_all: int = 1_000
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    stops: tuple[Stop, ...] = ()
    broken: str = ""
    asked: list[tuple[int, int]] = field(default_factory=list)
    readings: int = 0
    is_closed: bool = False

    async def read(self, report: Counting) -> Summary:
        self.readings += 1
        half = self.size_of_all // 2
        report(Counted(half, self.size_of_all, half // 2, self.size_of_all, 12, half))
        await self.gate.wait()
        interrupted, self.broken = self.broken, ""
        return replace(self._summary(), interrupted=interrupted)

    def _summary(self) -> Summary:
        counts = {each: self._count(each) for each in SHARES if self._count(each)}
        return Summary(
            counts=counts,
            group_counts={Prospect.CREATE: 12},
            patterns=tuple(self._patterns()),
            patterns_in_all=len(list(self._patterns())),
            stops=self.stops,
            unknown=("Who is an administrator.",),
            untold=("how many licences are left",),
            remarks=(),
            completeness="Entra complete; Webex complete.",
            people=self.size_of_all,
            accounts=self.size_of_all - counts.get(Prospect.CREATE, 0),
            lines=self.size_of_all + 12,
            is_risky=bool(self.stops),
        )

    def _count(self, outcome: Prospect) -> int:
        return self.size_of_all * SHARES.get(outcome, 0) // 1_000

    def _patterns(self) -> list[PatternShown]:
        found = []
        for outcome, reasons in WHY.items():
            for at, why in enumerate(reasons):
                count = self._count(outcome) // len(reasons)
                count += self._count(outcome) % len(reasons) if at == 0 else 0
                if count:
                    words = f"{count:,} people: {PROSPECT_WORDS[outcome]}; {why}"
                    found.append(
                        PatternShown(outcome, "person", count, words, ("Ana", HOSTILE), ())
                    )
        words = "12 groups: created in Webex; no group is found by displayName"
        found.append(PatternShown(Prospect.CREATE, "group", 12, words, ("Sales",), ()))
        return found

    def _first(self, outcome: Prospect) -> int:
        before = list(SHARES)[: list(SHARES).index(outcome)]
        return sum(map(self._count, before))

    def _places(self, chosen: Selection) -> range:
        if chosen.text:
            digits = "".join(filter(str.isdigit, chosen.text))
            return range(int(digits), int(digits) + 1) if digits else range(0)
        if chosen.pattern is not None:
            pattern = self._patterns()[chosen.pattern]
            first = self._first(pattern.outcome)
            return range(first, first + pattern.count)
        if chosen.outcome is not None:
            first = self._first(chosen.outcome)
            return range(first, first + self._count(chosen.outcome))
        return range(self.size_of_all)

    async def size(self, chosen: Selection) -> int:
        return len(self._places(chosen))

    async def rows(self, chosen: Selection, first: int, count: int) -> tuple[PreviewRow, ...]:
        self.asked.append((first, count))
        return tuple(map(self._row, self._places(chosen)[first : first + count]))

    def _row(self, place: int) -> PreviewRow:
        outcome = next(
            (each for each in SHARES if place < self._first(each) + self._count(each)),
            Prospect.UNCHANGED,
        )
        said = f"{PROSPECT_WORDS[outcome]}; {WHY[outcome][0]}"
        return PreviewRow(
            place, outcome, "person", f"person{place} {HOSTILE}@contoso.example", said
        )

    async def story(self, place: int) -> tuple[str, ...]:
        row = self._row(place)
        return (f"{row.name}: {row.said}", f"because {HOSTILE} is not assigned; the account is on")

    async def export(self, path: Path, kind: ExportKind, report: LinesDone | None = None) -> int:
        if not path.parent.is_dir():
            raise PreviewError("It cannot be written.", "Choose another folder.", code="no-folder")
        path.write_text(kind)
        return self.size_of_all

    async def save(self, path: Path, report: LinesDone | None = None) -> str:
        path.write_text("plan")
        return "0" * 64

    async def approval(self, report: LinesDone | None = None) -> tuple[str, ...]:
        return ("For whoever approves.", *(f"Line {number}." for number in range(2, 41)))

    async def since(self, plan: Path, limit: int) -> SincePlan:
        return SincePlan(0, True, (), "0" * 64)

    def close(self) -> None:
        self.is_closed = True


MANY_OFF = Stop(
    "switches-off-too-many",
    "stop",
    1_500,
    500,
    "people",
    "1,500 people would be switched off or deleted, more than 500 (5 % of 10,000 active accounts "
    "that belong to people; up to 5 always pass).",
)

"""A table of half a million rows: only what is in sight is asked for, and keys and mouse move."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Button, Input

from screens.widgets.line_table import LineColumn, LineTable, TableLine

pytestmark = pytest.mark.anyio

MANY = 500_000
HOSTILE = "[/x] [@click=app.quit]pwn[/] 名前"


@dataclass
class Rows:
    """Rows that remember which of them were asked for."""

    size: int = MANY
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def fetch(self, first: int, count: int) -> Sequence[TableLine]:
        self.asked.append((first, count))
        await self.gate.wait()
        places = range(first, min(first + count, self.size))
        return [
            TableLine(("-", str(n), f"person{n} {HOSTILE} ends in {n}"), n, "bad") for n in places
        ]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.asked)


class TableApp(App[None]):
    """The table between a field and a button."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows
        self.chosen: list[object] = []
        self.opened: list[object] = []

    def compose(self) -> ComposeResult:
        yield Input(compact=True)
        yield LineTable()
        yield Button("After", compact=True)

    def on_mount(self) -> None:
        columns = LineColumn("", "sign"), LineColumn("Number", "number"), LineColumn("Who")
        table = self.query_one(LineTable)
        table.styles.height = 10
        table.show(columns, self.rows.size, self.rows.fetch, empty="Nobody.")
        table.focus()

    def on_line_table_chosen(self, event: LineTable.Chosen) -> None:
        self.chosen.append(event.line and event.line.it)

    def on_line_table_opened(self, event: LineTable.Opened) -> None:
        self.opened.append(event.line.it)


@asynccontextmanager
async def shown(
    rows: Rows, size: tuple[int, int] = (60, 20)
) -> AsyncIterator[tuple[TableApp, Pilot[None], LineTable]]:
    app = TableApp(rows)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot, app.query_one(LineTable)


def lines(app: App[None]) -> list[str]:
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def come(app: TableApp, pilot: Pilot[None]) -> None:
    """Let rows come, all that are asked for."""
    app.rows.gate.set()
    while any(not worker.is_finished for worker in app.workers):
        await pilot.pause()
    await pilot.pause()


async def test_rows_that_have_not_come_are_shown_calmly_and_few_are_asked_for() -> None:
    async with shown(Rows(), (100, 20)) as (app, pilot, table):
        assert "…" in lines(app)[2]
        assert "person" not in "".join(lines(app))
        await come(app, pilot)
        assert "person0 [/x] [@click=app.quit]pwn[/] 名前 ends in 0" in lines(app)[2]
        assert app.rows.count <= 64, "of half a million"
        assert table.virtual_size.height == MANY + 1


async def test_keys_go_through_all_of_them_and_out_at_both_ends() -> None:
    async with shown(Rows()) as (app, pilot, table):
        await come(app, pilot)
        await pilot.press("down", "down", "up", "enter")
        assert app.opened == [1]
        await pilot.press("pagedown")
        assert table.cursor == 1 + 9, "by what is in sight"
        await pilot.press("end")
        await come(app, pilot)
        assert (table.cursor, app.chosen[-1]) == (MANY - 1, MANY - 1)
        assert f"person{MANY - 1}" in lines(app)[10], "the last one is in the last line"
        assert app.rows.count <= 4 * 64
        await pilot.press("down")
        assert isinstance(app.focused, Button)
        table.focus()
        await pilot.press("pageup", "home")
        await come(app, pilot)
        assert app.chosen[-1] == 0
        await pilot.press("up")
        assert isinstance(app.focused, Input)
        table.focus()
        await pilot.press("right")
        assert isinstance(app.focused, Button)


async def test_what_is_scrolled_past_is_not_kept_for_ever() -> None:
    async with shown(Rows()) as (app, pilot, table):
        app.rows.gate.set()
        for _ in range(200):
            await pilot.press("pagedown")
        await come(app, pilot)
        assert app.chosen[-1] == 200 * 9
        assert len(table._blocks) <= 16


async def test_a_click_opens_the_row_it_is_at_and_the_wheel_scrolls() -> None:
    async with shown(Rows()) as (app, pilot, table):
        await come(app, pilot)
        await pilot.click(offset=(10, 5))
        assert app.opened == [3]
        table.scroll_down(animate=False)
        await pilot.pause()
        await pilot.click(offset=(10, 5))
        assert app.opened == [3, 4]
        await pilot.click(offset=(10, 1))
        assert app.opened == [3, 4], "the heads are no row"


async def test_other_rows_are_shown_though_the_first_ones_are_still_on_their_way() -> None:
    async with shown(Rows()) as (app, pilot, table):
        other = Rows(size=2)
        other.gate.set()
        columns = LineColumn("", "sign"), LineColumn("Number", "number"), LineColumn("Who")
        table.show(columns, 2, other.fetch, at=1)
        await come(app, pilot)
        assert app.chosen[-1] == 1
        assert "person1 " in lines(app)[3]
        table.show(columns, 0, other.fetch, empty="Nobody.")
        await pilot.pause()
        assert "Nobody." in lines(app)[2]
        await pilot.press("enter")
        assert not app.opened


@pytest.mark.parametrize("size", [(40, 12), (200, 60)])
async def test_a_value_that_does_not_fit_is_cut_in_its_middle(size: tuple[int, int]) -> None:
    async with shown(Rows(), size) as (app, pilot, _):
        await come(app, pilot)
        first = lines(app)[2].rstrip()
        assert len(first) <= size[0]
        assert first.endswith("ends in 0"), first
        assert ("…" in first) is (size[0] == 40)

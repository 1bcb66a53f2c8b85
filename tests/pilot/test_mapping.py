"""The mapping tried on people, with keys."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.events import Paste
from textual.widgets import Input, OptionList

from screens.mapping import MappingScreen
from screens.mapping_row import MappingRowDialog
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.mapping_table import MappingTable
from tests.child_here import ChildHere
from tests.pilot.driver import Driver, at_once, wizard
from wizard.machine.child import Done
from wizard.trial.bench import Bench
from wizard.trial.process import Trial
from wizard.trial.questions import TrialQuestion

ANA, BEN = "ana.ruiz@practice.example", "ben.keller@practice.example"


def people_file(folder: Path, *people: Mapping[str, object]) -> Path:
    file = folder / "staff.json"
    file.write_text(json.dumps(people))
    return file


def cells(driver: Driver, column: str) -> list[str]:
    table = driver.app.screen.query_one(MappingTable)
    return [str(cell) for cell in table.get_column(column)]


async def dialog(driver: Driver, name: str) -> None:
    await driver.until(lambda: type(driver.app.screen).__name__ == name, name)
    await driver.pilot.pause()


async def shown(driver: Driver, source: str) -> None:
    """Wait until a row has a source."""
    await driver.until(lambda: source in cells(driver, "source"), source)


async def typed(driver: Driver, source: str) -> MappingRowDialog:
    """Open the chosen row and put another source into its field."""
    await driver.press("e")
    await dialog(driver, "MappingRowDialog")
    screen = driver.app.screen
    assert isinstance(screen, MappingRowDialog)
    screen.source.clear()
    screen.source.insert(source)
    return screen


async def take(driver: Driver, file: Path) -> None:
    """Take the people of a file."""
    await driver.press("g")
    await dialog(driver, "PeopleDialog")
    await driver.pilot.click("#file")
    await dialog(driver, "AskLine")
    driver.app.screen.query_one("#line", Input).value = str(file)
    await driver.press("enter")
    await dialog(driver, "PeopleDialog")


async def test_a_row_is_tried_on_people_while_it_is_edited(home: Path) -> None:
    async with wizard(size=(80, 24)) as driver:
        await at_once(driver, "mapping")
        await the_columns_share_the_width_of_a_terminal_that_grows(driver)
        await every_row_shows_what_the_person_gets(driver)
        await an_error_stands_under_its_character_and_goes_away(driver)
        await what_is_typed_is_completed_with_tab_or_enter(driver)
        await pasted_lines_come_whole_and_a_paste_that_is_too_long_is_cut(driver)
        await what_cannot_be_kept_stays_in_its_field(driver)
        await an_edit_is_taken_back(driver)
        assert not (home / "practice" / "default.mapping").exists(), "edits that were called off"
        await driver.press("down", "down")
        await typed(driver, 'Join("-", [surname], [givenName])')
        await driver.reads(f"{ANA} gets: Ruiz-Ana")
        await driver.press("ctrl+down")
        await driver.reads(f"{BEN} gets: Keller-Ben")
        await driver.press("enter")
        await driver.until(lambda: "Keller-Ben" in cells(driver, "value"))
    assert "Join" in (home / "practice" / "default.mapping").read_text()


async def every_row_shows_what_the_person_gets(driver: Driver) -> None:
    await driver.reads(ANA, "1 of 65 invented people")
    assert cells(driver, "value")[:3] == [ANA, "True", "Ana Ruiz"]
    await driver.press("j")
    await driver.reads(BEN)
    assert cells(driver, "value")[2] == "Ben Keller"
    await driver.press("k", "k")
    await driver.reads("65 of 65 invented people")
    await driver.press("j")
    await driver.reads("1 of 65 invented people")


async def an_error_stands_under_its_character_and_goes_away(driver: Driver) -> None:
    screen = await typed(driver, "Join([givenName]")
    await driver.reads("✗ error: The parenthesis after Join is never closed.")
    place = 4 + screen.source.gutter.left
    assert f"\n{' ' * place}^\n" in driver.text()
    await driver.press("enter")
    await driver.reads("Not kept. Correct the expression, or Esc leaves the row as it was.")
    assert (driver.app.screen, screen.focused) == (screen, screen.source)
    assert screen.source.text == "Join([givenName]"
    assert f"\n{' ' * place}^\n" in driver.text(), "the error is still where it is"
    await driver.press(")")
    await driver.until(lambda: "never closed" not in driver.text())
    await driver.until(lambda: "Not kept" not in driver.text())
    await called_off(driver)


async def what_is_typed_is_completed_with_tab_or_enter(driver: Driver) -> None:
    screen = await typed(driver, "")
    await driver.type("ToUpp")
    await driver.reads("ToUpper(source, [culture])")
    await driver.press("enter")
    await driver.until(lambda: screen.source.text == "ToUpper(", "a function is taken")
    await driver.type("[jobT")
    await driver.reads("Job title")
    await driver.press("tab", ")")
    assert screen.source.text == "ToUpper([jobTitle])"
    assert driver.app.screen is screen, "Enter was not the dialog's"
    await driver.reads("gets: HEAD OF FINANCE")
    await called_off(driver)


async def pasted_lines_come_whole_and_a_paste_that_is_too_long_is_cut(driver: Driver) -> None:
    screen = await typed(driver, "")
    driver.app.post_message(Paste('Join(" ",\n  [givenName],\n  [surname])'))
    await driver.reads("gets: Ana Ruiz")
    screen.source.clear()
    driver.app.post_message(Paste('"' + "x" * 1_000_000))
    await driver.reads("10,000")
    assert len(screen.source.text) == 10_001
    await called_off(driver)


async def an_edit_is_taken_back(driver: Driver) -> None:
    await driver.press("down", "down", "d")
    await driver.until(lambda: len(cells(driver, "source")) == 5, "a row less")
    await driver.press("u")
    await shown(driver, "[displayName]")
    await driver.press("up", "up")
    await driver.press("u")
    await driver.reads("No edit to take back")
    assert not driver.app.screen.query_one(ErrorPanel).display, "nothing went wrong"


async def what_cannot_be_kept_stays_in_its_field(driver: Driver) -> None:
    await driver.press("a")
    await dialog(driver, "MappingRowDialog")
    screen = driver.app.screen
    assert isinstance(screen, MappingRowDialog)
    driver.app.post_message(Paste("x" * 1_000_000))
    await driver.reads("has 1,000,000 characters")
    assert screen.target.value == ""
    await driver.type("displ")
    await driver.press("tab", "tab")
    assert screen.target.value == "displayName", "what was offered is taken"
    screen.source.insert("[mail]")
    await driver.press("enter")
    await driver.reads("displayName is mapped already")
    assert (driver.app.screen, screen.focused) == (screen, screen.source)
    assert screen.source.text == "[mail]"
    await called_off(driver)


async def called_off(driver: Driver) -> None:
    """Close the dialog of a row, and find that nothing has changed."""
    await driver.press("escape")
    await driver.until(lambda: isinstance(driver.app.screen, MappingScreen))
    assert "[userPrincipalName]" in cells(driver, "source")


async def test_an_expression_that_never_ends_leaves_the_keys_alive(tmp_path: Path) -> None:
    slow = {"userPrincipalName": "a@contoso.example", "displayName": "a" * 60 + "b"}
    async with wizard(size=(160, 40)) as driver:
        (await driver.app.workspace()).trial = Trial()  # in a process of its own, as always
        await at_once(driver, "mapping")
        await driver.reads(ANA)
        await take(driver, people_file(tmp_path, slow))
        await driver.reads("1 person from staff.json")
        await driver.press("enter")
        await driver.reads("For a@contoso.example")
        screen = await typed(driver, 'Replace([displayName], , "(a|aa)+$", , "", , )')
        await driver.press("left", "right")
        await driver.reads("takes too long")
        screen.source.clear()
        await driver.type('"b"')
        await driver.reads("gets: b")


async def test_people_are_found_by_a_name_and_taken_from_files(tmp_path: Path) -> None:
    file = people_file(
        tmp_path,
        {"userPrincipalName": "a@contoso.example", "displayName": "[/x] [@click=app.quit]a[/]"},
        {"userPrincipalName": "", "displayName": "Nobody"},
    )
    (tmp_path / "broken.json").write_text("{")
    async with wizard(size=(160, 40)) as driver:
        await at_once(driver, "mapping")
        await driver.reads(ANA)
        await driver.press("g")
        await dialog(driver, "PeopleDialog")
        await driver.type("keik")
        await driver.reads("1 found")
        await driver.press("enter")
        await driver.reads("For keiko.mori@practice.example")
        await take(driver, tmp_path / "broken.json")
        await driver.reads("Problem: The file is not JSON", "65 invented people")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, MappingScreen))
        await take(driver, file)
        await driver.reads("2 people from staff.json")
        await driver.press("enter")
        await driver.reads("For a@contoso.example")
        assert cells(driver, "value")[2] == "[/x] [@click=app.quit]a[/]"
        await driver.press("t")
        await dialog(driver, "EverybodyDialog")
        await driver.reads("2 people from staff.json tried", "Concerns 1 person: Nobody")
        assert driver.app.screen.query_one("#findings", OptionList).option_count >= 1
        await driver.press("enter")
        await driver.reads("For Nobody")


class Held(ChildHere):
    """Looks for a name only when it may."""

    def __init__(self) -> None:
        super().__init__(TrialQuestion, Bench())
        self.may = asyncio.Event()

    async def ask(
        self, request: Mapping[str, Any], report: Done | None = None, *, body: bytes = b""
    ) -> Any:
        if request["given"].get("text"):
            await self.may.wait()
        return await super().ask(request, report, body=body)


async def test_nobody_is_taken_while_a_name_is_still_looked_for() -> None:
    held = Held()
    async with wizard() as driver:
        (await driver.app.workspace()).trial = Trial(lambda: held)
        await at_once(driver, "mapping")
        await driver.reads(ANA)
        await driver.press("g")
        await dialog(driver, "PeopleDialog")
        await driver.reads("65 found")
        await driver.press("b", "e", "n", "enter")
        await dialog(driver, "PeopleDialog")
        held.may.set()
        await driver.reads("1 found")
        await driver.press("enter")
        await driver.reads(f"For {BEN}")


async def test_the_mapping_is_exported_imported_and_reset(home: Path, tmp_path: Path) -> None:
    async with wizard(size=(160, 40)) as driver:
        await at_once(driver, "mapping")
        await driver.reads(ANA)
        await typed(driver, "[mail]")
        await driver.press("enter")
        await shown(driver, "[mail]")
        for key, then in (("x", "[mail]"), ("r", "[userPrincipalName]"), ("i", "[mail]")):
            await driver.press(key)
            if key == "r":
                await dialog(driver, "Confirm")
                await driver.press("tab", "enter")
            else:
                await dialog(driver, "AskLine")
                driver.app.screen.query_one("#line", Input).value = str(tmp_path / "out.json")
                await driver.press("enter")
            await driver.until(lambda: isinstance(driver.app.screen, MappingScreen))
            await shown(driver, then)
        await driver.press("enter")
        await driver.at("scoping")
    assert "[mail]" in (tmp_path / "out.json").read_text()


async def test_an_edited_mapping_is_kept_when_the_wizard_is_left_at_once(home: Path) -> None:
    async with wizard() as driver:
        await at_once(driver, "mapping")
        await driver.press("down", "d", "ctrl+q")
        await driver.until(lambda: driver.app.return_value == 130)
    assert (home / "practice" / "default.mapping").exists()


async def the_columns_share_the_width_of_a_terminal_that_grows(driver: Driver) -> None:
    await driver.reads(ANA)
    assert "match" not in driver.app.screen.query_one(MappingTable).columns
    await driver.pilot.resize_terminal(160, 40)
    await driver.until(
        lambda: "match" in driver.app.screen.query_one(MappingTable).columns, "a wider table"
    )
    assert cells(driver, "value")[0] == ANA

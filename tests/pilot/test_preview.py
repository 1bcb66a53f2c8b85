"""The preview's screen, by keys and by mouse, over as many people as anybody has."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Button, Input, OptionList, Select

from screens.preview import PreviewScreen
from screens.preview_by_hand import PreviewByHandScreen
from screens.preview_files import FilesDialog
from screens.widgets.key_line import KeyLine
from screens.widgets.line_table import LineTable
from tests.directories import pair
from tests.generated_desk import HOSTILE, MANY_OFF, GeneratedDesk
from tests.measured import faults
from tests.pilot.driver import Driver, at_once, wizard
from tests.pilot.hands import Mouse
from tests.pilot.preview_shown import showing
from wizard.walk.walk import Move, Way

pytestmark = pytest.mark.anyio

NO_STOPS, STOPS = (), (MANY_OFF,)


def painted(driver: Driver) -> str:
    strips = driver.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def sees(driver: Driver, *texts: str) -> None:
    """Wait until each of the texts is painted, or said where it may be wrapped."""
    await driver.until(
        lambda: all(text in painted(driver) or text in driver.text() for text in texts), f"{texts}"
    )


def armed(driver: Driver) -> str:
    focused = driver.app.focused
    return str(focused.label) if isinstance(focused, Button) else type(focused).__name__


def is_fine(driver: Driver) -> None:
    assert faults(driver.app.screen) == []


async def test_by_keys_from_the_counts_to_one_story_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    desk = GeneratedDesk(50_000, stops=STOPS)
    async with wizard(size=(80, 24)) as driver:
        screen, answers = await showing(driver, desk)
        await counts_grow_and_reading_is_stopped_and_gone_on_with(driver, desk)
        await what_is_riskiest_stands_first_and_nothing_is_armed(driver)
        await the_ways_down_end_at_a_story_and_esc_leads_back(driver)
        await somebody_is_found_by_a_part_of_the_name(driver)
        await what_is_shown_is_exported(driver, tmp_path)
        await what_was_not_accepted_is_not_left_by_one_esc_too_many(driver, answers)
        screen.query_one("#main", Button).focus()
        await driver.press("enter")
        await driver.until(lambda: answers)
        assert answers == [Move(Way.FORWARD, told="The preview is kept.")]
        assert desk.is_closed


async def counts_grow_and_reading_is_stopped_and_gone_on_with(
    driver: Driver, desk: GeneratedDesk
) -> None:
    await sees(driver, "25,000 of 50,000 people", "12,500 of 50,000 accounts", "Esc stops it.")
    await sees(driver, "25,000 people in scope so far")
    is_fine(driver)
    await driver.press("ctrl+q")
    await driver.reads("Leave? What was read so far is gone then.")
    await driver.press("n", "f2", "home", "enter")
    await driver.reads("Leave it? What was read so far is gone then.")
    await driver.press("n", "escape")
    await sees(driver, "Stopped", "goes on at the last page")
    assert armed(driver) == "Read on"
    is_fine(driver)
    await driver.press("escape")
    await driver.reads("Leave it? What was read so far is gone then.")
    await driver.press("n")
    await sees(driver, "Stopped")
    await driver.press("enter")
    desk.gate.set()
    await sees(driver, "1 stop")
    main = driver.app.screen.query_one("#main", Button)
    await driver.until(lambda: not main.has_class("-active"), "the button is up again")
    assert desk.readings == 2


async def what_is_riskiest_stands_first_and_nothing_is_armed(driver: Driver) -> None:
    assert armed(driver) == "LineTable", "accepting is not what Enter does"
    is_fine(driver)
    shown = painted(driver)
    places = [shown.index(each) for each in ("1,500  people", "switched off", "in conflict")]
    assert places == sorted(places)
    assert "not known" in shown
    assert "1,500 people would be switched off or deleted" in shown
    await driver.press("enter")
    await driver.reads("by its number: 1500")
    assert armed(driver) == "Back"
    await driver.press("escape")


async def the_ways_down_end_at_a_story_and_esc_leads_back(driver: Driver) -> None:
    await driver.press("down", "down", "down", "enter")
    await sees(driver, "75 people", "person0")
    is_fine(driver)
    await driver.press("end", "enter")
    await driver.reads("person74 ", f"because {HOSTILE} is not assigned")
    is_fine(driver)
    await driver.press("ctrl+up")
    await driver.reads("person73")
    await driver.press("escape")
    await sees(driver, "person73")
    assert driver.app.screen.query_one(LineTable).cursor == 73
    await driver.press("escape")
    await sees(driver, "1 stop", "75 people, such as Ana, ")
    assert armed(driver) == "LineTable"


async def somebody_is_found_by_a_part_of_the_name(driver: Driver) -> None:
    driver.app.screen.query_one("#find", Button).focus()
    await driver.press("enter")
    await sees(driver, "Everybody, the riskiest first")
    assert isinstance(driver.app.focused, Input)
    await driver.type("person41234")
    await sees(driver, "1 of them with", "unchanged")
    await driver.press("enter", "enter")
    await driver.reads("person41234 ")
    await driver.press("escape")
    driver.app.screen.query_one("#search", Input).value = "nobody"
    await sees(driver, "Nobody.")
    await driver.press("escape")


async def what_is_shown_is_exported(driver: Driver, folder: Path) -> None:
    await export(driver, "", folder / "none" / "people.csv")
    await driver.reads("Choose another folder")
    await export(driver, "", folder / "people.csv")
    await driver.reads(f"Everybody is in {folder / 'people.csv'}, 50,000 in all")
    assert (folder / "people.csv").read_text() == "csv"
    await export(driver, "down down", Path("~/people.csv"))
    await driver.reads("Replace it?")
    await driver.press("y")
    await driver.until(lambda: (folder / "people.csv").read_text() == "markdown")
    await export(driver, "down down down", folder / "plan.jsonl")
    await driver.reads("The plan 000000000000 is in")
    await chosen(driver, "up")
    await sees(driver, "For whoever approves.", "Line 5.")
    assert "Line 40." not in painted(driver)
    await driver.press("pagedown", "pagedown", "pagedown")
    await driver.until(lambda: "Line 40." in painted(driver), "the end of the text")
    is_fine(driver)
    await driver.press("escape")


async def what_was_not_accepted_is_not_left_by_one_esc_too_many(
    driver: Driver, answers: list[Move | None]
) -> None:
    for key in ("escape", "f7"):
        await driver.press(key)
        await driver.reads("Leave it? This preview was not accepted")
        await driver.press("escape")
        await sees(driver, "1 stop")
    await driver.press("f2", "home", "enter")
    await driver.reads("Leave it? This preview was not accepted")
    await driver.press("n")
    driver.app.screen.query_one("#next", Button).press()
    await driver.reads("Leave it? This preview was not accepted")
    await driver.press("n")
    await sees(driver, "1 stop")
    assert answers == []


async def chosen(driver: Driver, keys: str) -> None:
    """Choose what is wanted after pressing Export."""
    await driver.until(lambda: isinstance(driver.app.screen, PreviewScreen))
    driver.app.screen.query_one("#export", Button).focus()
    await driver.press("enter")
    await driver.until(lambda: type(driver.app.screen).__name__ == "Menu")
    await driver.press(*keys.split(), "enter")


async def export(driver: Driver, keys: str, path: Path) -> None:
    await chosen(driver, keys)
    await driver.until(lambda: type(driver.app.screen).__name__ == "AskLine")
    driver.app.screen.query_one("#line", Input).value = str(path)
    await driver.press("enter")


async def test_by_mouse_from_the_patterns_to_one_story_and_back() -> None:
    desk = GeneratedDesk(50_000)
    desk.gate.set()
    async with wizard(size=(80, 24)) as driver:
        _, answers = await showing(driver, desk)
        mouse = Mouse(driver)
        await sees(driver, "Nothing in the way")
        assert armed(driver) == "Accept", "nothing stops"
        await mouse.take("in conflict; several")
        await mouse.take("person150")
        await driver.reads("person150 ", "because")
        await mouse.press("Back")
        await sees(driver, "person151")
        await mouse.press("Back")
        await mouse.take("2  not known")
        await driver.reads("how many licences are left")
        await mouse.press("Back")
        await mouse.press("Accept")
        await driver.until(lambda: answers)


async def test_what_broke_off_is_read_on_and_cannot_be_accepted_before() -> None:
    desk = GeneratedDesk(1_000, broken="Microsoft Graph does not answer.")
    desk.gate.set()
    async with wizard(size=(80, 24)) as driver:
        await showing(driver, desk)
        await sees(driver, "Not read to the end", "Microsoft Graph does not answer.")
        labels = {str(each.label) for each in driver.app.screen.query(Button) if each.display}
        assert "Accept" not in labels
        assert armed(driver) == "Read on"
        is_fine(driver)
        await driver.press("enter")
        await sees(driver, "Nothing in the way")
        assert (desk.readings, armed(driver)) == (2, "Accept")


async def test_half_a_million_people_cost_what_is_in_sight() -> None:
    desk = GeneratedDesk(500_000)
    desk.gate.set()
    async with wizard(size=(80, 24)) as driver:
        await showing(driver, desk)
        await sees(driver, "Nothing in the way")
        assert desk.asked == [], "no person is asked for before one is to be seen"
        driver.app.screen.query_one(LineTable).focus()
        await driver.press("end", "enter")
        await sees(driver, "person0")
        await driver.press("end")
        await sees(driver, "person499999")
        await driver.press("pageup", "home", "down", "pagedown")
        assert sum(count for _, count in desk.asked) <= 6 * 64
        await driver.press("ctrl+p")
        await driver.type("person26777")
        hits = driver.app.screen.query_one(OptionList)
        await driver.until(lambda: hits.option_count, "a hit")
        (hit,) = hits.options
        assert str(hit.prompt) == (
            f"person26777 {HOSTILE}@contoso.example"
            '\nupdated in Webex; emails[type eq "work"].value from empty to "[/x]"'
        ), "what came from outside is no markup"
        await driver.press("enter")
        await driver.reads("person26777 ", "because")


async def test_every_depth_keeps_the_grammar_at_every_size() -> None:
    desk = GeneratedDesk(50_000, stops=STOPS)
    async with wizard(size=(80, 24)) as driver:
        await showing(driver, desk)
        await sees(driver, "Esc stops it.")
        await is_fine_at_every_size(driver)
        desk.gate.set()
        for keys, wanted in (
            ("", "1 stop"),
            ("down down enter", "person0"),
            ("escape up enter", "licences"),
        ):
            await driver.press(*keys.split())
            await sees(driver, wanted)
            await is_fine_at_every_size(driver)


async def test_the_chosen_row_is_shown_whole_below_and_its_room_stays() -> None:
    wordy = replace(MANY_OFF, message=f"{'Many would be switched off. ' * 9}The end.")
    desk = GeneratedDesk(50_000, stops=(wordy,))
    desk.gate.set()
    async with wizard(size=(80, 24)) as driver:
        await showing(driver, desk)
        await sees(driver, "1 stop")
        for size in ((80, 24), (120, 40)):
            await driver.pilot.resize_terminal(*size)
            await driver.until(lambda: "The end." in painted(driver), "the row is whole")
            is_fine(driver)
            assert driver.app.screen.query_one(LineTable).size.height >= 6
        place = driver.app.screen.query_one("#buttons").region
        await driver.press("down")
        await driver.until(lambda: "administrator" in painted(driver))
        assert driver.app.screen.query_one("#buttons").region == place


async def is_fine_at_every_size(driver: Driver) -> None:
    for size in ((64, 15), (120, 40), (200, 60), (40, 10), (80, 24)):
        await driver.pilot.resize_terminal(*size)
        line = driver.app.screen.query_one(KeyLine)
        await driver.until(lambda: (line.region.right, line.region.bottom) == driver.app.size)  # noqa: B023 - asked at once
        assert (size, faults(driver.app.screen)) == (size, [])


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("LC_ALL", "C")])
async def test_all_is_seen_without_colours_and_in_letters(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    desk = GeneratedDesk(50_000, stops=STOPS)
    async with wizard(size=(80, 24)) as driver:
        await showing(driver, desk)
        await sees(driver, "25,000 of 50,000 people")
        desk.gate.set()
        for keys, wanted in (("", "1 stop"), ("down down enter", "person0"), ("up 1", "1 of them")):
            await driver.press(*keys.split())
            await sees(driver, wanted)
            if name == "NO_COLOR":
                is_fine(driver)
            else:
                assert painted(driver).isascii(), painted(driver)


@pytest.mark.port_3000
async def test_by_hand_it_is_read_from_files_and_accepted(tmp_path: Path) -> None:
    made = pair(180)
    made.people[0]["userPrincipalName"] = f"{HOSTILE}\x1b]52;c;aGk=\x1b\\@contoso.example"
    entra, webex = made.write(tmp_path)
    async with wizard(size=(80, 24)) as driver:
        await at_once(driver, "preview")
        assert not driver.app.screen.query("#main"), "nobody's word stands for a look"
        await driver.press("p", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, FilesDialog))
        is_fine(driver)
        await asked_for(driver, "", "")
        await driver.reads("A preview needs both directories.")
        await asked_for(driver, str(tmp_path / "none.json"), str(webex))
        await sees(driver, "Not read", "none.json")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, PreviewByHandScreen))
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, FilesDialog))
        await asked_for(driver, str(entra), str(webex))
        off = made.counts["disable"]
        await sees(driver, f"1 stop: {off} people", f"{off}  switched off")
        is_fine(driver)
        screen = driver.app.screen
        assert isinstance(screen, PreviewScreen)
        screen.query_one("#find", Button).press()
        await driver.until(lambda: driver.app.focused is screen.forecast.search)
        await driver.type("pwn")
        await sees(driver, "1 of them with “pwn”")
        await driver.press("enter", "enter")
        await driver.reads(f"{HOSTILE}�]52;c;aGk=", "because")
        assert "\x1b" not in painted(driver)
        await driver.press("escape", "escape")
        await driver.press("ctrl+q")
        await driver.reads("Leave? This preview was not accepted, so what was read is gone then.")
        await driver.press("n")
        await sees(driver, "1 stop")
        await driver.press("ctrl+c")
        await driver.reads("Leave? This preview was not accepted, so what was read is gone then.")
        await driver.press("escape")
        driver.app.turn_to("undo", screen)
        await driver.reads("Leave it? This preview was not accepted")
        await driver.press("n")
        screen.main.focus()
        await driver.press("enter")
        await driver.at("on-demand")
        await driver.reads("The preview is kept: plan ", "binds no start")
        await driver.press("escape")
        await driver.at("preview")
        await driver.reads("The preview of", "is kept")


async def asked_for(driver: Driver, entra: str, webex: str) -> None:
    """Ask for the preview of two files, for a job that runs."""
    dialog = driver.app.screen
    dialog.query_one("#entra", Input).value = entra
    dialog.query_one("#webex", Input).value = webex
    dialog.query_one("#job", Select).value = "running"
    await driver.pilot.pause()
    dialog.query_one("#read", Button).press()
    await driver.pilot.pause()

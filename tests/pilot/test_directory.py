"""People of the directory, and Microsoft's own reading of a row, with keys."""

from textual.widgets import Button, Input

from screens.automatic import AutomaticScreen
from screens.directory import DirectoryDialog
from screens.mapping import MappingScreen
from screens.mapping_row import MappingRowDialog
from screens.people import PeopleDialog
from screens.scoping import ScopingScreen
from tests.pilot.driver import Driver, at_once, to_step_signed_in, wizard
from tests.pilot.test_mapping import cells, dialog, typed
from wizard.options import Options
from wizard.practice.process import PracticeTenant

LARGE = (120, 40)


async def practice(driver: Driver) -> PracticeTenant:
    tenant = (await driver.app.workspace()).practice
    assert tenant is not None
    return tenant


async def open_directory(driver: Driver) -> DirectoryDialog:
    await driver.press("g")
    await dialog(driver, "PeopleDialog")
    await driver.press("f3")
    await dialog(driver, "DirectoryDialog")
    screen = driver.app.screen
    assert isinstance(screen, DirectoryDialog)
    return screen


def listed(screen: DirectoryDialog) -> list[str]:
    return [str(option.prompt) for option in screen.found.options]


async def test_people_are_found_while_somebody_types_and_taken_with_enter() -> None:
    async with wizard(size=LARGE) as driver:
        await to_step_signed_in(driver, "mapping")
        await driver.reads("1 of 65 invented people")
        tenant = await practice(driver)
        await an_error_is_shown_in_place_and_the_people_stay(driver, tenant)
        screen = await open_directory(driver)
        await driver.reads("Showing 25 of 65")
        tenant.forget_requests()
        await driver.type("keiko")
        await driver.reads("1 found")
        assert listed(screen) == ["Keiko Mori, keiko.mori@practice.example"]
        assert len(tenant.requests()) < len("keiko")
        await driver.press("enter")
        await dialog(driver, "PeopleDialog")
        await driver.reads("1 person of your directory, 1 found")
        await driver.press("escape")
        await driver.reads("For keiko.mori@practice.example", "1 of 1 person of your directory")
        assert "Keiko" in cells(driver, "value")


async def an_error_is_shown_in_place_and_the_people_stay(
    driver: Driver, tenant: PracticeTenant
) -> None:
    tenant.misbehave("directory", "no-role")
    await open_directory(driver)
    await driver.reads("Problem: Your account may not do this.")
    await driver.press("enter")
    await driver.reads("Problem: Your account may not do this.")
    tenant.behave()
    await driver.type("nobody at all")
    await driver.reads("0 found")
    await driver.press("enter")
    await driver.reads("Problem: Nobody of your directory is found by that.")
    await driver.press("escape", "escape")
    await driver.until(lambda: isinstance(driver.app.screen, MappingScreen))
    await driver.reads("1 of 65 invented people")


async def test_of_twenty_thousand_the_first_are_shown_and_taken() -> None:
    async with wizard(Options(practice=True, faults=("directory:crowd",))) as driver:
        await to_step_signed_in(driver, "mapping")
        await driver.reads("1 of 65 invented people")
        await open_directory(driver)
        driver.app.screen.query_one("#search", Input).value = "crowd"
        await driver.reads("Showing 25 of 20,000; the first 200 can be taken")
        await driver.press("down", "enter")
        await dialog(driver, "PeopleDialog")
        await driver.reads("200 people of your directory")


async def test_hostile_names_are_shown_as_text() -> None:
    async with wizard(size=LARGE) as driver:
        await to_step_signed_in(driver, "mapping")
        await driver.reads("1 of 65 invented people")
        (await practice(driver)).misbehave("directory", "hostile")
        screen = await open_directory(driver)
        await driver.until(lambda: screen.found.option_count)
        assert "[@click=app.quit]pwn[/]" in listed(screen)[0]
        assert not any("\x1b" in line or "\u202e" in line for line in listed(screen))
        await driver.press("enter")
        await dialog(driver, "PeopleDialog")
        await driver.reads("of your directory")
        await driver.press("enter")
        await driver.reads("[@click=app.quit]pwn[/]")
        assert driver.app.return_value is None


async def test_an_attribute_that_comes_new_is_asked_for_when_the_row_is_kept() -> None:
    async with wizard(size=LARGE) as driver:
        await to_step_signed_in(driver, "mapping")
        await driver.reads("1 of 65 invented people")
        await open_directory(driver)
        await driver.type("ana.ruiz")
        await driver.reads("1 found")
        await driver.press("enter")
        await dialog(driver, "PeopleDialog")
        await driver.reads("1 person of your directory")
        await driver.press("escape")
        await driver.reads("For ana.ruiz@practice.example")
        await driver.press("down", "down")
        await typed(driver, "[jobTitle]")
        await driver.reads("gets: (your directory is asked for it when the row is kept)")
        tenant = await practice(driver)
        tenant.misbehave("directory", "no-role", times=1)
        await driver.press("enter")
        await driver.reads("Problem: Your account may not do this.")
        await driver.until(lambda: "Ana" in cells(driver, "value"), "the other rows")
        await typed(driver, "ToUpper([jobTitle])")
        await driver.press("enter")
        await driver.until(lambda: "HEAD OF FINANCE" in cells(driver, "value"))
        await typed(driver, "[jobTitle]")
        await driver.press("enter")
        await driver.until(lambda: "Head of Finance" in cells(driver, "value"))
        await typed(driver, "[country]")
        tenant.forget_requests()
        tenant.misbehave("directory", "slow", times=1)
        await driver.press("enter")
        await driver.until(tenant.requests, "the directory is asked")
        await driver.press("j")
        await driver.until(lambda: "NL" in cells(driver, "value"), "what was asked for comes")


async def test_scoping_filters_are_tried_on_people_of_the_directory() -> None:
    async with wizard(size=LARGE) as driver:
        await to_step_signed_in(driver, "scoping")
        await driver.reads("65 in scope, 0 out")
        await open_directory(driver)
        await driver.type("ana.ruiz")
        await driver.reads("1 found")
        await driver.press("enter")
        await dialog(driver, "PeopleDialog")
        await driver.reads("1 person of your directory")
        await driver.press("escape")
        await driver.reads("1 person of your directory: ", "1 in scope, 0 out")
        await driver.press("a")
        await dialog(driver, "ClauseDialog")
        await driver.type("department")
        await driver.press("tab", "tab")
        await driver.type("Nowhere")
        await driver.reads("Your directory was not asked for department yet.")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ScopingScreen))
        await driver.reads("0 in scope, 1 out")


async def test_without_a_sign_in_the_directory_is_not_offered() -> None:
    async with wizard() as driver:
        await at_once(driver, "mapping")
        await driver.reads("1 of 65 invented people")
        await driver.press("g")
        await dialog(driver, "PeopleDialog")
        await driver.press("f3")
        await driver.pilot.pause()
        screen = driver.app.screen
        assert isinstance(screen, PeopleDialog)
        assert not screen.query("#directory")
        await driver.press("escape", "e")
        await dialog(driver, "MappingRowDialog")
        assert not driver.app.screen.query("#ask-microsoft")


async def test_microsoft_is_asked_about_a_row_and_before_it_is_saved() -> None:
    async with wizard(size=LARGE) as driver:
        await to_step_signed_in(driver, "mapping", "application", "credentials", "notification")
        await driver.reads("1 of 65 invented people")
        await driver.press("down", "down")
        screen = await typed(driver, 'Join("-", [givenName], [surname])')
        await driver.reads("gets: Ana-Ruiz")
        tenant = await practice(driver)
        assert not any("parseExpression" in each.target for each in tenant.requests())
        await driver.press("f3")
        await driver.reads("Microsoft: Ana-Ruiz (this program: the same)")
        await driver.press("ctrl+down")
        await driver.reads("gets: Ben-Keller")
        await driver.until(lambda: "Microsoft:" not in driver.text(), "what was said is gone")
        tenant.misbehave("synchronization", "403", method="POST", times=1)
        await driver.press("f3")
        await driver.reads("Microsoft: Your account may not do this.")
        await refused_when_saved(driver, screen)


async def refused_when_saved(driver: Driver, screen: MappingRowDialog) -> None:
    """Keep a row that Microsoft cannot read, and find that it is not saved."""
    screen.source.clear()
    screen.source.insert("RemoveDuplicates([displayName])")
    await driver.press("f3")
    await driver.reads("Microsoft: ! cannot read it: There is no function")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, MappingScreen))
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, AutomaticScreen))
    await driver.reads("It cannot be saved like this. Microsoft cannot read the expression of")
    assert "What will be done" not in driver.text()
    armed = driver.app.screen.focused
    assert isinstance(armed, Button)
    assert str(armed.label) == "Back to Mapping"
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, MappingScreen))
    await driver.reads("What Webex gets")

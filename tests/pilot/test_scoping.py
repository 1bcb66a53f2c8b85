"""The scoping filters, edited and asked, with keys."""

from pathlib import Path

from textual.widgets import Input, OptionList, Select

from screens.clause import ClauseDialog
from screens.scoping import ScopingScreen
from tests.pilot.driver import Driver, at_once, wizard
from wizard.flow.plan import STEPS
from wizard.mapping.scoping.editing import new_clause, with_filter
from wizard.steps.scoping import ScopingStep


def listed(driver: Driver, name: str) -> list[str]:
    options = driver.app.screen.query_one(f"#{name}", OptionList).options
    return [str(option.prompt).strip() for option in options]


async def clause(driver: Driver, key: str, attribute: str, operator: str, value: str) -> None:
    """Open the dialog of a clause, fill it, and keep it."""
    await driver.press(key)
    await driver.until(lambda: isinstance(driver.app.screen, ClauseDialog))
    screen = driver.app.screen
    screen.query_one("#operator", Select).value = operator
    screen.query_one("#attribute", Input).value = attribute
    screen.query_one("#value", Input).value = value
    screen.query_one("#value", Input).focus()
    await driver.reads("With it: ")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, ScopingScreen))


async def test_without_a_filter_everybody_is_in_and_none_is_needed(home: Path) -> None:
    async with wizard(size=(120, 40)) as driver:
        await at_once(driver, "scoping")
        await driver.reads("65 in scope, 0 out")
        assert listed(driver, "filters") == ["No filter leaves anybody out."]
        await driver.press("e", "d", "enter")
        await driver.at("assignment")
    assert not (home / "practice" / "default.mapping").exists()


async def test_filters_are_built_and_everybody_is_decided_by_a_clause(home: Path) -> None:
    async with wizard(size=(120, 40)) as driver:
        await at_once(driver, "scoping")
        await clause(driver, "a", "department", "EQUALS", "Sales")
        await driver.reads("7 in scope, 58 out")
        await clause(driver, "a", "country", "EQUALS", "NL")
        await clause(driver, "f", "jobTitle", "Includes", "Head")
        assert listed(driver, "filters") == [
            "Filter 1",
            'department is "Sales"',
            'and country is "NL"',
            "or Filter 2",
            'jobTitle contains "Head"',
        ]
        await driver.until(
            lambda: any("Filter 2 holds" in each for each in listed(driver, "audience"))
        )
        await driver.press("v")
        await driver.until(
            lambda: (
                listed(driver, "audience")
                and all("✗" in each for each in listed(driver, "audience"))
            )
        )
        assert 'department is "Sales", but it is' in listed(driver, "audience")[0]
    assert "Includes" in (home / "practice" / "default.mapping").read_text()


async def test_clauses_are_refused_edited_and_removed_a_filter_renamed_and_the_portal_told() -> (
    None
):
    async with wizard(size=(120, 40)) as driver:
        await at_once(driver, "scoping")
        await driver.press("a")
        await driver.until(lambda: isinstance(driver.app.screen, ClauseDialog))
        screen = driver.app.screen
        screen.query_one("#attribute", Input).value = "department"
        screen.query_one("#operator", Select).value = "REGEX MATCH"
        screen.query_one("#value", Input).value = "(x"
        await driver.reads("a parenthesis is not closed")
        screen.query_one("#value", Input).focus()
        await driver.press("enter")
        await driver.reads("✗ ")
        assert driver.app.screen is screen
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, ScopingScreen))
        await clause(driver, "a", "department", "EQUALS", "Sales")
        await driver.press("down")
        await clause(driver, "e", "department", "EQUALS", "Finance")
        assert listed(driver, "filters")[1] == 'department is "Finance"'
        await driver.press("up", "e")
        await driver.until(lambda: type(driver.app.screen).__name__ == "AskLine")
        driver.app.screen.query_one("#line", Input).value = "The [/money] people"
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ScopingScreen))
        assert listed(driver, "filters")[0] == 'Filter 1 "The [/money] people"'
        driver.app.screen.query_one("#filters", OptionList).highlighted = 1
        await driver.press("d")
        await driver.reads("65 in scope, 0 out")
        assert listed(driver, "filters") == ["No filter leaves anybody out."]
        await clause(driver, "a", "department", "EQUALS", "Sales")
        await driver.press("h")
        await driver.reads('- department is "Sales"', "Scope by attribute")
        await driver.press("p")
        await driver.reads("Source Object Scope")
        await driver.press("escape")
        await driver.at("scoping")
        driver.app.screen.query_one("#main").focus()
        await driver.press("enter")
        await driver.at("assignment")
        space = await driver.app.workspace()
        assert space.session().is_done("scoping")


async def test_a_filter_that_entra_sets_is_shown_and_left_alone() -> None:
    async with wizard(size=(120, 40)) as driver:
        space = await driver.app.workspace()
        sales = with_filter(None, "Own", new_clause("department", "EQUALS", "Sales"))
        scope = sales.model_copy(update={"input_filter_groups": sales.groups, "groups": []})
        ScopingStep(STEPS["scoping"], space).keep(space.session(), scope)
        await at_once(driver, "scoping")
        await driver.reads("7 in scope, 58 out")
        assert listed(driver, "filters")[0].startswith("Set by Entra: Filter 1")
        await driver.press("d")
        await driver.pilot.pause()
        assert len(listed(driver, "filters")) == 2

"""The first screen: each profile on a line, that first which needs attention most."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input, OptionList

from screens.help import HelpScreen
from screens.welcome import WelcomeScreen
from screens.widgets.help_page import PathParagraph
from screens.widgets.key_line import KeyLine
from screens.widgets.profile_table import ProfileTable
from tests.pilot.driver import Driver, wizard
from tests.sessions import facts, session_in
from wizard.flow.plan import SETUP
from wizard.options import Options
from wizard.reports.overview import row_of
from wizard.reports.status import standing
from wizard.store.marks import Mark
from wizard.store.profiles import Profile, StepRecord, utc_now

pytestmark = pytest.mark.port_3000

SIZE = (80, 24)


def have(home: Path, *names: str, days: float = 300) -> None:
    """Have profiles whose setup is done, with a token of so many days."""
    now = utc_now()
    token = facts(lifetime=365).model_copy(
        update={"obtained_at": now, "expires_at": now + timedelta(days=days, hours=1)}
    )
    steps = {step.id: StepRecord(at=now, mark=Mark.SEEN) for step in SETUP}
    for name in names:
        session_in(home / "practice", name, token=token, steps=steps)


def shown(driver: Driver) -> list[str]:
    """The lines of the table that can be seen, whole or not."""
    rows = driver.app.screen.query_one("#profiles", OptionList)
    lines = [str(rows.get_option_at_index(at).prompt) for at in range(rows.option_count)]
    return lines[: rows.scrollable_content_region.height]


async def test_ten_organizations_are_ten_lines_and_enter_goes_on_with_one(home: Path) -> None:
    have(home, *(f"customer-{number}" for number in range(9)))
    session_in(home / "practice", "unfinished", at_step="prepare")
    async with wizard(size=SIZE) as driver:
        await driver.welcomed()
        await driver.reads("The setup is not finished.", "Enter goes on with it.")
        lines = shown(driver)
        assert len(lines) == 10
        assert lines[0].startswith("unfinished  unknown")
        assert "none yet  not seen" in lines[0]
        assert "300 days  not seen" in lines[1]
        await driver.press("enter")
        await driver.at("prepare")
        assert driver.app.options.profile == "unfinished"


async def test_the_choices_stay_in_sight_below_ten_profiles_and_a_long_word_on_one(
    home: Path,
) -> None:
    have(home, *(f"customer-{number}" for number in range(9)))
    have(home, "soon", days=3)
    async with wizard(size=SIZE) as driver:
        await driver.reads("Provisioning would stop in 3 days.", "in memory only")
        choices = driver.app.screen.query_one("#choices", OptionList)
        await driver.until(lambda: choices.region.height >= 3, "room for choices")
        assert choices.region.bottom < SIZE[1]
        assert "customer-8" not in driver.text()  # the table says it


async def test_who_needs_a_renewal_is_renewed_by_enter(home: Path) -> None:
    have(home, "later")
    have(home, "soon", days=3)
    async with wizard() as driver:
        await driver.reads("Provisioning would stop in 3 days.", "Enter renews the token.")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen_stack and driver.app.options.profile)
        assert driver.app.options.profile == "soon"


async def test_arrows_reach_every_choice_and_a_new_organization_is_named(home: Path) -> None:
    have(home, "contoso")
    async with wizard() as driver:
        await driver.reads("Enter goes on")
        await driver.press("down", "down", "enter")
        await driver.until(lambda: driver.app.screen.query("#name"))
        await driver.type("not a name!")
        await driver.press("enter")
        assert driver.app.screen.query_one("#name", Input).value == "not a name!"
        await driver.reads("Example: --profile contoso")
        driver.app.screen.query_one("#name", Input).value = "fabrikam"
        await driver.press("enter")
        await driver.at("prepare")
        assert driver.app.options.profile == "fabrikam"


async def test_practice_is_a_choice_and_ends_again(home: Path) -> None:
    session_in(home / "profiles", "real-one", at_step="prepare")
    async with wizard(Options()) as driver:
        await driver.reads("real-one:")
        await driver.choose("practice")
        await driver.reads(" PRACTICE ", "No profile yet.")
        await driver.choose("real")
        await driver.reads("real-one:")
        assert isinstance(driver.app.screen, WelcomeScreen)
        await driver.press("escape")
        await driver.until(lambda: driver.app.return_value == 130)


async def test_a_profile_that_came_meanwhile_is_shown() -> None:
    now = utc_now()
    table = ProfileTable([], None)

    class Host(App[None]):
        def compose(self) -> ComposeResult:
            yield table

    async with Host().run_test() as pilot:
        table.show([])
        assert table.profile is None
        row = row_of(standing(Profile.new("contoso", now), now), now)
        table.show([row])
        await pilot.pause()
        assert table.profile == "contoso"
        assert table.display
        assert table.profiles.option_count == 1


async def test_the_line_of_keys_says_once_how_to_leave() -> None:
    async with wizard() as driver:
        await driver.welcomed()
        assert str(driver.app.screen.query_one(KeyLine).content).count("Leave") == 1


@pytest.mark.parametrize("width", [80, 76, 72, 68])
async def test_a_path_on_a_help_page_is_not_broken_before_its_sign(width: int) -> None:
    async with wizard(size=(width, 40)) as driver:
        await driver.welcomed()
        driver.app.push_screen(HelpScreen("mapping"))
        await driver.until(lambda: driver.app.screen.query(PathParagraph))
        await driver.pilot.pause()
        for text in driver.app.screen.query(PathParagraph):
            shown = [strip.text.strip() for strip in text.render_lines(text.size.region)]
            assert [line for line in shown if line.startswith(">")] == []

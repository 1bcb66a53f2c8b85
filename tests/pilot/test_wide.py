"""A wide terminal: a table takes the width there is before the help does."""

import pytest

from screens.widgets.fact_table import FactTable
from screens.widgets.step_help import StepHelp
from tests.measured import cells
from tests.pilot.driver import Driver, to_step, to_step_signed_in, wizard
from tests.pilot.test_look import go_to

pytestmark = [pytest.mark.anyio, pytest.mark.port_3000]

ID = "0ef72bd6-7e81-58ca-96ec-22d3dc793fbe"


def painted(driver: Driver) -> str:
    return "\n".join("".join(c.text for c in row) for row in cells(driver.app.screen))


def has_help(driver: Driver) -> bool:
    return driver.app.screen.query_one(StepHelp).display


async def test_tables_take_the_width_and_the_help_comes_back_where_there_is_enough() -> None:
    async with wizard(size=(120, 40)) as driver:
        await to_step_signed_in(driver, "on-demand", "application", "credentials", "assignment")
        await driver.reads("Prediction for Ana Ruiz")
        assert has_help(driver), "two columns fit beside it"
        await driver.press("enter")
        await driver.reads("as the mapping predicted")
        await driver.until(lambda: not has_help(driver), "three columns do not")
        await driver.until(lambda: ID in painted(driver), "a value is whole")
        await driver.pilot.resize_terminal(162, 40)
        await driver.until(lambda: has_help(driver) and ID in painted(driver))
        await driver.pilot.resize_terminal(120, 40)
        await driver.until(lambda: not has_help(driver) and ID in painted(driver))
        assert driver.app.screen.query(FactTable)
        await go_to(driver, "mapping")
        await driver.until(lambda: "ana.ruiz@practice.example  " in painted(driver), "whole")
        assert "[userPrincipalName]" in painted(driver)
        await go_to(driver, "preview")
        await driver.until(lambda: "which does not tell all of it" in painted(driver))
        assert not has_help(driver)


async def test_the_help_beside_the_content_names_commands_as_they_are_to_be_typed() -> None:
    async with wizard(size=(120, 40)) as driver:
        await to_step(driver, "sign-in")
        await driver.reads("or run webex-wizard forget --practice")

"""Groups on the screens: none is in Webex whose name no screen had shown before."""

import pytest
from textual.widgets import Button

from screens.automatic import AutomaticScreen
from screens.menu import Menu
from screens.undo import UndoScreen
from tests.pilot.driver import Driver, done_through_graph, to_step_signed_in, wizard
from tests.practice import sign_in
from wizard.flow.plan import SETUP
from wizard.practice.process import PracticeTenant

STEPS = [step.id for step in SETUP if step.id != "on-demand"]
GROUPS = "Groups (displayName, externalId, members): "


async def set_up(driver: Driver, *, switched_off: bool) -> str:
    """Walk on until provisioning runs, with one group assigned; return all that was shown."""
    shown: list[str] = []
    await to_step_signed_in(driver, "mapping", "application", "credentials", "notification")
    for step_id in STEPS[STEPS.index("mapping") : STEPS.index("watch")]:
        if step_id == "start":
            await driver.at("on-demand")
            await driver.reads("Nobody is assigned directly")
            await driver.pilot.click("#next")
        await driver.at(step_id)
        if step_id == "mapping":
            await driver.reads(f"{GROUPS}on in Entra.")
            if switched_off:
                await driver.press("s")
                await driver.until(lambda: isinstance(driver.app.screen, Menu))
                await driver.press("enter")
                await driver.reads(f"{GROUPS}off here, still on in Entra.")
        if step_id in {"mapping", "scoping"}:
            await driver.reads("65")
            await driver.press("enter")
            if not (switched_off and step_id == "mapping"):
                await driver.left(step_id)  # Entra has it so already
                continue
        if step_id == "assignment":
            await driver.reads("Type part of a name")
            await driver.find("Sales")
            await driver.press("down", "space", "f5")
            await driver.reads("Marked: Group Sales")  # looking again takes no mark away
        if step_id == "preview":
            await done_through_graph(driver)
            continue
        await driver.until(lambda: isinstance(driver.app.screen, AutomaticScreen))
        main = driver.app.screen.query_one("#main", Button)
        await driver.until(lambda main=main: not main.disabled)  # type: ignore[misc]  # bound now
        shown.append(driver.text())
        await done_through_graph(driver)
    await driver.at("watch")
    return "\n".join(shown)


def groups_in(tenant: PracticeTenant) -> set[str]:
    found = sign_in(tenant).scim("/Groups").json()["Resources"]
    return {group["displayName"] for group in found}


@pytest.mark.port_3000
@pytest.mark.parametrize("switched_off", [False, pytest.param(True, marks=pytest.mark.thorough)])
async def test_no_group_is_in_webex_that_no_screen_named(switched_off: bool) -> None:
    async with wizard() as driver:
        shown = await set_up(driver, switched_off=switched_off)
        space = await driver.app.workspace()
        assert space.practice is not None
        space.practice.tell_entra(advance=3600)
        await driver.press("f5")
        await driver.reads("The first cycle is done")
        groups = groups_in(space.practice)
        assert groups == (set() if switched_off else {"Sales"})
        if switched_off:
            assert "No group goes along: the mapping of groups is switched off." in shown
            return
        assert "1 assigned group goes along, with its members: Sales." in shown
        await driver.reads("Group Sales | created")
        await driver.press("f2", "home", "enter")
        await driver.at("prepare")
        await driver.press("escape")
        await driver.choose("undo")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        await driver.reads("In Webex 1 group stays, whatever is taken back here: Sales.")

"""What Microsoft may say no with, read on the screens: what it means, and what to do."""

from textual.widgets import Button, Static

from screens.alone import AloneScreen
from screens.automatic import AutomaticScreen
from tests.pilot.driver import Driver, at_once, signed_in, to_step_signed_in, wizard
from wizard.errors import KeystoreError
from wizard.graph.catalogue import REFUSALS as OF_GRAPH
from wizard.oauth.entra.aadsts import NUMBERS
from wizard.practice.aadsts import AADSTS_REFUSALS, Met, Refusal
from wizard.practice.process import PracticeTenant
from wizard.words.meanings import coded
from wizard.words.meanings import meaning as meaning_of

PLACES = {
    refusal.met: (row, number)
    for number, refusal in AADSTS_REFUSALS.items()
    if (row := meaning_of(NUMBERS, f"AADSTS{number}", words=refusal.text))
}
"""A refusal of each place where one is met; what each says is proved without screens."""

BY_DEVICE = {53003, 70018, 70019}
"""What is met by a device code alone, or there above all."""

STATUSES = {
    "no-role": "graph-role-missing",
    "not-granted": "graph-scope-missing",
    "401": "graph-sign-in",
    "403": "graph-role-missing",
    "404": "graph-not-found",
    "409": "graph-exists",
    "500": "graph-unavailable",
}
"""Our own code of each fault of Graph."""


def way_out(hint: str) -> str:
    """Return what is shown of a hint wherever the tenant is."""
    return hint.partition("{")[0]


async def practice(driver: Driver) -> PracticeTenant:
    space = await driver.app.workspace()
    assert space.practice is not None
    return space.practice


async def idle(driver: Driver, label: str) -> None:
    """Wait until the main button is up and says this."""

    def is_idle() -> bool:
        main = driver.app.screen.query_one("#main", Button)
        return not main.disabled and str(main.label) == label and not main.has_class("-active")

    await driver.until(is_idle, label)


async def refused(driver: Driver, tenant: PracticeTenant, refusal: Refusal) -> None:
    """Sign in where the refusal is met."""
    if refusal.met is Met.PAGE or refusal.number in BY_DEVICE:
        tenant.misbehave("device", refusal.name, times=1)
        driver.app.screen.query_one("#device", Button).press()
    else:
        tenant.misbehave("authority", refusal.name, times=1)
        driver.app.screen.query_one("#main", Button).press()
        if refusal.met is Met.DISCOVERY:
            return
        await driver.reads("Waiting for the browser at port")
        await driver.press("f8")


async def test_a_sign_in_refused_anywhere_says_what_it_means_and_what_to_do() -> None:
    async with wizard() as driver:
        await at_once(driver, "sign-in")
        tenant = await practice(driver)
        assert set(PLACES) == set(Met)
        for row, number in PLACES.values():
            await idle(driver, "Sign in")
            await refused(driver, tenant, AADSTS_REFUSALS[number])
            told = [row.message, way_out(row.hint), f"(AADSTS{number})"]
            if row.code == "wrong-cloud":  # it is known which
                told = ["clouds: US Government (GCC High).", "Choose that cloud"]
            await driver.reads("Nobody is signed in.", "Problem: ", *told)
            tenant.behave()
        await idle(driver, "Sign in")
        await signed_in(driver)


async def test_every_family_of_graphs_refusals_says_what_it_means_and_what_to_do() -> None:
    async with wizard() as driver:
        await to_step_signed_in(driver, "application")
        tenant = await practice(driver)
        await idle(driver, "Do it")
        for fault, code in STATUSES.items():
            tenant.misbehave("applications", fault)
            await driver.press("f5")
            await driver.reads("This did not work.", "Problem: ")
            rows = [row for row in OF_GRAPH if row.code == code]
            told = driver.text()
            assert any(row.message in told and way_out(row.hint) in told for row in rows), told
            tenant.behave()
            await idle(driver, "Look again")
            assert not driver.app.screen.query_one("#look").display  # the main button says it
            await driver.press("enter")
            await idle(driver, "Do it")


async def test_a_step_up_is_explained_and_a_new_sign_in_ends_it() -> None:
    async with wizard() as driver:
        await to_step_signed_in(driver, "application")
        tenant = await practice(driver)
        await idle(driver, "Do it")
        tenant.misbehave("graph", "insufficient-claims")
        tenant.misbehave("authority", "AADSTS50074", times=1)
        await driver.press("f5")
        row = coded(NUMBERS, "more-proof-needed")
        meaning, hint = row.message, row.hint
        await driver.reads("This did not work.", meaning, hint)
        await driver.press("escape")
        await driver.at("sign-in")
        await driver.reads("Signed in as admin@practice.example, but", meaning, hint)
        await idle(driver, "Sign in")
        await driver.press("enter")
        await driver.reads("Waiting for the browser at port")
        await driver.press("f8")
        await driver.reads("Signed in.")
        await idle(driver, "Next")
        await driver.press("enter")
        await driver.at("application")
        await driver.reads("Add Cisco Webex from the gallery.")


async def test_a_recipe_keeps_its_key_while_somebody_types_into_a_question() -> None:
    async with wizard() as driver:
        await to_step_signed_in(driver, "assignment", "application")
        screen = driver.app.screen
        assert isinstance(screen, AutomaticScreen)
        await driver.until(lambda: screen.outlook.fields, "a question")
        screen.show_error(KeystoreError("It is locked.", "Unlock it:\n  unlock it\nand go on."))
        await driver.find("hana")
        await driver.reads("Problem: It is locked.", "F12 shows the commands alone")
        await driver.press("f12")
        await driver.until(lambda: isinstance(driver.app.screen, AloneScreen))
        assert str(driver.app.screen.query_one("#address", Static).content) == "unlock it"
        await driver.press("enter")
        await driver.at("assignment")
        screen.show_error(None)
        await driver.press("f12")
        await driver.pilot.pause()
        assert driver.app.screen is screen, "what is shown no more has no key"

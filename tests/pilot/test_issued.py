"""On the screens, a token that came is stored, asked about again, revoked, or told about."""

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Button, Input

from screens.token import TokenScreen
from tests.pilot.driver import Driver, wizard
from tests.redirects import almost_posted, fragment
from tests.sessions import webex_token
from tests.stumbling import STUMBLES, Stumbling
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Keystore, Slot

pytestmark = pytest.mark.port_3000

RENEW = Options(command="renew", practice=True)
RIGHT = "Is this the right account?"


async def came(driver: Driver, backend: Stumbling, marker: str = RIGHT) -> PracticeTenant:
    """Renew until a token has come, with a keyring of the test's own."""
    space = await driver.app.workspace()
    space.keystore = Keystore(PRACTICE, backend=backend)
    await driver.at("organization")
    await driver.reads("Understood")
    await driver.press("enter")
    await driver.at("new-token")
    await driver.reads("Waiting for the browser")
    assert space.practice is not None
    await driver.press("f8")
    await driver.reads(marker)
    return space.practice


async def waiting(driver: Driver) -> bool:
    """Tell whether a new token waits in the keyring."""
    space = await driver.app.workspace()
    return await space.keystore.read("default", Slot.PENDING) is not None


def revocations(tenant: PracticeTenant) -> int:
    return sum(request.method == "DELETE" for request in tenant.requests())


async def pressable(driver: Driver) -> None:
    """Wait until the main button takes another press."""
    main = driver.app.screen.query_one("#main", Button)
    await driver.until(lambda: not main.disabled and not main.has_class("-active"))


async def comes_again(driver: Driver, marker: str = RIGHT) -> None:
    """Let another token come."""
    await driver.reads("Waiting for the browser")
    await driver.press("f8")
    await driver.reads(marker)


async def test_a_token_stays_at_hand_while_the_keyring_stumbles() -> None:
    backend = Stumbling()
    async with wizard(RENEW) as driver:
        tenant = await came(driver, backend)
        for how in STUMBLES:
            backend.how = how
            for call in (1, 2, 3):
                backend.stumble(call)
                await pressable(driver)
                await driver.press("enter")
                await driver.until(lambda call=call: backend.calls >= call, f"{how} {call}")  # type: ignore[misc]  # bound now
                await driver.reads("Problem: ", "keyring")
                backend.recover()
                await pressable(driver)
                assert driver.step_id == "new-token"
        await driver.press("enter")
        await driver.at("new-connection")
        assert await waiting(driver)
        assert revocations(tenant) == 0


async def test_a_failing_network_asks_the_question_again_and_not_for_a_new_sign_in() -> None:
    async with wizard(Options(command="renew", practice=True, faults=("people:cut",))) as driver:
        tenant = await came(driver, Stumbling(), "Problem: ")
        for fault in ("cut", "503"):
            if fault == "503":
                tenant.misbehave("people", fault)
                await driver.press("f5")
                await comes_again(driver, "Problem: ")
            await driver.reads("The token came, and is held in memory.")
            main = driver.app.screen.query_one("#main", Button)
            assert str(main.label) == "Ask again"
            tenant.behave()
            tenant.forget_requests()
            await pressable(driver)
            await driver.press("enter")
            await driver.reads(RIGHT)
            await pressable(driver)
            assert not any("authorize" in request.target for request in tenant.requests())
        await driver.press("enter")
        await driver.at("new-connection")
        assert await waiting(driver)


async def test_whoever_leaves_with_a_token_in_hand_has_it_revoked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with wizard(RENEW) as driver:
        tenant = await came(driver, Stumbling())
        await driver.press("ctrl+c")
        await driver.reads("Leave? The token that came was not kept, so it is given up then.")
        await driver.press("escape")
        for number, key in enumerate(("f5", "escape", "ctrl+q"), 1):
            await driver.press(key)
            if key == "ctrl+q":
                await driver.reads("Leave? The token that came was not kept")
                await driver.press(key)
            await driver.until(lambda number=number: revocations(tenant) == number, "revoked")  # type: ignore[misc]  # bound now
            match key:
                case "f5":
                    await comes_again(driver)
                    assert driver.told() == "The token that came is revoked."
                case "escape":
                    await driver.at("organization")
                    assert driver.told() == "The token that came is revoked."
                    await driver.press("enter")
                    await driver.at("new-token")
                    await comes_again(driver)
                case _:
                    await driver.until(lambda: driver.app.return_value == 130)
            assert not await waiting(driver)
        assert revocations(tenant) == 3
    assert capsys.readouterr().err.count("The token that came is revoked.") == 3


async def waits_for_browser(driver: Driver) -> TokenScreen:
    await driver.at("organization")
    await driver.reads("Understood")
    await driver.press("enter")
    await driver.at("new-token")
    await driver.reads("Waiting for the browser")
    screen = driver.app.screen
    assert isinstance(screen, TokenScreen)
    return screen


async def test_of_two_tokens_in_one_moment_none_is_dropped() -> None:
    async with wizard(RENEW) as driver:
        screen = await waits_for_browser(driver)
        async with almost_posted(fragment(screen.link.address, webex_token())) as post:
            post()
            screen.paste.value = fragment(screen.link.address, webex_token())
            screen.take_paste()
        # Practice has issued neither, which is what becomes of both.
        await driver.reads("The token that came was not valid any more.")
        told = "Two tokens came in the same moment. The second token that came was not valid any"
        assert told in driver.told()


async def test_a_token_of_another_sign_in_is_told_about() -> None:
    async with wizard(RENEW) as driver:
        screen = await waits_for_browser(driver)
        brought = fragment(screen.link.address, webex_token(), expires_in="3887999")
        screen.paste.value = f"{brought}x"
        screen.take_paste()
        await driver.reads("belongs to another sign-in", "valid for about 45 days")
        await driver.reads("Waiting for the browser")


async def test_a_token_that_could_not_be_revoked_is_told_about_when_the_program_is_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults = ("tokens:403",)
    async with wizard(Options(command="renew", practice=True, faults=faults)) as driver:
        await came(driver, Stumbling())
        await driver.press("ctrl+q")
        await driver.reads("Leave?")
        await driver.press("ctrl+q")
        await driver.until(lambda: driver.app.return_value == 130)
    told = " ".join(capsys.readouterr().err.split())
    assert "could not be revoked" in told
    assert "It stays valid until" in told


async def test_a_token_that_must_not_be_used_is_revoked_with_the_refusal() -> None:
    faults = ("people:no-roles", "identity:no-roles")
    async with wizard(Options(command="renew", practice=True, faults=faults)) as driver:
        tenant = await came(driver, Stumbling(), "may not create or change users")
        await driver.reads("The token that came is revoked.")
        assert revocations(tenant) == 1


async def test_a_failed_test_says_which_token_waits_and_what_else_there_is() -> None:
    faults = ("scim:403",)
    async with wizard(Options(command="renew", practice=True, faults=faults)) as driver:
        await came(driver, Stumbling())
        await driver.press("enter")
        await driver.at("new-connection")
        await driver.reads("✗ Failed", "A new token from", "no other token in the keyring")


async def paste(pilot: Pilot[int], field: Input, text: str) -> None:
    field.focus()
    field.post_message(Paste(text))
    await pilot.pause()


async def test_a_token_given_as_the_organization_leaves_the_field_unseen() -> None:
    token = webex_token()
    async with wizard(RENEW) as driver:
        await driver.at("organization")
        field = driver.app.screen.query_one("#organization", Input)
        values: list[str] = []

        def seen(value: str) -> None:
            values.append(value)

        driver.app.screen.watch(field, "value", seen)
        for wrap in (200, 40):
            await driver.until(lambda: "looks like an access token" not in driver.text())
            text = "\n".join(token[start : start + wrap] for start in range(0, len(token), wrap))
            await paste(driver.pilot, field, text)
            await driver.reads("looks like an access token")
            assert field.value == ""
            assert not any(token[:30] in value for value in values)
            await driver.type("b")
            assert field.value == "b"
        field.value = f"http://localhost:3000/auth/code#access_token={token}"
        await driver.reads("looks like an access token")
        assert field.value == ""
        await paste(driver.pilot, field, "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701")
        assert field.value == "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"

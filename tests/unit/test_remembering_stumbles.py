"""What a keyring that stumbles leaves of a remembered sign-in, and what is noted of it."""

from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from tests.sessions import NOW, PLACE, session_in, tools
from tests.stumbling import STUMBLES, Stumble, Stumbling
from wizard.errors import WizardError
from wizard.flow.plan import SIGN_IN
from wizard.oauth.entra.signed_in import Account
from wizard.steps.sign_in import SignInStep
from wizard.store.keystore import Keystore, StoredSignIn

ENTRY = ("webex-wizard", "default/sign-in")
CALLS = range(1, 8)
TRUTHFUL = tuple(how for how in STUMBLES if how != "forgets")
"""What denies that it holds something cannot be known to hold it."""


def sign_in(refresh: str) -> StoredSignIn:
    return StoredSignIn(
        client_id="c", tenant_id="t", object_id="o", refresh_token=SecretStr(refresh * 40)
    )


def step_of(backend: Stumbling) -> tuple[SignInStep, Any]:
    """Return the step and who is signed in; what is to be stored is in `now`."""
    account = Account(
        tenant_id="t", username="u", name="", object_id="o", expires_at=NOW, missing=()
    )
    signed_in = SimpleNamespace(now=sign_in("r"), account=account, renewed=None)

    async def to_store() -> StoredSignIn:
        return signed_in.now  # type: ignore[no-any-return]  # a namespace has no types

    signed_in.to_store = to_store
    tenant: Any = SimpleNamespace(signed_in=signed_in, endpoints=None)
    keystore = Keystore(PLACE, backend=backend)
    return SignInStep(SIGN_IN, tools(keystore, tenant=tenant)), signed_in


@pytest.mark.parametrize("how", TRUTHFUL)
@pytest.mark.parametrize("for_good", [False, True])
async def test_nothing_stays_in_the_keyring_that_is_noted_as_not_remembered(
    tmp_path: Path, how: Stumble, for_good: bool
) -> None:
    async def run(number: int) -> None:
        backend = Stumbling(how)
        step, _ = step_of(backend)
        session = session_in(tmp_path / str(number))
        backend.stumble(number, float("inf") if for_good else number)
        with suppress(WizardError):
            await step.remember(session)
        with suppress(WizardError):
            await step.forget(session)
        backend.recover()
        assert session.profile.entra.is_remembered or backend.get_password(*ENTRY) is None

    for number in CALLS:
        await run(number)


@pytest.mark.parametrize("how", TRUTHFUL)
async def test_one_stumble_while_it_is_renewed_costs_no_remembered_sign_in(
    tmp_path: Path, how: Stumble
) -> None:
    async def run(number: int) -> None:
        backend = Stumbling(how)
        step, signed_in = step_of(backend)
        session = session_in(tmp_path / str(number))
        await step.remember(session)
        before, signed_in.now = backend.get_password(*ENTRY), sign_in("s")
        backend.stumble(number, number)
        await signed_in.renewed()
        backend.recover()
        new = signed_in.now.bound_to(PLACE.text).to_secret()
        assert backend.get_password(*ENTRY) in {before, new}
        await signed_in.renewed()
        assert backend.get_password(*ENTRY) == new

    for number in CALLS:
        await run(number)

"""A Microsoft sign-in that outlives the program: in the keyring, if the administrator wants it."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from wizard.errors import (
    AuthorizationError,
    HostsError,
    KeystoreError,
    TransportError,
    WizardError,
)
from wizard.steps.tenant import EntraTenant
from wizard.store.keyring_help import DAMAGED
from wizard.store.keystore import Keystore, StoredSignIn
from wizard.store.profiles import Profile
from wizard.words.progress import Report, silent, telling

if TYPE_CHECKING:
    from wizard.oauth.entra.signed_in import SignedIn

REFUSED = "remembered-refused"
"""The code of the error after which nothing is remembered any more."""
REFUSED_AND_LEFT = "remembered-left"
"""The code of the error after which the keyring may still hold what was refused."""
_TIME_LIMIT = 20.0
"""Seconds for signing in again; nobody has asked for it, so nobody waits longer."""

_NOT_ITS_FAULT = frozenset(
    {
        "asked-too-often",
        "own-sign-in-service",
        "parameter-missing",
        "request-malformed",
        "server-error",
        "tenant-not-allowed",
        "tenant-not-found",
        "tenant-not-named",
        "wrong-cloud",
    }
)
"""Refusals that say nothing against the sign-in itself."""


class Remembered:
    """The Microsoft sign-ins of all profiles in the keyring; each profile has its own.

    Args:
        tenant: Where Microsoft is.
        keystore: The keyring.
        time_limit: Seconds for signing in again.
    """

    def __init__(
        self, tenant: EntraTenant, keystore: Keystore, *, time_limit: float = _TIME_LIMIT
    ) -> None:
        self._tenant = tenant
        self._keystore = keystore
        self._time_limit = time_limit

    async def keep(self, name: str, signed_in: "SignedIn") -> None:
        """Remember a sign-in for a profile, and what it is renewed to.

        Raises:
            KeystoreError: The keyring cannot be used, or it does not fit.
            AuthorizationError: Entra gave nothing to renew it with (`nothing-to-remember`).
        """
        stored = await signed_in.to_store()
        if stored is None:
            raise AuthorizationError(
                "Entra gave nothing that this sign-in could be renewed with later.",
                "You stay signed in until the program ends.",
                code="nothing-to-remember",
            )
        self._follow(name, signed_in, await self._keystore.write_sign_in(name, stored))

    async def may_be_held(self, name: str) -> bool:
        """Tell whether the keyring may hold a sign-in: also where it does not answer."""
        try:
            return await self._keystore.holds_sign_in(name)
        except KeystoreError:
            return True

    async def drop(self, name: str) -> bool:
        """Forget what is remembered for a profile; return whether something was.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._keystore.delete_sign_in(name)

    async def follow_up(self, name: str, signed_in: "SignedIn") -> bool:
        """Let a new sign-in of the remembered account take its place; forget another account's.

        Returns:
            Whether the keyring may hold a sign-in now.
        """
        try:
            stored = await self._keystore.read_sign_in(name)
            if stored is not None and stored.object_id == signed_in.account.object_id:
                await self.keep(name, signed_in)
                return True
            await self.drop(name)
        except HostsError:
            return True  # the one of other hosts stays, and is not used here
        except WizardError as error:
            if error.code == DAMAGED:  # nobody can sign in with it any more
                with suppress(KeystoreError):
                    await self.drop(name)
            return await self.may_be_held(name)
        return False

    async def recall(self, profile: Profile, report: Report = silent) -> "SignedIn | None":
        """Sign in with what is remembered for a profile; None when nothing is.

        Args:
            profile: Whose sign-in it is.
            report: Is told when Microsoft has to be asked again.

        Raises:
            AuthorizationError: It is for another tenant (`remembered-elsewhere`) and was not used;
                or Entra refused it (`remembered-refused`), and it was removed, or
                could not be (`remembered-left`).
            HostsError: It was obtained for other hosts than these, and was not used.
            WizardError: Keyring or Microsoft could not be asked.
        """
        stored = await self._keystore.read_sign_in(profile.name)
        if stored is None:
            return None
        self._require_tenant(stored, profile)
        try:
            async with asyncio.timeout(self._time_limit):
                signed_in = await self._signed_in(stored, report)
        except TimeoutError as error:
            raise TransportError(
                "Microsoft did not answer in time, so you are not signed in.",
                "Sign in, or try again later; what is remembered was kept.",
                code="remembered-late",
            ) from error
        except WizardError as error:
            if _speaks_against_it(error):
                raise await self._removed(profile.name, error) from error
            raise
        self._follow(profile.name, signed_in, stored)
        if signed_in.renewed is not None:
            await signed_in.renewed()
        return signed_in

    async def _signed_in(self, stored: StoredSignIn, report: Report) -> "SignedIn":
        from wizard.oauth.entra.sign_in import EntraSignIn

        entra = self._tenant.endpoints.entra
        connect, tell = self._tenant.connect, telling(report)
        request = EntraSignIn(entra, stored.tenant_id, stored.client_id, connect=connect, tell=tell)
        return await request.by_refresh_token(stored.refresh_token)

    def _require_tenant(self, stored: StoredSignIn, profile: Profile) -> None:
        """Let a sign-in be used only in the tenant it was made in; the keystore knows the hosts."""
        if profile.entra.tenant_id not in {"", stored.tenant_id}:
            raise AuthorizationError(
                "The remembered sign-in was made in another tenant, so it was not used.",
                "Sign in here. If you have that remembered, it takes its place.",
                code="remembered-elsewhere",
            )

    async def _removed(self, name: str, error: WizardError) -> AuthorizationError:
        became, code = "was removed", REFUSED
        try:
            await self.drop(name)
        except KeystoreError:
            became, code = "could not be removed from the keyring", REFUSED_AND_LEFT
        return AuthorizationError(
            f"The remembered sign-in is not accepted any more and {became}. {error.message}",
            error.hint or "Sign in again.",
            code=code,
            tracking_id=error.tracking_id,
        )

    def _follow(self, name: str, signed_in: "SignedIn", stored: StoredSignIn) -> None:
        """Store the refresh token anew when Entra has replaced it; best effort."""
        kept = stored

        async def store_anew() -> None:
            nonlocal kept
            with suppress(WizardError):
                found = await signed_in.to_store()
                if kept.is_same_sign_in(found) or found is None:
                    return
                if not kept.is_same_sign_in(await self._keystore.read_sign_in(name)):
                    return  # forgotten meanwhile, or another run of ours was faster
                kept = await self._keystore.write_sign_in(name, found)

        signed_in.renewed = store_anew


def _speaks_against_it(error: WizardError) -> bool:
    from wizard.oauth.entra.refusal import EntraRefusal

    return isinstance(error, EntraRefusal) and error.code not in _NOT_ITS_FAULT

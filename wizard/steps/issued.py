"""A token that Webex has issued, from its arrival until it is kept or given up."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from wizard.errors import AnswerError, TokenRefused, WizardError
from wizard.oauth.webex.implicit import AuthorizationResponse
from wizard.store.keystore import StoredToken
from wizard.webex.revocation import Revoke
from wizard.webex.token import NEEDED_SCOPE
from wizard.words.progress import Report

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wizard.flow.session import Session
    from wizard.steps.token import TokenStep

_PATIENCE = 15.0
"""Seconds for a revocation while somebody waits to leave."""


class Issued:
    """Holds the token of one sign-in, which may live for months, so that none is dropped.

    It is stored with `keep`, or revoked with `give_up`, or said to live until its date. An error
    that leaves it `in_hand` is a reason to ask again, not to sign in again.
    """

    def __init__(self, step: "TokenStep", session: "Session", revoke: Revoke) -> None:
        self._step = step
        self._session = session
        self._revoke = revoke
        self._response: AuthorizationResponse | None = None
        self._others: list[AuthorizationResponse] = []
        self._judged: StoredToken | None = None
        self._held: frozenset[SecretStr] | None = None
        self._is_known = False
        self._was_given_to_keyring = False
        self._busy = asyncio.Lock()

    @property
    def in_hand(self) -> bool:
        """Whether there is a token that is neither kept nor given up."""
        return self._response is not None

    @property
    def judged(self) -> StoredToken | None:
        """The token with what Webex says of it, once it was asked."""
        return self._judged

    async def ready(self) -> None:
        """Prove that the keyring keeps secrets, and learn what it holds, before a browser opens.

        Raises:
            KeystoreError: It does not.
        """
        await self._step.ready()
        self._held = await self._step.held(self._session)

    def take(self, response: AuthorizationResponse) -> None:
        """Hold what the browser or a paste brought; of two tokens, one that is proven to be ours.

        The other is held beside it until it is given up.
        """
        held, came = self._response, response
        if held is not None and (held.state_matched or not came.state_matched):
            if came.access_token != held.access_token:
                self._others.append(came)
            return
        if held is not None and came.access_token != held.access_token:
            self._others.append(held)
        self._response, self._judged = came, None
        self._is_known = self._was_given_to_keyring = False

    def described(self) -> tuple[tuple[str, str], ...]:
        """Return what the administrator should know before keeping the token, as labelled words."""
        assert self._judged is not None  # noqa: S101 - the caller has judged it
        rows = self._step.described(self._judged)
        return (*rows, _KNOWN) if self._is_known else rows

    @property
    def cautions(self) -> tuple[str, ...]:
        """What speaks against keeping the token, as sentences; nothing before it was judged."""
        return self._step.cautions(self._session, self._judged) if self._judged is not None else ()

    @property
    def may_serve(self) -> bool:
        """Whether the judged token has what provisioning cannot do without, as far as is known."""
        judged = self._judged
        return judged is None or NEEDED_SCOPE not in self._step.missing_scopes(judged)

    async def judge(self, report: Report) -> StoredToken:
        """Ask whose token it is and whether it may be used; one that may not be is given up.

        Raises:
            TokenRefused: It must not be used here; the message says what became of it.
            WizardError: Nobody could be asked, and the token is still in hand; or Webex does not
                accept it (HTTP 401), and it is not.
        """
        assert self._response is not None  # noqa: S101 - the caller has taken it
        try:
            self._is_known = await self._is_held(self._response)
            self._judged = await self._step.judge(self._session, self._response, report)
        except WizardError as error:
            if _is_final(error):
                error.add(await self.give_up())
            raise
        return self._judged

    async def keep(self) -> str:
        """Put the judged token into the keyring.

        Returns:
            What became of a token that had been replaced before; mostly nothing.

        Raises:
            KeystoreError: The keyring did not keep it, as far as is known; it is still in hand.
            ProfileError: The profile could not be saved; it is still in hand.
        """
        assert self._judged is not None  # noqa: S101 - the caller has judged it
        async with self._busy:
            self._was_given_to_keyring = True
            said = await self._step.apply(self._session, self._judged)
            self._response = None
            return said

    async def give_up(self) -> str:
        """Let go of a token that is still in hand: found in the keyring, revoked, or told about.

        Returns:
            What became of it, as sentences; empty when nothing was in hand.
        """
        async with self._busy:
            said = ""
            if self._response is not None:
                if self._was_given_to_keyring:
                    said = await self._found(self._response)
                said = said or await self._given_up(self._response)
                self._response = None
            return f"{said} {await self._others_given_up()}".strip()

    async def give_up_others(self) -> str:
        """Let go of what came in the same moment as the token in hand.

        Returns:
            What became of it, as sentences; empty when nothing did.
        """
        async with self._busy:
            return await self._others_given_up()

    async def _others_given_up(self) -> str:
        said = []
        while self._others:
            outcome = await self._given_up(self._others[-1], "second token")
            said.append(f"Two tokens came in the same moment. {outcome}")
            self._others.pop()
        return " ".join(said)

    async def _given_up(self, response: AuthorizationResponse, name: str = "token") -> str:
        try:
            if await self._is_held(response):
                return f"The {name} was in the keyring before, and stays there."
        except WizardError as error:
            return (
                f"{error.message} So nobody knows whether the {name} is in force, and it was not "
                f"revoked. {self._until(response)}"
            )
        if response.state_matched:
            return await self._revoked(response, name)
        return (
            f"The pasted {name} was not kept. It was not revoked either, because it may be in use: "
            f"nothing shows that it came from this sign-in. {self._until(response)}"
        )

    async def _found(self, response: AuthorizationResponse) -> str:
        """Look whether the keyring kept the token although it stumbled; empty when it did not."""
        assert self._judged is not None  # noqa: S101 - it was given to the keyring
        try:
            # Outside the turn, which another window may have, or nobody any more.
            is_there = self._judged.token in await self._step.held(self._session)
        except WizardError as error:
            return (
                f"{error.message} So nobody knows yet whether the token is in it; the next start "
                f"looks. {self._until(response)}"
            )
        if is_there:
            try:
                await self._step.found_stored(self._session, self._judged)
            except WizardError as error:
                said = "The token is in the keyring, but the profile does not say so"
                return f"{said}: {error.message}"
            return "The token is in the keyring after all."
        with suppress(WizardError):  # what counts is the token; the next start looks once more
            await self._step.never_stored(self._session)
        return ""

    async def _is_held(self, response: AuthorizationResponse) -> bool:
        """Tell whether the keyring had the token before this sign-in; then it may be in use."""
        if self._held is None:
            self._held = await self._step.held(self._session)
        return response.access_token in self._held

    async def _revoked(self, response: AuthorizationResponse, name: str) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                outcome = await self._revoke(response.access_token)
        except TimeoutError:
            why = "Webex did not answer in time."
        except WizardError as error:
            why = error.message
        else:
            return f"The {name} that came {outcome}."
        return f"The {name} that came could not be revoked: {why} {self._until(response)}"

    def _until(self, response: AuthorizationResponse) -> str:
        """Say until when the token lives, as far as anybody has said."""
        judged = self._judged
        is_judged = judged is not None and judged.token == response.access_token
        if judged is not None and is_judged and not judged.facts.expires_assumed:
            return f"It stays valid until {judged.facts.expires_at:%Y-%m-%d}."
        if response.expires_in is not None:
            ends = self._session.clock() + timedelta(seconds=response.expires_in)
            return f"It stays valid until {ends:%Y-%m-%d}."
        return "Webex did not say until when it stays valid; a year is usual."


_KNOWN = ("Known", "already in the keyring; its date stays as it was")


def _is_final(error: WizardError) -> bool:
    """Tell whether asking once more could not change the answer."""
    return isinstance(error, TokenRefused) or (
        isinstance(error, AnswerError) and error.status == 401
    )

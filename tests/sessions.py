"""Sessions, tokens and keyrings of tests that need no server."""

import asyncio
import secrets
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import SecretStr

from tests.desk_here import started_here
from wizard.flow.session import Session
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints, bundled
from wizard.options import Options
from wizard.steps.remembered import Remembered
from wizard.steps.tenant import EntraTenant
from wizard.store.binding import place_of
from wizard.store.journal import Journal
from wizard.store.keystore import Keystore, MemoryBackend, Slot, StoredToken
from wizard.store.profiles import Profile, ProfileStore, TokenFacts
from wizard.webex.revocation import Revoke, revoker
from wizard.workspace import Workspace

T = TypeVar("T")

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
ORGANIZATION = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"
PLACE = place_of(bundled())
"""The program's own hosts."""
HOSTILE = "[/x] [@click=app.quit]pwn[/] `code` \x1b]52;c;aGk=\x1b\\ \u202etxt.exe <b>\n# Title"


class Forgetful(MemoryBackend):
    """A keyring that takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep nothing."""


def webex_token() -> str:
    """Return a new token of Webex's shape."""
    return f"{secrets.token_hex(32)}_PF84_{uuid4()}"


def facts(days: float = 45, lifetime: float = 45, **changes: object) -> TokenFacts:
    """Return the facts of a token with so many days left of so many."""
    expires = NOW + timedelta(days=days)
    known = {
        "organization_id": ORGANIZATION,
        "obtained_at": expires - timedelta(days=lifetime),
        "expires_at": expires,
        "email": "admin@practice.example",
        "display_name": "Alex Admin",
        "roles": ("id_full_admin",),
        "scopes": ("Identity:SCIM",),
        "place": PLACE.text,
    }
    return TokenFacts.model_validate(known | changes)


def stored(text: str = "", **changes: object) -> StoredToken:
    """Return a token with its facts."""
    return StoredToken(token=SecretStr(text or webex_token()), facts=facts(**changes))  # type: ignore[arg-type]  # the facts check their own types


def ended(work: Coroutine[Any, Any, T]) -> T:
    """Return what comes of work, where no event loop is."""
    return asyncio.run(work)


def session_in(folder: Path, name: str = "default", **changes: Any) -> Session:
    """Return the session of a profile; what was stored in the folder goes on."""
    store = ProfileStore(folder)
    profile = store.load(name) or Profile.new(name, NOW)
    session = Session(profile, store, Journal(store.journal_path(name)), lambda: NOW)
    if changes:
        session.change(**changes)
    return session


def memory_keystore(**tokens: StoredToken) -> Keystore:
    """Return a keystore in memory that holds tokens of the profile `default`, by slot."""
    backend = MemoryBackend()
    for slot, token in tokens.items():
        backend.set_password("webex-wizard", f"default/{Slot(slot)}", token.to_secret())
    return Keystore(PLACE, backend=backend)


def tools(
    keystore: Keystore | None = None,
    *,
    endpoints: Endpoints | None = None,
    profiles: ProfileStore | None = None,
    revoke: Revoke | None = None,
    connect: Connect = direct,
    tenant: EntraTenant | None = None,
    **options: Any,
) -> Workspace:
    """Return what steps work with, of which a test needs only some."""
    endpoints = endpoints or bundled()
    space = Workspace(
        Options(**options),
        endpoints,
        keystore or memory_keystore(),
        profiles or ProfileStore(Path("no-profiles")),
        revoke or revoker(endpoints.webex, connect),
        connect=connect,
        start_preview=started_here,
    )
    if tenant is not None:
        space.tenant, space.remembered = tenant, Remembered(tenant, space.keystore)
    return space

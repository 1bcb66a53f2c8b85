"""What the practice authority remembers of sign-ins under way: codes, and devices that wait."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from wizard.practice.entra.clock import PracticeClock
from wizard.practice.entra.refusal import SignInRefused
from wizard.practice.entra.scopes import OWN_CLIENT, PREAUTHORIZED, READER_CLIENT, is_default
from wizard.practice.entra.tokens import RefreshGrant

GRAPH_COMMAND_LINE = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""Microsoft's own client for any permission of Graph (reference/graph-entra.md 7)."""

CLIENTS = frozenset({GRAPH_COMMAND_LINE, OWN_CLIENT, READER_CLIENT})

OWN_SECRET = "practice, and no secret"  # noqa: S105 - as it says
"""What `OWN_CLIENT` proves who it is with, where it signs in by itself."""

DEVICE_SECONDS = 900
"""How long a device code waits for its person."""

POLLING_INTERVAL = 1
"""Seconds between two polls. Microsoft asks for 5: practice makes nobody wait for nothing."""

_CODE_SECONDS = 600
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass(frozen=True)
class SignIn:
    """One sign-in: what a program asked for, in an address or for a device."""

    tenant: str
    """As asked for: an id, a domain, or `organizations`."""
    client_id: str
    scopes: tuple[str, ...]
    claims: str = ""
    nonce: str = ""
    redirect_uri: str = ""
    state: str | None = None
    response_mode: str = "query"
    response_type: str = "code"
    prompt: str = ""
    login_hint: str = ""
    challenge: str = ""
    challenge_method: str = "plain"

    @classmethod
    def of(cls, tenant: str, query_string: str) -> "SignIn":
        """Return the sign-in that the query of an authorization request asks for."""
        query = dict(parse_qsl(query_string, keep_blank_values=True))
        return cls(
            tenant,
            query.get("client_id", ""),
            tuple(query.get("scope", "").split()),
            query.get("claims", ""),
            query.get("nonce", ""),
            query.get("redirect_uri", ""),
            query.get("state"),
            query.get("response_mode") or "query",
            query.get("response_type", ""),
            query.get("prompt", ""),
            query.get("login_hint", ""),
            query.get("code_challenge", ""),
            query.get("code_challenge_method") or "plain",
        )

    def check(self) -> None:
        """Refuse what must be told on a page, because no redirect can be trusted.

        Raises:
            SignInRefused: The client or the redirect address is not known.
        """
        check_client(self.client_id, self.scopes)
        try:
            parts = urlsplit(self.redirect_uri)
            allowed = parts.scheme == "http" and parts.hostname == "localhost"
        except ValueError:
            allowed = False
        # Of http://localhost any port is good, but no other path (RFC 8252 section 7.3).
        if not allowed or parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise SignInRefused(50011)

    @property
    def origin(self) -> str:
        """Scheme, host and port of the program's listener."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"


def check_client(client_id: str, scopes: Iterable[str]) -> None:
    """Refuse a client that is not known here.

    Raises:
        SignInRefused: It is missing, unknown, or may not ask for these permissions.
    """
    if not client_id:
        raise SignInRefused(900144)
    if client_id.lower() in PREAUTHORIZED:
        if any(not is_default(scope) for scope in scopes):
            raise SignInRefused(65002)
    elif client_id.lower() not in CLIENTS:
        raise SignInRefused(700016)


@dataclass
class Device:
    """A device that waits until somebody signs in for it elsewhere."""

    asked: SignIn
    user_code: str
    device_code: str
    expires: datetime
    session: RefreshGrant | None = None
    refused: SignInRefused | None = None


@dataclass(frozen=True)
class _Code:
    asked: SignIn
    session: RefreshGrant
    expires: datetime


@dataclass
class Grants:
    """Codes and devices under way, in memory."""

    clock: PracticeClock
    _codes: dict[str, _Code] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _devices: dict[str, Device] = field(default_factory=dict)

    def code_for(self, asked: SignIn, session: RefreshGrant) -> str:
        """Return a new authorization code."""
        code = f"1.practice.{secrets.token_urlsafe(48)}"
        expires = self.clock.now() + timedelta(seconds=_CODE_SECONDS)
        self._codes[code] = _Code(asked, session, expires)
        return code

    def redeem(self, form: Mapping[str, str]) -> RefreshGrant:
        """Return the session of a code, once (RFC 6749 section 4.1.3, RFC 7636 section 4.6).

        Raises:
            SignInRefused: The code is unknown, used, too old, or not this program's.
        """
        code = form.get("code", "")
        if code in self._used:
            raise SignInRefused(54005)
        found = self._codes.pop(code, None)
        if found is None:
            raise SignInRefused(9002313)
        self._used.add(code)
        if found.expires <= self.clock.now():
            raise SignInRefused(70008)
        same = ("client_id", "redirect_uri")
        if any(form.get(name, "") != getattr(found.asked, name) for name in same):
            raise SignInRefused(9002313)
        if found.asked.challenge and not _fits(found.asked, form.get("code_verifier", "")):
            raise SignInRefused(501481)
        return found.session

    def device_for(self, asked: SignIn) -> Device:
        """Return a new device that waits."""
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(9))
        device = Device(
            asked,
            user_code,
            f"practice.{secrets.token_urlsafe(32)}",
            self.clock.now() + timedelta(seconds=DEVICE_SECONDS),
        )
        self._devices[user_code] = device
        return device

    def device_by_user_code(self, text: str) -> Device | None:
        """Return the device whose code somebody typed, if it still waits."""
        typed = "".join(text.split()).replace("-", "").upper()
        device = self._devices.get(typed)
        waits = device is not None and device.session is None and device.refused is None
        return device if device and waits and device.expires > self.clock.now() else None

    def poll(self, device_code: str, client_id: str) -> RefreshGrant:
        """Return the session of a device as soon as there is one (RFC 8628 section 3.5).

        Raises:
            SignInRefused: Not yet, not any more, or never.
        """
        device = next(
            (one for one in self._devices.values() if one.device_code == device_code), None
        )
        if device is None or device.asked.client_id != client_id:
            raise SignInRefused(70018)
        if device.refused is not None:
            raise device.refused
        if device.expires <= self.clock.now():
            raise SignInRefused(70019)
        if device.session is None:
            raise SignInRefused(70016)
        del self._devices[device.user_code]
        return device.session


def _fits(asked: SignIn, verifier: str) -> bool:
    if asked.challenge_method == "plain":
        return hmac.compare_digest(asked.challenge, verifier)
    digest = hashlib.sha256(verifier.encode()).digest()
    wanted = base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
    return hmac.compare_digest(asked.challenge, wanted)

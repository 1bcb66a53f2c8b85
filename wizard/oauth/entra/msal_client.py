"""MSAL, kept off the event loop; what it sends goes over our own transport all the same."""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from wizard import __version__
from wizard.errors import AnswerError, AuthorizationError, WizardError
from wizard.machine.threads import bounded
from wizard.net.answers import error_of, is_html
from wizard.net.connect import Connect
from wizard.net.endpoints import EntraEndpoints, clouds
from wizard.net.failures import transport_error
from wizard.net.transport import HttpAnswer, fetch
from wizard.oauth.entra.aadsts_unattended import UNATTENDED
from wizard.oauth.entra.client_proof import ClientProof
from wizard.oauth.entra.consent import admin_consent_url, grant_url
from wizard.oauth.entra.refusal import EntraRefusal, entra_refusal, wrong_cloud
from wizard.words.progress import nobody
from wizard.words.text import plain_line

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_CALL_LIMIT = 150.0
"""Seconds for one call of MSAL with everything it asks."""
_REQUEST_LIMIT = 60.0
"""Seconds for one request of MSAL's."""
_LARGEST = 1_000_000

CAPABILITIES = ["CP1"]
"""Tells Microsoft that claims challenges are answered here (continuous access evaluation)."""

_WHO = "Microsoft's sign-in service"
_ID = re.compile(r"(?<=/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=/)")

# Some of its lines quote whole answers; nothing of a sign-in belongs in anybody's log.
logging.getLogger("msal").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class MsalAnswer:
    """An HTTP answer in the shape that MSAL reads."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)


class MsalHttp:
    """What MSAL takes for its HTTP client: each request is done by our transport, on the loop.

    Args:
        connect: Returns a new client of `transport.client`.
    """

    def __init__(self, connect: "Callable[[], httpx.AsyncClient]") -> None:
        self.last: HttpAnswer | None = None
        """The last answer that came, for explaining what MSAL makes of it."""
        self._connect = connect
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pending: Future[HttpAnswer] | None = None
        self._stopped = True

    def begin(self) -> None:
        """Send from now on through the running event loop."""
        self._loop = asyncio.get_running_loop()
        self.last = None
        self._stopped = False

    def stop(self) -> None:
        """Give up a request that is still under way, and send no other."""
        self._stopped = True
        if self._pending is not None:
            self._pending.cancel()

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> MsalAnswer:
        """Send a GET; called by MSAL in its thread."""
        return self._send("GET", url, params=params, headers=headers)

    def post(
        self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any
    ) -> MsalAnswer:
        """Send a form; called by MSAL in its thread, which gives an assertion as bytes."""
        if isinstance(data, dict):
            data = {
                name: value.decode("ascii") if isinstance(value, bytes) else value
                for name, value in data.items()
            }
        return self._send("POST", url, params=params, data=data, headers=headers)

    def _send(self, method: str, url: str, **options: Any) -> MsalAnswer:
        if self._loop is None or self._stopped:
            raise RuntimeError("MSAL asked for something outside of a call")
        given = {name: value for name, value in options.items() if value is not None}
        sending = self._fetched(method, url, given)
        try:
            self._pending = asyncio.run_coroutine_threadsafe(sending, self._loop)
        except RuntimeError:  # the loop has ended: nobody waits any more
            sending.close()
            raise
        if self._stopped:  # the loop may have run the request before MSAL's thread came to here
            self._pending.cancel()
        answer = self._pending.result()
        return MsalAnswer(answer.status, answer.headers, answer.body.decode("utf-8", "replace"))

    async def _fetched(self, method: str, url: str, options: dict[str, Any]) -> HttpAnswer:
        async with self._connect() as http:
            self.last = await fetch(
                http, method, url, limit=_LARGEST, time_limit=_REQUEST_LIMIT, **options
            )
        return self.last


class _Metadata(BaseModel):
    """The discovery document of a tenant, with what Microsoft adds to it."""

    issuer: str = ""
    msgraph_host: str = ""


class MsalClient:
    """One MSAL application for one sign-in; its calls are made one after the other.

    Args:
        endpoints: Where Microsoft Entra is.
        tenant: A tenant id, a domain or `organizations`.
        client_id: The public client.
        connect: Makes clients of `transport.client`.
        token_cache: Where MSAL keeps tokens; None is the memory of this object.
        tell: Takes a sentence when Microsoft has to be asked again.
        proof: What the client proves itself with; None is a public client, for people.

    Attributes:
        tell: The same; whoever outlives who listens gives it to nobody.
        tenant_id: The tenant's id, which the sign-in service tells at the first call.
    """

    def __init__(
        self,
        endpoints: EntraEndpoints,
        tenant: str,
        client_id: str,
        *,
        connect: Connect,
        token_cache: Any = None,
        tell: Callable[[str], None] = nobody,
        proof: ClientProof | None = None,
    ) -> None:
        self.tell = tell
        self.tenant_id = ""
        self._proof = proof
        self._endpoints = endpoints
        self._tenant = tenant
        self.client_id = client_id
        self._token_cache = token_cache
        self._http = MsalHttp(lambda: connect(tell=self.tell))
        self._application: Any = None

    async def call(self, use: Callable[[Any], T]) -> T:
        """Let MSAL do something in a thread of its own, which does not hold our exit.

        Args:
            use: Gets the MSAL application; must not touch anything of the event loop.

        Raises:
            TransportError: No whole answer came.
            AnswerError: What answered is no sign-in service, or it is in trouble.
            EntraRefusal: Microsoft said no.
        """
        self._http.begin()
        try:
            return await bounded(lambda: use(self._app()), _CALL_LIMIT, "msal")
        except WizardError:
            raise
        except TimeoutError as error:
            raise transport_error("timeout", self._host) from error
        except Exception as error:
            raise self._explained(error) from error
        finally:
            self._http.stop()

    def refusal(self, answer: Mapping[str, Any]) -> EntraRefusal:
        """Return what an error response means."""
        about = self._endpoints, self._tenant, self.client_id
        if self._proof is None:
            return entra_refusal(answer, admin_consent_url(*about))
        return entra_refusal(answer, grant_url(*about), UNATTENDED)

    @property
    def authority(self) -> str:
        """What stands before the tenant in the address of the sign-in."""
        return self._endpoints.authority.rstrip("/")

    @property
    def _host(self) -> str:
        return urlsplit(self.authority).hostname or _WHO

    def _app(self) -> Any:
        """Return the application, made at the first call, as MSAL is slow to load and asks."""
        if self._application is None:
            import msal  # type: ignore[import-untyped]  # MSAL ships no types

            strange = self.authority not in _known_authorities()
            kind, proven = msal.PublicClientApplication, dict[str, Any]()
            if self._proof is not None:
                kind = msal.ConfidentialClientApplication
                # False: an environment cannot send what proves us to a regional host.
                proven = {"client_credential": self._proof.credential(), "azure_region": False}
            application = kind(
                self.client_id,
                authority=f"{self.authority}/{self._tenant}",
                # None asks Microsoft about the authority, and again whenever a renewal fails.
                instance_discovery=None
                if strange and self._endpoints.validate_authority
                else False,
                client_capabilities=CAPABILITIES,
                token_cache=self._token_cache,
                http_client=self._http,
                app_name="webex-wizard",
                app_version=__version__,
                **proven,
            )
            self._heed_metadata()
            self._application = application
        return self._application

    def _heed_metadata(self) -> None:
        """Take the tenant's id, and refuse a tenant of another cloud.

        Its tokens are of no use for this cloud's Graph.
        """
        try:
            told = _Metadata.model_validate_json(self._http.last.body if self._http.last else b"")
        except ValidationError:
            return
        self.tenant_id = next(iter(_ID.findall(told.issuer.lower())), "")
        if self.authority not in _known_authorities():
            return
        graph = told.msgraph_host
        for cloud in clouds().values():
            named = graph == urlsplit(cloud.graph_base).hostname
            if named and cloud.authority != self.authority:
                raise wrong_cloud(cloud)

    def _explained(self, error: Exception) -> WizardError:
        last = self._http.last
        if last is None:
            return AuthorizationError(
                f"The sign-in could not be prepared: MSAL raised {type(error).__name__}.",
                "This is a mistake in the program, not in your setup. Please report it.",
                code="sign-in-failed",
            )
        if last.status >= 500 or last.status == 429:
            return error_of(last, _WHO)
        if refused := _error_response(last):
            return self.refusal(refused)
        if last.status == 200 and isinstance(error, RuntimeError):
            return AuthorizationError(
                "The answer of the sign-in does not belong to the question: its nonce differs.",
                "Start the sign-in again. If it stays so, something on the way changes answers.",
                code="nonce-mismatch",
            )
        return self._not_understood(last)

    def _not_understood(self, last: HttpAnswer) -> AnswerError:
        what = "a web page" if is_html(last) else "something else"
        return last.error(
            f"{plain_line(self._host, 80)} answered with {what} (HTTP {last.status}) where a "
            "sign-in service was expected.",
            "Check the tenant, and entra.authority if you use an endpoints file. A sign-in page of "
            "the network or of a proxy may answer in its place.",
            "no-sign-in-service",
        )


def msal_answer(answer: Mapping[str, Any], model: type[M], otherwise: WizardError) -> M:
    """Return what MSAL brought as a model.

    Args:
        answer: What it brought.
        model: What it should be.
        otherwise: What to raise when it is not; without a cause, which would quote the answer
            with its secrets.
    """
    try:
        return model.model_validate(dict(answer))
    except ValidationError:
        raise otherwise from None


def _known_authorities() -> set[str]:
    return {cloud.authority for cloud in clouds().values()}


def _error_response(answer: HttpAnswer) -> dict[str, Any] | None:
    """Return the OAuth error in an answer, if it is one."""
    if answer.status < 400:
        return None
    said = answer.json
    return said if isinstance(said, dict) and isinstance(said.get("error"), str) else None

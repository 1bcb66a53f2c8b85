"""Webex as the provisioning service reaches it: with the secrets of a job, over SCIM.

The requests go to the other half of the practice tenants within this process, faults included.
"""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from wizard.practice.fronts import real_hosts
from wizard.practice.messages import Answer, Request

INVALID_CREDENTIALS = "SystemForCrossDomainIdentityManagementInvalidCredentials"
VALIDATION_FAILURE = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
VALIDATION_UNAVAILABLE = "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"
UNREACHABLE = "CredentialValidationUnavailable"
INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"

_FIRST_LINES = (
    "While attempting to validate our authorization to access your application, we received this "
    "unexpected response: \n\nReceived response from Web resource."
)
_CONTENT = 2_000


@dataclass(frozen=True)
class WebexReply:
    """What Webex answered, and to what."""

    resource: str
    """The whole address."""
    operation: str
    status: int
    """Zero when nothing usable came."""
    headers: Mapping[str, str]
    text: str
    delay: float = 0
    """Seconds the answer was late."""

    @property
    def content(self) -> Any:
        """The JSON inside, or None."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    def in_words(self) -> str:
        """Return the reply as the provisioning service quotes it in its errors."""
        phrase = HTTPStatus(self.status).phrase.replace(" ", "") if self.status else ""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return (
            f"   Resource: {self.resource}\n   Operation: {self.operation} \n"
            f"   Response Status Code: {phrase}\n   Response Headers: {headers}\n"
            f"   Response Content: {self.text[:_CONTENT]}"
        )


@dataclass(frozen=True)
class Trouble:
    """Why credentials do not work."""

    code: str
    message: str


class Webex:
    """The Webex half of the practice tenants.

    Args:
        base_url: Where it is; its own hosts are the same here, and no other is ever asked.
        send: What answers requests to it.
    """

    def __init__(self, base_url: str, send: Callable[[Request], Answer]) -> None:
        self._addresses = (f"{base_url}/", *(f"https://{host}/" for host in real_hosts()))
        self._send = send

    def ask(
        self,
        secrets: Mapping[str, str],
        method: str,
        path: str,
        query: str = "",
        body: dict[str, Any] | None = None,
    ) -> WebexReply:
        """Send one request below the Tenant URL, with the secret token."""
        resource = f"{secrets.get('BaseAddress', '').rstrip('/')}{path}"
        resource = f"{resource}?{query}" if query else resource
        if not resource.startswith(self._addresses):
            return WebexReply(resource, method, 0, {}, "")
        parts = urlsplit(resource)
        headers = {
            "authorization": f"Bearer {secrets.get('SecretToken', '')}",
            "accept": "application/scim+json",
            "content-type": "application/scim+json",
        }
        content = b"" if body is None else json.dumps(body).encode()
        request = Request(method, parts.path, parts.query, headers, content)
        answer = self._send(request)
        promised = int(answer.headers.get("Content-Length", len(answer.body)))
        if answer.stream is not None or promised > len(answer.body):
            return WebexReply(resource, method, 0, {}, "", answer.delay)
        text = answer.body.decode("utf-8", "replace")
        told = answer.headers | {"TrackingID": request.tracking_id}
        return WebexReply(resource, method, answer.status, told, text, answer.delay)

    def named(
        self, secrets: Mapping[str, str], path: str, attribute: str, value: str
    ) -> WebexReply:
        """Ask which object has a value in an attribute."""
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        text = quote(f'{attribute} eq "{escaped}"', safe="")
        return self.ask(secrets, "GET", path, f"filter={text}")

    def trouble_with(self, secrets: Mapping[str, str]) -> tuple[Trouble | None, float]:
        """Try credentials as Test Connection does (reference/graph-entra.md 6.1 and 8.3).

        Returns:
            What is wrong with them, if anything, and the seconds it took Webex to say so.
        """
        address = secrets.get("BaseAddress", "")
        try:
            usable = urlsplit(address).scheme in {"https", "http"} and bool(
                urlsplit(address).netloc
            )
        except ValueError:
            usable = False
        if not usable:
            text = "Please provide a valid tenant URL for your application."
            return Trouble(INVALID_CREDENTIALS, text), 0
        # As the service writes it: blanks as plus signs, quotation marks as they are.
        reply = self.ask(secrets, "GET", "/Users", f'filter=userName+eq+"{uuid.uuid4()}"')
        return _judged(reply), reply.delay


def _judged(reply: WebexReply) -> Trouble | None:
    if not reply.status:
        return Trouble(
            UNREACHABLE,
            "We were not able to connect to your application: An error occurred while sending "
            f"the request. Resource: {reply.resource}",
        )
    told = f"{_FIRST_LINES}\n{reply.in_words()}"
    if reply.status in {401, 403}:
        return Trouble(VALIDATION_FAILURE, told)
    if reply.status != 200:
        return Trouble(VALIDATION_UNAVAILABLE, told)
    if not isinstance(reply.content, dict) or "totalResults" not in reply.content:
        return Trouble(INCOMPATIBLE, told)
    return None

"""Test Connection: Entra itself asks Webex, and tells what it got."""

import re
from http import HTTPStatus

from wizard.graph.connection import Connection
from wizard.graph.errors import CredentialsRefused, GraphError, UpstreamAnswer
from wizard.graph.operations import GraphCall, Operation
from wizard.graph.secrets import BASE_ADDRESS, SECRET_TOKEN, Secrets, secrets_in
from wizard.words.redact import redact
from wizard.words.text import plain, plain_line, support_id

_LABEL = re.compile(
    r"(?im)(?:^|(?<=\\n)|(?<=\\r))[ \t]{0,20}"
    r"(resource|operation|response status code|response headers|response content)[ \t]{0,5}:"
)
_CONTENT = "response content"
_TRACKING = re.compile(r"(?im)^[ \t]{0,20}(?:tracking-?id|x-tracking-?id)[ \t]{0,5}:[ \t]*(\S+)")
_STATUS_BY_NAME = {
    re.sub(r"[^a-z]", "", status.phrase.lower()): status.value for status in HTTPStatus
}


class CredentialRequests:
    """Letting Entra try credentials; nothing is saved by it.

    Every method raises `CredentialsRefused` when Entra is not content.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def validate(self, principal_id: str, job_id: str, secrets: Secrets) -> None:
        """Let Entra try a Tenant URL and a token."""
        await self._validate(
            Operation.VALIDATE_CREDENTIALS.at(service_principal=principal_id, job=job_id),
            {"credentials": _tried(secrets).as_json()},
            secrets,
        )

    async def validate_saved(self, principal_id: str, job_id: str) -> None:
        """Let Entra try what is saved."""
        await self._validate(
            Operation.VALIDATE_CREDENTIALS.at(service_principal=principal_id, job=job_id),
            {"useSavedCredentials": True},
        )

    async def _validate(
        self, call: GraphCall, body: dict[str, object], secrets: Secrets | None = None
    ) -> None:
        hidden = secrets_in(secrets) if secrets else ()
        try:
            await self._connection.send(call, body=body, is_slow=True, hidden=hidden)
        except GraphError as error:
            if error.status != 400:
                raise
            refused = CredentialsRefused(**vars(error), upstream=upstream_answer(error.words))
            raise refused from error


def _tried(secrets: Secrets) -> Secrets:
    """Return the part of the secrets that signs in."""
    keys = (BASE_ADDRESS, SECRET_TOKEN)
    return Secrets({key: secrets.values[key] for key in keys if key in secrets.values})


def upstream_answer(words: str) -> UpstreamAnswer | None:
    """Return what Webex answered to Entra, from the text of Entra's error.

    The text has a line for each of Resource, Operation, Response Status Code, Response Headers
    and Response Content (reference/graph-entra.md 6.1 and 8.3). What follows the last label is
    Webex's own and read no further, because it could hold the same words.
    """
    parts: dict[str, str] = {}
    labels = list(_LABEL.finditer(words))
    for index, label in enumerate(labels):
        name = label[1].lower()
        is_last = name == _CONTENT or index + 1 == len(labels)
        end = len(words) if is_last else labels[index + 1].start()
        parts.setdefault(name, words[label.end() : end].strip())
        if is_last:
            break
    if not parts.keys() & {"resource", "response status code"}:
        return None
    tracking = _TRACKING.search(parts.get("response headers", ""))
    status_text = plain_line(parts.get("response status code", ""), 60)
    return UpstreamAnswer(
        resource=redact(plain_line(parts.get("resource", ""))),
        operation=plain_line(parts.get("operation", ""), 20),
        status=_status(status_text),
        status_text=status_text,
        content=redact(plain(parts.get(_CONTENT, ""))),
        tracking_id=support_id(tracking[1]) if tracking else None,
    )


def _status(text: str) -> int | None:
    """Return the status that .NET writes as a number or as a name such as `NotFound`."""
    if text.isascii() and text.isdigit():
        return int(text[:3])
    return _STATUS_BY_NAME.get(re.sub(r"[^a-z]", "", text.lower()))

"""Test Connection: Entra itself asks Webex, and tells what it got."""

from wizard.graph.connection import Connection
from wizard.graph.errors import CredentialsRefused, GraphError
from wizard.graph.operations import GraphCall, Operation
from wizard.graph.secrets import BASE_ADDRESS, SECRET_TOKEN, Secrets, secrets_in
from wizard.graph.upstream import upstream_answer


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

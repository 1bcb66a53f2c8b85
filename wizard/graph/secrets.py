"""Synchronization secrets: credentials, scope, notification mail and deletion limit in one list.

A PUT replaces the whole list, every value is text, and secret values come back as `*`
(reference/graph-entra.md 2.7 and 3).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, Field, SecretStr

from wizard.errors import InvalidInput
from wizard.graph.connection import Connection
from wizard.graph.errors import GraphError
from wizard.graph.models import GraphModel, Id, Several
from wizard.graph.operations import Operation
from wizard.words.text import plain_line

BASE_ADDRESS = "BaseAddress"
"""The Tenant URL."""
SECRET_TOKEN = "SecretToken"  # noqa: S105 (the name of a key)
SYNC_ALL = "SyncAll"
"""`true`: everybody in the directory; `false`: only who is assigned."""
NOTIFICATION = "SyncNotificationSettings"
SKIP_OUT_OF_SCOPE_DELETIONS = "SkipOutOfScopeDeletions"

_SHORTEST = 8
"""Characters of a value that is worth hiding; shorter ones are words such as `false`."""

DELETE_THRESHOLD = 500
"""Deletions of one cycle at which Microsoft's own default stops."""


def _or_nobody(recipients: object) -> object:
    return "" if recipients is None else recipients


class Notification(GraphModel):
    """Who gets a mail about failures, and how many deletions are too many.

    What else stands in the settings is kept.
    """

    model_config = ConfigDict(extra="allow", alias_generator=None)

    is_enabled: bool = Field(default=False, alias="Enabled")
    """Whether a mail is sent on failure and quarantine."""
    recipients: Annotated[str, BeforeValidator(_or_nobody)] = Field(default="", alias="Recipients")
    """One text as it came, because it is written back; whoever shows it makes it harmless."""
    limits_deletions: bool = Field(default=False, alias="DeleteThresholdEnabled")
    deletion_limit: int = Field(default=DELETE_THRESHOLD, alias="DeleteThresholdValue")

    def as_text(self) -> str:
        """Return the JSON text that goes into the list of secrets."""
        return json.dumps(self.model_dump(by_alias=True), ensure_ascii=False)


class _Pair(GraphModel):
    model_config = ConfigDict(extra="allow")

    key: Id
    value: SecretStr | None = None


class _Pairs(GraphModel):
    value: Several[_Pair] = ()


@dataclass(frozen=True)
class Secrets:
    """The list of secrets; a value that Graph hides is `*` and must be given anew."""

    values: Mapping[str, SecretStr]
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What came beside a value and is not known here, by key; it goes back as it came."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """The keys whose values Graph did not tell."""
        return tuple(key for key, value in self.values.items() if _is_hidden(value))

    @property
    def base_address(self) -> str:
        """The Tenant URL; empty when there is none."""
        return plain_line(self._told(BASE_ADDRESS), 1000)

    @property
    def has_credentials(self) -> bool:
        """Whether a Tenant URL or a token is saved, be it hidden."""
        token = self.values.get(SECRET_TOKEN)
        return bool(self.base_address) or bool(token and token.get_secret_value())

    @property
    def syncs_all(self) -> bool | None:
        """Whether everybody is in scope; None when the list does not tell."""
        told = self._told(SYNC_ALL).strip().lower()
        return {"true": True, "false": False}.get(told)

    @property
    def keeps_out_of_scope(self) -> bool:
        """Whether people who fall out of scope are left alone."""
        return self._told(SKIP_OUT_OF_SCOPE_DELETIONS).strip().lower() == "true"

    @property
    def has_unknown_scope(self) -> bool:
        """Whether the scope is told, but not in words that are known."""
        return bool(self._raw(SYNC_ALL)) and self.syncs_all is None

    @property
    def has_unknown_notification(self) -> bool:
        """Whether there are notification settings, but none that can be read."""
        return bool(self._raw(NOTIFICATION)) and self.notification is None

    @property
    def notification(self) -> Notification | None:
        """The notification settings; None when there are none that can be read."""
        try:
            return Notification.model_validate_json(self._told(NOTIFICATION) or "null")
        except ValueError:
            return None

    def replacing(self, values: Mapping[str, SecretStr | str]) -> Self:
        """Return the list with these values, and all others kept."""
        given = {
            key: value if isinstance(value, SecretStr) else SecretStr(value)
            for key, value in values.items()
        }
        return replace(self, values=MappingProxyType({**self.values, **given}))

    def with_scope(self, *, everybody: bool) -> Self:
        """Return the list with the scope switched."""
        return self.replacing({SYNC_ALL: "true" if everybody else "false"})

    def with_notification(self, settings: Notification) -> Self:
        """Return the list with these notification settings."""
        return self.replacing({NOTIFICATION: settings.as_text()})

    def as_json(self) -> list[dict[str, Any]]:
        """Return the list as it goes over the wire, with every secret in clear text."""
        return [
            {"key": key, "value": value.get_secret_value(), **self.beside.get(key, {})}
            for key, value in self.values.items()
        ]

    def _raw(self, key: str) -> str:
        value = self.values.get(key)
        return "" if value is None else value.get_secret_value().strip()

    def _told(self, key: str) -> str:
        value = self.values.get(key)
        return "" if value is None or _is_hidden(value) else value.get_secret_value()


NO_SECRETS = Secrets(MappingProxyType({}))


class SecretRequests:
    """Reading and writing the secrets of one service principal."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(self, principal_id: str) -> Secrets:
        """Return the list; empty when nothing was ever saved."""
        call = Operation.GET_SECRETS.at(service_principal=principal_id)
        try:
            found = await self._connection.one(call, _Pairs)
        except GraphError as error:
            if error.code != "graph-not-found":
                raise
            return NO_SECRETS
        pairs = [pair for pair in found.value if pair.value is not None]
        return Secrets(
            MappingProxyType({pair.key: pair.value for pair in pairs if pair.value is not None}),
            MappingProxyType({pair.key: pair.__pydantic_extra__ or {} for pair in pairs}),
        )

    async def write(
        self, principal_id: str, secrets: Secrets, *, dropping: Iterable[str] = ()
    ) -> None:
        """Replace the whole list, after looking that nothing in it gets lost.

        Args:
            principal_id: The service principal.
            secrets: All of the list.
            dropping: Keys that may disappear.

        Raises:
            InvalidInput: A value is still hidden (`graph-secret-hidden`), or a key that is there
                now would be lost (`graph-secret-lost`).
        """
        if secrets.hidden:
            raise _hidden(secrets.hidden)
        present = await self.read(principal_id)
        filled = {key for key, value in present.values.items() if value.get_secret_value()}
        if lost := filled - secrets.values.keys() - set(dropping):
            raise InvalidInput(
                f"Saving would remove {_listed(sorted(lost))}, which is set in Microsoft Entra.",
                "Read the settings again, then save. Somebody may have changed them meanwhile.",
                code="graph-secret-lost",
            )
        await self._connection.send(
            Operation.PUT_SECRETS.at(service_principal=principal_id),
            body={"value": secrets.as_json()},
            hidden=secrets_in(secrets),
        )


def secrets_in(secrets: Secrets) -> tuple[SecretStr, ...]:
    """Return the values that must not come back in an error; the Tenant URL may."""
    return tuple(
        value
        for key, value in secrets.values.items()
        if key not in {BASE_ADDRESS, NOTIFICATION} and len(value) >= _SHORTEST
    )


def _is_hidden(value: SecretStr) -> bool:
    text = value.get_secret_value()
    return bool(text) and not text.strip("*")


def _hidden(keys: tuple[str, ...]) -> InvalidInput:
    hint = "Enter the token again, or take it from this machine's keyring."
    if unknown := [key for key in keys if key != SECRET_TOKEN]:
        hint = (
            f"This program does not know {_listed(unknown)}, and would lose it. Do this step by "
            "hand: the portal keeps it."
        )
    return InvalidInput(
        f"Microsoft shows {_listed(keys)} only as *, and saving replaces all values, so it must be "
        "given again.",
        hint,
        code="graph-secret-hidden",
    )


def _listed(keys: Iterable[str]) -> str:
    return " and ".join(plain_line(key, 60) for key in keys)

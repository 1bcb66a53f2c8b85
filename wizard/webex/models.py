"""Webex's answers as objects: tolerant of unknown fields, every text harmless."""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from wizard.words.text import plain_line

_ROLE_NAME = re.compile(r"id_[a-z0-9_]{2,60}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LONGEST_LIFE = 10 * 365 * 86_400


def _line(value: object) -> object:
    return plain_line(value) if isinstance(value, str) else "" if value is None else value


PlainLine = Annotated[str, BeforeValidator(_line)]
"""One harmless line of text; null becomes the empty string."""


def rest_id(identifier: str) -> str:
    """Return what stands last in a REST id; an id that is not base64 is returned as it is.

    Source: reference/webex.md 3.
    """
    standard = identifier.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        text = decoded.decode("ascii")
    except (binascii.Error, ValueError):
        return plain_line(identifier)
    return plain_line(text.rsplit("/", 1)[-1]) if "://" in text else plain_line(identifier)


class _Answer(BaseModel):
    model_config = ConfigDict(
        extra="ignore", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )


class _Account(_Answer):
    """What both services tell of the account of a token, each in its own words."""

    id: PlainLine = ""
    display_name: PlainLine = Field(default="", alias="displayName")
    organization: PlainLine = ""
    """The organization as the server wrote it; `organization_id` is the decoded one."""
    role_ids: tuple[PlainLine, ...] | None = Field(default=None, alias="roles")
    """None when the server said nothing of roles."""

    @property
    def organization_id(self) -> str | None:
        """The UUID in lower case, or None when the server sent none."""
        return _uuid(rest_id(self.organization))

    @property
    def roles(self) -> tuple[str, ...] | None:
        """Names such as `id_full_admin` of the roles whose ids decode to a name."""
        return None if self.role_ids is None else tuple(_role_names(self.role_ids))

    @property
    def has_opaque_roles(self) -> bool:
        """Whether there are roles whose ids do not decode to a name."""
        return len(self.role_ids or ()) > len(self.roles or ())


class TokenOwner(_Account):
    """The account of a token, as `people/me` tells it."""

    emails: tuple[PlainLine, ...] = ()
    organization: PlainLine = Field(default="", alias="orgId")

    @property
    def email(self) -> str:
        """The first address, which is the sign-in name; may be empty."""
        return self.emails[0] if self.emails else ""


class IdentityUser(_Account):
    """The account of a token, as Common Identity's `Users/me` tells it."""

    user_name: PlainLine = Field(default="", alias="userName")
    organization: PlainLine = Field(
        default="", validation_alias=AliasChoices("organizationID", "organizationId")
    )

    @model_validator(mode="before")
    @classmethod
    def _organization_in_meta(cls, answer: Any) -> Any:
        if isinstance(answer, dict) and isinstance(meta := answer.get("meta"), dict):
            found = meta.get("organizationID") or meta.get("organizationId")
            return {**answer, "organizationID": found} if found else answer
        return answer

    @field_validator("role_ids", mode="before")
    @classmethod
    def _values_of_roles(cls, roles: Any) -> Any:
        if isinstance(roles, list):
            return [role.get("value") if isinstance(role, dict) else role for role in roles]
        return roles


class OwnToken(_Answer):
    """What the sign-in service says of one of the account's tokens; undocumented by Webex."""

    client_id: PlainLine = ""
    client_name: PlainLine = ""
    scopes: tuple[PlainLine, ...] | None = Field(
        default=None, validation_alias=AliasChoices("oauth2scope", "scope", "scopes")
    )
    expires_in: int | None = None
    """Seconds the token still lives."""

    @field_validator("scopes", mode="before")
    @classmethod
    def _split(cls, scopes: Any) -> Any:
        return scopes.split() if isinstance(scopes, str) else scopes

    @field_validator("expires_in", mode="before")
    @classmethod
    def _sane_seconds(cls, seconds: Any) -> Any:
        try:
            return min(int(seconds), _LONGEST_LIFE) if int(seconds) >= 0 else 0
        except (TypeError, ValueError, OverflowError):
            return None

    def expires_at(self, now: datetime | None = None) -> datetime | None:
        """Return when the token ends, in UTC, counted from the moment of the answer."""
        if self.expires_in is None:
            return None
        return (now or datetime.now(UTC)) + timedelta(seconds=self.expires_in)


def _role_names(identifiers: Iterable[str]) -> Iterable[str]:
    for identifier in identifiers:
        name = rest_id(identifier).lower()
        if _ROLE_NAME.fullmatch(name):
            yield name


def _uuid(text: str) -> str | None:
    return text.lower() if _UUID.fullmatch(text.lower()) else None

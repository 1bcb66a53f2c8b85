"""What the keyring keeps, each as one short text: a token, a Microsoft sign-in; with its hosts."""

import json
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr

from wizard.store.binding import shortened
from wizard.store.profiles import TokenFacts

VERSION = 1
"""The newest form of an entry that this program understands."""
LONGEST_SECRET = 1280
"""Characters that fit into one entry everywhere: Windows keeps 2560 bytes of UTF-16."""

_DISPENSABLE = ("roles", "scopes", "display_name", "email")
"""Facts that are left out, in this order, where a token with all of them would not fit."""


class StoredToken(BaseModel):
    """A token with what is known of it; together, so that a crash cannot part them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    token: SecretStr
    facts: TokenFacts

    @property
    def place(self) -> str:
        """The hosts it was obtained for; empty when an earlier version stored it."""
        return self.facts.place

    @property
    def authority(self) -> str:
        """No sign-in: there is none to compare."""
        return ""

    def bound_to(self, place: str) -> Self:
        """Return the token with a binding."""
        return self.model_copy(update={"facts": self.facts.model_copy(update={"place": place})})

    def to_secret(self) -> str:
        """Return the text that goes into the keyring; what makes it too long is left out."""
        facts = self.facts.model_dump(mode="json", exclude_defaults=True)
        secret = self._packed(facts)
        for name in _DISPENSABLE:
            if len(secret) > LONGEST_SECRET:
                facts.pop(name, None)
                secret = self._packed(facts)
        if len(secret) > LONGEST_SECRET and "#" in self.place:
            secret = self._packed(facts | {"place": shortened(self.place)})
        return secret

    def _packed(self, facts: dict[str, Any]) -> str:
        """Return the entry; without the version, which says nothing and takes room."""
        content = {"token": self.token.get_secret_value(), "facts": facts}
        return json.dumps(content, separators=(",", ":"))

    def is_same_token(self, other: "StoredToken | None") -> bool:
        """Tell whether the other is the same token."""
        return other is not None and self.token == other.token


class StoredSignIn(BaseModel):
    """A Microsoft sign-in to go on with: no access token, and what it may be used for only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    authority: str = ""
    """Whose cloud it was made in; empty where there was no room for it beside its place."""
    client_id: str
    tenant_id: str
    object_id: str
    """The account."""
    refresh_token: SecretStr
    at: str = ""
    """The hosts it was obtained for; empty when an earlier version stored it."""

    @property
    def place(self) -> str:
        """The hosts it was obtained for; empty when an earlier version stored it."""
        return self.at

    def bound_to(self, place: str) -> Self:
        """Return the sign-in with a binding."""
        return self.model_copy(update={"at": place})

    def is_same_sign_in(self, other: "StoredSignIn | None") -> bool:
        """Tell whether the other is the same sign-in, not renewed since."""
        return other is not None and self.refresh_token == other.refresh_token

    def to_secret(self) -> str:
        """Return the text that goes into the keyring; what makes it too long is left out."""
        token = self.refresh_token.get_secret_value()
        content = self.model_dump(mode="json", exclude_defaults=True) | {"refresh_token": token}
        secret = json.dumps(content, separators=(",", ":"))
        if len(secret) > LONGEST_SECRET and "#" in self.at:
            content |= {"at": shortened(self.at), "authority": ""}
            secret = json.dumps(content, separators=(",", ":"))
        return secret


Stored = TypeVar("Stored", StoredToken, StoredSignIn)

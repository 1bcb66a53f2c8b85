"""What the keyring keeps, each as one short text: a token or a Microsoft sign-in, with its hosts.

Beside them the end of a journal's chain, which is shown to no host.
"""

import json
import re
from functools import partial
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from wizard.options import CommandLine
from wizard.store.binding import shortened
from wizard.store.keyring_help import DAMAGED, NEWER, trouble
from wizard.store.profiles import TokenFacts

VERSION = 1
"""The newest form of an entry that this program understands."""
LONGEST_SECRET = 1280
"""Characters that fit into one entry everywhere: Windows keeps 2560 bytes of UTF-16."""

_VISIBLE = re.compile(r"[!-~]+")
"""What a token is written in (RFC 6750 section 2.1, and a little more)."""


def _checked(secret: SecretStr) -> SecretStr:
    if not _VISIBLE.fullmatch(secret.get_secret_value()):
        raise ValueError("not a token")
    return secret


def _key(secret: SecretStr) -> SecretStr:
    if not re.fullmatch("[0-9a-f]{64}", secret.get_secret_value()):
        raise ValueError("not a key")
    return secret


_Token = Annotated[SecretStr, AfterValidator(_checked)]

_DISPENSABLE = ("roles", "scopes", "display_name", "email")
"""Facts that are left out, in this order, where a token with all of them would not fit."""


class StoredToken(BaseModel):
    """A token with what is known of it; together, so that a crash cannot part them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    WAY_OUT: ClassVar = (
        "Take it out with `{forget}`, which tells before what else ends; "
        "then get a new one with `{setup}`, and revoke this one in Webex."
    )
    """What to do about a damaged one, with the commands for it left open."""

    version: int = 1
    token: _Token
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
        facts = self.facts.model_dump(exclude_defaults=True)
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

    WAY_OUT: ClassVar = "Sign in to Microsoft again, which takes it out."
    """What to do about a damaged one."""

    version: int = 1
    authority: str = ""
    """Whose cloud it was made in; empty where there was no room for it beside its place."""
    client_id: str
    tenant_id: str
    object_id: str
    """The account."""
    refresh_token: _Token
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


class StoredAnchor(BaseModel):
    """What the chain of a journal is anchored by: its key, and the line that was sealed last."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    WAY_OUT: ClassVar = "`{drop}` takes it out with the journal, whose lines nothing vouches for."
    """What to do about a damaged one, with the command for it left open."""

    version: int = 1
    key: Annotated[SecretStr, AfterValidator(_key)]
    count: int = Field(ge=0)
    """How many lines were sealed."""
    last: str = Field(pattern=r"^[0-9a-f]{32}$")
    """The seal of the last of them."""

    def to_secret(self) -> str:
        """Return the text that goes into the keyring."""
        content = {"key": self.key.get_secret_value(), "count": self.count, "last": self.last}
        return json.dumps(content, separators=(",", ":"))


Stored = TypeVar("Stored", StoredToken, StoredSignIn)
Understood = TypeVar("Understood", StoredToken, StoredSignIn, StoredAnchor)


def is_newer(tree: Any, version: int = VERSION) -> bool:
    """Tell whether what was written is of a newer form than this program understands."""
    written = tree.get("version") if isinstance(tree, dict) else None
    return isinstance(written, int) and written > version


def understood(
    text: str, model: type[Understood], what: str, entry: str, line: CommandLine
) -> Understood:
    """Return what an entry of the keyring holds.

    Args:
        text: The entry.
        model: What it should be.
        what: The same, at the beginning of a sentence.
        entry: Its name, which begins with that of its profile.
        line: Makes the command lines that are told.

    Raises:
        KeystoreError: It is damaged (`keyring-entry-damaged`), and the error says where, or was
            written by a newer version (`keyring-entry-newer`). Nothing of it is in the error.
    """
    way = model.WAY_OUT.format(**_commands(partial(line, profile=entry.partition("/")[0])))
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise trouble(DAMAGED, what=what, why="it is no JSON, or only a part", way=way) from None
    if is_newer(tree):
        raise trouble(NEWER, what=what)
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise trouble(DAMAGED, what=what, why=_fault(error), way=way) from None


def _commands(line: CommandLine) -> dict[str, str]:
    return {
        "forget": line("forget", "--keep-profile"),
        "drop": line("forget", "--drop-journal"),
        "setup": line("setup"),
    }


def _fault(error: ValidationError) -> str:
    """Return what is wrong first, by the names of our own fields alone."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    if not place:
        return "it is JSON, but nothing that webex-wizard writes"
    return f"{place} is missing" if first["type"] == "missing" else f"{place} is not one"

"""The practice tenants on the disk, so that a later command finds what an earlier one made.

No secret is kept. Of a token that the practice Webex issued, what it grants is: a later practice
goes on with a new token that grants the same. Of any other, which may be a real one, a digest is.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from wizard.errors import ProfileError
from wizard.machine.files import set_aside, with_check, write_private
from wizard.practice.entra.accounts import TENANT_ID
from wizard.practice.entra.credentials import SECRET
from wizard.practice.entra.directory import Directory, World
from wizard.practice.kept_file import kept_text
from wizard.practice.webex.tokens import Grant, issue, read_grant


@dataclass
class Kept:
    """What a later practice goes on with."""

    base_url: str
    """Where the practice Webex was, which applications may be set up with."""
    directory: Directory
    active: set[str]
    """The accounts whose eligible roles are activated."""
    ahead: timedelta
    """How far the practice clock was moved."""
    webex: list[dict[str, Any]] | None = None
    """Who and which groups are in the practice Webex, as SCIM; None where nobody had asked."""


_KEPT = TypeAdapter(Kept)
_GRANT = TypeAdapter(Grant)
_GRANTS = "practice-grant:"
_DIGESTS = "sha256:"


class Shelf:
    """The file of the practice directory; without one, everything is forgotten at the end.

    Args:
        file: Where to keep it.
        base_url: Where the practice Webex is this time.
        in_webex: Returns what is in it; None while nobody has asked.
    """

    def __init__(
        self,
        file: Path | None,
        base_url: str,
        in_webex: Callable[[], list[dict[str, Any]] | None],
    ) -> None:
        self._file = file
        self._base_url = base_url
        self._in_webex = in_webex
        self._was_in_webex: list[dict[str, Any]] | None = None

    def fetch(self, world: World) -> None:
        """Let a new world go on with what was kept; what cannot be read is set aside."""
        if self._file is None:
            return
        base_url = self._base_url
        try:
            kept = _KEPT.validate_json(kept_text(self._file))
        except FileNotFoundError:
            return
        except (OSError, ValueError):  # also what another version has written
            set_aside(self._file)
            return
        for principal in kept.directory.service_principals.values():
            principal.secrets = {
                key: _fetched(value) if key in SECRET else value.replace(kept.base_url, base_url)
                for key, value in principal.secrets.items()
            }
        world.directories[TENANT_ID] = kept.directory
        world.active = kept.active
        world.clock.advance(kept.ahead.total_seconds())
        self._was_in_webex = kept.webex
        self.keep(world)  # over what an earlier version wrote, which kept secrets as they were

    def keep(self, world: World) -> None:
        """Keep a world; a full disk ends no practice."""
        if self._file is None:
            return
        directory = world.directories[TENANT_ID]
        webex = self._in_webex()
        if webex is None:
            webex = self._was_in_webex
        kept = Kept(self._base_url, directory, world.active, world.clock.ahead, webex)
        content = _KEPT.dump_python(kept, mode="json")
        for principal in content["directory"]["service_principals"].values():
            secrets = principal["secrets"]
            principal["secrets"] = {
                key: _hidden(value) if key in SECRET else value for key, value in secrets.items()
            }
        try:
            write_private(self._file, with_check(json.dumps(content)))
        except ProfileError:
            return


def _hidden(secret: str) -> str:
    """Return what is kept of a secret."""
    grant = read_grant(secret)
    if grant is not None:
        return _GRANTS + _GRANT.dump_json(grant).decode()
    if secret.startswith(_DIGESTS):
        return secret
    return _DIGESTS + hashlib.sha256(secret.encode()).hexdigest()


def _fetched(kept: str) -> str:
    """Return the secret a practice goes on with; what was a digest opens nothing."""
    if not kept.startswith(_GRANTS):
        return kept
    return issue(_GRANT.validate_json(kept.removeprefix(_GRANTS)))

"""What a hand-over file holds, once it is open."""

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from wizard.errors import HandoverError, InvalidInput
from wizard.mapping.objects import NAMES
from wizard.net.endpoints import Endpoints
from wizard.store.fields import Line, Moment
from wizard.store.keystore import StoredToken
from wizard.store.profile_names import checked_name
from wizard.store.profiles import StepRecord
from wizard.store.stored_token import VERSION as STORED_VERSION
from wizard.store.stored_token import is_newer
from wizard.store.test_record import TestRecord
from wizard.webex.organization import understand
from wizard.webex.token import token_shape

_VERSION: Literal[1] = 1
KIND: Literal["webex-wizard hand-over"] = "webex-wizard hand-over"

MAX_HANDOVER_BYTES = 16_000_000
"""Largest file and largest content that are read: room for the largest mapping."""

WEBEX_HALF = ("organization", "token", "connection")
"""The steps whose outcome is handed over; the colleague's machine is looked at anew."""


def _organization(text: str) -> str:
    if understand(text).organization_id != text:
        raise ValueError("not an organization id")
    return text


def _refusing(check: Callable[[str], str]) -> AfterValidator:
    """Return a validator that refuses a value where the check refuses what somebody typed."""

    def validated(text: str) -> str:
        try:
            return check(text)
        except InvalidInput as error:
            raise ValueError(error.code) from error

    return AfterValidator(validated)


class HandoverDocument(BaseModel):
    """The Webex half of a profile, as one administrator hands it to another."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["webex-wizard hand-over"] = KIND
    version: Literal[1] = _VERSION
    made_at: Moment
    practice: bool
    """Whether the token is one of the practice tenant, which ends with its program."""
    profile: Annotated[str, _refusing(checked_name)]
    organization_id: Annotated[str, _refusing(_organization)]
    stored: StoredToken
    """The token, with what is known of it."""
    hosts: dict[Line, Line]
    """The Webex hosts that the token was made with, by their names in the table of hosts."""
    tenant_url: Line
    last_test: TestRecord | None = None
    steps: dict[Line, StepRecord] = {}
    """Those of `WEBEX_HALF` that are done."""
    mapping: str | None = None
    """The profile's own mapping, as a synchronization schema; None for the default one."""
    switches: dict[Line, bool] = {}
    """What was decided of users and groups, by Graph's names; what nobody decided is left out."""

    def to_json(self) -> bytes:
        """Return the document with the token in clear, to be sealed at once."""
        content = self.model_dump(mode="json")
        content["stored"]["token"] = self.stored.token.get_secret_value()
        return json.dumps(content, separators=(",", ":")).encode()

    def described(self) -> tuple[tuple[str, str], ...]:
        """Return what it holds as label and text, without the token."""
        facts, test = self.stored.facts, self.last_test
        verdict = f"{test.verdict}, {test.at:%Y-%m-%d %H:%M} UTC" if test else "not tested"
        return (
            ("Made", f"{self.made_at:%Y-%m-%d %H:%M} UTC"),
            ("Organization", self.organization_id),
            ("Account", facts.email or facts.display_name or "not known"),
            ("Valid until", f"{facts.expires_at:%Y-%m-%d %H:%M} UTC"),
            ("Tested", verdict),
            ("Mapping", "one of its own" if self.mapping is not None else "the default one"),
            *(
                (name.capitalize(), f"switched {'on' if self.switches[kind] else 'off'}")
                for kind, name in NAMES.items()
                if kind in self.switches
            ),
        )


def hosts_of(endpoints: Endpoints) -> dict[str, str]:
    """Return the hosts that are shown the token, by their names; empty when switched off."""
    webex = endpoints.webex
    places = {
        "authorization_endpoint": webex.authorization_endpoint,
        "api_base": webex.api_base,
        "scim_base": webex.scim_base,
    }
    return {name: urlsplit(url).hostname or "" for name, url in places.items()}


def parsed(content: bytes) -> HandoverDocument:
    """Return the document in what was sealed.

    Raises:
        HandoverError: It is of a newer version, or no hand-over of this program.
    """
    try:
        tree = json.loads(content) if len(content) <= MAX_HANDOVER_BYTES else None
        if isinstance(tree, dict) and tree.get("kind") == KIND:
            _refuse_newer(tree)
        document = HandoverDocument.model_validate(tree)
    except (ValueError, RecursionError, ValidationError):
        # What was read may hold the token; so no cause goes along.
        raise _not_ours() from None
    _refuse_contradiction(document)
    return document


def _refuse_newer(tree: dict[str, Any]) -> None:
    stored = tree.get("stored")
    if is_newer(tree, _VERSION) or is_newer(stored, STORED_VERSION):
        raise HandoverError(
            "The hand-over file was made by a newer webex-wizard.",
            "Update webex-wizard on this machine, and open the file again.",
            code="handover-newer",
        )


def _refuse_contradiction(document: HandoverDocument) -> None:
    """Refuse a token of another organization than the one that the document is about."""
    named = (
        document.stored.facts.organization_id,
        token_shape(document.stored.token).organization_id,
    )
    if any(each and each != document.organization_id for each in named):
        raise HandoverError(
            "The token in this file is not for the organization that the file names.",
            "Ask your colleague for a new hand-over file.",
            code="handover-contradiction",
        )


def _not_ours() -> HandoverError:
    return HandoverError(
        "The file opened, but what is in it is not a hand-over of webex-wizard.",
        "Choose the file that a hand-over of this program wrote.",
        code="handover-not-ours",
    )

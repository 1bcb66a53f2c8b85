"""The two ends of a hand-over: a file from a profile, and a profile from a file."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wizard.errors import HandoverError, InvalidInput, WizardError
from wizard.flow.plan import CONNECTION, SETUP, SIGN_IN
from wizard.flow.session import Session, in_turn
from wizard.handover.age import refuse_foreign
from wizard.handover.document import (
    MAX_HANDOVER_BYTES,
    WEBEX_HALF,
    HandoverDocument,
    hosts_of,
    parsed,
)
from wizard.handover.process import sealed, unsealed
from wizard.machine.extras import require
from wizard.machine.files import TooLarge, read_file, reason_of, write_private
from wizard.mapping.document import MappingDocument
from wizard.mapping.objects import NAMES
from wizard.mapping.schema import read_schema, write_schema
from wizard.net.endpoints import Endpoints
from wizard.options import command_line
from wizard.steps.mapping_file import MappingFile
from wizard.steps.switches import decide_switch, decided
from wizard.store.journal import Action
from wizard.store.keystore import Keystore, Slot
from wizard.store.marks import DONE_MARKS, Mark
from wizard.store.profiles import Profile, ProfileStore, StepRecord
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from pydantic import SecretStr

Seal = Callable[[bytes, "SecretStr"], Awaitable[bytes]]

_STALE = ("connection", "credentials")
"""What has to be done again with another token."""

_OTHER_NAME = "Nothing was changed. Take it over under another name: add --profile and a new name."


class Handover:
    """Writes and reads hand-over files; the token is in clear in neither file nor message.

    Args:
        keystore: Where the token is taken from, and put.
        profiles: The folder of the profiles.
        endpoints: The hosts this program works with.
        practice: Whether this is about the practice tenant, which never meets real use.
        keeps_secrets: Whether what it puts there outlives the program.
        seal: Makes an age file of content.
    """

    def __init__(
        self,
        *,
        keystore: Keystore,
        profiles: ProfileStore,
        endpoints: Endpoints,
        practice: bool,
        keeps_secrets: bool = True,
        seal: Seal = sealed,
    ) -> None:
        self._keystore = keystore
        self._keeps_secrets = keeps_secrets
        self._profiles = profiles
        self._mappings = MappingFile(profiles)
        self._endpoints = endpoints
        self._practice = practice
        self._seal = seal

    def suggested(self, session: Session) -> str:
        """Return a name for the file."""
        return f"webex-{session.profile.name}-handover.age"

    def command(self, file: Path) -> str:
        """Return what the colleague runs to take the file over."""
        name = plain_line(file.name)
        quoted = f'"{name}"' if " " in name else name
        return command_line("handover", "--from", quoted, practice=self._practice)

    async def exported(self, session: Session, file: Path, passphrase: "SecretStr") -> Path:
        """Write the Webex half of a profile into a sealed file, and return where it is.

        Raises:
            InvalidInput: There is no token, or the file exists already.
            HandoverError: The token has expired.
            MappingError: The profile's mapping is damaged.
            KeystoreError: The keyring cannot be read.
            MachineError: The file could not be sealed.
            ProfileError: The file could not be written.
        """
        document = await self.document(session)
        target = new_file(file)
        write_private(target, await self._seal(document.to_json(), passphrase))
        await session.log("token", Action.EXPORTED, "hand-over file", file=target.name)
        return target

    async def document(self, session: Session) -> HandoverDocument:
        """Return what would be handed over.

        Raises:
            InvalidInput: There is no token (`no-token`).
            HandoverError: The token has expired.
            KeystoreError: The keyring cannot be read.
            MappingError: The profile's mapping is damaged.
            MachineError: The extra `handover` is missing.
        """
        require("handover")
        profile = session.profile
        stored = await self._keystore.read(profile.name, Slot.CURRENT)
        organization_id = profile.organization_id or (stored and stored.facts.organization_id)
        if stored is None or not organization_id:
            raise InvalidInput(
                f"The profile {profile.name} has no stored token to hand over.",
                f"Do the Webex half first: run `{session.line()}` up to the connection test.",
                code="no-token",
            )
        document = HandoverDocument(
            made_at=session.clock(),
            practice=self._practice,
            profile=profile.name,
            organization_id=organization_id,
            stored=stored,
            hosts=hosts_of(self._endpoints),
            tenant_url=self._endpoints.tenant_url(organization_id),
            last_test=profile.last_test,
            steps={name: step for name, step in profile.steps.items() if name in WEBEX_HALF},
            mapping=self._own_mapping(session),
            switches=dict(decided(session)),
        )
        _refuse_expired(document, session)
        return document

    async def opened(self, content: bytes, passphrase: "SecretStr") -> HandoverDocument:
        """Return what a hand-over file holds; nothing is stored yet.

        Args:
            content: The file, as `content_of` returns it.
            passphrase: What it was sealed with.

        Raises:
            HandoverError: It cannot be opened, or is not for this program, these hosts, or
                practice.
            MappingError: The mapping in it is damaged.
            MachineError: It could not be unsealed.
        """
        document = parsed(await unsealed(content, passphrase))
        self._refuse_other_use(document)
        if document.mapping is not None:
            read_schema(document.mapping)
        return document

    @in_turn
    async def taken_over(self, session: Session, document: HandoverDocument) -> None:
        """Put the token into the keyring and what belongs to it into the profile.

        All of it, or nothing: what was there before is never overwritten.

        Raises:
            HandoverError: The token has expired, or the profile holds something else.
            KeystoreError: The keyring did not keep the token.
            ProfileError: The profile could not be saved.
        """
        _refuse_expired(document, session)
        name, before = session.profile.name, session.profile
        has_token = await self._has_token(session, document)
        self._refuse_other_profile(session, document)
        has_mapping, existed = self._mappings.exists(session), self._profiles.exists(name)
        try:
            if not has_token:
                stored = await self._keystore.write(name, Slot.CURRENT, document.stored)
                facts = stored.facts.model_copy(update={"in_memory": not self._keeps_secrets})
                stored = stored.model_copy(update={"facts": facts})
                document = document.model_copy(update={"stored": stored})
            if document.mapping is not None and not has_mapping:
                self._mappings.keep(session, MappingDocument(read_schema(document.mapping)))
            session.change(**_changes(session, document, same_token=has_token))
            await _decide(session, document)
            await session.log(
                "token",
                Action.IMPORTED,
                "hand-over file",
                made_at=str(document.made_at),
                expires_at=str(document.stored.facts.expires_at),
                owner=document.stored.facts.email or document.stored.facts.display_name,
                hosts=self._keystore.place.words,
            )
        except (WizardError, asyncio.CancelledError):
            self._put_back(session, before, existed=existed, had_mapping=has_mapping)
            if not has_token:
                with suppress(WizardError):
                    await self._keystore.delete(name, Slot.CURRENT)
            raise

    def _own_mapping(self, session: Session) -> str | None:
        if not self._mappings.exists(session):
            return None
        return write_schema(self._mappings.document(session).schema)

    def _put_back(
        self, session: Session, before: Profile, *, existed: bool, had_mapping: bool
    ) -> None:
        with suppress(WizardError):
            session.go_back_to(before, was_stored=existed)
        if not had_mapping:
            with suppress(WizardError):
                self._mappings.forget(session)

    async def _has_token(self, session: Session, document: HandoverDocument) -> bool:
        """Tell whether the keyring holds this very token; refuse when it holds another one."""
        name = session.profile.name
        if document.stored.is_same_token(await self._keystore.read(name, Slot.CURRENT)):
            return True
        for slot in Slot:
            if await self._keystore.holds(name, slot):
                raise HandoverError(
                    f"The profile {name} already holds another token.",
                    _OTHER_NAME,
                    code="handover-other-token",
                )
        return False

    def _refuse_other_profile(self, session: Session, document: HandoverDocument) -> None:
        profile = session.profile
        if profile.organization_id not in {None, document.organization_id}:
            raise HandoverError(
                f"The profile {profile.name} is about organization {profile.organization_id}, and "
                f"the hand-over about {document.organization_id}.",
                _OTHER_NAME,
                code="handover-other-organization",
            )
        own = self._own_mapping(session)
        if document.mapping is not None and own not in {None, document.mapping}:
            raise HandoverError(
                f"The profile {profile.name} already has a mapping of its own, and so has the "
                "hand-over.",
                _OTHER_NAME,
                code="handover-other-mapping",
            )

    def _refuse_other_use(self, document: HandoverDocument) -> None:
        if document.practice != self._practice:
            way = "with" if document.practice else "without"
            raise HandoverError(
                "This hand-over is "
                + ("from practice." if document.practice else "a real one, not from practice."),
                f"Open it {way} --practice.",
                code="handover-practice",
            )
        if self._practice:
            return  # each practice tenant has ports of its own
        ours = hosts_of(self._endpoints)
        url = self._endpoints.tenant_url(document.organization_id)
        # Files of earlier versions have no binding; their hosts come without scheme and port.
        bound = document.stored.place
        is_elsewhere = bool(bound) and not self._keystore.place.is_of(bound)
        if is_elsewhere or (document.hosts, document.tenant_url) != (ours, url):
            theirs = document.hosts.get("scim_base") or "other hosts"
            raise HandoverError(
                f"The hand-over was made with {theirs} (Tenant URL {document.tenant_url or 'none'})"
                f"; this program works with {ours['scim_base'] or 'no such host'} "
                f"(Tenant URL {url or 'none'}).",
                "Use the same --endpoints FILE as your colleague, or none if they used none.",
                code="handover-other-hosts",
            )


async def _decide(session: Session, document: HandoverDocument) -> None:
    """Take over what was decided of users and groups; what was decided here stays."""
    known = decided(session)
    for kind in NAMES:
        if kind in document.switches and kind not in known:
            await decide_switch(session, kind, on=document.switches[kind])


def new_file(file: Path) -> Path:
    """Return where a hand-over file will be written.

    Raises:
        InvalidInput: There is such a file already, or no such home.
    """
    target = _expanded(file).absolute()
    if target.exists():
        raise InvalidInput(
            f"{plain_line(target)} exists already.",
            "Choose another name; nothing is overwritten.",
            code="handover-file-exists",
        )
    return target


def content_of(file: Path) -> bytes:
    """Return a hand-over file as it is, if it looks like one.

    Raises:
        HandoverError: It cannot be read, is too large, or is no such file.
        InvalidInput: The path names a home that does not exist.
        MachineError: The extra `handover` is missing.
    """
    require("handover")
    try:
        content = read_file(_expanded(file), MAX_HANDOVER_BYTES)
    except TooLarge as error:
        raise HandoverError(
            f"{plain_line(file)} is far too large for a hand-over file.",
            "Choose the file that a hand-over of this program wrote.",
            code="handover-too-large",
        ) from error
    except (OSError, ValueError) as error:
        raise HandoverError(
            f"{plain_line(file)} cannot be read: {reason_of(error)}.",
            "Check the path and try again.",
            code="handover-unreadable",
        ) from error
    refuse_foreign(content)
    return content


def _expanded(file: Path) -> Path:
    try:
        return file.expanduser()
    except RuntimeError as error:
        raise InvalidInput(
            f"{plain_line(file)} is in a home that does not exist.",
            "Check the path and try again.",
            code="handover-path",
        ) from error


def _refuse_expired(document: HandoverDocument, session: Session) -> None:
    expires_at = document.stored.facts.expires_at
    if expires_at <= session.clock():
        raise HandoverError(
            f"The token to hand over has expired on {expires_at:%Y-%m-%d %H:%M} UTC.",
            "Get a new token on the Webex side, and make a new hand-over file.",
            code="handover-expired",
        )


def _changes(session: Session, document: HandoverDocument, *, same_token: bool) -> dict[str, Any]:
    """Return what becomes of the profile: only what is not there is taken over."""
    profile = session.profile
    stale = () if same_token else _STALE
    done = {
        name: _as_told(step) if name == CONNECTION.id else step
        for name, step in document.steps.items()
        if name in WEBEX_HALF and (name in stale or name not in profile.steps)
    }
    ids = [step.id for step in SETUP]
    reached = (*profile.reached, *ids[: ids.index(SIGN_IN.id) + 1])
    return {
        "organization_id": document.organization_id,
        "token": document.stored.facts,
        "ticked": done,
        "unticked": stale,
        "last_test": profile.last_test if same_token else None,
        "reached": tuple(dict.fromkeys(reached)),
    }


def _as_told(step: StepRecord) -> StepRecord:
    """Return that a test went well, as somebody told who made it elsewhere."""
    mark = Mark.SAID if step.mark in DONE_MARKS else step.mark
    return step.model_copy(update={"mark": mark, "note": "tested by whoever handed it over"})

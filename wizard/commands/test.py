"""`webex-wizard test`: the connection ladder on standard output."""

import asyncio
import sys
from functools import partial

from pydantic import SecretStr

from wizard import DONE, FAILED, NO_TOKEN, USAGE
from wizard.checks.check import ConnectionReport
from wizard.checks.ladder import Target, ladder
from wizard.commands import output
from wizard.commands.output import narrate, sentences, tell_error, write_document
from wizard.commands.parting import part_from
from wizard.errors import EndpointsError, InvalidInput, WizardError
from wizard.flow.plan import CONNECTION
from wizard.options import Options
from wizard.steps.connection import ConnectionStep, target_of
from wizard.store.keystore import Slot, StoredToken
from wizard.walk.hosts import asking_once
from wizard.webex.organization import understand
from wizard.workspace import Opening, Workspace, open_workspace

LONGEST_TOKEN = 8192


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Test the connection; 0 when nothing failed, 1 when a check did, 3 without a token."""
    try:
        # Read before the event loop starts, which would swallow the first Ctrl-C.
        given = _standard_input(options) if options.token_stdin else None
        work = partial(_test, options, given, opening)
        report, tested = asking_once(options, output, lambda: asyncio.run(work()), opening)
    except WizardError as error:
        tell_error(error, command="test", as_json=options.json)
        if error.code in {"no-token", "no-such-profile"}:
            return NO_TOKEN
        return USAGE if isinstance(error, InvalidInput | EndpointsError) else FAILED
    if options.json:
        write_document(report.to_json())
    else:
        sentences(_verdict(report))
        if tested:
            part_from(tested, options)
    return DONE if report.verdict == "passed" else FAILED


async def _test(
    options: Options, given: SecretStr | None, opening: Opening
) -> tuple[ConnectionReport, str]:
    """Climb the ladder; return what came of it, and the profile whose token it was."""
    space = await opening(options, narrate)
    try:
        stored, tested = None, ""
        if given is None:
            stored = await _stored(space)
            target = _target(space, stored)
        else:
            target = _given(space, given)
        show = (
            (lambda _check: None) if options.json else (lambda check: sentences(check.in_words()))
        )
        report = await ladder(
            target, report=show, time_limit=options.seconds, connect=space.connect
        )
        if stored is not None and options.organization is None:
            await _remember(space, report, stored)
            tested = space.profile_name
    finally:
        space.close()
    return report, tested


async def _stored(space: Workspace) -> StoredToken:
    session = space.session()
    await space.keystore.require_tokens_here(session.profile)
    stored = await space.keystore.read(space.profile_name, Slot.CURRENT)
    if stored is None:
        space.require_profile()
    if stored is None or not _organization(space, stored):
        raise InvalidInput(
            f"The profile {space.profile_name} has no stored token.",
            f"Run `{space.options.line('setup')}` first, or give one with --organization and "
            "--token-stdin.",
            code="no-token",
        )
    narrate(f"Testing profile {space.profile_name}. Nothing is changed in Webex.")
    return stored


def _target(space: Workspace, stored: StoredToken) -> Target:
    asked = _understood(space, space.options.organization or _organization(space, stored))
    return target_of(space.session(), space.endpoints, asked, stored)


def _understood(space: Workspace, text: str) -> str:
    """Return the organization ID in a text, and tell what was set right on the way."""
    found = understand(text, space.endpoints.webex.scim_base)
    for correction in found.corrections:
        narrate(correction)
    return found.organization_id


def _organization(space: Workspace, stored: StoredToken) -> str:
    return space.session().profile.organization_id or stored.facts.organization_id


async def _remember(space: Workspace, report: ConnectionReport, tested: StoredToken) -> None:
    """Let `status` know how the test of a stored profile ended."""
    if not space.profiles.exists(space.profile_name):
        return
    step = ConnectionStep(CONNECTION, space)
    if why := await step.remember(space.session(), report, tested):
        narrate(why)


def _standard_input(options: Options) -> SecretStr:
    try:
        return SecretStr(sys.stdin.read(LONGEST_TOKEN + 1).strip())
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "What came on standard input is no text.",
            _piped(options),
            code="token-not-text",
        ) from error


def _piped(options: Options) -> str:
    line = options.line("test", "…")
    return f"Pipe the token into the command: printf %s TOKEN | {line}"


def _given(space: Workspace, token: SecretStr) -> Target:
    if not token:
        raise InvalidInput(
            "Standard input held no token.",
            _piped(space.options),
            code="empty-token",
        )
    if len(token) > LONGEST_TOKEN:
        raise InvalidInput(
            "What came on standard input is too long for a token.", code="token-too-long"
        )
    return Target(
        endpoints=space.endpoints,
        organization_id=_understood(space, space.options.organization or ""),
        token=token,
        expires_at=None,
        expires_assumed=False,
    )


def _verdict(report: ConnectionReport) -> str:
    return (
        f"\n{report.verdict.capitalize()}. Entra's own test should say: {report.entra_says}. "
        f"Writes would work: {report.writes}."
    )

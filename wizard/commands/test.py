"""`webex-wizard test`: the connection ladder on standard output."""

import asyncio
import sys

from pydantic import SecretStr

from wizard.checks.check import ConnectionReport
from wizard.checks.ladder import Target, ladder
from wizard.commands.output import DONE, FAILED, NO_TOKEN, USAGE, data, document, explain, narrate
from wizard.errors import EndpointsError, InvalidInput, WizardError
from wizard.keystore import Slot
from wizard.options import Options
from wizard.steps.connection import target_of
from wizard.workspace import Workspace, open_workspace

LONGEST_TOKEN = 8192


def run(options: Options) -> int:
    """Test the connection; 0 when nothing failed, 1 when a check did, 3 without a token."""
    try:
        # Read before the event loop starts, which would swallow the first Ctrl-C.
        given = _standard_input() if options.token_stdin else None
        report = asyncio.run(_test(options, given))
    except WizardError as error:
        explain(error, command="test", as_json=options.json)
        if error.code == "no-token":
            return NO_TOKEN
        return USAGE if isinstance(error, InvalidInput | EndpointsError) else FAILED
    if options.json:
        document(report.to_json())
    else:
        data(_verdict(report))
    return DONE if report.verdict == "passed" else FAILED


async def _test(options: Options, given: str | None) -> ConnectionReport:
    space = await open_workspace(options)
    try:
        target = await _target(space) if given is None else _given(space, given)
        show = (lambda _check: None) if options.json else (lambda check: data(check.in_words()))
        report = await ladder(target, report=show, time_limit=options.time_limit)
    finally:
        space.close()
    return report


async def _target(space: Workspace) -> Target:
    options = space.options
    session = space.session()
    stored = await space.keystore.read(space.profile_name, Slot.CURRENT)
    organization_id = session.profile.organization_id or (
        stored.facts.organization_id if stored else None
    )
    if stored is None or not organization_id:
        raise InvalidInput(
            f"The profile {space.profile_name} has no stored token.",
            "Run `webex-wizard setup` first, or give one with --organization and --token-stdin.",
            code="no-token",
        )
    narrate(f"Testing profile {space.profile_name}. Nothing is changed in Webex.")
    asked = _organization(options.organization or organization_id)
    return target_of(space.endpoints, asked, stored)


def _standard_input() -> str:
    try:
        return sys.stdin.read(LONGEST_TOKEN + 1)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            "What came on standard input is no text.",
            "Pipe the token into the command: printf %s TOKEN | webex-wizard test …",
            code="token-not-text",
        ) from error


def _given(space: Workspace, text: str) -> Target:
    token = text.strip()
    if not token:
        raise InvalidInput(
            "Standard input held no token.",
            "Pipe the token into the command: printf %s TOKEN | webex-wizard test …",
            code="empty-token",
        )
    if len(token) > LONGEST_TOKEN:
        raise InvalidInput(
            "What came on standard input is too long for a token.", code="token-too-long"
        )
    return Target(
        endpoints=space.endpoints,
        organization_id=_organization(space.options.organization or ""),
        token=SecretStr(token),
        expires_at=None,
        expires_assumed=False,
    )


def _organization(text: str) -> str:
    from wizard.webex.organization import understand

    return understand(text).organization_id


def _verdict(report: ConnectionReport) -> str:
    return (
        f"\n{report.verdict.capitalize()}. Entra's own test will say: {report.entra_says}. "
        f"Writes would work: {report.writes}."
    )

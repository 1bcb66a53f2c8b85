"""`webex-wizard test`: the connection ladder on standard output."""

import asyncio
import sys

from pydantic import SecretStr

from wizard.checks.check import Check, ConnectionReport
from wizard.checks.ladder import Target, ladder
from wizard.commands.output import DONE, FAILED, NO_TOKEN, USAGE, data, document, explain, narrate
from wizard.errors import InvalidInput, WizardError
from wizard.keystore import Slot
from wizard.options import Options
from wizard.workspace import Workspace, open_workspace

LONGEST_TOKEN = 8192


class NoStoredTokenError(WizardError):
    """There is no token to test with."""

    code = "no-token"


def run(options: Options) -> int:
    """Test the connection; 0 when nothing failed, 1 when a check did, 3 without a token."""
    try:
        report = asyncio.run(_test(options))
    except NoStoredTokenError as error:
        explain(error, command="test", as_json=options.json)
        return NO_TOKEN
    except InvalidInput as error:
        explain(error, command="test", as_json=options.json)
        return USAGE
    except WizardError as error:
        explain(error, command="test", as_json=options.json)
        return FAILED
    if options.json:
        document(report.to_json())
    else:
        data(_verdict(report))
    return DONE if report.verdict == "passed" else FAILED


async def _test(options: Options) -> ConnectionReport:
    space = await open_workspace(options)
    try:
        target = await _target(space)
        show = (lambda _check: None) if options.json else (lambda check: data(line(check)))
        report = await ladder(target, report=show, time_limit=options.time_limit)
    finally:
        space.close()
    return report


async def _target(space: Workspace) -> Target:
    options = space.options
    if options.token_stdin:
        return _given(space, sys.stdin.read(LONGEST_TOKEN + 1))
    session = space.session()
    stored = await space.keystore.read(space.profile_name, Slot.CURRENT)
    organization_id = session.profile.organization_id or (
        stored.facts.organization_id if stored else None
    )
    if stored is None or not organization_id:
        raise NoStoredTokenError(
            f"The profile {space.profile_name} has no stored token.",
            "Run `webex-wizard setup` first, or give one with --organization and --token-stdin.",
        )
    narrate(f"Testing profile {space.profile_name}. Nothing is changed in Webex.")
    return Target(
        endpoints=space.endpoints,
        organization_id=_organization(options.organization or organization_id),
        token=stored.token,
        expires_at=stored.facts.expires_at,
        expires_assumed=stored.facts.expires_assumed,
    )


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


def line(check: Check) -> str:
    """Return a check as plain text, with cause and next step when something is wrong."""
    time = f" ({check.duration_ms} ms)" if check.duration_ms else ""
    parts = [f"{check.status!s:<8}{check.title}: {check.message}{time}"]
    if check.status in {"failed", "warned"}:
        if check.hint:
            parts.append(f"        Next: {check.hint}")
        if check.tracking_id:
            parts.append(f"        Tracking id: {check.tracking_id}")
        parts.append(f"        Code: {check.code}")
    return "\n".join(parts)


def _verdict(report: ConnectionReport) -> str:
    return (
        f"\n{report.verdict.capitalize()}. Entra's own test will say: {report.entra_says}. "
        f"Writes would work: {report.writes}."
    )

"""Entra's own test of the credentials, told side by side with this machine's connection test."""

from wizard.errors import CheckFailed
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.errors import CredentialsRefused
from wizard.graph.secrets import Secrets
from wizard.store.test_record import TestRecord

_TEST_FIRST = "Do the step Test connection, compare the two, and try again."
_RENEW = "Get a new token in the step Secret token, test the connection, and try again."
_ELSEWHERE = (
    "Entra asks from Microsoft's network, so look for what is in between. Wait some minutes, then "
    "try again."
)
_REFUSALS = frozenset({401, 403})
_OF_THE_TOKEN = frozenset({"entra-token-refused", "entra-credentials"})
_CERTAIN = frozenset({"entra-wrong-template", "graph-secret-too-long"})
"""What no test from this machine can tell more of."""


async def try_given(
    session: Session, graph: GraphClient, principal_id: str, job_id: str, given: Secrets
) -> None:
    """Let Entra try credentials before they are saved.

    Raises:
        CheckFailed: Webex refused them (`entra-test-failed`).
        CredentialsRefused: Entra is not content, and does not tell what Webex answered.
        WizardError: Graph cannot be asked.
    """
    try:
        await graph.credentials.validate(principal_id, job_id, given)
    except CredentialsRefused as error:
        if error.upstream is None:
            raise
        told, hint = side_by_side(error, session.profile.last_test)
        raise CheckFailed(
            f"Nothing was saved. {told}",
            hint,
            code="entra-test-failed",
            tracking_id=error.tracking_id,
        ) from error


async def try_saved(session: Session, graph: GraphClient, principal_id: str, job_id: str) -> None:
    """Let Entra try what is saved.

    Raises:
        CheckFailed: Entra is not content (`entra-test-failed-after-saving`).
        WizardError: Graph cannot be asked.
    """
    try:
        await graph.credentials.validate_saved(principal_id, job_id)
    except CredentialsRefused as error:
        told, hint = side_by_side(error, session.profile.last_test)
        raise CheckFailed(
            "Entra accepted the tenant URL and the token, saved them, and then failed with what "
            f"is saved. {told}",
            f"Do this step again: it saves both once more. If it fails again: {hint}",
            code="entra-test-failed-after-saving",
            tracking_id=error.tracking_id,
        ) from error


def side_by_side(error: CredentialsRefused, last: TestRecord | None) -> tuple[str, str]:
    """Return what Entra got and what this machine got, a sentence each, and what to do about it.

    Args:
        error: Entra's refusal.
        last: How the last connection test of the profile ended; None when there was none.
    """
    answer = error.upstream
    theirs = error.message
    if answer is not None:
        said = " ".join(filter(None, (answer.scim_type, answer.detail))) or "nothing more"
        status = answer.status_text or answer.status or ""
        theirs = (
            f"Entra tried the token, and Webex answered{f' {status}' if status else ''}: {said}"
        )
    return f"{theirs.rstrip('. ')}. {_ours(last)}", _what_to_do(error, last)


def _ours(last: TestRecord | None) -> str:
    if last is None:
        return "The connection was not tested from this machine."
    when = f"{last.at:%Y-%m-%d %H:%M} UTC"
    if last.failed:
        return f"The test from this machine failed too, on {when} ({', '.join(last.failed)})."
    return f"The test from this machine passed, on {when}."


def _what_to_do(error: CredentialsRefused, last: TestRecord | None) -> str:
    status = error.upstream.status if error.upstream else None
    if error.code in _CERTAIN:
        return error.hint
    if last is None:
        return f"{error.hint} {_TEST_FIRST}"
    if status in _REFUSALS or (last.failed and error.code in _OF_THE_TOKEN):
        return _RENEW if last.failed else f"The token may have been revoked since. {_RENEW}"
    return f"{error.hint} {_TEST_FIRST if last.failed else _ELSEWHERE}"

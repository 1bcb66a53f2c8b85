"""Reading where nobody can sign in: an application takes the place of a person, and only reads."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from wizard.errors import AnswerError, AuthorizationError
from wizard.flow.session import Session
from wizard.graph.application_templates import WEBEX
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.reports.look import after_look
from wizard.reports.status import Standing, standing_there
from wizard.steps.applications import applications_in
from wizard.steps.job_health import seen_health
from wizard.store.journal import Journal
from wizard.store.profiles import EntraFacts, Profile
from wizard.store.unkept import UnkeptProfiles
from wizard.words.progress import Report
from wizard.words.text import days, plain_line

if TYPE_CHECKING:
    from wizard.oauth.entra.client_proof import ClientProof
    from wizard.workspace import Workspace

WITHOUT_PROFILE = (
    "No profile was read: what a profile keeps, such as the days of the token, is not told."
)
_SOON = timedelta(days=30)
"""Before its end a certificate is spoken of so long."""


async def sign_in_application(
    space: "Workspace", session: Session | None, tell: Callable[[str], None]
) -> None:
    """Let the application of the options read in the place of a person.

    Args:
        space: With the options.
        session: The profile that is read for, whose tenant it must be; None for none.
        tell: Takes what is to be known beside, as sentences.

    Raises:
        InvalidInput: Tenant or application cannot be one.
        AuthorizationError: What proves the application cannot be used, Entra refuses it
            (`EntraRefusal`), or the profile is of another tenant (`application-other-tenant`).
        WizardError: Nobody could be asked.
    """
    from wizard.oauth.entra.client_credentials import ReadingApplication

    if space.tenant.application is None:
        options, proof = space.options, _proof(space, tell)
        entra, connect = space.endpoints.entra, space.connect
        application = ReadingApplication(
            entra, options.tenant, options.application, proof, connect=connect, tell=tell
        )
        await application.token()
        _tell_end(proof, space, tell)
        space.tenant.application = application
    if session is not None:
        _require_tenant(session, space.tenant.tenant_id)


async def jobs_there(graph: GraphClient, space: "Workspace") -> tuple[tuple[Session, Job], ...]:
    """Return the jobs of Cisco Webex in the tenant, each with a profile that nobody keeps.

    Raises:
        AnswerError: There is none (`nothing-set-up-there`).
        WizardError: Graph could not be asked.
    """
    found: list[tuple[Session, Job]] = []
    for principal in await applications_in(graph):
        for job in await graph.jobs.list(principal.id):
            found.append((_unkept(space, principal.id, job.id, len(found)), job))
    if not found:
        raise AnswerError(
            f"No {WEBEX} with provisioning was found in this tenant.",
            "Check --tenant. If its provisioning was just set up, wait some minutes.",
            code="nothing-set-up-there",
        )
    return tuple(found)


async def session_there(space: "Workspace", tell: Callable[[str], None]) -> Session:
    """Return a profile that nobody keeps, of the one job in the tenant of the application.

    Raises:
        AnswerError: There is none (`nothing-set-up-there`), or several (`several-set-up-there`).
        WizardError: As of `sign_in_application`, or Graph could not be asked.
    """
    await sign_in_application(space, None, tell)
    async with space.tenant.graph() as graph:
        (session, _), *others = await jobs_there(graph, space)
    if others:
        raise AnswerError(
            f"{WEBEX} is set up in this tenant {len(others) + 1} times.",
            "Name the profile that works with the one you mean: --profile NAME.",
            code="several-set-up-there",
        )
    tell(WITHOUT_PROFILE)
    return session


async def look_by_application(
    space: "Workspace", session: Session, tell: Callable[[str], None]
) -> str:
    """Look at the job of a profile, and remember how it is doing.

    Returns:
        Why it could not be looked at, as sentences; empty when it was.
    """

    async def signed_in() -> bool:
        await sign_in_application(space, session, tell)
        return True

    return await seen_health(session, space.tenant, signed_in, _told_to(tell))


async def standings_there(space: "Workspace", tell: Callable[[str], None]) -> list[Standing]:
    """Return how each job of Cisco Webex in the tenant of the application stands.

    Raises:
        WizardError: As of `jobs_there` and `sign_in_application`.
    """
    await sign_in_application(space, None, tell)
    async with space.tenant.graph(_told_to(tell)) as graph:
        found = await jobs_there(graph, space)
    told = []
    for session, _ in found:
        said = await look_by_application(space, session, tell)
        told.append(after_look(standing_there(session.profile), said, space.clock()))
    return told


def _told_to(tell: Callable[[str], None]) -> Report:
    return lambda progress: tell(progress.message)


def _proof(space: "Workspace", tell: Callable[[str], None]) -> "ClientProof":
    from wizard.oauth.entra.client_proof import ClientAssertionFile, read_certificate

    options = space.options
    if options.certificate is None:
        assert options.assertion is not None  # noqa: S101 - the command line has looked
        return ClientAssertionFile(options.assertion)
    proof = read_certificate(options.certificate)
    if space.practice is not None:
        space.practice.tell_entra(register={"certificate": proof.certificate})
        tell("In practice the certificate is registered for you.")
    return proof


def _tell_end(proof: "ClientProof", space: "Workspace", tell: Callable[[str], None]) -> None:
    left = proof.ends - space.clock() if proof.ends else _SOON
    if proof.ends and left < _SOON:
        when = f"ends in {days(left.days)}" if left.days > 0 else "ends today"
        tell(
            f"The certificate of this application {when} ({proof.ends:%Y-%m-%d}); then nothing "
            "can be read with it."
        )


def _require_tenant(session: Session, tenant_id: str) -> None:
    known = session.profile.entra.tenant_id
    if not known or known.casefold() != tenant_id.casefold():
        raise AuthorizationError(
            f"The profile {session.profile.name} is of the tenant {known or 'that is not known'}, "
            f"and --tenant of {plain_line(tenant_id, 80) or 'one that does not tell its id'}, so "
            "nothing was read.",
            "Name the tenant of the profile with --tenant, or another profile.",
            code="application-other-tenant",
        )


def _unkept(space: "Workspace", principal_id: str, job_id: str, number: int) -> Session:
    """Return a session of a job, named after the tenant; others of it have a number."""
    options = space.options
    name = options.tenant + (f" ({number + 1})" if number else "")

    def line(command: str = "", *more: str, **_: object) -> str:
        return options.line(command, *more)  # no profile has this name

    profiles = UnkeptProfiles(line, practice=options.practice)
    facts = EntraFacts(
        tenant_id=space.tenant.tenant_id, service_principal_id=principal_id, job_id=job_id
    )
    profile = Profile.new(name, space.clock()).with_changes(entra=facts)
    return Session(profile, profiles, Journal(profiles.journal_path("unkept")), space.clock)

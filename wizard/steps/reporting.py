"""The report of a session, with the mapping that the profile keeps."""

from dataclasses import replace
from datetime import datetime

from wizard.errors import MappingError
from wizard.flow.session import Session
from wizard.net.endpoints import Endpoints
from wizard.reports.report import MappingPart, SetupReport, mapping_part, setup_report
from wizard.steps.mapping_file import MappingFile
from wizard.store.journal import IN_ENTRA, TENANT_URL, Journal
from wizard.store.marks import Mark
from wizard.store.profiles import Profile, ProfileStore, utc_now

_STEPS = ("mapping", "scoping")
"""Steps that look whether Entra has the mapping."""


def stored_report(
    profiles: ProfileStore, profile: Profile, endpoints: Endpoints, *, practice: bool
) -> SetupReport:
    """Return the report of a profile that nobody is working on."""
    journal = Journal(profiles.journal_path(profile.name))
    session = Session(profile, profiles, journal, utc_now)
    report = report_of(session, endpoints, practice=practice)
    # A practice tenant has its own address in each run; what counts is the one Entra was given.
    return replace(report, tenant_url=_given(session)) if practice else report


def _given(session: Session) -> str | None:
    """Return the tenant URL that Entra was given last, as the journal tells."""
    told = (
        each.after
        for entry in reversed(session.history.entries)
        if entry.action in IN_ENTRA
        for each in entry.changes
        if each.subject == TENANT_URL
    )
    return next(told, None)


def report_of(session: Session, endpoints: Endpoints, *, practice: bool) -> SetupReport:
    """Return the report of a session.

    Args:
        session: The profile.
        endpoints: Where Webex is.
        practice: Whether it is one of a practice.
    """
    return setup_report(
        session.profile,
        endpoints,
        session.journal,
        session.clock(),
        practice=practice,
        mapping=_mapping(session),
    )


def _mapping(session: Session) -> MappingPart | None:
    """Return the mapping that the profile keeps, or why it cannot be read."""
    file = MappingFile(session.profiles)
    if not file.exists(session):
        return None
    try:
        return mapping_part(file.document(session), _seen(session, file))
    except MappingError as error:
        return MappingPart(trouble=error.message)


def _seen(session: Session, file: MappingFile) -> datetime | None:
    """Return when the mapping was found in Entra as it is kept; None where it was not since."""
    steps = (session.profile.steps.get(name) for name in _STEPS)
    seen = [step.at for step in steps if step is not None and step.mark is Mark.SEEN]
    return max(seen) if seen and max(seen) >= file.changed_at(session) else None

"""The report of a session, with the mapping that the profile keeps."""

from dataclasses import replace
from datetime import datetime

from wizard.errors import MappingError
from wizard.flow.session import Session
from wizard.net.endpoints import Endpoints
from wizard.reports.evidence import evidence_of
from wizard.reports.report import MappingPart, SetupReport, mapping_part, setup_report
from wizard.steps.mapping_file import MappingFile
from wizard.store.anchor import Anchor
from wizard.store.journal import IN_ENTRA, TENANT_URL, Journal
from wizard.store.marks import Mark
from wizard.store.profiles import Profile, ProfileStore, utc_now
from wizard.store.verification import Evidence, Verification, verified

_STEPS = ("mapping", "scoping")
"""Steps that look whether Entra has the mapping."""


def stored_report(
    profiles: ProfileStore,
    profile: Profile,
    endpoints: Endpoints,
    *,
    practice: bool,
    anchor: Anchor | None = None,
) -> SetupReport:
    """Return the report of a profile that nobody is working on.

    Args:
        profiles: Where it is stored.
        profile: The profile.
        endpoints: Where Webex is.
        practice: Whether it is one of a practice.
        anchor: Where the chain of its journal is anchored.
    """
    journal = Journal(profiles.journal_path(profile.name), anchor)
    session = Session(profile, profiles, journal, utc_now)
    report = report_of(session, endpoints, verified(journal), practice=practice)
    # A practice tenant has its own address in each run; what counts is the one Entra was given.
    return replace(report, tenant_url=_given(session)) if practice else report


def looked_through(profiles: ProfileStore, name: str, anchor: Anchor) -> Verification:
    """Return what is found of the chain of a journal, also of one whose profile is gone.

    Args:
        profiles: Where it is.
        name: The profile.
        anchor: Where its chain is anchored.

    Raises:
        InvalidInput: There is neither, and the keyring misses none (`no-such-profile`).
        ProfileError: The journal cannot be read.
    """
    found = verified(Journal(profiles.journal_path(name), anchor))
    if not found.lines and found.evidence is not Evidence.ALTERED:
        profiles.require(name)
    return found


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


def report_of(
    session: Session, endpoints: Endpoints, found: Verification, *, practice: bool
) -> SetupReport:
    """Return the report of a session.

    Args:
        session: The profile.
        endpoints: Where Webex is.
        found: What was found of the chain of its journal.
        practice: Whether it is one of a practice.
    """
    report = setup_report(
        session.profile,
        endpoints,
        session.journal,
        session.clock(),
        practice=practice,
        mapping=_mapping(session),
    )
    return replace(report, evidence=evidence_of(session.history, found))


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

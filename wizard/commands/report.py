"""`webex-wizard report`: the redacted report of one profile, or whether its journal is whole."""

import asyncio
from dataclasses import asdict
from pathlib import Path

from wizard import DONE, FAILED, NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.output import data, is_usage, narrate, tell_error, write_document
from wizard.errors import HostsError, WizardError
from wizard.net.endpoints import load_endpoints
from wizard.options import DEFAULT_NAME, Options
from wizard.reports.markdown import markdown
from wizard.reports.report import REPORT_VERSION, SetupReport
from wizard.steps.reporting import looked_through, stored_report
from wizard.store.anchor import Anchor
from wizard.store.binding import PRACTICE, Place, place_of
from wizard.store.keystore import PRACTICE_SERVICE, SERVICE, Keystore
from wizard.store.profiles import ProfileStore
from wizard.store.verification import Evidence, Verification
from wizard.walk.hosts import asking_once
from wizard.words.text import plain_line

_EXITS = {Evidence.WHOLE: DONE, Evidence.ALTERED: FAILED, Evidence.UNANCHORED: NOT_LOOKED}


def run(options: Options) -> int:
    """Show the report as Markdown, or as JSON; 1 with other hosts, 2 without such a profile.

    With `--verify`, what the journal's chain tells: 0 whole, 1 altered, 4 not vouched for, unread.
    """
    if options.facts is not None:
        from wizard.commands import report_facts

        return report_facts.run(options, options.facts)
    if options.verify:
        return _verify(options)
    try:
        report = asking_once(options, output, lambda: _report(options))
    except WizardError as error:
        tell_error(error, command="report", as_json=options.json)
        return FAILED if isinstance(error, HostsError) else USAGE
    if options.json:
        write_document(report.to_json())
    else:
        data(markdown(report))
    return DONE


def _verify(options: Options) -> int:
    try:
        profiles, name = _named(options)
        found = looked_through(profiles, name, Anchor(_keystore(options, PRACTICE), name))
    except WizardError as error:
        tell_error(error, command="report", as_json=options.json)
        return USAGE if is_usage(error) else NOT_LOOKED
    said = [*found.sentences(), *_way_on(found, profiles.journal_path(name))]
    if options.json:
        told = {"version": REPORT_VERSION, "command": "report", "profile": name}
        write_document(told | {"verification": asdict(found), "said": said})
    else:
        data("\n".join(said))
        if found.hint:
            narrate(found.hint)
    return _EXITS[found.evidence]


def _way_on(found: Verification, file: Path) -> list[str]:
    """Return what to do about a journal that was altered, as sentences."""
    if found.evidence is not Evidence.ALTERED:
        return []
    if not found.lines:
        return [f"Its file would be {plain_line(file)}: look for it in a backup."]
    return [
        f"Its file is {plain_line(file)}. Keep it as it is, and compare it with a backup or with "
        "an earlier report."
    ]


def _named(options: Options) -> tuple[ProfileStore, str]:
    profiles = ProfileStore.here(options)
    return profiles, profiles.known_as(options.profile or DEFAULT_NAME)


def _keystore(options: Options, place: Place) -> Keystore:
    service = PRACTICE_SERVICE if options.practice else SERVICE
    return Keystore(place, service=service, allowed=options.allow_keyring, line=options.line)


def _report(options: Options) -> SetupReport:
    profiles, name = _named(options)
    profile = profiles.load(name)
    if profile is None:
        raise profiles.no_such(name)
    endpoints = load_endpoints(options.endpoints)
    # A tenant URL of other hosts than the token's would be a wrong one.
    keystore = _keystore(options, PRACTICE if options.practice else place_of(endpoints))
    asyncio.run(keystore.require_tokens_here(profile))
    anchor = Anchor(keystore, name)
    return stored_report(profiles, profile, endpoints, practice=options.practice, anchor=anchor)

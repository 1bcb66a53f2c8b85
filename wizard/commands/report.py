"""`webex-wizard report`: the redacted report of one profile."""

import asyncio

from wizard import DONE, FAILED, USAGE
from wizard.commands import output
from wizard.commands.output import data, tell_error, write_document
from wizard.errors import HostsError, WizardError
from wizard.net.endpoints import load_endpoints
from wizard.options import DEFAULT_NAME, Options
from wizard.reports.markdown import markdown
from wizard.reports.report import SetupReport
from wizard.steps.reporting import stored_report
from wizard.store.binding import PRACTICE, place_of
from wizard.store.keystore import Keystore
from wizard.store.profiles import ProfileStore
from wizard.walk.hosts import asking_once


def run(options: Options) -> int:
    """Show the report as Markdown, or as JSON; 1 with other hosts, 2 without such a profile."""
    if options.facts is not None:
        from wizard.commands import report_facts

        return report_facts.run(options, options.facts)
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


def _report(options: Options) -> SetupReport:
    profiles = ProfileStore.here(options)
    name = profiles.known_as(options.profile or DEFAULT_NAME)
    profile = profiles.load(name)
    if profile is None:
        raise profiles.no_such(name)
    endpoints = load_endpoints(options.endpoints)
    place = PRACTICE if options.practice else place_of(endpoints)
    # A tenant URL of other hosts than the token's would be a wrong one.
    keystore = Keystore(place, allowed=options.allow_keyring)
    asyncio.run(keystore.require_tokens_here(profile))
    return stored_report(profiles, profile, endpoints, practice=options.practice)

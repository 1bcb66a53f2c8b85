"""`webex-wizard report`: the redacted report of one profile."""

from wizard.commands.output import DONE, USAGE, data, document, explain
from wizard.endpoints import load
from wizard.errors import WizardError
from wizard.journal import Journal
from wizard.options import Options
from wizard.places import settings_folder
from wizard.profiles import DEFAULT_NAME, ProfileStore, utc_now
from wizard.report import HandOver, hand_over, markdown


def run(options: Options) -> int:
    """Show the report as Markdown, or as JSON; 2 when there is no such profile."""
    try:
        report = _report(options)
    except WizardError as error:
        explain(error, command="report", as_json=options.json)
        return USAGE
    if options.json:
        document(report.to_json())
    else:
        data(markdown(report))
    return DONE


def _report(options: Options) -> HandOver:
    profiles = ProfileStore(settings_folder(practice=options.practice))
    name = options.profile or DEFAULT_NAME
    profile = profiles.load(name)
    if profile is None:
        raise profiles.no_such(name)
    journal = Journal(profiles.journal_path(name))
    return hand_over(profile, load(options.endpoints), journal, utc_now())

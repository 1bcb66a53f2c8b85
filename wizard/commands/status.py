"""`webex-wizard status`: how each profile stands, for people and for monitoring."""

from wizard.commands.output import DONE, FAILED, NO_TOKEN, USAGE, data, document, explain
from wizard.errors import InvalidInput, WizardError
from wizard.options import Options
from wizard.places import settings_folder
from wizard.profiles import ProfileStore, utc_now
from wizard.standing import STANDING_VERSION, Standing, standings


def run(options: Options) -> int:
    """Show all profiles, or one; 0 healthy, 1 attention, 2 no name for one, 3 nothing set up."""
    try:
        found = _standings(options)
    except WizardError as error:
        explain(error, command="status", as_json=options.json)
        if isinstance(error, InvalidInput):
            return NO_TOKEN if error.code == "no-such-profile" else USAGE
        return FAILED
    healthy = all(standing.healthy for standing in found)
    if options.json:
        document(
            {
                "version": STANDING_VERSION,
                "command": "status",
                "healthy": bool(found) and healthy,
                "profiles": [standing.to_json() for standing in found],
            }
        )
    else:
        data("\n".join(standing.sentence for standing in found) or "Nothing is set up yet.")
    if not found:
        return NO_TOKEN
    return DONE if healthy else FAILED


def _standings(options: Options) -> list[Standing]:
    profiles = ProfileStore(settings_folder(practice=options.practice))
    found = standings(profiles, utc_now())
    if options.profile is None:
        return found
    named = [standing for standing in found if standing.profile == options.profile]
    if not named:
        raise profiles.no_such(options.profile)
    return named

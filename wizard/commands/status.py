"""`webex-wizard status`: how each profile stands, for people and for monitoring."""

from dataclasses import replace

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
    notes = _asked_entra(options, profiles)
    found = [
        replace(standing, note=notes.get(standing.profile, ""))
        for standing in standings(profiles, utc_now())
    ]
    if options.profile is None:
        return found
    named = [standing for standing in found if standing.profile == options.profile]
    if not named:
        raise profiles.no_such(options.profile)
    return named


def _asked_entra(options: Options, profiles: ProfileStore) -> dict[str, str]:
    """Ask Entra about the jobs of profiles with a remembered sign-in; return what went wrong.

    Without such a profile nothing heavy is loaded, and nobody is asked.
    """
    names = [name for name in profiles.names() if _may_be_asked(profiles, name)]
    if options.profile is not None:
        names = [name for name in names if name == options.profile]
    if not names:
        return {}
    import asyncio

    try:
        return asyncio.run(_ask_entra(options, names))
    except WizardError as error:
        return dict.fromkeys(names, f"Entra could not be asked: {error.message}")


def _may_be_asked(profiles: ProfileStore, name: str) -> bool:
    try:
        profile = profiles.load(name)
    except WizardError:
        return False  # told among the standings
    return profile is not None and profile.entra.is_remembered and bool(profile.entra.job_id)


async def _ask_entra(options: Options, names: list[str]) -> dict[str, str]:
    from wizard.plan import SIGN_IN
    from wizard.steps.entra.health import renewed_health
    from wizard.steps.sign_in import SignInStep
    from wizard.workspace import open_workspace

    space = await open_workspace(options)
    try:
        step = SignInStep(SIGN_IN, tenant=space.tenant, remembered=space.remembered)
        return {name: await renewed_health(space.session(name), step) for name in names}
    finally:
        space.close()

"""`webex-wizard status`: how each profile stands, for people and for monitoring."""

from dataclasses import replace
from typing import TYPE_CHECKING

from wizard import DONE, FAILED, NO_TOKEN, USAGE
from wizard.commands.output import narrate, sentences, tell_error, write_document
from wizard.errors import EndpointsError, HostsError, InvalidInput, WizardError
from wizard.options import Options
from wizard.reports.attention import Urgency
from wizard.reports.status import STANDING_VERSION, Standing, by_attention, standings
from wizard.store.profiles import ProfileStore, utc_now

if TYPE_CHECKING:
    from wizard.workspace import Opening


def run(options: Options, opening: "Opening | None" = None) -> int:
    """Show all profiles, or one; 0 healthy, 1 attention, 2 no name for one, 3 nothing set up.

    Args:
        options: What was asked for.
        opening: Puts the workspace together; None is `open_workspace`, loaded only to ask.
    """
    try:
        found = _standings(options, opening)
    except WizardError as error:
        tell_error(error, command="status", as_json=options.json)
        if isinstance(error, InvalidInput | EndpointsError):
            return NO_TOKEN if error.code == "no-such-profile" else USAGE
        return FAILED
    healthy = all(standing.healthy for standing in found)
    if options.json:
        write_document(
            {
                "version": STANDING_VERSION,
                "command": "status",
                "healthy": bool(found) and healthy,
                "profiles": [standing.to_json() for standing in found],
            }
        )
    else:
        told = "\n".join(standing.sentence for standing in by_attention(found))
        sentences(told or "Nothing is set up yet.")
    if not found:
        return NO_TOKEN
    return DONE if healthy else FAILED


def _standings(options: Options, opening: "Opening | None") -> list[Standing]:
    profiles = ProfileStore.here(options)
    if options.profile is not None:
        options = replace(options, profile=profiles.known_as(options.profile))
    asked = _asked(options, profiles, opening)
    found = [_with(standing, asked) for standing in standings(profiles, utc_now())]
    if options.profile is None:
        return found
    named = [standing for standing in found if standing.profile == options.profile]
    if not named:
        raise profiles.no_such(options.profile)
    return named


def _with(standing: Standing, asked: "dict[str, str | HostsError]") -> Standing:
    """Return how a profile stands with what came of asking about it."""
    said = asked.get(standing.profile, "")
    if isinstance(said, str):
        return replace(standing, note=said)
    attention = f"{standing.attention} {said.message} {said.hint}".strip()
    urgency = min(standing.urgency, Urgency.UNKNOWN)
    return replace(standing, healthy=False, attention=attention, urgency=urgency)


def _asked(
    options: Options, profiles: ProfileStore, opening: "Opening | None"
) -> "dict[str, str | HostsError]":
    """Ask about profiles whose secrets may be of other hosts, and Entra about remembered sign-ins.

    Without such a profile nothing heavy is loaded, and nobody is asked.
    """
    names = [name for name in profiles.names() if _may_be_asked(options, profiles, name)]
    if options.profile is not None:
        names = [name for name in names if name == options.profile]
    if not names:
        return {}
    from wizard.commands import output
    from wizard.walk.hosts import is_bound_now

    said = _answers(options, names, opening)
    again = []
    for name, error in said.items():
        try:
            if isinstance(error, HostsError) and is_bound_now(
                options, output, error, opening, name
            ):
                again.append(name)
        except WizardError as failed:
            narrate(f"The profile {name} could not be bound: {failed.in_words()}")
    return said | _answers(options, again, opening) if again else said


def _answers(
    options: Options, names: list[str], opening: "Opening | None"
) -> "dict[str, str | HostsError]":
    import asyncio

    try:
        return asyncio.run(_ask(options, names, opening))
    except EndpointsError:
        raise
    except WizardError as error:
        return dict.fromkeys(names, f"Entra could not be asked: {error.message}")


def _may_be_asked(options: Options, profiles: ProfileStore, name: str) -> bool:
    try:
        profile = profiles.load(name)
    except WizardError:
        return False  # told among the standings
    if profile is None:
        return False
    return options.endpoints is not None or (
        profile.entra.is_remembered and bool(profile.entra.job_id)
    )


async def _ask(
    options: Options, names: list[str], opening: "Opening | None"
) -> "dict[str, str | HostsError]":
    from wizard.flow.plan import SIGN_IN
    from wizard.steps.job_health import renewed_health
    from wizard.steps.sign_in import SignInStep
    from wizard.workspace import open_workspace

    space = await (opening or open_workspace)(options, narrate)
    said: dict[str, str | HostsError] = {}
    try:
        step = SignInStep(SIGN_IN, space)
        for name in names:
            session = space.work_on(name)  # each with its own sign-in
            try:
                if options.endpoints is not None:
                    await space.keystore.require_here(session.profile)
                said[name] = await renewed_health(
                    session, step, lambda progress: narrate(progress.message)
                )
            except HostsError as error:
                said[name] = error
    finally:
        space.close()
    return said

"""`webex-wizard status`: how each profile stands, for people and for monitoring."""

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard import DONE, FAILED, NO_TOKEN, NOT_LOOKED, USAGE
from wizard.commands.output import narrate, sentences, tell_error, write_document
from wizard.errors import (
    AnswerError,
    EndpointsError,
    HostsError,
    InvalidInput,
    TransportError,
    WizardError,
)
from wizard.options import Options
from wizard.reports.look import after_look
from wizard.reports.status import STANDING_VERSION, Standing, by_attention, standings
from wizard.store.profiles import Profile, ProfileStore, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from wizard.flow.session import Session
    from wizard.steps.sign_in import SignInStep
    from wizard.store.anchor import Anchor
    from wizard.words.progress import Progress
    from wizard.workspace import Opening, Workspace

_Answer = str | HostsError | None
"""Why Entra could not be asked, empty where it was; None where nothing is remembered to ask with.
"""


def run(options: Options, opening: "Opening | None" = None) -> int:
    """Show all profiles, or one; the codes are those of `_code`, or a plugin's.

    Args:
        options: What was asked for.
        opening: Puts the workspace together; None is `open_workspace`, loaded only to ask.

    Raises:
        WizardError: Only in the format of a plugin, whose one line is told elsewhere.
    """
    try:
        return _told(options, _standings(options, opening))
    except WizardError as error:
        if options.format == "nagios":
            raise
        tell_error(error, command="status", as_json=options.json)
        if isinstance(error, InvalidInput | EndpointsError):
            return NO_TOKEN if error.code == "no-such-profile" else USAGE
        return NOT_LOOKED


def _told(options: Options, found: list[Standing]) -> int:
    if options.format is not None:
        from wizard.commands.monitors import tell_monitor

        code = tell_monitor(options, found, utc_now())
        return _code(found) if code is None else code
    if options.json:
        write_document(
            {
                "version": STANDING_VERSION,
                "command": "status",
                "healthy": bool(found) and all(standing.healthy for standing in found),
                "profiles": [standing.to_json() for standing in found],
            }
        )
    else:
        told = "\n".join(standing.sentence for standing in by_attention(found))
        sentences(told or "Nothing is set up yet.")
    return _code(found)


def _code(found: list[Standing]) -> int:
    """Return 0 healthy, 1 attention, 3 nothing set up, 4 could not look."""
    if not found:
        return NO_TOKEN
    if not all(standing.looked for standing in found):
        return NOT_LOOKED
    return DONE if all(standing.healthy for standing in found) else FAILED


def _standings(options: Options, opening: "Opening | None") -> list[Standing]:
    if options.reads_tenant:
        return _there(options, opening)
    profiles = ProfileStore.here(options)
    if options.profile is not None:
        options = replace(options, profile=profiles.known_as(options.profile))
    asked = _asked(options, profiles, opening)
    now = utc_now()
    # A monitor looks often, and where nobody unlocks a keyring.
    found = standings(profiles, now, None if options.format else _anchors(options))
    if options.profile is not None:
        found = [standing for standing in found if standing.profile == options.profile]
        if not found:
            raise profiles.no_such(options.profile)
    return [after_look(standing, asked.get(standing.profile), now) for standing in found]


def _anchors(options: Options) -> "Callable[[str], Anchor | None]":
    """Return where the journal of each profile is anchored; none after a keyring that failed."""
    found: list[Anchor] = []

    def anchor(name: str) -> "Anchor | None":
        if found and found[-1].failed:
            return None
        from wizard.store.anchor import Anchor
        from wizard.store.binding import PRACTICE
        from wizard.store.keystore import PRACTICE_SERVICE, SERVICE, Keystore

        service = PRACTICE_SERVICE if options.practice else SERVICE
        # Which hosts are served is no matter: no token is read.
        keystore = Keystore(PRACTICE, service=service, allowed=options.allow_keyring)
        found.append(Anchor(keystore, name))
        return found[-1]

    return anchor


def _there(options: Options, opening: "Opening | None") -> list[Standing]:
    """Return how what is in the tenant of an application stands, where no profile is read."""
    import asyncio

    from wizard.walk.unattended import WITHOUT_PROFILE, standings_there
    from wizard.workspace import open_workspace

    async def look() -> list[Standing]:
        with closing(await (opening or open_workspace)(options, narrate)) as space:
            try:
                async with asyncio.timeout(options.seconds):
                    return await standings_there(space, narrate)
            except TimeoutError as error:
                raise TransportError(_late(options), "Look again later.", code="timeout") from error

    try:
        found = asyncio.run(look())
    except AnswerError as error:
        if error.code != "nothing-set-up-there":
            raise
        narrate(f"{error.message} {error.hint}")
        return []
    narrate(WITHOUT_PROFILE)
    return found


def _asked(
    options: Options, profiles: ProfileStore, opening: "Opening | None"
) -> "dict[str, _Answer]":
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


def _answers(options: Options, names: list[str], opening: "Opening | None") -> "dict[str, _Answer]":
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
    return options.endpoints is not None or _can_be_asked(options, profile)


def _can_be_asked(options: Options, profile: Profile) -> bool:
    is_somebody = profile.entra.is_remembered or options.application
    return bool(is_somebody) and bool(profile.entra.job_id)


async def _ask(
    options: Options, names: list[str], opening: "Opening | None"
) -> "dict[str, _Answer]":
    import asyncio

    from wizard.flow.plan import SIGN_IN
    from wizard.steps.sign_in import SignInStep
    from wizard.workspace import open_workspace

    space = await (opening or open_workspace)(options, narrate)
    said: dict[str, _Answer] = {}
    try:
        step = SignInStep(SIGN_IN, space)
        async with asyncio.timeout(options.seconds):
            for name in names:
                session = space.work_on(name)  # each with its own sign-in
                try:
                    if options.endpoints is not None:
                        await space.keystore.require_here(session.profile)
                    said[name] = (
                        await _looked(space, session, step)
                        if _can_be_asked(options, session.profile)
                        else None
                    )
                except HostsError as error:
                    said[name] = error
    except TimeoutError:
        late = _late(options)
        for name in names:
            said.setdefault(name, late)
    finally:
        space.close()
    return said


async def _looked(space: "Workspace", session: "Session", step: "SignInStep") -> str:
    if space.options.application:
        from wizard.walk.unattended import look_by_application

        return await look_by_application(space, session, narrate)
    from wizard.steps.job_health import renewed_health

    return await renewed_health(session, step, _tell)


def _late(options: Options) -> str:
    return f"Entra could not be asked: no answer came within {options.seconds:.0f} seconds."


def _tell(progress: "Progress") -> None:
    narrate(progress.message)

"""`webex-wizard preview` without files: both directories are asked, reading only."""

import asyncio
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from wizard.commands import output
from wizard.commands.output import can_ask, narrate
from wizard.errors import AuthorizationError
from wizard.flow.plan import SIGN_IN
from wizard.flow.session import Session
from wizard.machine.passing import show_passing
from wizard.options import Options
from wizard.preview.binding import require_same_target
from wizard.preview.both import TakingHere
from wizard.preview.intake import Intake
from wizard.preview.result import Preview
from wizard.steps.previewing import WouldBe, previewing
from wizard.steps.sign_in import SignInStep
from wizard.walk.hosts import asking_once
from wizard.walk.unattended import sign_in_application
from wizard.words.progress import Progress
from wizard.workspace import Opening, Workspace, open_workspace

if TYPE_CHECKING:
    from wizard.mapping.document import MappingDocument
    from wizard.oauth.entra.device_code import DeviceCode
    from wizard.preview.plan import Plan

_FROM_FILES = "A preview from exported files needs none: --entra FILE and --webex FILE."


def preview_online(
    options: Options,
    document: "MappingDocument | None",
    plan: "Plan | None",
    opening: Opening = open_workspace,
) -> Preview:
    """Return what would happen to whom in the tenant of a profile.

    Args:
        options: What was asked for.
        document: The mapping to go by; None is the one in Entra.
        plan: What it is to be compared with; one of another tenant is refused before anybody reads.
        opening: Puts the workspace together.

    Raises:
        WizardError: There is no such profile, sign-in or token, or nothing could be read.
    """
    work = partial(_previewed, options, document, plan, opening)
    return asking_once(options, output, lambda: asyncio.run(work()), opening)


async def _previewed(
    options: Options, document: "MappingDocument | None", plan: "Plan | None", opening: Opening
) -> Preview:
    with closing(await opening(options, narrate)) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session, report = space.work_on(name), ReadCounts()
        await space.keystore.require_here(session.profile)
        await require_sign_in(space, session, _FROM_FILES)
        would_be = WouldBe(document)
        reading = previewing(space, session, state=options.job, would_be=would_be, report=report)
        async with reading as both:
            if plan is not None and not plan.is_of_files:
                require_same_target(both.settings, plan)
            intake = Intake(both.settings, both.sides)
            await both.read(TakingHere(intake))
            if both.interrupted is not None:
                narrate(f"Reading was broken off. {both.interrupted.in_words()}")
            return intake.result()


async def require_sign_in(space: Workspace, session: Session, otherwise: str = "") -> None:
    """Sign in to Microsoft: as an application, as remembered, or with a code in a terminal.

    Args:
        space: Holds who is signed in.
        session: The profile.
        otherwise: What helps beside a sign-in, a sentence.

    Raises:
        WizardError: Nobody could be signed in.
    """
    if space.options.application:
        return await sign_in_application(space, session, narrate)
    step = SignInStep(SIGN_IN, space)
    if space.tenant.signed_in is None:
        await step.recall(session, lambda progress: narrate(progress.message))
    if space.tenant.signed_in is not None:
        return
    if not (can_ask(space.options) or space.practice is not None):
        hint = "Run it in a terminal, where it asks; or let a setup remember the sign-in."
        raise AuthorizationError(
            "Nobody is signed in to Microsoft Entra, and no sign-in is remembered.",
            f"{hint} {otherwise}".rstrip(),
            code="preview-not-signed-in" if otherwise else "not-signed-in",
        )
    known = session.profile.entra
    request = step.request(known.tenant_id, known.client_id)
    beside: list[asyncio.Future[None]] = []

    def show(code: "DeviceCode") -> None:
        if space.practice is not None:
            approve = space.practice.approve_device
            beside.append(asyncio.ensure_future(asyncio.to_thread(approve, code.user_code)))
            return
        narrate(f"Open {code.verification_uri} in any browser and enter: {code.user_code}")
        narrate(f"{code.in_words()} Ctrl+C leaves.")

    await step.by_device_code(session, request, show)
    await asyncio.gather(*beside)


class ReadCounts:
    """Tells how many came of what in one line, and waits in a line of their own."""

    def __init__(self) -> None:
        self._came: dict[str, str] = {}

    def __call__(self, progress: Progress) -> None:
        """Take how far reading is, or what it waits for."""
        if progress.done is None:
            show_passing("")
            narrate(progress.message)
            return
        of = f" of {progress.total:,}" if progress.total else ""
        self._came[progress.message] = f"{progress.message}: {progress.done:,}{of}"
        show_passing("; ".join(self._came.values()))

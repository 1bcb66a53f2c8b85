"""One question for each kind of step, asked in plain lines."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.errors import LeftByUser, WizardError
from wizard.flow.plan import ORGANIZATION, PREVIEW
from wizard.flow.session import Session
from wizard.linear.console import Console, is_meant
from wizard.linear.entra import ask_automatic, ask_sign_in
from wizard.linear.guide import show_guide
from wizard.linear.mapping import ask_mapping
from wizard.linear.scoping import ask_scoping
from wizard.linear.token import ask_token
from wizard.steps.base import Guide, Step
from wizard.steps.connection import ConnectionStep
from wizard.steps.finish import FinishStep
from wizard.steps.mapping import MappingStep
from wizard.steps.organization import OrganizationStep
from wizard.steps.prepare import NEEDED, PrepareStep
from wizard.steps.replacement import ReplacementStep
from wizard.steps.scoping import ScopingStep
from wizard.steps.sign_in import SignInStep
from wizard.steps.token import TokenStep
from wizard.walk.walk import Mode, Move, Visit, Way
from wizard.webex.organization import MISPLACED
from wizard.words.pages import OF_THE_CONNECTOR, TO_READ_ON, Page

if TYPE_CHECKING:
    from wizard.workspace import Workspace


async def ask(console: Console, space: "Workspace", visit: Visit) -> Move | None:
    """Ask what a visit asks, and return where to go from there; None where it cannot go on.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves.
        WizardError: The step failed.
    """
    if visit.info.id == PREVIEW.id:
        return Move(await _preview(console, visit))
    if visit.doing is not None:
        return await ask_automatic(console, visit.doing)
    step, session = visit.step, visit.flow.session
    by_hand = visit.mode is Mode.BY_HAND
    match step:
        case PrepareStep():
            await _prepare(console, step, session)
        case OrganizationStep():
            await _organization(console, step, session, space)
        case TokenStep():
            await ask_token(console, step, visit, space)
        case ConnectionStep():
            return await _connection(console, step, visit, space)
        case MappingStep():
            await ask_mapping(console, step, session, by_hand=by_hand)
        case SignInStep():
            await ask_sign_in(console, step, session, space)
        case ScopingStep():
            return Move(await ask_scoping(console, step, session, by_hand=by_hand))
        case FinishStep():
            await _finish(console, step, session)
        case _ if guide := step.guide(session):
            return Move(await _by_hand(console, step, guide, session))
    return Move(Way.FORWARD)


async def ask_what_lacks(console: Console, visit: Visit) -> Move:
    """Say what a step needs first, and ask whether to go there.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves.
    """
    console.say(visit.lacks)
    first, is_last = visit.lacking[0], visit.flow.is_last
    others = "" if is_last else "; s = skip"
    while True:
        text = (await console.ask(f"Enter goes to {first.title}{others}:")).lower()
        if not text:
            return Move(Way.JUMP, first.id)
        if text in {"s", "skip"} and not is_last:
            return Move(Way.SKIP)
        console.say("Please answer with one of these.")


async def _prepare(console: Console, step: PrepareStep, session: Session) -> None:
    console.say("You need:")
    for needed in NEEDED:
        console.say(f"- {needed}")
    _say_pages(console, OF_THE_CONNECTOR)
    console.say("This machine:")
    await step.apply(session, lambda check: console.say(check.in_words()))
    await console.ask("Enter goes on:")


def _say_pages(console: Console, pages: Iterable[Page]) -> None:
    for about, url in pages:
        console.say(f"- {about}: {url}")


async def _organization(
    console: Console, step: OrganizationStep, session: Session, space: "Workspace"
) -> None:
    known = session.profile.organization_id or space.options.organization
    if known is None and space.practice is not None:
        known = space.practice.organization_id
    console.say(f"Control Hub ({step.control_hub}) shows it under Management > Account.")
    while True:
        offer = f" (Enter takes {known})" if known else ""
        text = await console.ask(f"Organization ID{offer}:") or known or ""
        try:
            found = step.understand(text)
            await step.apply(session, found.organization_id)
        except WizardError as error:
            console.explain(error)
            if error.code == MISPLACED:
                console.say("It can still be read above: clear the terminal and its scroll-back.")
            continue
        console.say(f"Understood: {found.explanation}.")
        for correction in found.corrections:
            console.say(correction)
        console.say(f"Tenant URL: {step.tenant_url(found.organization_id)}")
        return


async def _connection(
    console: Console, step: ConnectionStep, visit: Visit, space: "Workspace"
) -> Move | None:
    """Test the connection until it passes or is left; None where nothing goes on without it."""
    session = visit.flow.session
    if session.profile.organization_id is None:
        console.say("The token does not say which organization it is for.")
        step_before = OrganizationStep(ORGANIZATION, space)
        await _organization(console, step_before, session, space)
    if visit.came_back:
        await console.ask("Enter tests again:")
    while True:
        report = await step.apply(
            session, lambda check: console.say(check.in_words()), lambda _rung: None
        )
        for line in report.in_words():
            console.say(line)
        if report.not_stored:
            console.say(report.not_stored)
        elif report.verdict == "passed":
            return Move(Way.FORWARD)
        if waiting := await step.waiting(session):
            console.say(waiting)
        if (
            report.wants_another_token
            and step.gets_another(visit.flow)
            and await console.confirm("Get another token?", default=True)
        ):
            return Move(Way.ANEW, step.fetched_at)
        if not await console.confirm("Test again?", default=bool(report.not_stored)):
            return None if visit.flow.ends_without(visit.info) else Move(Way.FORWARD)


async def _preview(console: Console, visit: Visit) -> Way:
    # Loaded only here: the others start without the engine.
    from wizard.linear.preview import ask_preview
    from wizard.steps.preview import PreviewStep

    assert isinstance(visit.step, PreviewStep)  # noqa: S101 - narrows the type: the plan says so
    return await ask_preview(console, visit.step, visit)


async def _by_hand(console: Console, step: Step, guide: Guide, session: Session) -> Way:
    show_guide(console, guide)
    values = {str(number): value for number, value in enumerate(guide.values, 1)}
    digits = " Or 1 copies the value." if len(values) == 1 else ""
    digits = f" Or 1 to {len(values)} copies a value." if len(values) > 1 else digits
    yes = {"y", "yes"}
    if isinstance(step, ReplacementStep):
        console.say(f"y says that Entra has the new token. {await step.consequence(session)}")
    else:
        yes.add("")
    said = "Enter" if "" in yes else "y"
    while True:
        text = (await console.ask(f"Done? {said} = yes, s = skip.{digits}")).lower()
        if text in yes:
            if await is_meant(console, await step.confirmation(session, console.report)):
                await step.confirm(session)
                return Way.FORWARD
            continue
        if text in {"s", "skip"}:
            if isinstance(step, ReplacementStep):
                renew = session.line("renew")
                raise LeftByUser(f"The new token waits. Run `{renew}` to go on.")
            return Way.SKIP
        if value := values.get(text):
            secret = (await value.secret()).get_secret_value() if value.secret else value.text
            console.say(await console.copy(secret, secret=value.secret is not None))
        else:
            console.say("Please answer with one of these.")


async def _finish(console: Console, step: FinishStep, session: Session) -> None:
    finding = await step.check(session)
    console.say(f"{finding.text} {finding.hint}".rstrip())
    if outcome := step.outcome(session):
        console.say(outcome)
    if score := step.score(session):
        console.say(score)
    if token := step.token(session):
        console.say(token)
    console.marks(step.marks(session))
    console.say("What to do next:")
    for text in step.advice(session):
        console.say(f"- {text}")
    if step.info.id == "finish":
        console.say("To read on:")
        _say_pages(console, TO_READ_ON)
    try:
        if await console.confirm("Save the report and the reminder here?", default=False):
            console.say(f"Saved: {await step.save_report(session, Path.cwd())}")
            if reminder := await step.save_reminder(session, Path.cwd()):
                console.say(f"Saved: {reminder}")
    except LeftByUser:
        console.say("No files were saved.")
    await step.confirm(session)

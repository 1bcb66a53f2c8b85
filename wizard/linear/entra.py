"""The Microsoft sign-in and the steps that are done through Graph, in plain lines."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wizard.errors import InvalidInput, WizardError
from wizard.flow.plan import title_of
from wizard.flow.session import Session, State
from wizard.linear.console import Console
from wizard.linear.handover import hand_over
from wizard.linear.meanwhile import WAY_BACK, Meanwhile, take_hidden, until_left
from wizard.machine.browser import can_open, open_url, ssh_forward_hint
from wizard.steps.base import Choice, Find, Outlook, Question, Table
from wizard.steps.sign_in import CANNOT_REMEMBER, REMEMBER, SignInStep
from wizard.walk.doing import Doing
from wizard.walk.walk import Move, Way

if TYPE_CHECKING:
    from wizard.oauth.entra.device_code import DeviceCode
    from wizard.oauth.entra.sign_in import BrowserSignIn
    from wizard.workspace import Workspace


async def ask_sign_in(
    console: Console, step: SignInStep, session: Session, space: "Workspace"
) -> None:
    """Ask how to sign in to Microsoft, and sign in; or do the Entra side by hand."""
    await _recalled(console, step, session)
    console.say((await step.check(session)).text)
    console.say("Signed in, this program does the Entra side for you.")
    console.say("Does a colleague do that side? Then handover writes a file for them.")
    while True:
        forgettable = step.is_remembered(session)
        is_done = (await step.check(session)).state is State.DONE
        enter = "Enter goes on" if is_done else "Enter signs in with a browser"
        others = "forget, " * forgettable + "browser, device, client, handover, TENANT"
        text = await console.ask(f"{enter}; or: hand, {others}:")
        match text.lower():
            case "" if is_done:
                return
            case "hand":
                if await step.by_hand(session):
                    console.say("The remembered sign-in is no longer in the keyring.")
                return
            case "forget" if forgettable:
                await step.forget(session)
                console.say("The sign-in is no longer in the keyring.")
            case "" | "browser" | "device":
                is_known = await _signed_in(
                    console, step, session, space, device=text.lower() == "device"
                )
                await _offer_to_remember(console, step, session)
                if is_known:
                    return
            case "client":
                await _ask_client(console, step, session)
            case "handover":
                await hand_over(console, session, space)
            case _:
                step.request(text)  # says so when it cannot be one
                session.change(entra=session.profile.entra.model_copy(update={"tenant_id": text}))
                console.say(f"Tenant: {text}")


async def _ask_client(console: Console, step: SignInStep, session: Session) -> None:
    """Ask which client signs in.

    Raises:
        InvalidInput: It cannot be one.
    """
    text = await console.ask("Client id of your own registration; Enter for Microsoft's:")
    step.request("", text)  # says so when it cannot be one
    session.change(entra=session.profile.entra.model_copy(update={"client_id": text}))
    console.say(step.client(text))


async def _recalled(console: Console, step: SignInStep, session: Session) -> None:
    """Sign in with what is remembered, or tell why not."""
    if step.is_remembered(session) and step.tenant.signed_in is None:
        console.say("Signing in again, as remembered.")
    try:
        await step.recall(session, console.report)
    except WizardError as error:
        console.explain(error)


async def _offer_to_remember(console: Console, step: SignInStep, session: Session) -> None:
    if not step.can_remember:
        console.say(CANNOT_REMEMBER)
        return
    if step.is_remembered(session):
        console.say("This sign-in stays remembered in the keyring of this machine.")
        return
    console.say(step.consequence(session))
    if not await console.confirm(f"{REMEMBER}?", default=False):
        return
    try:
        await step.remember(session)
    except WizardError as error:
        console.explain(error)
        console.say("The sign-in is not remembered; it lasts until this program ends.")
    else:
        console.say("The sign-in is remembered.")


async def sign_in(console: Console, step: SignInStep, session: Session, space: "Workspace") -> None:
    """Sign in as remembered, or ask for a browser or a device code.

    Raises:
        WizardError: Nobody signed in.
    """
    await _recalled(console, step, session)
    if step.tenant.signed_in is not None:
        console.say((await step.check(session)).text)
        return
    text = await console.ask("Sign in to Microsoft: Enter for the browser, d for a device code:")
    await _signed_in(console, step, session, space, device=text.lower()[:1] == "d")


async def _signed_in(
    console: Console, step: SignInStep, session: Session, space: "Workspace", *, device: bool
) -> bool:
    """Sign in; return whether Graph told who that is.

    Raises:
        GoBack: The step before is wanted.
        WizardError: Nobody signed in.
    """
    known = session.profile.entra
    console.say(step.client(known.client_id))
    request = step.request(known.tenant_id, known.client_id, console.report)
    beside = Meanwhile()

    def show_code(code: "DeviceCode") -> None:
        console.say(f"Open {code.verification_uri} in any browser and enter: {code.user_code}")
        console.say(f"{code.in_words()} b and Enter goes back.")
        if space.practice is not None:
            beside.add(asyncio.to_thread(space.practice.approve_device, code.user_code))
        else:
            beside.add(until_left(console))

    def show_link(waiting: "BrowserSignIn") -> None:
        _invite(console, waiting, space, beside)

    if device:
        work = step.by_device_code(session, request, show_code)
    else:
        work = step.by_browser(session, request, show_link, console.explain)
    with console.company.during("Waiting for the sign-in.", WAY_BACK):
        await beside.during(work)
    return await _described(console, step)


def _invite(
    console: Console, waiting: "BrowserSignIn", space: "Workspace", beside: Meanwhile
) -> None:
    async def paste(text: str) -> None:
        waiting.paste(text)

    practice = space.practice is not None
    console.say("Practice signs in by itself at:" if practice else "Open this link and sign in:")
    console.say(waiting.url)
    if space.practice is not None:
        beside.add(asyncio.to_thread(space.practice.sign_in, waiting.url))
        return
    if hint := ssh_forward_hint(forward=waiting.port):
        console.say("Is the browser on your own computer? Run there first:")
        console.say(f"  {hint}")
    console.say("Or paste the address the browser ended at, and Enter; b and Enter goes back.")
    beside.add(take_hidden(console, paste))
    if space.options.use_browser and can_open():
        beside.add(open_url(waiting.url))


async def _described(console: Console, step: SignInStep) -> bool:
    """Tell who is signed in; return whether Graph told so."""
    try:
        rows, warnings = await step.described(console.report)
    except WizardError as error:
        console.say(step.signed_in_but)
        console.explain(error)
        return False
    for label, text in rows:
        console.say(f"{label}: {text}")
    for warning in warnings:
        console.say(f"Note: {warning}")
    return True


async def ask_automatic(console: Console, doing: Doing) -> Move:
    """Look at the tenant, tell what would be done, and do it; return where to go from there."""
    found: Outlook | None = None
    asked = False
    while True:
        if found is None:
            found, asked = await doing.look(console.report), False
        if not asked:
            show_outlook(console, found)
        if found.finding.state is State.DONE and not asked:
            again = "; or a to do it again" if found.plan else ""
            if (await console.ask(f"Enter goes on{again}:")).lower() != "a":
                return Move(Way.FORWARD)
            asked = True
        waits = bool(found.asked_for) and not asked
        if asked and found.asked_for:
            _show_plan(console, found)
        answers = {} if waits else await _answers(console, found, doing.find)
        match await _decision(console, found, waits=waits):
            case "ask":
                asked = True
            case "do":
                found, asked = await doing.apply(answers, console.report), False
                if found.finding.state is State.DONE and not found.tables:
                    console.say(found.finding.text)
                    return Move(Way.FORWARD)
            case "look":
                found = None
            case away:
                return _move(away, found)


def _move(away: str, found: Outlook) -> Move:
    """Return where it goes from an outlook: `first`, `hand` or `on`."""
    if away == "first":
        return Move(Way.JUMP, found.first)
    if away == "hand":
        return Move(Way.BY_HAND)
    return Move(Way.SKIP if found.plan or found.first else Way.FORWARD)


async def _answers(console: Console, found: Outlook, find: Find) -> dict[str, str]:
    """Ask the questions of an outlook, and tell what will be done with whom is chosen."""
    called = _Called(find, found.questions)
    answers = {each.id: await answer_to(console, each, called.find) for each in found.questions}
    if chosen := called.names(answers.get(found.about, "")):
        _list_plan(console, found.planned(chosen))
    return answers


async def _decision(console: Console, found: Outlook, *, waits: bool) -> str:
    """Ask what to do about what was found: `do`, `ask`, `look`, `first`, `hand` or `on`."""
    if waits:
        what = found.asked_for.lower()
        text = await console.ask(f"Enter looks again; a = {what}, h = by hand, s = go on:")
        return {"a": "ask", "h": "hand", "s": "on"}.get(text.lower(), "look")
    if found.first:
        back = f"Enter goes back to {title_of(found.first)}"
        text = await console.ask(f"{back}; l = look again, h = by hand, s = skip:")
        return {"": "first", "h": "hand", "s": "on"}.get(text.lower(), "look")
    if not found.plan:
        text = await console.ask("Enter looks again; h = by hand, s = go on:")
        return {"h": "hand", "s": "on"}.get(text.lower(), "look")
    text = await console.ask("Do it? Enter = yes, l = look again, h = by hand, s = skip:")
    return {"": "do", "y": "do", "yes": "do", "h": "hand", "s": "on"}.get(text.lower(), "look")


def show_outlook(console: Console, found: Outlook) -> None:
    """Tell what was found, what would be done, and what to be careful about."""
    console.say(f"{found.finding.text} {found.finding.hint}".rstrip())
    for fact in found.facts:
        console.say(fact)
    for table in found.tables:
        _show_table(console, table)
    if not found.asked_for:
        _show_plan(console, found)
    for caution in found.cautions:
        console.say(f"Note: {caution}")


def _show_plan(console: Console, found: Outlook) -> None:
    if found.plan:
        console.say("What will be done:")
    _list_plan(console, found.planned())


def _list_plan(console: Console, plan: Iterable[str]) -> None:
    for words in plan:
        console.say(f"- {words}")


class _Called:
    """What everything is called that was offered as an answer."""

    def __init__(self, find: Find, questions: Iterable[Question]) -> None:
        self._find = find
        self._names = {each.id: each.called for asked in questions for each in asked.choices}

    async def find(self, question: str, text: str) -> tuple[Choice, ...]:
        """Search, and keep the names of what is found."""
        found = await self._find(question, text)
        self._names |= {each.id: each.called for each in found}
        return found

    def names(self, answer: str) -> tuple[str, ...]:
        """Return what those are called whose ids are an answer."""
        return tuple(self._names[each] for each in dict.fromkeys(answer.split()))


def _show_table(console: Console, table: Table) -> None:
    """Tell a table row by row, each value with its column's name, as a screen reader needs it."""
    console.say(table.title)
    for first, *others in table.rows:
        named = zip(table.columns[1:], others, strict=True)
        told = "; ".join(f"{column}: {value}" for column, value in named if value)
        console.say(f"- {first}. {told}" if told else f"- {first}")


async def answer_to(console: Console, question: Question, find: Find | None = None) -> str:
    """Ask a question, and return its answer; `find` searches where the question lets one."""
    if question.caution:
        console.say(f"Note: {question.caution}")
    console.say(question.text)
    if not (question.choices or question.searches):
        return await console.ask(f"Enter takes {question.answer or 'nothing'}:") or question.answer
    choices: tuple[Choice, ...] = question.choices
    chosen: list[str] = []
    search = ", or part of a name to search" if question.searches else ""
    several = (
        "; several numbers with blanks between, and a + at the end to search for more"
        * question.takes_several
    )
    while True:
        choices = _listed(console, choices, question)
        text = await console.ask(f"A number{search}{several}:")
        if not text and any(choice.id == question.answer for choice in choices):
            return question.answer
        numbers = text.removesuffix("+").split()
        if (len(numbers) == 1 or question.takes_several) and _are_of(numbers, len(choices)):
            chosen += [choices[int(number) - 1].id for number in numbers]
            if not (question.takes_several and text.endswith("+")):
                return " ".join(chosen)
            console.say(f"Chosen so far: {len(set(chosen))}.")
            choices = question.choices
        elif find is None or not question.searches:
            console.say("Please answer with a number.")
        else:
            choices = await find(question.id, text)
            if not choices:
                console.explain(InvalidInput("Nothing was found.", "Try another part of the name."))


def _listed(
    console: Console, choices: tuple[Choice, ...], question: Question
) -> tuple[Choice, ...]:
    """List what can be chosen, by number, below the remarks about it; return it."""
    for remark in (choice for choice in choices if not choice.id):
        console.say(remark.text)
    listed = tuple(choice for choice in choices if choice.id) or question.choices
    for number, choice in enumerate(listed, 1):
        mark = " (recommended)" if choice.id == question.answer else ""
        console.say(f"{number}. {choice.text}{mark}")
    return listed


def _are_of(numbers: Sequence[str], count: int) -> bool:
    """Tell whether all of what was said are numbers of a list; nothing said is none."""
    return bool(numbers) and all(
        number.isdecimal() and 1 <= int(number) <= count for number in numbers
    )

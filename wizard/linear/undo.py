"""`webex-wizard undo`: shows what this program made in Entra, and takes back what is chosen."""

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from wizard import DONE, FAILED, LEFT, USAGE
from wizard.errors import EndpointsError, InvalidInput, LeftByUser, WizardError
from wizard.flow.marks import moment
from wizard.flow.plan import SIGN_IN, title_of
from wizard.flow.session import Session
from wizard.linear.console import Console, GoBack
from wizard.linear.entra import answer_to, show_outlook, sign_in
from wizard.options import Options
from wizard.reports.leaving import parting_words
from wizard.steps.base import Outlook, Stays
from wizard.steps.sign_in import SignInStep
from wizard.walk.hosts import require_here
from wizard.walk.undoing import Undoing, consequence, names_of
from wizard.workspace import Opening, Workspace, open_workspace

if TYPE_CHECKING:
    from wizard.store.journal import JournalEntry


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Ask what to take back; 0 when done or nothing is there, 1 when not all is known or done."""
    return asyncio.run(_run(options, Console(), opening))


async def _run(options: Options, console: Console, opening: Opening) -> int:
    try:
        with closing(await opening(options, console.say)) as space:
            async with space.undoing() as session:
                code = await _undo(console, space, session)
                words = replace(options, plain=True)
                for line in parting_words(session.profile, words, session.clock(), left=False):
                    console.say(line)
                return code
    except (LeftByUser, GoBack):
        console.say("Left. Nothing more was taken back.")
        return LEFT
    except (EndpointsError, InvalidInput) as error:
        console.explain(error)
        return USAGE
    except WizardError as error:
        console.explain(error)
        return FAILED


async def _undo(console: Console, space: Workspace, session: Session) -> int:
    await require_here(console, space, session)
    undoing = Undoing(space, session)
    made, trouble = undoing.made, await undoing.trouble()
    if trouble is not None:
        console.explain(trouble)
    if undoing.left:
        console.say(undoing.left)
    done = DONE if trouble is None else FAILED
    if not made and trouble is not None:
        console.say("No line that can be read tells of something to take back.")
        return FAILED
    if not made:
        console.say(
            "Nothing else that this program made in Entra is left."
            if undoing.left
            else "This program made nothing in Entra that could be taken back."
        )
        return DONE
    chosen = await _chosen(console, undoing)
    if not chosen:
        console.say("Nothing was taken back.")
        return done
    step = SignInStep(SIGN_IN, space)
    await sign_in(console, step, session, space)
    return await _take_back(console, undoing, chosen) or done


async def _chosen(console: Console, undoing: Undoing) -> "tuple[JournalEntry, ...]":
    made = undoing.made
    console.say("This program made, newest first:")
    for number, (entry, name) in enumerate(zip(made, names_of(made), strict=True), 1):
        console.say(f"{number}. {moment(entry.at)} {title_of(entry.step)}: {name}")
        if told := consequence(entry):
            console.say(f"Note: {told}")
    console.say("Take back the newest first: what is older may be what the newer stands on.")
    while True:
        text = await console.ask("Take back which? Numbers, or all; Enter takes back nothing:")
        if text.lower() == "all":
            return made
        words = text.replace(",", " ").split()
        if all(word.isdecimal() and 1 <= int(word) <= len(made) for word in words):
            wanted = {int(word) for word in words}
            return tuple(entry for number, entry in enumerate(made, 1) if number in wanted)
        console.say("Please answer with numbers from the list.")


async def _take_back(console: Console, undoing: Undoing, chosen: "tuple[JournalEntry, ...]") -> int:
    code = DONE
    if told := await undoing.staying():
        console.say(told)
    asked = await undoing.look_back(chosen, console.report)
    answers = await _answers(console, asked) if asked else {}
    async for said in undoing.take_back(chosen, answers, console.report):
        if isinstance(said, WizardError):
            console.explain(said)
            code = FAILED
        elif isinstance(said, Stays):
            console.say(said.text)
            code = FAILED
        else:
            console.say(said)
    return code


async def _answers(console: Console, asked: Outlook) -> dict[str, str]:
    show_outlook(console, asked)
    return {each.id: await answer_to(console, each) for each in asked.questions}

"""The questions of step `scoping`: filters in words, and whom they let in."""

from wizard.errors import WizardError
from wizard.flow.session import Session
from wizard.linear.console import Console, is_meant
from wizard.linear.guide import show_guide
from wizard.linear.mapping import take_from_directory, take_people
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.editing import ClausePlace, placed, read_clause
from wizard.mapping.scoping.outline import NO_FILTER, outline
from wizard.steps.scoping import ScopingStep
from wizard.trial.questions import TakeCensus, Wanted
from wizard.walk.walk import Way

_WORDS = """and ATTRIBUTE OPERATOR VALUE: one more clause of the last filter
or ATTRIBUTE OPERATOR VALUE: one more filter
none: remove all filters
undo: take the newest change of the filters back
in, out: who is in scope, who is not, and why
people FILE, people: take the people of a JSON file, or the invented ones
directory NAME: signed in, take people of your directory whose name begins like that"""


async def ask_scoping(
    console: Console, step: ScopingStep, session: Session, *, by_hand: bool
) -> Way:
    """Show the filters and whom they let in, and do what is said, until it is done or skipped."""
    if by_hand:
        show_guide(console, step.guide(session))
    await _show(console, step, session)
    while True:
        done = "Done? Enter = yes" if by_hand else "Enter goes on"
        text = await console.ask(f"{done}, s = skip; ? tells what else can be said:")
        verb, _, rest = text.strip().partition(" ")
        match verb.lower():
            case "" | "y" | "yes":
                asked = await step.confirmation(session, console.report) if by_hand else ""
                if await is_meant(console, asked):
                    await step.confirm(session)
                    return Way.FORWARD
            case "s" | "skip":
                return Way.SKIP
            case "and" | "or" | "none" | "undo" | "in" | "out" | "people" | "directory":
                try:
                    await _do(console, step, session, verb.lower(), rest.strip())
                except WizardError as error:
                    console.explain(error)
            case _:
                console.say(_WORDS)


async def _do(console: Console, step: ScopingStep, session: Session, verb: str, rest: str) -> None:
    scope = step.scope(session)
    match verb:
        case "in" | "out":
            await _list(console, step, scope, verb)
            return
        case "people":
            await take_people(step.trial, rest)
        case "directory":
            document = step.document(session)
            await take_from_directory(console, step.directory, document, rest)
        case "none":
            step.keep(session, None)
        case "undo":
            step.file.undo(session)
        case _:
            last = len((scope.groups if scope else None) or ()) - 1
            place = ClausePlace(last if verb == "and" and last >= 0 else None)
            step.keep(session, placed(scope, place, read_clause(rest)))
    await _show(console, step, session)


async def _show(console: Console, step: ScopingStep, session: Session) -> None:
    scope = step.scope(session)
    lines = outline(scope)
    for line in lines:
        console.say(line.text if line.clause is None else f"- {line.text}")
        if line.problem:
            console.say(f"Problem: {line.problem}")
    if not lines:
        console.say(NO_FILTER)
    await step.directory.complete(step.document(session))
    census = await step.trial.ask(TakeCensus(scope))
    console.say(f"{step.trial.audience.words}: {census.words}.")


async def _list(console: Console, step: ScopingStep, scope: Filter | None, wanted: Wanted) -> None:
    census = await step.trial.ask(TakeCensus(scope, wanted))
    for each in census.shown:
        console.say(f"- {each.name}, {each.verdict}: {each.why}")
    if census.matching > len(census.shown):
        console.say(f"These are the first {len(census.shown)} of {census.matching:,}.")
    if not census.matching:
        console.say("Nobody.")

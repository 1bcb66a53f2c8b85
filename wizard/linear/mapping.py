"""The questions of steps `mapping` and `scoping`: short words that try and change a mapping."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from wizard.errors import InvalidInput, MappingError, WizardError
from wizard.flow.session import Session
from wizard.linear.console import Console, is_meant
from wizard.linear.guide import show_guide
from wizard.mapping.completion import of_expression
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.lint.finding import unfinished, unique
from wizard.mapping.objects import ObjectKind
from wizard.steps.directory import PeopleSearch
from wizard.steps.mapping import MappingStep
from wizard.trial.process import Trial
from wizard.trial.questions import FindPeople, Portray, Show, TakeFile, TryEverybody

Verb = Callable[[str], Awaitable[None]]

_WORDS = """set ATTRIBUTE = SOURCE, remove ATTRIBUTE: change a row; SOURCE as Entra writes it
undo: take the newest change of a row back
offer TEXT: attributes and functions whose name holds it, and how a function is called
next, before, person NAME: try it on somebody else
people FILE, people: take the people of a JSON file, or the invented ones
microsoft ATTRIBUTE: signed in, what Microsoft makes of a row
directory NAME: signed in, take people of your directory whose name begins like that
everybody: whom does it break?
groups on, groups off, users on, users off: whether they go along at all
import FILE, export FILE, default: the whole mapping
portal: how it is set by hand in the portal"""


async def ask_mapping(
    console: Console, step: MappingStep, session: Session, *, by_hand: bool
) -> None:
    """Show the mapping and what it yields, and do what is said, until it is kept."""
    await _MappingTalk(console, step, session, by_hand=by_hand).go_on()


async def take_people(trial: Trial, rest: str) -> None:
    """Take the people of a file, or the invented ones when none is named."""
    await trial.ask(TakeFile(Path(rest) if rest else None))


async def take_from_directory(
    console: Console, directory: PeopleSearch, document: MappingDocument, text: str
) -> None:
    """Show who is found in the directory, and take them when that is wanted."""
    if not directory.is_open:
        raise InvalidInput("Nobody is signed in.", "Go back to the Microsoft sign-in first.")
    hits = await directory.search(text)
    for line in hits.shown:
        console.say(f"- {line}")
    console.say(f"People of your directory: {hits.words}.")
    if hits.shown and await console.confirm("Take these people?", default=True):
        await directory.take(text, document, console.report)


async def look_at(console: Console, trial: Trial, name: str) -> None:
    """Look at the person whose name holds a text; of several, ask which.

    Raises:
        InvalidInput: There is none.
        GoBack, LeftByUser: The administrator goes.
    """
    found = await trial.ask(FindPeople(name))
    if not found.shown:
        raise InvalidInput(f"Nobody of {trial.audience.words} is called like that.", "Try again.")
    if found.count == 1:
        trial.at = found.shown[0][0]
        return
    shown = len(found.shown)
    more = f", the first {shown} of them here" if shown < found.count else ""
    console.say(f"{found.count:,} people are called like that{more}:")
    for number, (_at, called) in enumerate(found.shown, 1):
        console.say(f"{number}. {called}")
    while text := await console.ask("A number; or Enter stays where it was:"):
        if text.isdecimal() and 1 <= int(text) <= shown:
            trial.at = found.shown[int(text) - 1][0]
            return
        console.say("Please answer with a number.")


class _MappingTalk:
    def __init__(
        self, console: Console, step: MappingStep, session: Session, *, by_hand: bool
    ) -> None:
        self._console = console
        self._by_hand = by_hand
        self._step = step
        self._session = session
        self._document = step.file.document(session)
        self._verbs: dict[str, Verb] = {
            "set": self._set,
            "remove": self._remove,
            "undo": self._undo,
            "offer": self._offer,
            "next": lambda _rest: self._step_by(1),
            "before": lambda _rest: self._step_by(-1),
            "person": lambda rest: look_at(console, step.trial, rest),
            "people": lambda rest: take_people(step.trial, rest),
            "directory": self._directory,
            "microsoft": self._microsoft,
            "everybody": self._everybody,
            "users": lambda rest: self._switch("User", rest),
            "groups": lambda rest: self._switch("Group", rest),
            "import": self._import,
            "export": self._export,
            "default": self._default,
            "portal": self._portal,
        }

    async def go_on(self) -> None:
        if self._by_hand:
            self._console.say("By hand: portal tells how it is set there.")
        await self._show()
        while True:
            text = await self._console.ask("Enter keeps it; ? tells what else can be said:")
            verb, _, rest = text.strip().partition(" ")
            if not verb:
                if await self._is_meant():
                    await self._step.reviewed(self._session, self._document)
                    return
                continue
            await self._do(verb.lower(), rest.strip())

    async def _is_meant(self) -> bool:
        if not self._by_hand:
            return True
        console = self._console
        return await is_meant(console, await self._step.confirmation(self._session, console.report))

    async def _do(self, verb: str, rest: str) -> None:
        if verb == "?":
            self._console.say(_WORDS)
            return
        if verb not in self._verbs:
            self._console.say("Please answer with one of these words.")
            self._console.say(_WORDS)
            return
        try:
            await self._verbs[verb](rest)
            if verb not in {"everybody", "export", "microsoft", "offer", "portal"}:
                await self._show()
        except WizardError as error:
            self._console.explain(error)

    async def _show(self) -> None:
        trial, say = self._step.trial, self._console.say
        try:
            await self._step.directory.complete(self._document)
        except WizardError as error:
            self._console.explain(error)  # what is known of the people can be tried all the same
        findings = await trial.ask(Show(self._document.schema))
        portrait = await trial.ask(Portray(trial.at))
        person = portrait.person
        for switch in await self._step.switches(self._session, self._document):
            say(switch.line)
        say(f"What Entra writes into Webex, for {person.name}")
        say(f"({person.at + 1:,} of {trial.audience.words}, {person.verdict}):")
        for row, reading in zip(self._document.rows, portrait.readings, strict=True):
            match = " (finds existing people)" if row.matching_priority else ""
            say(f"- {row.target} from {row.source}{match}: {reading.words}")
            if reading.kind == "error":
                say(f"{reading.text} {reading.hint}")
        for finding in unique((*findings, *portrait.findings)):
            place = f"{finding.target}: " if finding.target else ""
            say(f"{finding.severity}: {place}{finding.why} {finding.fix}")

    async def _step_by(self, by: int) -> None:
        self._step.trial.step(by)

    async def _directory(self, rest: str) -> None:
        await take_from_directory(self._console, self._step.directory, self._document, rest)

    async def _microsoft(self, rest: str) -> None:
        step, row = self._step, self._document.row(rest)
        if not step.microsoft.is_offered(self._session):
            raise InvalidInput(
                "Microsoft reads expressions once provisioning is set up and you are signed in.",
                "Go back to the Microsoft sign-in or to the step Credentials.",
            )
        said = await step.microsoft.ask(self._session, row)
        self._console.say(f"Microsoft, for {row.target}: {said.words}")
        if said.difference:
            self._console.say(f"Note: {said.difference}")

    async def _everybody(self, _rest: str) -> None:
        people = self._step.trial.audience.words

        def count(done: int) -> None:
            self._console.company.about = f"{done:,} of {people} tried."

        tried = await self._step.trial.ask(TryEverybody(), count)
        broken = tried.broken
        for each in broken:
            place = f"{each.finding.target}: " if each.finding.target else ""
            self._console.say(f"{each.finding.severity}: {place}{each.finding.why}")
            if each.count:
                self._console.say(f"Concerns {each.words}")
        if not unfinished(broken) and not any(each.count for each in broken):
            self._console.say(f"It breaks nobody of {people}.")
        self._console.say(tried.words)

    async def _set(self, rest: str) -> None:
        target, _, source = (part.strip() for part in rest.partition("="))
        if not (target and source):
            raise MappingError(
                "A row needs an attribute of Webex and a source.",
                "Say it like this: set title = [jobTitle]",
                code="mapping-bad-value",
            )
        if any(row.target.casefold() == target.casefold() for row in self._document.rows):
            self._keep(self._document.with_edited(target, source=source))
        else:
            self._keep(self._document.with_typed(Row(target, source)))

    async def _remove(self, rest: str) -> None:
        if await is_meant(
            self._console, self._step.removal(self._document, self._document.row(rest))
        ):
            self._keep(self._document.without(rest))

    async def _undo(self, _rest: str) -> None:
        self._document = self._step.file.undo(self._session)

    async def _offer(self, rest: str) -> None:
        found = of_expression(rest, len(rest))
        if found.call:
            self._console.say(found.call)
        for each in found.offers:
            self._console.say(f"- {each.text}: {each.meaning}")
        if not (found.call or found.offers):
            self._console.say("Nothing is offered for that.")

    async def _switch(self, kind: ObjectKind, rest: str) -> None:
        if rest.lower() not in {"on", "off"}:
            raise InvalidInput(
                "A switch is on or off.", "Say it like this: groups off", code="mapping-switch"
            )
        await self._step.switch(self._session, kind, on=rest.lower() == "on")

    async def _import(self, rest: str) -> None:
        self._document = await self._step.imported(self._session, Path(rest))

    async def _export(self, rest: str) -> None:
        self._console.say(f"{self._step.exported(self._session, self._document, Path(rest))}.")

    async def _default(self, _rest: str) -> None:
        self._keep(self._step.reset(self._document))

    async def _portal(self, _rest: str) -> None:
        show_guide(self._console, self._step.guide(self._session))

    def _keep(self, document: MappingDocument) -> None:
        self._step.file.keep(self._session, document)
        self._document = document

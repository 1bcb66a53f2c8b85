"""The palette: buttons, keys, every step and command, people and help pages, found by typing."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import NamedTuple, cast

from textual import on
from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.widgets import Button, Input
from textual.worker import WorkerError

from screens.base import StepScreen
from screens.host import Host
from screens.keys import KEYS
from screens.welcome import ERRANDS, WelcomeScreen
from wizard.assets import ASSETS
from wizard.errors import WizardError
from wizard.flow.marks import mark_in_words
from wizard.walk.walk import Move, Way

_MOVING = frozenset(
    KEYS[name]
    for name in ("confirm", "more", "less", "up", "down", "left", "right", "next", "before", "mark")
)
"""Keys that move, which nobody looks for by a name."""
_ITSELF = frozenset({"command_palette", "interrupt"})
_SHORTEST = 3
"""Characters from which on people are looked for."""
_MOST_PEOPLE = 8


class Found(NamedTuple):
    """One line of the palette."""

    words: str
    help: str
    do: Callable[[], object]
    command: str = ""
    """What finds it as well: the name that a terminal knows it by."""

    def shown(self, words: Content) -> Content:
        """Return its words, and below them its help, in which Textual would read markup."""
        return Content.assemble(words, "\n", (self.help, "$text-muted"))


class Finder(CommandPalette):
    """The palette itself; Enter takes what was typed, also where that is not found yet.

    Over a slow line a name and Enter arrive together, while the list of before is still shown.
    """

    def __init__(self) -> None:
        super().__init__(placeholder="What do you look for?")

    @on(Input.Submitted)
    async def wait_for_search(self) -> None:
        """Wait for what was typed to be looked for; Textual takes the first of it then."""
        for search in [each for each in self.workers if each.node is self]:
            with suppress(WorkerError):
                await search.wait()


class Palette(Provider):
    """Offers what can be done on the screen below."""

    async def discover(self) -> Hits:
        """Yield what is offered before anything is typed."""
        for offer in self._offers():
            yield DiscoveryHit(offer.shown(Content(offer.words)), offer.do, offer.words)

    async def search(self, query: str) -> Hits:
        """Yield what is found for what is typed."""
        matcher = self.matcher(query)
        for offer in (*self._offers(), *self._pages()):
            score = max(matcher.match(each) for each in (offer.words, offer.command))
            if score > 0:
                shown = offer.shown(matcher.highlight(offer.words))
                yield Hit(score, shown, offer.do, offer.words)
        async for person in self._people(query):
            shown = person.shown(Content(person.words))
            yield Hit(matcher.match(person.words), shown, person.do, person.words)

    @property
    def _host(self) -> Host:
        return cast("Host", self.app)

    def _offers(self) -> Iterator[Found]:
        yield from self._buttons()
        yield from self._keys()
        if isinstance(self.screen, StepScreen):
            yield from self._steps(self.screen)
        yield from self._errands()

    def _buttons(self) -> Iterator[Found]:
        """Yield the buttons of this screen that can be pressed."""
        for button in self._armed():
            yield Found(str(button.label), "here, a button", button.press)

    def _armed(self) -> Iterator[Button]:
        for button in self.screen.query(Button):
            is_shown = all(each.display for each in button.ancestors_with_self)
            if is_shown and not button.disabled:
                yield button

    def _keys(self) -> Iterator[Found]:
        """Yield what the keys of this screen do, and no button does."""
        seen = set(_ITSELF)
        said = {str(button.label) for button in self._armed()}
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            is_ours = node in {self.screen, self.app} and _is_shown(binding)
            is_new = binding.action not in seen and binding.description not in said
            if is_ours and enabled and is_new:
                seen.add(binding.action)
                press = partial(self.app.simulate_key, binding.key)
                key = self.app.get_key_display(binding)
                yield Found(binding.description, f"here, with {key}", press)

    def _steps(self, screen: "StepScreen[object]") -> Iterator[Found]:
        flow = screen.flow
        for step in flow.steps:
            if step == flow.current:
                continue
            known = mark_in_words(flow.session.profile, step.id)
            if why := flow.why_not(step.id):
                yield Found(step.title, f"step: {known}, comes later", partial(self._host.say, why))
            else:
                jump = partial(screen.answer, Move(Way.JUMP, step.id))
                yield Found(step.title, f"step: {known}", jump)

    def _errands(self) -> Iterator[Found]:
        screen = self.screen
        if isinstance(screen, WelcomeScreen):
            for command, (name, what) in screen.offered().items():
                yield Found(name, what, partial(screen.do, command), command)
        elif isinstance(screen, StepScreen):
            for command, (name, what) in ERRANDS.items():
                turn = partial(self._host.turn_to, command, screen)
                yield Found(name, f"leaves this: {what}", turn, command)

    def _pages(self) -> Iterator[Found]:
        pages: dict[str, str] = {}
        for page in sorted((ASSETS / "help").glob("*.md")):
            with page.open(encoding="utf-8") as lines:
                # A step of a renewal that is also one of the setup has the same page.
                pages.setdefault(next(lines).lstrip("# ").strip(), page.stem)
        for title, name in pages.items():
            yield Found(f"Help: {title}", "a page to read", partial(self._read, name))

    def _read(self, page: str) -> None:
        from screens.help import HelpScreen

        self.app.push_screen(HelpScreen(page))

    async def _people(self, query: str) -> AsyncIterator[Found]:
        """Yield the people whose name holds what is typed, to be looked at where that is known."""
        screen, text = self.screen, query.strip()
        if not isinstance(screen, StepScreen) or len(text) < _SHORTEST:
            return
        if screen.info.id == "preview":
            async for person in self._previewed(screen, text):
                yield person
            return
        is_here = screen.info.id == "mapping"
        in_flow = any(step.id == "mapping" for step in screen.flow.steps)
        if not (is_here or (in_flow and screen.flow.can_go("mapping"))):
            return
        from wizard.trial.questions import FindPeople

        try:
            found = await screen.space.trial.ask(FindPeople(text))
        except WizardError:
            return  # the mapping itself says why nobody can be looked at
        for at, name in found.shown[:_MOST_PEOPLE]:
            look = partial(_look_at, screen, at)
            yield Found(name, "what the mapping makes of this person", look)

    async def _previewed(self, screen: "StepScreen[object]", text: str) -> AsyncIterator[Found]:
        """Yield the people of a preview, to be told of."""
        from screens.preview import PreviewScreen

        if not isinstance(screen, PreviewScreen):
            return
        for row in await screen.people_named(text, _MOST_PEOPLE):
            yield Found(row.called, row.said, partial(screen.forecast.tell_of, row))


def _look_at(screen: "StepScreen[object]", at: int) -> None:
    from screens.mapping import MappingScreen

    screen.space.trial.at = at
    if isinstance(screen, MappingScreen):
        screen.look()
    else:
        screen.answer(Move(Way.JUMP, "mapping"))


def _is_shown(binding: Binding) -> bool:
    """Tell whether a binding is one of ours that does something."""
    is_ours = len(binding.key) == 1 or binding.key in KEYS.values()
    return is_ours and bool(binding.description) and binding.key not in _MOVING

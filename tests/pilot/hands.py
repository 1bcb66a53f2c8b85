"""Two hands that walk the same way: one only clicks what it sees, one has only arrows and Enter."""

from abc import ABC, abstractmethod
from collections.abc import Callable

from textual.widgets import Button, Input, OptionList

from tests.pilot.driver import Driver

MOST = 40
"""Presses of an arrow after which something cannot be reached."""
RESTS = 3
"""Times that something is found where it was, until it counts as lying still."""
NOWHERE = (-1, -1)


class Hand(ABC):
    """Does what a person does with one means only; text is typed by both."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver

    @abstractmethod
    async def press(self, label: str) -> None:
        """Press a button, once it is there and takes a press."""

    @abstractmethod
    async def take(self, words: str) -> None:
        """Take the line of a list that holds words, once it is there."""

    async def _button(self, label: str) -> Button:
        def found() -> list[Button]:
            buttons = self.driver.app.screen.query(Button)
            return [each for each in buttons if str(each.label) == label and _is_ready(each)]

        await self.driver.until(found, f"a button {label}")
        await self.driver.pilot.pause()
        (button,) = found()
        return button


class Mouse(Hand):
    """Clicks; what it cannot see it does not find."""

    async def press(self, label: str) -> None:
        button = await self._button(label)
        await self._click(lambda: (button.region.x + 1, button.region.y))

    async def take(self, words: str) -> None:
        await self.driver.until(lambda: self._place(words) != NOWHERE, f"seen: {words}")
        await self._click(lambda: self._place(words))

    async def _click(self, place: Callable[[], tuple[int, int]]) -> None:
        """Click at a place once it stays where it is: nobody hits what still moves."""
        rests = 0
        while rests < RESTS:
            before = place()
            await self.driver.pilot.pause()
            rests = rests + 1 if place() == before else 0
        assert self.driver.app.screen.size.region.contains(*place()), "it is in sight"
        await self.driver.pilot.click(offset=place())

    def _place(self, words: str) -> tuple[int, int]:
        """Return where words are painted."""
        lines = [strip.text for strip in self.driver.app.screen._compositor.render_strips()]
        found = ((line.index(words), y) for y, line in enumerate(lines) if words in line)
        return next(found, NOWHERE)


class Arrows(Hand):
    """Presses arrows, Enter and Esc."""

    async def press(self, label: str) -> None:
        button = await self._button(label)
        await self._reach(lambda: self.driver.app.focused is button, label)
        await self.driver.press("enter")

    async def take(self, words: str) -> None:
        await self.driver.until(lambda: self._lists(words), f"a line with {words}")
        (options,) = self._lists(words)
        await self._reach(lambda: self.driver.app.focused is options, words)
        wanted = _line_with(options, words)
        while (at := options.highlighted) != wanted:
            assert at is not None
            assert wanted is not None
            await self.driver.press("down" if at < wanted else "up")
            assert options.highlighted != at, "the arrow moves"
        await self.driver.press("enter")

    async def _reach(self, is_there: Callable[[], bool], what: str) -> None:
        """Go from one to the next: down where the cursor of a text needs the other arrows."""
        for _ in range(MOST):
            if is_there():
                return
            is_typed = isinstance(self.driver.app.focused, Input)
            await self.driver.press("down" if is_typed else "right")
        raise AssertionError(f"no arrow leads to {what}")

    def _lists(self, words: str) -> list[OptionList]:
        lists = self.driver.app.screen.query(OptionList)
        return [each for each in lists if _line_with(each, words) is not None]


def _line_with(options: OptionList, words: str) -> int | None:
    lines = (str(each.prompt) for each in options.options)
    return next((at for at, line in enumerate(lines) if words in line), None)


def _is_ready(button: Button) -> bool:
    """Tell whether a button takes a press: not while it shows the last one."""
    return button.display and not button.disabled and not button.has_class("-active")

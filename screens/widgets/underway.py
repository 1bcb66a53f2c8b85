"""What is being done, how long already, and how it is stopped."""

import time
from typing import TYPE_CHECKING

from textual.content import Content

from screens.taskbar import Taskbar
from screens.widgets.hanging import Hanging
from wizard.words.waiting import NOTICED, elapsed_in_words

if TYPE_CHECKING:
    from textual.timer import Timer


class Underway(Hanging):
    """Shows work that goes on; takes no room, and no time, when there is none."""

    DEFAULT_CSS = """
    Underway { display: none; height: auto; }
    Underway.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__("")
        self.clock = time.monotonic
        self._words = self._stop = ""
        self._began = 0.0
        self._timer: Timer | None = None
        self._taskbar = Taskbar(self._to_terminal)

    def begin(self, words: str, stop: str = "") -> None:
        """Say what is being done, from now on.

        Args:
            words: What is being done, as a sentence.
            stop: How it is stopped, as a sentence.
        """
        self.end()
        self._words, self._stop, self._began = words, stop, self.clock()
        self.set_class(True, "-shown")
        self._timer = self.set_timer(NOTICED, self._noticed)
        self.tell()

    def say(self, words: str) -> None:
        """Say what is being done by now."""
        if words != self._words:
            self._words = words
            self.tell()

    def end(self) -> None:
        """Say nothing more."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._taskbar.clear()
        self.set_class(False, "-shown")

    def tell(self) -> None:
        """Show what is being done, and how long already by the clock."""
        told = elapsed_in_words(self.clock() - self._began, self._stop)
        # Both lines from the beginning: buttons below must not move while somebody aims at one.
        how = Content.assemble("  ", (told or self._stop, "$text-muted"))
        self.update(Content.assemble(("… ", "bold"), self._words, "\n", how))

    def on_unmount(self) -> None:
        """Leave nothing in the terminal's taskbar."""
        self._taskbar.clear()

    def _to_terminal(self, sequence: str) -> None:
        # Only the driver's own stream keeps the order of what is painted; it has no public name.
        if self.app._driver is not None:
            self.app._driver.write(sequence)

    def _noticed(self) -> None:
        self._taskbar.show()
        self.tell()
        self._timer = self.set_interval(1.0, self.tell)

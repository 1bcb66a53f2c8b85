"""What every screen that asks has in common: it answers once, and nothing else is closed by it."""

from typing import Generic

from textual import events

from screens.ready import A, ReadyScreen


class AskingScreen(ReadyScreen[A], Generic[A]):
    """A typed question, answered by whoever sits before it or by work that has ended."""

    _reply: tuple[A, ...] = ()
    """The answer, as soon as there is one."""
    _is_taken = False

    @property
    def has_answered(self) -> bool:
        """Whether there is an answer, and nothing more to be asked or told here."""
        return bool(self._reply)

    def answer(self, answer: A) -> None:
        """Answer once, as soon as nothing lies on top; a second press changes nothing."""
        if not self._reply:
            self._reply = (answer,)
            self._give()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        """Give an answer that had to wait until a dialog was closed."""
        self._give()

    def _give(self) -> None:
        # Textual closes whatever is on top, and calls what is below a dialog current, too.
        if self._reply and not self._is_taken and self.app.screen is self:
            self._is_taken = True
            self.dismiss(self._reply[0])

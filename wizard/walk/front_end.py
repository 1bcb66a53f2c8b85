"""What the walk asks of whoever shows it: screens, or plain prompts."""

from dataclasses import dataclass
from typing import Protocol

from wizard.errors import WizardError

PRACTISED = "This machine has no usable keyring: practice keeps its token in memory only."
"""What is said before anything else where practice has no keyring."""


@dataclass(frozen=True)
class EitherOr:
    """A question with two answers, in the administrator's words."""

    text: str
    yes: str
    no: str
    default: bool = False
    """The answer that a careless Enter gives."""


class FrontEnd(Protocol):
    """Tells and asks; a question that nobody answers is left with `LeftByUser`."""

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits there who could type a name."""

    def say(self, text: str) -> None:
        """Tell something on the way."""

    def explain(self, error: WizardError) -> None:
        """Tell what went wrong, when the walk goes on all the same."""

    async def choose(self, choice: EitherOr) -> bool:
        """Ask for one of two answers."""

    async def typed(self, told: str, question: str) -> str:
        """Tell something, ask for a line, and return it; empty when nothing was said."""

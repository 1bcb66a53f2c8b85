"""What a screen may ask of the application that shows it."""

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pydantic import SecretStr

    from screens.base import StepScreen
    from wizard.workspace import Workspace


class Host(Protocol):
    """The application, seen from a screen."""

    async def workspace(self) -> "Workspace":
        """Return what everything works with."""

    async def copied(self, what: str, text: str, otherwise: str) -> str:
        """Send a text to the clipboard, and return what became of it as a sentence.

        Args:
            what: What the text is.
            text: What is sent.
            otherwise: What to do where nothing arrives.
        """

    async def copy_secret(self, secret: "SecretStr") -> str:
        """Copy a secret without showing it, take it out after a minute, and say where it went."""

    async def open_or_copy(self, link: str, otherwise: str) -> str:
        """Open a link, or copy it where no browser can be opened; say what became of it."""

    def part_with(self, parting: str) -> None:
        """Say what became of a token, here and once more when the program has ended."""

    def say(self, text: str) -> None:
        """Tell something above what is shown, or what is shown next."""

    def tell_here(self, text: str) -> None:
        """Tell something above what is shown, where there is a place for it."""

    def turn_to(self, command: str, screen: "StepScreen[Any]") -> None:
        """Leave the flow of a screen for something else, with the same profile."""

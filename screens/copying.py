"""Copies to the clipboard, both ways there are, and says where it went."""

from typing import TYPE_CHECKING

from wizard.machine.clipboard import (
    BY_FILE,
    CLEAR_AFTER,
    NO_CLIPBOARD,
    SENT_UNSHOWN,
    PlatformClipboard,
    is_remote,
    terminal_takes_copies,
)

if TYPE_CHECKING:
    from pydantic import SecretStr
    from textual.app import App


class Copier:
    """Copies for an application: to this machine's clipboard, and to that of its terminal."""

    def __init__(self, app: "App[int]") -> None:
        self._app = app
        self._secret = PlatformClipboard(secret=True)

    async def text(self, what: str, text: str, otherwise: str) -> str:
        """Copy a text, and return what became of it as a sentence.

        Args:
            what: What the text is.
            text: What is copied.
            otherwise: What to do where nothing arrives.
        """
        is_here = await PlatformClipboard().copy(text) and not is_remote()
        self._app.copy_to_clipboard(text)
        if is_here:
            return f"✓ {what} is copied."
        return f"{what} was sent to your terminal; if nothing arrives {otherwise}."

    async def opened(self, link: str, otherwise: str, *, use_browser: bool) -> str:
        """Open a link, or copy it where that cannot be; return what became of it as a sentence."""
        from wizard.machine.browser import can_open, open_url

        if use_browser and can_open() and await open_url(link):
            return "The browser was asked to open it."
        return await self.text("The link", link, otherwise)

    async def secret(self, secret: "SecretStr") -> str:
        """Copy a secret, and take it out after a minute where the platform lets us."""
        text = secret.get_secret_value()
        is_here = await self._secret.copy(text)
        goes_on = terminal_takes_copies() and (is_remote() or not is_here)
        said = []
        if is_here:
            said.append(f"Copied. The clipboard is cleared in {CLEAR_AFTER:.0f} seconds.")
        elif not goes_on:
            said.append(f"{NO_CLIPBOARD} {BY_FILE[0].upper()}{BY_FILE[1:]}")
        if goes_on:
            self._app.copy_to_clipboard(text)
            self._app._clipboard = ""  # else Ctrl+V would paste the secret into any field
            said.append(f"{SENT_UNSHOWN}{BY_FILE}")
        return " ".join(said)

    async def clear(self) -> None:
        """Take a secret out of the clipboard, if it is still there."""
        await self._secret.clear()

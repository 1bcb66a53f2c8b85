"""Copies to the clipboard, both ways there are, and says where it went."""

from typing import TYPE_CHECKING

from wizard.machine.clipboard import (
    CLEAR_AFTER,
    NO_CLIPBOARD,
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

    def text(self, text: str) -> bool:
        """Copy text; return whether it is known to be where the administrator pastes from."""
        is_here = PlatformClipboard().copy(text) and not is_remote()
        self._app.copy_to_clipboard(text)
        return is_here

    def secret(self, secret: "SecretStr") -> str:
        """Copy a secret, and take it out after a minute where the platform lets us."""
        text = secret.get_secret_value()
        is_here = self._secret.copy(text)
        goes_on = terminal_takes_copies() and (is_remote() or not is_here)
        said = []
        if is_here:
            self._app.set_timer(CLEAR_AFTER, self._secret.clear)
            said.append(f"Copied. The clipboard is cleared in {CLEAR_AFTER:.0f} seconds.")
        elif not goes_on:
            said.append(NO_CLIPBOARD)
        if goes_on:
            self._app.copy_to_clipboard(text)
            self._app._clipboard = ""  # else Ctrl+V would paste the secret into any field
            said.append("Sent to your terminal, which keeps it until you copy something else.")
        return " ".join(said)

    def clear(self) -> None:
        """Take a secret out of the clipboard, if it is still there."""
        self._secret.clear()

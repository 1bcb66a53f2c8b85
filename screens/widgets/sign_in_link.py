"""The link of a sign-in: short, however long it is, with what became of it."""

from typing import TYPE_CHECKING, cast

from textual import work
from textual.content import Content
from textual.style import Style

from screens.keys import KEYS
from screens.widgets.remark import Remark
from wizard.machine.browser import can_open, open_url

if TYPE_CHECKING:
    from screens.host import Host

_ALONE = KEYS["address"].upper()
OPEN, COPY = "Open the browser", "Copy the link"


class SignInLink(Remark):
    """Shows a link by a short text, opens or copies it, and says there what was done.

    Args:
        words: What it leads to.
        use_browser: Whether a browser may be opened.
    """

    def __init__(self, words: str, *, use_browser: bool) -> None:
        super().__init__(id="link")
        self._words = words
        self._opens = use_browser and can_open()
        self._hint = ""
        self.address = ""

    @property
    def offer(self) -> str:
        """What can best be done with it, as a button says it."""
        return OPEN if self._opens else COPY

    def show(self, address: str, hint: str | None = None) -> None:
        """Show a link.

        Args:
            address: Where it leads.
            hint: The command to be run first where the browser is on another computer.
        """
        self.address = address
        self._hint = f"Browser on your own computer? Run there first:\n{hint}\n" if hint else ""
        self.say("")

    def clear(self, told: str = "") -> None:
        """Show no link any more, but what is to be told instead."""
        self.address = ""
        self.update(Content(told))

    def say(self, told: str) -> None:
        """Say beside the link what became of it."""
        link = Style(bold=True, underline=True, link=self.address)
        text = Content.assemble(
            self._hint,
            "The link: ",
            (self._words, link),
            f"   {_ALONE} shows it alone.",
        )
        self.update(Content("\n").join([text, Content(told)]) if told else text)

    def open_or_copy(self) -> None:
        """Open it, or copy it where no browser can be opened."""
        if self._opens:
            self._open(self.address)
        else:
            self.copy()

    def copy(self) -> None:
        """Send it to the clipboard."""
        self.say(self.copied("The link", self.address))

    def copied(self, what: str, text: str, otherwise: str = f"press {_ALONE}") -> str:
        """Send a text to the clipboard, and return what became of it as a sentence.

        Args:
            what: What the text is.
            text: What is sent.
            otherwise: What to do where nothing arrives.
        """
        if cast("Host", self.app).copy_text(text):
            return f"✓ {what} is copied."
        return f"{what} was sent to your terminal; if nothing arrives {otherwise}."

    @work(group="browser", exclusive=True, description="Open the browser")
    async def _open(self, address: str) -> None:
        is_open = await open_url(address)
        if address == self.address:  # else nobody waits for it any more
            self.say(
                "The browser was asked to open it."
                if is_open
                else "No browser opened. Copy the link, and open it yourself."
            )

"""The link of a sign-in: short, however long it is, with what became of it."""

from typing import TYPE_CHECKING, cast

from textual import work
from textual.content import Content
from textual.style import Style

from screens.keys import KEYS
from screens.widgets.remark import Remark
from wizard.machine.browser import can_open

if TYPE_CHECKING:
    from screens.host import Host

_ALONE = KEYS["address"].upper()
OTHERWISE = f"press {_ALONE}"
"""What to do where a copy did not arrive."""
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

    @work(group="browser", exclusive=True, description="Open or copy the link")
    async def open_or_copy(self) -> None:
        """Open it, or copy it where no browser can be opened."""
        address = self.address
        said = await cast("Host", self.app).open_or_copy(address, OTHERWISE)
        if address == self.address:  # else nobody waits for it any more
            self.say(said)

    @work(group="browser", exclusive=True, description="Copy the link")
    async def copy(self) -> None:
        """Send it to the clipboard."""
        address = self.address
        said = await cast("Host", self.app).copied("The link", address, OTHERWISE)
        if address == self.address:
            self.say(said)

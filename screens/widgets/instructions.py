"""What to do by hand in the portal, for either generation of it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from textual.containers import Vertical
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from screens.widgets.hanging import Hanging
from screens.widgets.item import Item
from screens.widgets.marks import lead_sign
from wizard.steps.base import Guide
from wizard.store.marks import Mark

OTHER = ("Older portal", "Newer portal")
"""What the key that changes the generation is called, while the newer or the older is shown."""

_PORTALS = ("entra.microsoft.com today", "the older portal, with Provisioning Mode")


class Instructions(Vertical):
    """The numbered lines of a guide, and when it is done."""

    DEFAULT_CSS = """
    Instructions { height: auto; }
    Instructions Static { height: auto; }
    """

    def __init__(self, guide: Guide) -> None:
        super().__init__(id="instructions")
        self._guide = guide
        self.older = False

    async def on_mount(self) -> None:
        """Begin with the portal as new tenants show it."""
        await self.show(older=False)

    async def show(self, *, older: bool) -> None:
        """Show the lines for a generation of the portal."""
        self.older = older
        lines = self._guide.older_portal if older else self._guide.portal
        await self.remove_children()
        where = Content.assemble("In ", (_PORTALS[older], "bold"), ":")
        await self.mount(
            Static(where if self._guide.is_of_portal else "What to do:"),
            *(Item(f"{number}. ", line) for number, line in enumerate(lines, 1)),
            Hanging(Content.assemble(("Done when: ", "bold"), f"{self._guide.done}.")),
        )


def cautions(guide: Guide) -> Iterator[Item]:
    """Yield what to be careful about."""
    for place, caution in enumerate(guide.cautions):
        item = Item(lead_sign(Mark.ATTENTION), caution)
        yield item.add_class("caution").set_class(place == 0, "-first")


def notes(guide: Guide) -> Iterator[Widget]:
    """Yield what else is good to know."""
    if guide.notes:
        yield Static("Good to know:", classes="notes")
    for note in guide.notes:
        yield Item("- ", note)


def lead(link: str) -> Static:
    """Return the line with the link, by a short text, and the key that opens it."""
    key = ("o", "bold $text-primary")
    short = (urlsplit(link).hostname or link, Style(bold=True, underline=True, link=link))
    return Static(Content.assemble("Press ", key, " to open  ", short), classes="lead-link")

"""What came out of something, with its colour at the edge; the sign says it without the colour."""

from typing import Literal

from textual.content import Content
from textual.widgets import Static

from screens.widgets.marks import signs
from wizard.store.marks import Mark

_LEADS = {
    "good": (Mark.SEEN, "bold $text-success"),
    "attention": (Mark.ATTENTION, "bold $text-warning"),
    "bad": (Mark.FAILED, "bold $text-error"),
}

Kind = Literal["good", "attention", "bad"]


class Card(Static):
    """One result; takes no room without one."""

    DEFAULT_CSS = """
    Card { display: none; height: auto; padding: 0 1; border-left: outer $panel; }
    Card.-good { display: block; border-left: outer $success; background: $good-tint; }
    Card.-attention { display: block; border-left: outer $warning; background: $attention-tint; }
    Card.-bad { display: block; border-left: outer $error; background: $bad-tint; }
    Card:nocolor { border-left: outer white; }
    """

    def show(self, kind: Kind, title: str, *lines: str) -> None:
        """Show a result.

        Args:
            kind: Whether it is good.
            title: The result in a word or two.
            lines: What it means; empty ones are left out.
        """
        mark, style = _LEADS[kind]
        lead = Content.styled(f"{signs()[0][mark]} {title}", style)
        said = [lead, *map(Content, filter(None, lines))]
        self.update(Content("\n").join(said))
        self.set_classes(f"-{kind}")

    def clear(self) -> None:
        """Show nothing."""
        self.set_classes("")

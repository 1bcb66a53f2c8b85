"""What a table has no room for: the chosen row whole, in lines that stay where they are."""

from textual.content import Content
from textual.widgets import Static

from screens.widgets.cutting import cut_sign


class Below(Static):
    """A text of a few lines whose height does not follow it: what is below must not jump."""

    DEFAULT_CSS = "Below { height: 3; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 - named by the base class
        super().__init__("", id=id)
        self._told = Content()

    def tell(self, text: Content) -> None:
        """Show another text."""
        if text != self._told:
            self._told = text
            self.update(text, layout=False)

    def render(self) -> Content:
        """Return as much of the text as there is room for, and say where there is more."""
        width, height = self.content_size
        if width <= 0:
            return Content()
        lines = self._told.wrap(width)
        if len(lines) <= height:
            return self._told
        last = lines[height - 1].truncate(width - len(cut_sign()) - 1)
        return Content("\n").join([*lines[: height - 1], last.rstrip() + f" {cut_sign()}"])

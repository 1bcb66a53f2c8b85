"""What is said once there is something to say."""

from textual.content import Content
from textual.visual import VisualType

from screens.widgets.hanging import Hanging


class Remark(Hanging):
    """A text that takes no room, not even a blank line, while it is empty."""

    DEFAULT_CSS = "Remark.-empty { display: none; }"

    def __init__(self, text: Content | str = "", *, id: str) -> None:  # noqa: A002 - named by the base class
        super().__init__(text, id=id, markup=False)
        self.set_class(not str(text), "-empty")

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Say something else, or nothing."""
        self.set_class(not str(content), "-empty")
        super().update(content, layout=layout)

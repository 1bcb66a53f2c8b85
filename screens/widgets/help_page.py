"""A help page, in which no path in the portal is broken before its `>`."""

from textual.widgets import Markdown
from textual.widgets._markdown import MarkdownParagraph  # no public name

from screens.widgets.hanging import Hanging


class PathParagraph(MarkdownParagraph, Hanging):
    """A paragraph, whose lines are broken as everywhere else."""


class HelpPage(Markdown):
    """A page of ours, whose links are only shown."""

    BLOCKS = {**Markdown.BLOCKS, "paragraph_open": PathParagraph}  # noqa: RUF012 - typed as an instance variable by Textual

    def __init__(self, text: str) -> None:
        super().__init__(text, open_links=False)

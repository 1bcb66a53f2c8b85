"""What would be done, one thing on a line."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from screens.widgets.item import Item
from wizard.steps.base import Outlook


class PlanList(Vertical):
    """Lists the changes of an outlook; whom they are about may be chosen below it."""

    DEFAULT_CSS = "PlanList { height: auto; }"

    def __init__(self, outlook: Outlook) -> None:
        super().__init__()
        self._outlook = outlook

    def compose(self) -> ComposeResult:
        """Lay out the changes."""
        yield from (Item("- ", words) for words in self._outlook.planned())

    def tell(self, chosen: Sequence[str]) -> None:
        """Name whom the changes are about."""
        for item, words in zip(self.query(Item), self._outlook.planned(chosen), strict=False):
            item.say(words)

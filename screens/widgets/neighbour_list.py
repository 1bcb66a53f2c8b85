"""A list that the arrows leave at its ends for the next one."""

from textual.widgets import OptionList


class NeighbourList(OptionList):
    """One of several lists of a screen, all of which the arrows reach."""

    DEFAULT_CSS = """
    NeighbourList { height: auto; border: none; padding: 0; background: $background; }
    """

    def action_cursor_down(self) -> None:
        """Go down, from the last line to the first of the next list."""
        if self.highlighted == self.option_count - 1:
            self._go_on(self.screen.focus_next(NeighbourList), first=True)
        else:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Go up, from the first line to the last of the list before."""
        if self.highlighted == 0:
            self._go_on(self.screen.focus_previous(NeighbourList), first=False)
        else:
            super().action_cursor_up()

    def _go_on(self, other: object, *, first: bool) -> None:
        if isinstance(other, OptionList) and other.option_count:
            other.highlighted = 0 if first else other.option_count - 1

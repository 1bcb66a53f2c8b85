"""A list that the arrows leave at its ends."""

from textual.widgets import OptionList


class PassingList(OptionList):
    """A list beside other things: the arrows go on from its last line, and back from its first."""

    def action_cursor_down(self) -> None:
        """Go down, from the last line to what comes after the list."""
        if self.highlighted is None or self.highlighted == self.option_count - 1:
            self.screen.focus_next()
        else:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Go up, from the first line to what comes before the list."""
        if not self.highlighted:
            self.screen.focus_previous()
        else:
            super().action_cursor_up()

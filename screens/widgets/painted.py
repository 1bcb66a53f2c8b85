"""What waits until a widget is painted, which may be taken away before that."""

from collections.abc import Callable

from textual.widget import Widget


def once_painted(widget: Widget, do: Callable[[], object]) -> None:
    """Do something with a widget after the next painting, unless it is being taken away by then.

    What stands in a widget goes before the widget does, so that it would look for it in vain.
    """

    def unless_going() -> None:
        if widget.is_attached and widget.display:  # which is false, too, for what is being removed
            do()

    widget.call_after_refresh(unless_going)

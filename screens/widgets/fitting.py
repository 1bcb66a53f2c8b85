"""Containers that keep in sight what must be: what scrolls gives way, and buttons wrap."""

from fractions import Fraction

from textual.containers import Vertical
from textual.geometry import NULL_OFFSET, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.layouts.vertical import VerticalLayout
from textual.widget import Widget

from screens.widgets.below import LEAST_BELOW, Below

_LEAST = 2
"""Rows that what can scroll keeps; what cannot is cut only after that, and keeps its first one."""
_ENOUGH = 6
"""Rows that a table keeps while its chosen row is shown whole below it."""


class _FittingLayout(VerticalLayout):
    """One below the other; where there is no room for all, what can scroll is lower."""

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        placed: list[WidgetPlacement] = list(super().arrange(parent, children, size, greedy))
        last = placed[-1] if placed else None
        over = last.region.bottom + last.margin.bottom - size.height if last else 0
        if size.height <= 0 or over <= 0:
            return placed
        scrolling = [each.widget.styles.overflow_y != "hidden" for each in placed]
        tallest = sorted(range(len(placed)), key=lambda at: -placed[at].region.height)
        belows = [at for at in tallest if isinstance(placed[at].widget, Below)]
        giving = [(at, _ENOUGH) for at in tallest if scrolling[at] and belows]
        giving += [(at, LEAST_BELOW) for at in belows]
        giving += [(at, _LEAST) for at in tallest if scrolling[at]]
        giving += [
            (at, 1)
            for at in tallest
            if not (scrolling[at] or isinstance(placed[at].widget, Buttons))
        ]
        for at, least in giving:
            each = placed[at]
            given = max(0, min(over, each.region.height - least))
            over -= given
            lower = each.region.shrink((0, 0, given, 0))
            moved = [p._replace(region=p.region.translate((0, -given))) for p in placed[at + 1 :]]
            placed[at:] = [each._replace(region=lower), *moved]
        return placed


class _WrappingLayout(Layout):
    """One beside the other, and in a next line where there is no room for more."""

    name = "wrapping"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        parent.pre_layout(self)
        width, height = Fraction(size.width), Fraction(size.height)
        placed: list[WidgetPlacement] = []
        x = y = 0
        for child in children:
            # What every layout of Textual asks, by this name alone.
            box = child._get_box_model(size, parent.app.size, width, height, greedy=greedy)
            wide, high, margin = int(box.width), int(box.height), box.margin
            if x and x + wide > size.width:
                x, y = 0, y + high
            placed.append(WidgetPlacement(Region(x, y, wide, high), NULL_OFFSET, margin, child))
            x += wide + margin.right
        return placed


_FITTING, _WRAPPING = _FittingLayout(), _WrappingLayout()


class Fitting(Vertical):
    """A page or a dialog, whose buttons stay in sight however long the rest is."""

    @property
    def layout(self) -> Layout:
        """The layout, whatever the styles say."""
        return _FITTING


class Buttons(Vertical):
    """Buttons beside each other, in as many lines as they need."""

    DEFAULT_CSS = "Buttons { height: auto; }"

    def on_resize(self) -> None:
        """Keep away from the keys below, where there are several lines of both."""
        self.set_class(self.size.height > 1, "-in-lines")

    @property
    def layout(self) -> Layout:
        """The layout, whatever the styles say."""
        return _WRAPPING

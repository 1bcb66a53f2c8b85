"""What a terminal without Unicode shows instead of edges, bars and signs: one letter for each."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("╭╮╰╯┌┐└┘", "+"),
        **dict.fromkeys("─━▔·\u2013\u2014", "-"),
        **dict.fromkeys("│┃▌▐▎▊▏", "|"),
        **dict.fromkeys("▁▂▃▄▅▆▇█", " "),
        **dict(zip("✓✗▸○•…↓▼↑▲→“”\u2018\u2019", "vx>o*.vv^^>\"\"''", strict=True)),
    }
)


class Letters(LineFilter):
    """Paints letters, whatever a widget draws; what came from outside stays as it is."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return a line in letters."""
        return [
            Segment(text.translate(_LETTERS), style, control) for text, style, control in segments
        ]

"""The profiles as a table, each on a line of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static
from textual.widgets.option_list import Option

from screens.widgets.neighbour_list import NeighbourList

if TYPE_CHECKING:
    from wizard.reports.overview import ProfileRow


class _Profiles(NeighbourList):
    """The lines; a click goes to one, and goes on with the one it is at."""

    async def _on_click(self, event: events.Click) -> None:
        at = event.style.meta.get("option")
        if isinstance(at, int) and at != self.highlighted:
            event.prevent_default()  # else the list takes it at once
            self.highlighted = at


class ProfileTable(Vertical):
    """Shows how profiles stand, with as many columns as there is room for."""

    DEFAULT_CSS = """
    ProfileTable { height: auto; }
    ProfileTable > #heads { dock: top; height: 1; padding: 0 1; color: $text-muted; }
    ProfileTable > #profiles { max-height: 100%; }
    """

    heads = query_one("#heads", Static)
    profiles = query_one("#profiles", NeighbourList)

    def __init__(self, names: Sequence[str], chosen: str | None) -> None:
        """Show names until it is known how the profiles stand.

        Args:
            names: Those of the profiles.
            chosen: The one the cursor begins at; None is the first.
        """
        super().__init__()
        self.display = bool(names)
        self._names = list(names)
        self._rows: Sequence[ProfileRow] = ()
        self._chosen = chosen
        self._begun_at: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out the heads and the list, where there is a profile."""
        if not self._names:
            return
        yield Static("", id="heads", markup=False)
        options = (Option(name, id=name) for name in self._names)
        yield _Profiles(*options, id="profiles", compact=True, markup=False)

    def on_mount(self) -> None:
        """Begin at the profile that was asked for."""
        self._highlight(self._chosen)
        self._begun_at = self.profile

    @property
    def profile(self) -> str | None:
        """The profile the cursor is at."""
        at = self.profiles.highlighted if self._names else None
        return None if at is None or at >= len(self._names) else self._names[at]

    def show(self, rows: "Sequence[ProfileRow]") -> None:
        """Show how the profiles stand, and keep the cursor where somebody has put it."""
        wanted = self._chosen if self.profile == self._begun_at else self.profile
        self._rows, self._names = rows, [row.profile for row in rows]
        self.display = bool(rows)
        if not rows and not self.children:
            return
        if not self.children:  # the first profile came meanwhile, from another window
            self.mount_all(self.compose())
        lines = self._lines()
        self.profiles.clear_options()
        self.profiles.add_options(
            [Option(line, id=row.profile) for line, row in zip(lines, rows, strict=True)]
        )
        self._highlight(wanted)

    def on_resize(self, _: events.Resize) -> None:
        """Show as many columns as there is room for now."""
        if self._rows:
            for at, line in enumerate(self._lines()):
                self.profiles.replace_option_prompt_at_index(at, line)

    def _highlight(self, name: str | None) -> None:
        if self._names:
            self.profiles.highlighted = self._names.index(name) if name in self._names else 0

    def _lines(self) -> list[Content]:
        from wizard.reports.overview import laid_out

        width = self.app.size.width - 5  # padding, bar, scroll bar
        heads, *lines = laid_out(self._rows, width)
        self.heads.update(Content(heads))
        return [Content(line) for line in lines]

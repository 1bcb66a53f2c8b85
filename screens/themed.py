"""The part of the application that is about how it looks, and remembers what was chosen."""

from textual import events

from screens.breakpoints import follow
from screens.letters import Letters
from screens.pasting import PasteGuard
from screens.themes import DARK, PALETTES, themes
from wizard.machine.glyphs import shows_signs
from wizard.store.settings import choose_theme, chosen_theme


class ThemedApp(PasteGuard):
    """An application in the colours that were chosen last."""

    def __init__(self) -> None:
        super().__init__()
        for theme in themes(self.console.color_system):
            self.register_theme(theme)
        chosen = chosen_theme()
        self._begin_in(chosen if chosen in self.available_themes else DARK)
        if not shows_signs():
            self.add_class("-letters")
            self._filters.append(Letters())  # Textual takes no filter otherwise

    def _begin_in(self, name: str) -> None:
        """Have a theme from the first frame on, instead of all styles read again after it."""
        self.set_reactive(ThemedApp.theme, name)
        dark = self.current_theme.dark
        self.update_classes({"-dark-mode": dark, "-light-mode": not dark}, update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def on_resize(self, event: events.Resize) -> None:
        """Let every screen follow, those below a dialog too."""
        for screen in self.screen_stack:
            if screen.is_mounted:  # else it finds the size when it is composed
                follow(screen, event.size)

    def take_next_theme(self) -> None:
        """Switch to the next theme, and remember it.

        Raises:
            ProfileError: It could not be remembered; it is shown all the same.
        """
        names = list(PALETTES)
        here = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(here + 1) % len(names)]
        choose_theme(self.theme)

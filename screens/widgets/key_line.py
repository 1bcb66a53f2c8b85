"""The keys that work here, in one line."""

from typing import NamedTuple

from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Static


class Key(NamedTuple):
    """One key as it is shown."""

    key: str
    display: str
    description: str
    enabled: bool


class KeyLine(Static):
    """Shows the keys and takes clicks on them; painted anew only when they change.

    Textual's own footer makes all its widgets anew at every change of focus, which costs more
    than everything else on our screens together.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyLine {
        dock: bottom; height: 1; padding: 0 1;
        background: $footer-background; color: $footer-foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # keys are not underlined
        self._keys: tuple[Key, ...] = ()

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._renew)
        self._renew(self.screen)

    def _renew(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return
        keys = self._active(screen)
        if keys != self._keys:
            self._keys = keys
            self.update(Content("  ").join(_shown(key) for key in keys), layout=False)

    def _active(self, screen: Screen[object]) -> tuple[Key, ...]:
        """Return the keys to show; of several keys for one action, the first."""
        found: dict[str, Key] = {}
        for _, binding, enabled, _ in screen.active_bindings.values():
            if binding.show and binding.action not in found:
                display = self.app.get_key_display(binding)
                found[binding.action] = Key(binding.key, display, binding.description, enabled)
        return tuple(found.values())


def _shown(key: Key) -> Content:
    press = Style.from_meta({"@click": f"app.simulate_key({key.key!r})"})
    words = Content.assemble((key.display, "bold $footer-key-foreground"), f" {key.description}")
    return words.stylize(press) if key.enabled else words.stylize("dim")

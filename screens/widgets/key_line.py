"""The keys that work here and that no button shows, in one line."""

from typing import Any, NamedTuple

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.selection import Selection
from textual.style import Style
from textual.widgets import Button, Input, Static

from screens.keys import KEYS
from screens.widgets.painted import once_painted
from screens.widgets.scrolled import Scrolled

_LAST = ("help", "steps", "more", "palette")
"""What every step has comes after what a screen has of its own, in this order."""
_OURS = frozenset(KEYS.values())
_KNOWN = frozenset(
    KEYS[each] for each in ("confirm", "up", "down", "left", "right", "next", "before")
)
"""What everybody tries anyway."""
_SCROLLING = {KEYS["more"]: "More", KEYS["less"]: "Less"}
"""What lists and tables of Textual call otherwise."""
_BETWEEN = 2
"""Cells between two keys."""


class Key(NamedTuple):
    """One key as it is shown."""

    key: str
    display: str
    description: str
    enabled: bool

    @property
    def width(self) -> int:
        """Cells that it takes."""
        return len(self.display) + 1 + len(self.description)


_LEAVE = Key(KEYS["leave"], "^q", "Leave", True)
"""Leads out from everywhere, so it always stands there."""


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
        self._is_due = False

    def get_selection(self, selection: Selection) -> None:
        """Give nothing to be copied: it is no part of what is read, and changes meanwhile."""

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)
        self._renew()

    def on_resize(self, _event: events.Resize) -> None:
        """Show as many keys as there is room for."""
        self._renew()

    def _follow(self, _screen: Screen[object]) -> None:
        """Look for the keys once what was pressed is painted, however often they change by then."""
        if not self._is_due and self.is_attached:
            self._is_due = True
            once_painted(self, self._renew)

    def _renew(self) -> None:
        self._is_due = False
        keys = _fitting(self._active(self.screen), self.size.width or self.app.size.width - 2)
        if keys != self._keys:
            self._keys = keys
            self.update(Content(" " * _BETWEEN).join(map(_shown, keys)), layout=False)

    def _active(self, screen: Screen[object]) -> list[Key]:
        """Return the keys to show; of several keys for one action, the first."""
        buttons = {str(button.label) for button in screen.query(Button) if button.display}
        scrolled = list(screen.query(Scrolled))
        has_more = any(each.show_vertical_scrollbar for each in scrolled)
        found: dict[str, Key] = {}
        for node, binding, enabled, _ in screen.active_bindings.values():
            said_once = binding.action not in found and binding.description not in buttons
            shows = binding.show
            if scrolled and binding.key == KEYS["more"]:  # a field leaves it to what is around it
                shows = has_more and (shows or isinstance(node, Scrolled | Input))
            if shows and said_once and binding.key != _LEAVE.key:
                display = self.app.get_key_display(binding)
                words = _SCROLLING.get(binding.key, binding.description)
                found[binding.action] = Key(binding.key, display, words, enabled)
        return sorted(found.values(), key=_place)


def _place(key: Key) -> int:
    """Return where a key stands: the way back first, what every step has last."""
    if key.key == KEYS["close"]:
        return -1
    last = [KEYS[meaning] for meaning in _LAST]
    return last.index(key.key) + 1 if key.key in last else 0


def _fitting(keys: list[Key], width: int) -> tuple[Key, ...]:
    """Return what there is room for, and how to leave; help tells of the rest, so it stays."""
    shown = [*keys, _LEAVE]
    kept = {KEYS["close"], KEYS["help"], KEYS["leave"]}
    while sum(key.width + _BETWEEN for key in shown) - _BETWEEN > width:
        less = [key for key in shown if key.key not in kept]
        if not less:
            break
        shown.remove(less[-1])
    return tuple(shown)


def _shown(key: Key) -> Content:
    press = Style.from_meta({"@click": f"app.simulate_key({key.key!r})"})
    words = Content.assemble((key.display, "bold $footer-key-foreground"), f" {key.description}")
    return words.stylize(press) if key.enabled else words.stylize("$text-muted")


def keys_of(screen: Screen[Any]) -> tuple[tuple[str, str], ...]:
    """Return every key that works on a screen and that has words, each with what it does."""
    keys: dict[str, tuple[str, str]] = {}
    for _, binding, enabled, _ in screen.active_bindings.values():
        if enabled and binding.description and binding.key in _OURS and binding.key not in _KNOWN:
            press = screen.app.get_key_display(binding)
            words = _SCROLLING.get(binding.key, binding.description)
            keys.setdefault(binding.action, (press, words))
    return tuple(keys.values())

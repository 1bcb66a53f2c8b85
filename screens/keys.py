"""Which key does what: one table for all screens, so that a key means one thing on each of them.

Function keys and those with Ctrl work while somebody types. Letters work where nothing is typed.
"""

from typing import TypedDict, Unpack

from textual.binding import Binding

KEYS = {
    "confirm": "enter",
    "close": "escape",
    "leave": "ctrl+q",
    "interrupt": "ctrl+c",
    "palette": "ctrl+p",
    "suspend": "ctrl+z",
    "help": "f1",
    "steps": "f2",
    "microsoft": "f3",
    "copy": "f4",
    "again": "f5",
    "by-hand": "f7",
    "practice": "f8",
    "theme": "f9",
    "code": "f10",
    "address": "f12",
    "more": "pagedown",
    "less": "pageup",
    "person-before": "ctrl+up",
    "next-person": "ctrl+down",
    "mark": "space",
    "up": "up",
    "down": "down",
    "left": "left",
    "right": "right",
    "next": "tab",
    "before": "shift+tab",
    "add": "a",
    "profiles": "c",
    "remove": "d",
    "edit": "e",
    "filter": "f",
    "people": "g",
    "in-portal": "h",
    "import": "i",
    "mark-all": "m",
    "person": "j",
    "person-back": "k",
    "open": "o",
    "generation": "p",
    "reset": "r",
    "switch": "s",
    "everybody": "t",
    "take-back": "u",
    "view": "v",
    "export": "x",
    "yes": "y",
    "no": "n",
}
"""The key of each meaning.

`close` is also back, and stops what goes on; `by-hand` changes between by hand and through Graph;
`microsoft` asks what only Microsoft knows; `address` shows a link alone; `generation` changes
between the newer and the older portal. Digits copy the value with that number. `y` and `n` answer
where that is the question.
"""


class Shown(TypedDict, total=False):
    """How a key is shown, and whether it comes before what has the focus."""

    show: bool
    priority: bool
    tooltip: str
    key_display: str


def key(meanings: str, action: str, label: str, **shown: Unpack[Shown]) -> Binding:
    """Bind keys to an action.

    Args:
        meanings: Meanings of `KEYS`, or digits, with blanks between them.
        action: What is done.
        label: What the line of keys says, unless a button says it.
        shown: How it is shown.
    """
    keys = (each if each.isdigit() else KEYS[each] for each in meanings.split())
    return Binding(",".join(keys), action, label, **shown)


ARROWS = (
    key("up left", "app.focus_previous", "Before", show=False),
    key("down right", "app.focus_next", "After", show=False),
)
"""Arrows go from one to the next, where what has the focus does not need them itself."""

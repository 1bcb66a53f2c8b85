"""Which key does what: one table for all screens, so that a key means one thing on each of them.

Function keys and those with Ctrl work while somebody types. Letters work where nothing is typed,
and belong to their screen, which shows them.
"""

from typing import TypedDict, Unpack

from textual.binding import Binding

KEYS = {
    "confirm": "enter",
    "close": "escape",
    "leave": "ctrl+q",
    "help": "f1",
    "steps": "f2",
    "aside": "f3",
    "copy": "f4",
    "again": "f5",
    "besides": "f6",
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
    "take-back": "u",
    "up": "up",
    "down": "down",
}
"""The key of each meaning.

`close` is also back; `by-hand` changes between by hand and through Graph; `aside` and `besides` are
for what only this screen has.
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
        meanings: Meanings of `KEYS`, or letters and digits, with blanks between them.
        action: What is done.
        label: What the line of keys says.
        shown: How it is shown.
    """
    keys = (each if len(each) == 1 else KEYS[each] for each in meanings.split())
    return Binding(",".join(keys), action, label, **shown)

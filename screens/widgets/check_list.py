"""Checks as they come in: what passed is one line, what is to be known or failed stands below."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Static

from screens.widgets.item import Item
from screens.widgets.marks import sign
from screens.widgets.recipe import HOW_TO_COPY, WithRecipe
from screens.widgets.underway import Underway
from wizard.checks.check import VERDICT_CHECK, Check, Status
from wizard.store.marks import Mark
from wizard.words.waiting import in_units

if TYPE_CHECKING:
    from textual.widget import Widget

_WORTH_TELLING = 100
"""Milliseconds below which nobody wants to know."""
_SIGNS = {
    Status.FAILED: (Mark.FAILED, "failed"),
    Status.PASSED: (Mark.SEEN, "passed"),
    Status.WARNED: (Mark.ATTENTION, "to know"),
    Status.SKIPPED: (Mark.SKIPPED, "skipped"),
}


class CheckList(Vertical, WithRecipe):
    """Counts checks, opens what failed by itself, and shows each one when asked for details."""

    DEFAULT_CSS = """
    CheckList, CheckList > * { height: auto; }
    CheckList { margin: 1 0 0 0; }
    CheckList > #tally-line { height: auto; }
    CheckList #tally { width: 1fr; height: auto; }
    CheckList #took { width: auto; color: $text-muted; }
    CheckList > #told Item { margin: 1 0 0 0; padding: 0 1 0 0; }
    CheckList > #told Item.-failed { border-left: outer $error; background: $bad-tint; }
    CheckList > #told Item.-failed:nocolor { border-left: outer white; }
    CheckList > #each { display: none; margin: 1 0 0 0; }
    CheckList.-detailed > #each { display: block; }
    CheckList.-detailed > #told { display: none; }
    """

    tally = query_one("#tally", Static)
    took = query_one("#took", Static)
    told = query_one("#told", Vertical)
    each = query_one("#each", Vertical)
    underway = query_one(Underway)

    def __init__(self) -> None:
        super().__init__()
        self._checks: list[Check] = []

    def compose(self) -> ComposeResult:
        """Lay out an empty list."""
        with Horizontal(id="tally-line"):
            yield Static("", id="tally")
            yield Static("", id="took")
        yield Underway()
        yield Vertical(id="told")
        yield Vertical(id="each")

    def begin(self, words: str, stop: str) -> None:
        """Forget all checks, and say which one is running."""
        self._checks.clear()
        self.told.remove_children()
        self.each.remove_children()
        self.tally.update("")
        self.took.update("")
        self.offer_commands(())
        self.underway.begin(words, stop)

    def start(self, title: str) -> None:
        """Say which check is running."""
        self.underway.say(title)

    def add(self, check: Check) -> None:
        """Count a check that ended."""
        self._checks.append(check)
        self.tally.update(_tally(self._checks))

    def end(self) -> None:
        """Show what failed and what is to be known; nothing runs any more."""
        self.underway.end()
        checks = _without_summary(self._checks)
        if (spent := sum(check.duration_ms for check in self._checks)) >= _WORTH_TELLING:
            self.took.update(in_units(spent / 1000))
        failed = [check for check in checks if check.status is Status.FAILED]
        warned = [check for check in checks if check.status is Status.WARNED]
        # What takes few lines first: below a long recipe nobody would see that there is more.
        warned.sort(key=lambda check: len(check.hint))
        self.told.mount_all(_opened([*failed, *warned]))
        self.offer_commands(check.hint for check in (*failed, *warned))
        self._fill()

    def toggle_details(self, button: Button) -> None:
        """Show each check with its time, and go there; or show them no more, as a button says."""
        self.toggle_class("-detailed")
        self._fill()
        is_open = self.has_class("-detailed")
        button.label = Content("Fewer details" if is_open else "Details")
        button.refresh(layout=True)
        if is_open:
            self.call_after_refresh(self.each.scroll_visible, animate=False, top=True)

    def _fill(self) -> None:
        """Lay out each check, but only for somebody who asked for it."""
        if self.has_class("-detailed") and not self.each.children:
            self.each.mount_all(_opened(self._checks))


def _without_summary(checks: list[Check]) -> list[Check]:
    """Leave out a sum that only repeats what failed, or is in doubt, before it."""
    return [check for check in checks if check.id != VERDICT_CHECK or check.status is Status.PASSED]


def _tally(checks: list[Check]) -> Content:
    numbers = Counter(check.status for check in _without_summary(checks))
    counted = (
        Content.assemble(sign(mark), f" {numbers[status]} {word}")
        for status, (mark, word) in _SIGNS.items()
        if numbers[status]
    )
    return Content("   ").join(counted)


def _opened(checks: Iterable[Check]) -> Iterator["Widget"]:
    for check in checks:
        item = Item(Content.assemble(sign(_SIGNS[check.status][0]), " "), _explained(check))
        yield item.set_class(check.status is Status.FAILED, "-failed")


def _explained(check: Check) -> Content:
    """Return what a check found; cause, next step and tracking id when something is wrong."""
    time = f"  {check.duration_ms} ms" if check.duration_ms else ""
    parts: list[Content | str | tuple[str, str]] = [
        (f"{check.title}  ", "bold"),
        check.message,
        (time, "$text-muted"),
    ]
    if check.status in {Status.FAILED, Status.WARNED}:
        if check.hint:
            parts += ["\n", ("Next: ", "bold"), check.hint]
            if "\n  " in check.hint:
                parts += ["\n", (HOW_TO_COPY, "$text-muted")]
        if check.tracking_id:
            parts += ["\n", ("Tracking id: ", "bold"), check.tracking_id]
    if check.status is Status.FAILED:
        parts += ["\n", (f"Code: {check.code}", "$text-muted")]
    return Content.assemble(*parts)

"""Checks as they come in: a sign and a word for each, with cause and next step for a failure."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Static

from screens.widgets.item import Item

if TYPE_CHECKING:
    from wizard.checks.check import Check

_SIGNS = {"passed": "✓", "warned": "!", "failed": "✗", "skipped": "\N{EN DASH}"}
_STYLES = {
    "passed": "$text-success",
    "warned": "$text-warning",
    "failed": "bold $text-error",
    "skipped": "$text-muted",
}


class CheckList(Vertical):
    """A growing list of checks, and below it the one that is running."""

    DEFAULT_CSS = """
    CheckList { height: auto; }
    CheckList > #checks { height: auto; }
    CheckList > #underway { height: auto; display: none; }
    """

    checks = query_one("#checks", Vertical)
    underway = query_one("#underway", Static)

    def compose(self) -> ComposeResult:
        """Lay out an empty list."""
        yield Vertical(id="checks")
        yield Static("", id="underway")

    def start(self, title: str = "") -> None:
        """Say which check is running; the empty string when none is."""
        self.underway.display = bool(title)
        self.underway.update(Content.assemble(("… ", "bold"), title))

    def add(self, check: "Check") -> None:
        """Add the outcome of a check."""
        self.start()
        status = str(check.status)
        sign = Content.styled(f"{_SIGNS[status]} {status:<9}", _STYLES[status])
        self.checks.mount(Item(sign, _explained(check)).set_class(status == "failed", "-failed"))

    def show_first_failure(self) -> None:
        """Scroll to the first check that failed: the others mostly follow from it."""
        failed = self.query(Item).filter(".-failed")
        if failed:
            self.call_after_refresh(failed.first().scroll_visible, animate=False, top=True)

    def reset(self) -> None:
        """Forget all checks."""
        self.checks.remove_children()
        self.start()


def _explained(check: "Check") -> Content:
    """Return what a check found; cause, next step and tracking id when something is wrong."""
    time = f"  {check.duration_ms} ms" if check.duration_ms else ""
    parts: list[Content | str | tuple[str, str]] = [
        (f"{check.title}: ", "bold"),
        check.message,
        (time, "dim"),
    ]
    if str(check.status) in {"failed", "warned"}:
        if check.hint:
            parts += ["\n", ("Next: ", "bold"), check.hint]
        if check.tracking_id:
            parts += ["\n", ("Tracking id: ", "bold"), check.tracking_id]
    if str(check.status) == "failed":
        parts += ["\n", (f"Code: {check.code}", "dim")]
    return Content.assemble(*parts)

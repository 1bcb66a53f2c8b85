"""Checks as they come in: a sign and a word for each, with cause and next step for a failure."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from wizard.checks.check import Check

SIGNS = {"passed": "✓", "warned": "!", "failed": "✗", "skipped": "-"}
STYLES = {
    "passed": "$success",
    "warned": "$warning",
    "failed": "bold $error",
    "skipped": "$text-muted",
}


class CheckList(Static):
    """A growing list of checks in one widget."""

    DEFAULT_CSS = "CheckList { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._checks: list[Check] = []
        self._underway = ""

    def start(self, title: str = "") -> None:
        """Say which check is running; the empty string when none is."""
        self._underway = title
        self._show()

    def add(self, check: "Check") -> None:
        """Add the outcome of a check."""
        self._checks.append(check)
        self._underway = ""
        self._show()

    def reset(self) -> None:
        """Forget all checks."""
        self._checks.clear()
        self._underway = ""
        self._show()

    def _show(self) -> None:
        lines = [_line(check) for check in self._checks]
        if self._underway:
            lines.append(Content.assemble(("… ", "bold"), self._underway))
        self.update(Content("\n").join(lines))


def _line(check: "Check") -> Content:
    status = str(check.status)
    time = f"  {check.duration_ms} ms" if check.duration_ms else ""
    head = Content.assemble(
        (f"{SIGNS[status]} {status:<8}", STYLES[status]),
        (f"{check.title}: ", "bold"),
        check.message,
        (time, "dim"),
    )
    if status not in {"failed", "warned"}:
        return head
    parts: list[Content | str | tuple[str, str]] = [head]
    if check.hint:
        parts += ["\n           ", ("Next: ", "bold"), check.hint]
    if check.tracking_id:
        parts += ["\n           ", ("Tracking id: ", "bold"), check.tracking_id]
    return Content.assemble(*parts)

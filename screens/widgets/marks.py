"""The marks of steps on the screens: a sign, and a colour that only repeats what it says."""

from textual.content import Content

from wizard.flow.marks import MARK_SIGNS
from wizard.store.marks import Mark

_STYLES = {
    Mark.SEEN: "$text-success",
    Mark.SAID: "$text-primary",
    Mark.ATTENTION: "bold $text-warning",
    Mark.FAILED: "bold $text-error",
    Mark.SKIPPED: "$text-muted",
    Mark.OPEN: "$text-muted",
}


def sign(mark: Mark) -> Content:
    """Return the sign of a mark in its colour."""
    return Content.styled(MARK_SIGNS[mark], _STYLES[mark])

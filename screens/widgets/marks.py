"""The marks of steps on the screens: a sign, and a colour that only repeats what it says."""

from functools import cache

from textual.content import Content

from wizard.flow.marks import HERE, HERE_LETTER, MARK_LETTERS, MARK_WORDS, signs_for
from wizard.machine.glyphs import terminal_encoding
from wizard.store.marks import Mark

_IN_FIRST_LINE = 4
_STYLES = {
    Mark.SEEN: "$text-success",
    Mark.SAID: "$text-primary",
    Mark.ATTENTION: "bold $text-warning",
    Mark.FAILED: "bold $text-error",
    Mark.SKIPPED: "$text-muted",
    Mark.OPEN: "$text-muted",
}


def signs() -> tuple[dict[Mark, str], str]:
    """Return the signs that this terminal can show, and that of the step somebody is at."""
    return _signs_in(terminal_encoding())


@cache
def _signs_in(encoding: str) -> tuple[dict[Mark, str], str]:
    marks = signs_for(encoding)
    return dict(marks), HERE_LETTER if marks is MARK_LETTERS else HERE


def sign(mark: Mark) -> Content:
    """Return the sign of a mark in its colour."""
    return Content.styled(signs()[0][mark], _STYLES[mark])


def lead_sign(mark: Mark) -> Content:
    """Return the sign of a mark in its colour, and the blank before what it is about."""
    return Content.styled(f"{signs()[0][mark]} ", _STYLES[mark])


def legend() -> Content:
    """Return what the marks mean, in two lines."""
    known = [Content.assemble(sign(mark), f" {words}") for mark, words in MARK_WORDS.items()]
    here = Content.assemble((signs()[1], "bold $text-primary"), " here")
    lines = (known[:_IN_FIRST_LINE], [*known[_IN_FIRST_LINE:], here])
    return Content("\n").join(Content("   ").join(line) for line in lines)

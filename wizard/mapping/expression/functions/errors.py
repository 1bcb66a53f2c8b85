"""The error of a function that has no value for its arguments."""

from wizard.mapping.expression.errors import ExpressionError
from wizard.words.text import plain_line

_SHOWN = 60
"""Characters of an argument that a message repeats."""


class EvaluationError(ExpressionError):
    """A function that cannot work with the arguments it got; the evaluator adds the position."""

    code = "evaluation"


def shown(text: str) -> str:
    """Return the beginning of an argument, safe to repeat in a message."""
    return plain_line(text, _SHOWN)

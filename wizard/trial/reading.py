"""What one row of a mapping yields for one person."""

from wizard.mapping.document import Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.values import Context, Flow, Value
from wizard.mapping.functions.logic import rendered
from wizard.mapping.lint.trees import tree_of
from wizard.mapping.people import Person
from wizard.trial.outcome import Reading
from wizard.words.text import plain


def reading(row: Row, person: Person, context: Context) -> Reading:
    """Return what a row yields for a person, whatever is wrong with it."""
    if not row.source.strip():
        return _sent(row, None)
    try:
        return _sent(row, rendered(evaluate(tree_of(row), person, context)))
    except ExpressionError as error:
        return Reading("error", error.message, error.hint, error.position)
    except (MemoryError, RecursionError):
        return Reading("error", "The expression needs more memory than there is.", "Simplify it.")


def _sent(row: Row, value: Value) -> Reading:
    if value is Flow.IGNORE_ATTRIBUTE:
        return Reading("kept", "")
    if value is Flow.IGNORE_OBJECT:
        return Reading("ignored", "")
    if isinstance(value, tuple):
        value = " | ".join(str(each) for each in value)
    if value is not None and value != "":
        return Reading("value", plain(value))
    if row.default_value:
        return Reading("default", plain(row.default_value))
    return Reading("empty", "")

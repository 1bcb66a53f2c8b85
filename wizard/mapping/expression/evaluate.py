"""The value of a tree for a person, node by node: plain, and the measure of the compiler."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, cast

from wizard.mapping.expression.comparison import holds
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.functions.errors import shown
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import (
    WORDS,
    Attribute,
    Comparison,
    Constant,
    FunctionCall,
    HexNumber,
    Node,
    Number,
    Omitted,
    Text,
    Word,
)
from wizard.mapping.expression.values import (
    NOT_SUPPLIED,
    Argument,
    Context,
    Ignore,
    NotSupplied,
    Value,
    value_of,
)
from wizard.words.text import plain_line

FAILURES: Final = (ArithmeticError, LookupError, TypeError, ValueError)
"""What a function may raise when a value is beyond it; it becomes an `ExpressionError`."""


def evaluate(node: Node, person: Mapping[str, object], context: Context | None = None) -> Value:
    """Return the value of an expression for a person.

    Args:
        node: The tree.
        person: Attributes as they come in JSON; a missing one is null.
        context: What else the expression may know; the present when left out.

    Returns:
        Text, a number, True or False, a tuple of these, None for null, or a `Ignore`. A mapping
        sends numbers and booleans as text: `rendered`.

    Raises:
        ExpressionError: The expression yields no value for this person; `position` is the call
            or attribute that failed.
    """
    try:
        value = _value(node, person, context or Context())
    except RecursionError as error:
        raise ExpressionError(
            "The functions are nested too deep to be evaluated.",
            "Simplify the expression.",
            code="nested-too-deep",
            position=node.position,
        ) from error
    return None if isinstance(value, NotSupplied) else value


def is_constant(node: Node) -> bool:
    """Tell whether a node is a constant by itself."""
    return isinstance(node, Text | Number | HexNumber)


def constant(node: Constant | Word | Omitted) -> Argument:
    """Return what a node without operands and attributes stands for."""
    if isinstance(node, Word):
        return WORDS[node.name]
    return NOT_SUPPLIED if isinstance(node, Omitted) else node.value


def _value(node: Node, person: Mapping[str, object], context: Context) -> Argument:
    if isinstance(node, Attribute):
        return _read(node, person)
    if not isinstance(node, FunctionCall | Comparison):
        return constant(node)
    # Every level of nesting costs stack, so what follows stays in this one function.
    call, operands, lazy = _operation(node, context)
    arguments: list[object] = []
    for operand in operands:
        if lazy:
            arguments.append(partial(_value, operand, person, context))
            continue
        argument = _value(operand, person, context)
        if isinstance(argument, Ignore):
            return argument
        arguments.append(argument)
    try:
        return call(*arguments)
    except ExpressionError as error:
        _blame(error, node, operands, arguments)
        raise
    except FAILURES as error:
        raise _beyond(node, error) from error


def _blame(
    error: ExpressionError,
    node: FunctionCall | Comparison,
    operands: tuple[Node, ...],
    arguments: list[object],
) -> None:
    """Note where a call failed: at the argument whose name or value the message gives."""
    if error.position is not None:
        return
    if isinstance(node, Comparison) or len(operands) == 1:
        error.at(node.position)
        return
    function = FUNCTIONS[node.name]
    for at, argument in enumerate(arguments):
        name = function.parameter(at).name
        is_named = error.message.startswith(f"{name} ")
        if is_named or _is_given(argument, error):
            error.at(operands[at].position)
            if not is_named:
                error.add(f"It is the argument {name} of {node.name}.")
            return
    error.at(node.position)


def _is_given(argument: object, error: ExpressionError) -> bool:
    if isinstance(argument, tuple):
        return error.code == "several-values" and len(argument) > 1
    return isinstance(argument, str) and f'"{shown(argument)}"' in error.message


def _operation(
    node: FunctionCall | Comparison, context: Context
) -> tuple[Callable[..., Argument], tuple[Node, ...], bool]:
    if isinstance(node, Comparison):
        sides = is_constant(node.left), is_constant(node.right)
        return partial(holds, node.operator, sides), (node.left, node.right), False
    function = FUNCTIONS[node.name]
    call = partial(function.call, context) if function.needs_context else function.call
    return cast("Callable[..., Argument]", call), node.arguments, function.lazy


def _read(node: Attribute, person: Mapping[str, object]) -> Value:
    try:
        return value_of(person.get(node.name))
    except ExpressionError as error:
        error.at(node.position)
        raise


def _beyond(node: FunctionCall | Comparison, error: Exception) -> ExpressionError:
    name = node.name if isinstance(node, FunctionCall) else "The comparison"
    return ExpressionError(
        f"{name} can do nothing with this value: {plain_line(error)}.",
        "Look at what its arguments yield for this person.",
        code="cannot-evaluate",
        position=node.position,
    )

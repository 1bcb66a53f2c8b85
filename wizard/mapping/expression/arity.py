"""Whether a function gets the arguments it needs, each named as Microsoft names it."""

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.registry import Function
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import FunctionCall, Omitted

_JOINS_MORE = 'Append puts two texts together; more of them Join does: Join("", [a], "-", [b]).'


def check_arity(call: FunctionCall) -> None:
    """Make sure that a function gets the arguments it needs.

    Raises:
        ExpressionError: `wrong-arity`, at the call where one is missing at its end, at the place
            that is empty, or at the argument that is too many.
    """
    function, count = FUNCTIONS[call.name], len(call.arguments)
    if not function.takes(count):
        raise _wrong_count(function, call)
    # Only where an optional argument before others is left out, places do not tell names.
    if function.in_order or function.most == count or function.repeated:
        for index, argument in enumerate(call.arguments):
            if isinstance(argument, Omitted) and function.parameter(index).required:
                name = function.parameter(index).name
                is_extra = function.takes(count - 1) and index + 1 > function.least
                raise _wrong(
                    f"{call.name} needs its argument {name}, and this place is empty.",
                    f"{'Remove the comma that is too many. ' if is_extra else ''}"
                    'Empty text is written "".',
                    argument.position,
                )


def _wrong_count(function: Function, call: FunctionCall) -> ExpressionError:
    count, takes = len(call.arguments), _takes(function)
    if function.most is not None and count > function.most:
        most = function.most
        has = f"{most} argument{'' if most == 1 else 's'}" if most else "no argument"
        return _wrong(
            f"{call.name} takes {has}, and this is one more.",
            _JOINS_MORE if call.name == "Append" else takes,
            call.arguments[most].position,
        )
    if function.repeated and count >= function.least:
        names = [parameter.name for parameter in function.parameters if parameter.repeating]
        return _wrong(
            f"{call.name} needs a {names[-1]} for each {names[0]}, and the last one has none.",
            takes,
            call.arguments[-1].position,
        )
    missing = [parameter.name for parameter in function.parameters[count:] if parameter.required]
    one_of = missing or [parameter.name for parameter in function.parameters if parameter.required]
    return _wrong(
        f"{call.name} needs its argument{'' if len(one_of) == 1 else 's'} {' and '.join(one_of)}.",
        takes,
        call.position,
    )


def _takes(function: Function) -> str:
    names = [
        parameter.name if parameter.required else f"{parameter.name} (may be left empty)"
        for parameter in function.parameters
    ]
    return f"It takes: {', '.join(names) or 'none'}{', ...' if function.repeated else ''}."


def _wrong(message: str, hint: str, position: int) -> ExpressionError:
    return ExpressionError(message, hint, code="wrong-arity", position=position)

"""An expression's text as a tree, without recursion: depth costs no stack here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.lexer import Token, tokens, unquoted
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import (
    MAX_DEPTH,
    WORDS,
    Attribute,
    Comparison,
    FunctionCall,
    HexNumber,
    Node,
    Number,
    Omitted,
    Operand,
    Text,
    Word,
)
from wizard.words.text import plain_line

_LONGEST_NUMBER = 30
"""Characters of a number; the service's decimals end at 29 digits."""

_LONGEST_HEX = 18
"""`&H` and the digits of 64 bits."""


def parse(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ExpressionError: Not an expression of this language; with `position` and one of the codes
            `empty`, `too-long`, `unbalanced`, `unexpected-character`, `missing-operand`,
            `missing-comma`, `empty-attribute`, `number-too-large`, `unknown-function`,
            `unknown-word`, `wrong-arity`, `nested-too-deep`, `comparison-outside`.
    """
    node = parse_argument(text)
    if isinstance(node, Comparison):
        raise ExpressionError(
            "A comparison alone is no value.",
            'Put it into a function: IIF([country] = "US", "yes", "no").',
            code="comparison-outside",
            position=node.position,
        )
    return node


def parse_argument(text: str) -> Node:
    """Return the tree of what may stand as an argument: an expression or a comparison.

    Raises:
        ExpressionError: As `parse`.
    """
    open_calls = [_Open(Token("start", "", 0))]
    for token, following in _pairs(tokens(text)):
        call = open_calls[-1]
        if token.kind == "word" and following.text == "(":
            call.refuse_operand(token)
            open_calls.append(_opened(token, len(open_calls)))
        elif token.text == "(" and token.kind == "mark":
            call.begin(token)
        elif token.kind == "operator":
            call.compare(token)
        elif token.kind == "mark" and len(open_calls) == 1:
            raise _stray(token)
        elif token.text == "," and token.kind == "mark":
            call.finish(token)
        elif token.kind == "mark":
            open_calls.pop()
            open_calls[-1].take(call.closed(token), call.name)
        else:
            call.take(_atom(token), token)
    return _complete(open_calls, len(text))


@dataclass
class _Open:
    """A call whose closing parenthesis has not come yet; the outermost one has no name."""

    name: Token
    opened: Token | None = None
    arguments: list[Node] = field(default_factory=list)
    left: Operand | None = None
    operator: Token | None = None
    operand: Operand | None = None

    def begin(self, token: Token) -> None:
        """Accept the parenthesis after the name, and no other."""
        if self.opened or self.name.kind == "start":
            raise ExpressionError(
                "A parenthesis stands only after the name of a function.",
                "Remove it, or write the function's name before it.",
                code="unexpected-character",
                position=token.position,
            )
        self.opened = token

    def refuse_operand(self, token: Token) -> None:
        """Make sure that a value may begin here."""
        if self.operand is not None:
            raise ExpressionError(
                "Here something new begins where a comma or the end was expected.",
                "Separate arguments with commas, and join texts with Join or Append.",
                code="missing-comma",
                position=token.position,
            )

    def take(self, node: Operand, token: Token) -> None:
        """Take a value as the operand of the current argument."""
        self.refuse_operand(token)
        self.operand = node

    def compare(self, token: Token) -> None:
        """Take a comparison sign after a value."""
        if self.operand is None or self.operator is not None:
            raise ExpressionError(
                f"The sign {token.text} compares two values, one on each side of it.",
                "There is no AND and no OR: put one IIF into another.",
                code="unexpected-character",
                position=token.position,
            )
        self.left, self.operator, self.operand = self.operand, token, None

    def finish(self, token: Token) -> None:
        """End the current argument."""
        self.arguments.append(self.argument(token))
        self.left = self.operator = self.operand = None

    def argument(self, end: Token) -> Node:
        """Return the current argument, which may be empty."""
        if self.operator is None or self.left is None:
            return Omitted(end.position) if self.operand is None else self.operand
        if self.operand is None:
            raise ExpressionError(
                f"After {self.operator.text} the value to compare with is missing.",
                'Empty text is written "".',
                code="missing-operand",
                position=end.position,
            )
        return Comparison(self.left, self.operator.text, self.operand, self.operator.position)

    def closed(self, token: Token) -> FunctionCall:
        """Return the finished call."""
        if self.arguments or self.operand is not None or self.operator is not None:
            self.finish(token)
        call = FunctionCall(self.name.text, tuple(self.arguments), self.name.position)
        check_arity(call)
        return call


def _pairs(stream: Iterator[Token]) -> Iterator[tuple[Token, Token]]:
    before = next(stream)
    for token in stream:
        yield before, token
        before = token


def _opened(name: Token, depth: int) -> _Open:
    if depth > MAX_DEPTH:
        raise ExpressionError(
            f"The functions are nested deeper than {MAX_DEPTH} levels.",
            "Simplify the expression; one Switch replaces many IIF.",
            code="nested-too-deep",
            position=name.position,
        )
    if name.text not in FUNCTIONS:
        raise ExpressionError(
            f"There is no function {plain_line(name.text)}.",
            _suggestion(name.text),
            code="unknown-function",
            position=name.position,
        )
    return _Open(name)


def _suggestion(name: str) -> str:
    names = {known.casefold(): known for known in FUNCTIONS}
    close = get_close_matches(name.casefold(), names, n=1)
    if close:
        return f"Did you mean {names[close[0]]}? Upper and lower case matter."
    return "Names of functions are listed in Microsoft's reference of expressions."


def check_arity(call: FunctionCall) -> None:
    """Make sure that a function gets the arguments it needs.

    Raises:
        ExpressionError: `wrong-arity`, at the call or at the argument that is missing.
    """
    function, count = FUNCTIONS[call.name], len(call.arguments)
    if not function.takes(count):
        names = ", ".join(parameter.name for parameter in function.parameters)
        raise ExpressionError(
            f"{call.name} cannot take {count} argument{'' if count == 1 else 's'}.",
            f"It takes: {names or 'none'}{', ...' if function.repeated else ''}.",
            code="wrong-arity",
            position=call.position,
        )
    # Only where an optional argument before others is left out, places do not tell names.
    if function.in_order or function.most == count or function.repeated:
        for index, argument in enumerate(call.arguments):
            if isinstance(argument, Omitted) and function.parameter(index).required:
                raise ExpressionError(
                    f"{call.name} needs its argument {function.parameter(index).name}.",
                    'Empty text is written "".',
                    code="wrong-arity",
                    position=argument.position,
                )


def _atom(token: Token) -> Operand:
    match token.kind:
        case "attribute":
            return _attribute(token)
        case "text":
            return Text(unquoted(token.text), token.position)
        case "word":
            return _word(token)
    if len(token.text) > (_LONGEST_HEX if token.kind == "hex" else _LONGEST_NUMBER):
        raise ExpressionError(
            "The number has too many digits.",
            "Put long digit strings into double quotes, as text.",
            code="number-too-large",
            position=token.position,
        )
    if token.kind == "hex":
        return HexNumber(int(token.text[2:], 16), token.position)
    number = float(token.text) if "." in token.text else int(token.text)
    return Number(number, token.position)


def _attribute(token: Token) -> Attribute:
    name = token.text[1:-1].strip()
    if not name:
        raise ExpressionError(
            "The brackets name no attribute.",
            "Attributes are written [name].",
            code="empty-attribute",
            position=token.position,
        )
    return Attribute(name, token.position)


def _word(token: Token) -> Word:
    if token.text not in WORDS:
        hint = f"Write {token.text}() for the function, " if token.text in FUNCTIONS else "Write "
        raise ExpressionError(
            f"The word {plain_line(token.text)} means nothing by itself.",
            f'{hint}[{token.text}] for an attribute or "{token.text}" for text.',
            code="unknown-word",
            position=token.position,
        )
    return Word(token.text, token.position)


def _stray(token: Token) -> ExpressionError:
    return ExpressionError(
        "This parenthesis closes nothing."
        if token.text == ")"
        else "A comma stands only between the arguments of a function.",
        "Count the parentheses, or remove it.",
        code="unbalanced" if token.text == ")" else "unexpected-character",
        position=token.position,
    )


def _complete(open_calls: list[_Open], end: int) -> Node:
    innermost = open_calls[-1]
    if len(open_calls) > 1:
        raise ExpressionError(
            f"The parenthesis after {plain_line(innermost.name.text)} is never closed.",
            "Add ) where its arguments end.",
            code="unbalanced",
            position=innermost.opened.position if innermost.opened else innermost.name.position,
        )
    return innermost.argument(Token("end", "", end))

"""An expression's text as a tree, without recursion: depth costs no stack here."""

from dataclasses import dataclass, field
from itertools import pairwise

from wizard.mapping.expression import faults
from wizard.mapping.expression.arity import check_arity
from wizard.mapping.expression.borrowed import instead_of_function
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
    return _Reader(text).read()


class _Reader:
    """Reads one expression, token by token."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._calls = [_Open(Token("start", "", 0))]
        self._before = Token("start", "", 0)

    def read(self) -> Node:
        """Return the tree; the first place that cannot be read is the one that is told."""
        for token, following in pairwise(tokens(self._text)):
            self._take(token, following)
            self._before = token
        return _complete(self._calls, len(self._text))

    def _take(self, token: Token, following: Token) -> None:
        call = self._calls[-1]
        match token.kind:
            case "word" if following.text == "(":
                self._refuse_second(token)
                self._calls.append(_opened(token, len(self._calls)))
            case "mark":
                self._mark(token)
            case "operator":
                if self._before.kind == "start" and token.text == "=":
                    raise faults.leading_equals(token.position)
                if call.operand is None and (fault := faults.in_angles(self._text, token.position)):
                    raise fault
                call.compare(token)
            case "foreign":
                if self._before.kind == "start" and token.text in ("==", "==="):
                    raise faults.leading_equals(token.position)
                raise self._strange(token)
            case "unclosed":
                raise self._unclosed(token)
            case "word" if self._is_spoilt(token, following):
                raise self._strange(following)
            case "word":
                self._refuse_second(token)
                call.operand = _word(self._text, token)
            case _:
                self._refuse_second(token)
                call.operand = _atom(self._text, token)

    def _mark(self, token: Token) -> None:
        call = self._calls[-1]
        if token.text == "(":
            call.begin(token)
        elif len(self._calls) == 1:
            raise _stray(token)
        elif token.text == ",":
            call.finish(token)
        else:
            self._calls.pop()
            if self._calls[-1].operand is not None:
                raise faults.second_value(self._text, call.name, self._before)
            self._calls[-1].operand = call.closed(token)

    def _refuse_second(self, token: Token) -> None:
        """Make sure that a value may begin here."""
        if self._calls[-1].operand is not None:
            raise faults.second_value(self._text, token, self._before)

    def _is_spoilt(self, word: Token, following: Token) -> bool:
        """Tell whether a strange sign keeps a word from being what it was meant to be."""
        touches = following.position == word.position + len(word.text)
        spoils = word.text in FUNCTIONS or faults.is_unseen(following.text[:1])
        return touches and following.kind == "foreign" and spoils

    def _strange(self, token: Token) -> ExpressionError:
        line = self._text[: token.position].rpartition("\n")[2]
        inside = plain_line(self._calls[-1].name.text)
        return faults.strange(self._text, token, inside=inside, starts_line=not line.strip())

    def _unclosed(self, token: Token) -> ExpressionError:
        before = self._before
        if token.text == '"' and before.kind == "text" and faults.runs_on(before):
            return faults.lost_quote(before)
        if self._text.startswith("[[", token.position):
            return faults.doubled_bracket(token.position)
        name = "quote" if token.text == '"' else "bracket"
        return ExpressionError(
            f"The opening {name} is never closed.",
            'Text ends with ", an attribute with ]. A quote inside of text is written \\".',
            code="unbalanced",
            position=token.position,
        )


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

    def compare(self, token: Token) -> None:
        """Take a comparison sign after a value."""
        if self.operand is None or self.operator is not None:
            raise ExpressionError(
                f"The sign {token.text} compares two values, one on each side of it.",
                "Put the value before it. There is no AND and no OR: put one IIF into another.",
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
            instead_of_function(name.text),
            code="unknown-function",
            position=name.position,
        )
    return _Open(name)


def _atom(text: str, token: Token) -> Operand:
    if token.kind == "attribute":
        return _attribute(text, token)
    if token.kind == "text":
        return Text(unquoted(token.text), token.position)
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


def _attribute(text: str, token: Token) -> Attribute:
    name = token.text[1:-1].strip()
    if not name:
        raise ExpressionError(
            "The brackets name no attribute.",
            "Attributes are written [name].",
            code="empty-attribute",
            position=token.position,
        )
    for at, character in enumerate(token.text, token.position):
        if faults.is_unseen(character):
            raise faults.unseen(text, at)
    return Attribute(name, token.position)


def _word(text: str, token: Token) -> Word:
    if token.text not in WORDS:
        raise faults.bare_word(text, token)
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

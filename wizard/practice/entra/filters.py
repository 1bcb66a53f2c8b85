"""The `$filter` of Graph (OData 4.01, URL conventions 5.1.1), as much of it as is needed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.errors import InvalidInput
from wizard.practice.entra.directory import Resource

Predicate = Callable[[Resource], bool]

ADVANCED = frozenset({"ne", "not", "endswith"})
"""What directory objects need an index for (reference/graph-entra.md 2.6)."""

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),:])|(?P<word>[^\s(),:']+(?::\d\d:\d\d[^\s(),']*)?))"
)
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left is not None and left > right,
    "ge": lambda left, right: left is not None and left >= right,
    "lt": lambda left, right: left is not None and left < right,
    "le": lambda left, right: left is not None and left <= right,
}
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}


@dataclass(frozen=True)
class ODataFilter:
    """A filter: the test that it is, and what it names."""

    test: Predicate
    named: tuple[str, ...]
    """Every property, as it is written; what is inside of a collection, by its whole path."""
    uses: tuple[tuple[str, str], ...]
    """What is done with which of them: a property, and an operator in lower case."""
    texts: frozenset[str]
    """Those that are compared with a text in quotation marks."""

    def __call__(self, row: Resource) -> bool:
        """Tell whether a row passes."""
        return self.test(row)


def predicate(text: str, spelling: Callable[[str], str | None] = str) -> ODataFilter:
    """Return what a filter is.

    Args:
        text: The filter.
        spelling: Returns the own spelling of a property, or nothing when there is none.

    Raises:
        InvalidInput: It cannot be read.
    """
    parser = _Parser(_tokens(text), spelling)
    test = parser.any_of()
    if parser.rest:
        raise _unreadable(parser.rest[0])
    return ODataFilter(test, tuple(parser.named), tuple(parser.uses), frozenset(parser.texts))


def value_at(row: Any, path: str) -> Any:
    """Return what stands at a path such as `servicePrincipal/id`, or None."""
    for name in path.split("/"):
        row = row.get(name) if isinstance(row, Mapping) else None
    return row


def _tokens(text: str) -> list[str]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text[position:])
        tokens.append(match[0].strip())
        position = match.end()
    return tokens


def _unreadable(text: str) -> InvalidInput:
    return InvalidInput(f"Invalid filter clause: near '{text[:40]}'.")


@dataclass
class _Parser:
    """Reads tokens from left to right: `or`, within it `and`, within it single tests."""

    rest: list[str]
    spelling: Callable[[str], str | None]
    named: list[str] = field(default_factory=list)
    uses: list[tuple[str, str]] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    variables: dict[str, str] = field(default_factory=dict)
    """The collection that each variable of an `any` goes through."""

    def take(self) -> str:
        if not self.rest:
            raise InvalidInput("Invalid filter clause: it ends too early.")
        return self.rest.pop(0)

    def takes(self, *wanted: str) -> bool:
        """Take the next token if it is one of these."""
        if self.rest and self.rest[0].casefold() in wanted:
            self.rest.pop(0)
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.takes(mark):
            raise _unreadable(" ".join(self.rest))

    def any_of(self) -> Predicate:
        tests = [self.all_of()]
        while self.takes("or"):
            tests.append(self.all_of())
        return lambda row: any(test(row) for test in tests)

    def all_of(self) -> Predicate:
        tests = [self.single()]
        while self.takes("and"):
            tests.append(self.single())
        return lambda row: all(test(row) for test in tests)

    def single(self) -> Predicate:
        if self.takes("not"):
            first = len(self.named)
            negated = self.single()
            self.uses += [(name, "not") for name in self.named[first:]]
            return lambda row: not negated(row)
        if self.takes("("):
            inner = self.any_of()
            self.expect(")")
            return inner
        name = self.take()
        if name.casefold() in _TEXT_TESTS and self.takes("("):
            return self.as_said(self.text_test(name.casefold()))
        if name.casefold().endswith("/any") and self.takes("("):
            return self.as_said(self.some(self.property(name[: -len("/any")])))
        return self.comparison(name)

    def as_said(self, test: Predicate) -> Predicate:
        """Return a test, or its contrary where `eq false` follows it."""
        if not self.takes("eq"):
            return test
        if self.takes("true"):
            return test
        self.expect("false")
        return lambda row: not test(row)

    def property(self, token: str) -> str:
        """Return a property in its own spelling, and remember that it was named."""
        first, slash, rest = token.partition("/")
        outer = self.variables.get(first)
        path = token if outer is None else f"{outer}{slash}{rest}"
        own = self.spelling(path) or path
        self.named.append(own)
        return own if outer is None else first + own.removeprefix(outer)

    def text_test(self, name: str) -> Predicate:
        test, first = _TEXT_TESTS[name], len(self.named)
        left = self.operand(self.take())
        self.expect(",")
        right = self.operand(self.take())
        self.expect(")")
        self.uses += [(named, name) for named in self.named[first:]]

        def tested(row: Resource) -> bool:
            value, part = left(row), right(row)
            return isinstance(value, str) and isinstance(part, str) and test(value, part)

        return tested

    def some(self, path: str) -> Predicate:
        variable = self.take()
        self.expect(":")
        self.variables[variable] = path
        test = self.any_of()
        self.expect(")")
        del self.variables[variable]
        return lambda row: any(test({variable: item}) for item in value_at(row, path) or ())

    def comparison(self, name: str) -> Predicate:
        first = len(self.named)
        left, operator = self.operand(name), self.take().casefold()
        if operator != "in" and operator not in _COMPARISONS:
            raise _unreadable(operator)
        if operator != "in" and self.rest and self.rest[0].startswith("'"):
            self.texts.update(self.named[first:])
        test = self.one_of(left) if operator == "in" else self.compared(left, operator)
        self.uses += [(named, operator) for named in self.named[first:]]
        return test

    def compared(self, left: Callable[[Resource], Any], operator: str) -> Predicate:
        compare, right = _COMPARISONS[operator], self.operand(self.take())
        return lambda row: compare(left(row), right(row))

    def one_of(self, left: Callable[[Resource], Any]) -> Predicate:
        self.expect("(")
        values = [self.operand(self.take())]
        while self.takes(","):
            values.append(self.operand(self.take()))
        self.expect(")")
        return lambda row: left(row) in [value(row) for value in values]

    def operand(self, token: str) -> Callable[[Resource], Any]:
        """Return how to find a value; texts compare in any case of letters, as Graph does."""
        if token.casefold() in {"tolower", "toupper"} and self.takes("("):
            inner = self.operand(self.take())
            self.expect(")")
            return inner
        if token.startswith("'"):
            text = token[1:-1].replace("''", "'").casefold()
            return lambda _row: text
        if token.casefold() in {"true", "false", "null"}:
            constant = {"true": True, "false": False, "null": None}[token.casefold()]
            return lambda _row: constant
        if token.lstrip("-").isdecimal():
            return lambda _row: int(token)
        if _GUID.fullmatch(token) or (token[:4].isdecimal() and token[4:5] == "-"):
            return lambda _row: token.casefold()
        if not token[:1].isalpha():
            raise _unreadable(token)
        path = self.property(token)
        return lambda row: _folded(value_at(row, path))


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value

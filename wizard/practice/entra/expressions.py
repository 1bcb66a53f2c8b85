"""Mapping expressions as the provisioning service reads them (reference/graph-entra.md 2.8, 4).

Written for the practice tenant alone: it shares nothing with the engine that it tries, and knows
only the functions that a first mapping needs.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wizard.errors import InvalidInput

AttributeValue = str | list[str] | None
Source = dict[str, Any]
"""A parsed expression, as Graph writes it: expression, name, type, parameters."""

_LONGEST = 10_000

_TOKEN = re.compile(
    r'\s*(?:(?P<attribute>\[[^\]\[]+\])|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?(?:&H[0-9A-Fa-f]+|\d+))|(?P<name>[A-Za-z]\w*)|(?P<mark>[(),]))"
)


@dataclass(frozen=True)
class Function:
    """One function: the names of its parameters, and what it does.

    A name with `?` may be left out; the last with `*` may come more than once.
    """

    parameters: tuple[str, ...]
    run: Callable[..., AttributeValue] | None = None
    """None where practice only knows how to read it."""


def parse_source(expression: str) -> Source:
    """Return an expression as a tree.

    Raises:
        InvalidInput: It cannot be read.
    """
    if len(expression) > _LONGEST:
        raise InvalidInput("The expression is too long.")
    reader = _Reader(expression)
    try:
        tree = reader.source()
    except RecursionError as error:
        raise InvalidInput("The expression is nested too deeply.") from error
    if reader.next() is not None or tree is None:
        raise InvalidInput(f"The expression is not valid near position {reader.position}.")
    return tree


def evaluate_source(source: Source, values: Mapping[str, AttributeValue]) -> AttributeValue:
    """Return the value of a tree for one object.

    Raises:
        InvalidInput: Practice does not know what a function does, or it cannot be done with what
            it is given, such as a pattern that is none.
    """
    kind, name = source.get("type"), str(source.get("name"))
    if kind == "Attribute":
        return values.get(name)
    if kind == "Constant":
        return name
    function = SIMULATED.get(name)
    if function is None or function.run is None:
        raise InvalidInput(f"The practice tenant does not know what {name[:40]} does.")
    given: dict[str, list[AttributeValue]] = {}
    for parameter in source.get("parameters", ()):
        given.setdefault(parameter["key"], []).append(evaluate_source(parameter["value"], values))
    arguments: list[Any] = []
    for parameter in function.parameters:
        key, found = parameter.rstrip("?*"), given.get(parameter.rstrip("?*"), [])
        if not found and "?" not in parameter and "*" not in parameter:
            raise InvalidInput(f"{name} needs the argument {key}.")
        arguments.extend(found if parameter.endswith("*") else (found or [None])[:1])
    try:
        return function.run(*arguments)
    except (ValueError, IndexError, re.error) as error:
        raise InvalidInput(f"{name} cannot be worked out: {error}.") from error


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def next(self) -> re.Match[str] | None:
        """Return the token ahead; at the end, and before what is no token, None."""
        found = _TOKEN.match(self.text, self.position)
        if found is None and self.text[self.position :].strip():
            raise InvalidInput(f"The expression is not valid near position {self.position}.")
        return found

    def takes(self, mark: str) -> bool:
        token = self.next()
        if token is None or token["mark"] != mark:
            return False
        self.position = token.end()
        return True

    def source(self) -> Source | None:
        """Return the tree ahead; None where an argument is left out."""
        token = self.next()
        if token is None or token["mark"]:
            return None
        self.position = token.end()
        text = token[0].strip()
        if token["attribute"]:
            return _source(text, text[1:-1].strip(), "Attribute")
        if token["text"]:
            return _source(text, re.sub(r'\\(["\\])', r"\1", text[1:-1]), "Constant")
        if token["number"] or not self.takes("("):
            return _source(text, text, "Constant")
        return self.call(text, token.end() - len(text))

    def call(self, name: str, begins: int) -> Source:
        if name not in SIMULATED:
            raise InvalidInput(f"There is no function named {name[:40]}.")
        arguments: list[Source | None] = []
        while True:
            arguments.append(self.source())
            if self.takes(","):
                continue
            if not self.takes(")"):
                raise InvalidInput(f"The expression is not valid near position {self.position}.")
            break
        if arguments == [None]:
            arguments = []
        tree = _source(self.text[begins : self.position], name, "Function")
        names = SIMULATED[name].parameters
        for index, argument in enumerate(arguments):
            if index >= len(names) and not (names and names[-1].endswith("*")):
                raise InvalidInput(f"{name} takes {len(names)} arguments.")
            key = names[min(index, len(names) - 1)].rstrip("?*")
            # What is left out is left out of the tree as well.
            if argument is not None:
                tree["parameters"].append({"key": key, "value": argument})
        return tree


def _source(expression: str, name: str, kind: str) -> Source:
    return {"expression": expression, "name": name, "type": kind, "parameters": []}


def _text(value: AttributeValue) -> str:
    return ("" if value is None else value) if not isinstance(value, list) else "".join(value)


def _append(source: AttributeValue, suffix: AttributeValue) -> AttributeValue:
    return None if source is None else _text(source) + _text(suffix)


def _coalesce(*sources: AttributeValue) -> AttributeValue:
    return next((source for source in sources if source not in (None, "")), None)


def _join(separator: AttributeValue, *sources: AttributeValue) -> AttributeValue:
    parts = [p for s in sources for p in (s if isinstance(s, list) else [s]) if p]
    return _text(separator).join(parts)


def _mid(source: AttributeValue, start: AttributeValue, length: AttributeValue) -> AttributeValue:
    begins = max(int(_text(start)), 1) - 1
    return _text(source)[begins : begins + int(_text(length))]


def _not(source: AttributeValue) -> AttributeValue:
    return None if source is None else str(_text(source).casefold() != "true")


def _replace(source: AttributeValue, *arguments: AttributeValue) -> AttributeValue:
    """Replace in one of the documented ways; extracting from another attribute is not known."""
    find, pattern, group, replacement, _other, template = arguments
    if source is None or (find is None and pattern is None):
        return source
    text, new = _text(source), _text(replacement)
    if find is not None:
        if template is not None:
            return _text(template).replace(_text(find), text)
        return text.replace(_text(find), new)
    # .NET writes named groups without the P.
    expression = re.compile(re.sub(r"\(\?<(\w)", r"(?P<\1", _text(pattern)))
    if group is None:
        return expression.sub(lambda _match: new, text)
    found = expression.search(text)
    if found is None:
        return text
    return text[: found.start(_text(group))] + new + text[found.end(_text(group)) :]


def _split(source: AttributeValue, delimiter: AttributeValue) -> AttributeValue:
    return None if source is None else [p.strip() for p in _text(source).split(_text(delimiter))]


def _switch(
    source: AttributeValue, default: AttributeValue, *pairs: AttributeValue
) -> AttributeValue:
    wanted = _text(source)
    for key, value in zip(pairs[::2], pairs[1::2], strict=False):
        if _text(key) == wanted:
            return value
    return default


def _without_marks(source: AttributeValue) -> AttributeValue:
    if source is None:
        return None
    parts = unicodedata.normalize("NFD", _text(source))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _kept(source: AttributeValue, change: Callable[[str], str]) -> AttributeValue:
    return None if source is None else change(_text(source))


SIMULATED: dict[str, Function] = {
    "Append": Function(("source", "suffix"), _append),
    "AppRoleAssignmentsComplex": Function(("appRoleAssignments",)),
    "Coalesce": Function(("source*",), _coalesce),
    "DefaultDomain": Function((), lambda: "practice.example"),
    "FormatDateTime": Function(("source", "dateTimeStyles?", "inputFormat", "outputFormat")),
    "IgnoreFlowIfNullOrEmpty": Function(("expression",), lambda source: source or None),
    "IIF": Function(("condition", "valueIfTrue", "valueIfFalse")),
    "IsNullOrEmpty": Function(("expression",), lambda source: str(not source)),
    "IsPresent": Function(("expression",), lambda source: str(bool(source))),
    "Join": Function(("separator?", "source*"), _join),
    "Left": Function(("String", "NumChars"), lambda s, n: _text(s)[: int(_text(n))]),
    "Mid": Function(("source", "start", "length"), _mid),
    "NormalizeDiacritics": Function(("source",), _without_marks),
    "Not": Function(("source",), _not),
    "Prepend": Function(("prefix", "source"), lambda p, s: _append(p, s) if s else None),
    "Replace": Function(
        (
            "source",
            "Find?",
            "RegularExpression?",
            "RegularExpressionGroupName?",
            "Replacement?",
            "ReplacementPropertyName?",
            "Template?",
        ),
        _replace,
    ),
    "SingleAppRoleAssignment": Function(("appRoleAssignments",), _coalesce),
    "Split": Function(("source", "delimiter"), _split),
    "StripSpaces": Function(("source",), lambda s: _kept(s, lambda text: text.replace(" ", ""))),
    "Switch": Function(("source", "defaultValue?", "switchValue*"), _switch),
    "ToLower": Function(("source", "culture?"), lambda s, _c: _kept(s, str.lower)),
    "ToUpper": Function(("source", "culture?"), lambda s, _c: _kept(s, str.upper)),
}
"""What practice knows; a real tenant knows about fifty."""

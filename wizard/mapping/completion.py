"""What can be typed next in an expression: attributes and functions, with the signature around it.

Everything comes from the tables that the parser and the linter use.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from wizard.errors import MappingError
from wizard.mapping.attributes import webex_attributes
from wizard.mapping.expression.lexer import MAX_CHARACTERS, Token, tokens
from wizard.mapping.expression.registry import Function
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.sources import source_attributes

MOST = 4
"""Offers at once: more hides what is typed, and one more letter says it better."""


@dataclass(frozen=True)
class Suggestion:
    """One thing that can be taken instead of what is typed."""

    text: str
    """What stands there then."""
    meaning: str
    """What it is, or how it is called."""


@dataclass(frozen=True)
class Completion:
    """What is offered for the place in which something is typed."""

    start: int
    """Where that begins which an offer takes the place of."""
    end: int
    """Where it ends."""
    offers: tuple[Suggestion, ...] = ()
    call: str = ""
    """How the function around that place is called; empty where there is none."""
    argument: tuple[int, int] = (0, 0)
    """Where in `call` the argument stands that is being typed."""


def of_expression(text: str, at: int) -> Completion:
    """Return what is offered for an expression.

    Args:
        text: What is typed.
        at: Where the cursor is.
    """
    nothing = Completion(at, at)
    if at > MAX_CHARACTERS or text[at : at + 1].isalnum():
        return nothing  # in the midst of a name
    try:
        before = list(tokens(text[:at]))[:-1]
    except MappingError:
        return nothing
    opened = next((each for each in before if each.kind == "unclosed"), None)
    if opened is not None:
        before = before[: before.index(opened)]
    call, argument = _around(before)
    if opened is not None and opened.text == "[":
        end = at + (text[at : at + 1] == "]")
        return Completion(
            opened.position, end, _attributes(text[opened.position + 1 : at]), call, argument
        )
    last = before[-1] if before else None
    if opened or last is None or last.kind != "word" or last.position + len(last.text) != at:
        return Completion(at, at, (), call, argument)
    offers = () if text[at : at + 1] == "(" else _names(last.text)
    return Completion(last.position, at, offers, call, argument)


def of_source(text: str) -> Completion:
    """Return what is offered for the name of an attribute of Entra."""
    found = [
        Suggestion(each.name, each.meaning) for each in source_attributes() if not each.multi_valued
    ]
    return Completion(0, len(text), _fitting(found, text.strip().casefold()))


def of_target(text: str) -> Completion:
    """Return what is offered for the name of an attribute of Webex."""
    found = [Suggestion(each.path, each.demand) for each in webex_attributes() if each.mappable]
    return Completion(0, len(text), _fitting(found, text.strip().casefold()))


def signature(function: Function) -> str:
    """Return how a function is called: what may be left out in brackets, what repeats with dots."""
    return _called(function)[0]


def _called(function: Function) -> tuple[str, list[tuple[int, int]]]:
    """Return how a function is called, and where each of its parameters stands in that."""
    told, places = f"{function.name}(", []
    for at, parameter in enumerate(function.parameters):
        told += ", " if at else ""
        shown = parameter.name if parameter.required else f"[{parameter.name}]"
        places.append((len(told), len(told) + len(shown)))
        told += shown
    return f"{told}{', ...' if function.repeated else ''})", places


def _around(before: Sequence[Token]) -> tuple[str, tuple[int, int]]:
    """Return how the innermost call is called that is not closed, and where its argument stands."""
    opened: list[tuple[str, int]] = []
    name = ""
    for token in before:
        if token.text == "(" and token.kind == "mark":
            opened.append((name, 0))
        elif token.text == ")" and token.kind == "mark" and opened:
            opened.pop()
        elif token.text == "," and token.kind == "mark" and opened:
            opened[-1] = (opened[-1][0], opened[-1][1] + 1)
        name = token.text if token.kind == "word" else ""
    function = FUNCTIONS.get(opened[-1][0]) if opened else None
    if function is None:
        return "", (0, 0)
    call, places = _called(function)
    index = opened[-1][1]
    if function.repeated and index >= function.fixed:
        index = function.fixed + (index - function.fixed) % function.repeated
    return call, places[index] if index < len(places) else (0, 0)


def _attributes(typed: str) -> tuple[Suggestion, ...]:
    found = [Suggestion(f"[{each.name}]", each.meaning) for each in source_attributes()]
    return _fitting(found, typed.strip().casefold())


def _names(typed: str) -> tuple[Suggestion, ...]:
    """Return functions, and attributes without the brackets they are written in."""
    functions = [Suggestion(f"{each.name}(", signature(each)) for each in FUNCTIONS.values()]
    known = [Suggestion(f"[{each.name}]", each.meaning) for each in source_attributes()]
    if any(each.name.casefold() == typed.casefold() for each in source_attributes()):
        return ()  # taken as [name] as it stands
    return _fitting([*functions, *known], typed.casefold())


def _fitting(known: Iterable[Suggestion], typed: str) -> tuple[Suggestion, ...]:
    """Return those whose name begins with what is typed, then those that hold it.

    Nothing where nothing is typed, or where what is typed is a whole name already.
    """
    if not typed:
        return ()
    first: list[Suggestion] = []
    then: list[Suggestion] = []
    for offer, name in _named(known):
        if name == typed and not offer.text.endswith(("(", "]")):
            return ()
        if name.startswith(typed):
            first.append(offer)
        elif len(typed) > 1 and typed in name:
            then.append(offer)
    return tuple((first + then)[:MOST])


def _named(known: Iterable[Suggestion]) -> Iterator[tuple[Suggestion, str]]:
    return ((offer, offer.text.strip("[]()").casefold()) for offer in known)

"""Attributes of an expression that Entra does not read as they are meant."""

import re
from collections.abc import Iterator, Mapping

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.tree import Attribute, FunctionCall, Node, Text, walk
from wizard.mapping.sources import close_to_source, find_source, meant_by
from wizard.words.text import plain_line

_BRACKETED = re.compile(r"\[\s*(\w+)\s*\]")
_EXTENSION = "extension_"


def misread(tree: Node, person: Mapping[str, object]) -> tuple[str, ...]:
    """Return a sentence for each attribute that a person has nothing in because of how it stands.

    Args:
        tree: The expression.
        person: Whose attributes it reads.
    """
    return tuple(dict.fromkeys(_misread(tree, person)))


def quoted_attribute(text: Text) -> tuple[str, str] | None:
    """Return that an attribute stands inside of a text, and what to do; None where none does."""
    named = (find_source(name) for name in _BRACKETED.findall(text.value))
    known = next(filter(None, named), None)
    if known is None:
        return None
    shown = f"[{known.name}]"
    hint = f'Close the quote before it: Join(" ", "text", {shown}).'
    if text.value.strip().casefold() == shown.casefold():
        hint = f"Write {shown} without quotes."
    elif _is_call(text.value):
        hint = "Write the expression without quotes; in the portal its mapping type is Expression."
    told = f"{shown} stands inside of a text, so it is sent as these letters"
    return f"{told}; no value is put in its place.", hint


def _misread(tree: Node, person: Mapping[str, object]) -> Iterator[str]:
    for node in walk(tree):
        if isinstance(node, Attribute) and (other := _only_graphs(node.name, person)):
            yield other
        elif isinstance(node, Attribute) and node.name not in person:
            if sentence := _why_empty(node.name, person):
                yield sentence
        elif isinstance(node, Text) and (said := quoted_attribute(node)):
            yield " ".join(said)


def _only_graphs(name: str, person: Mapping[str, object]) -> str:
    """Return that only Graph calls an attribute so, which the file of a person may have brought."""
    meant = meant_by(name)
    if name not in person or meant is None or find_source(name) is not None:
        return ""
    shown = plain_line(name, 60)
    return f"[{shown}] is Graph's name; provisioning calls it [{meant}], so Entra gives no value."


def _why_empty(name: str, person: Mapping[str, object]) -> str:
    shown = f"[{plain_line(name, 60)}] is empty"
    known = find_source(name)
    others = [each for each in person if each.casefold() == name.casefold()]
    if others and known is not None and known.name == name:
        spelled = plain_line(others[0], 60)
        return f"{shown}: this person's attribute is called [{spelled}]. It should be [{name}]."
    if others or (known is not None and known.name != name):
        right = known.name if known else others[0]
        return f"{shown}: names are case-sensitive. Write [{plain_line(right, 60)}]."
    if known is not None or name.casefold().startswith(_EXTENSION):
        return ""  # such an attribute there is, and this person has no value
    meant = close_to_source(name)
    more = f"Did you mean [{meant}]?" if meant else "Check the spelling in Entra."
    return f"{shown}: Entra is not known to have an attribute of that name. {more}"


def _is_call(text: str) -> bool:
    try:
        return isinstance(parse(text), FunctionCall)
    except ExpressionError:
        return False

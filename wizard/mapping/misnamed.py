"""Attributes of an expression that stay empty only because they are called otherwise."""

from collections.abc import Mapping

from wizard.mapping.expression.tree import Attribute, Node, walk
from wizard.mapping.sources import find_source, meant_by
from wizard.words.text import plain_line


def misnamed(tree: Node, person: Mapping[str, object]) -> tuple[str, ...]:
    """Return a sentence for each attribute that is empty for a person because of its name."""
    names = dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Attribute))
    told = (_why_empty(name, person) for name in names if name not in person)
    return tuple(sentence for sentence in told if sentence)


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
    if known is None and (meant := meant_by(name)):
        return f"{shown}: Entra has no attribute of that name. Did you mean [{meant}]?"
    return ""

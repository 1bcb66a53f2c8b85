"""What the linter says of an expression that stands in no mapping."""

from wizard.mapping.document import Row
from wizard.mapping.expression.tree import Node
from wizard.mapping.lint.patterns import pattern_findings
from wizard.mapping.lint.types import type_findings

_SAID_ELSEWHERE = frozenset({"source-case", "attribute-in-quotes"})
_TARGET = "displayName"
"""It takes one text, as most do."""


def doubts(text: str, tree: Node) -> tuple[str, ...]:
    """Return a sentence for each reason why Entra may not give the value that is worked out.

    Args:
        text: The expression.
        tree: The same as a tree.
    """
    row = Row(_TARGET, text)
    found = (*pattern_findings(row, tree), *type_findings(row, tree))
    return tuple(
        each.why.replace(f"{_TARGET} takes", "most attributes of Webex take")
        for each in found
        if each.severity != "advice" and each.code not in _SAID_ELSEWHERE
    )

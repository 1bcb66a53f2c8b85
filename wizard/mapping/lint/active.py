"""Whether `active` switches on who works, and off who left: tried with made-up people.

Entra says by IsSoftDeleted who was deleted, disabled or unassigned (reference/graph-entra.md 6.4).
"""

from collections.abc import Iterator

from wizard.mapping.document import Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.functions.logic import rendered
from wizard.mapping.expression.tree import Attribute, Node, walk
from wizard.mapping.lint.finding import MappingFinding, of_row
from wizard.mapping.lint.relations import ACTIVE_SOURCE
from wizard.mapping.trees import tree_of

_DELETED, _ENABLED = "issoftdeleted", "accountenabled"
_FIX = f"Map active from {ACTIVE_SOURCE}."


def active_findings(row: Row) -> Iterator[MappingFinding]:
    """Yield that the source of `active` is turned round, or switches nobody off.

    A source that asks for more than whether somebody is deleted or disabled is not judged.
    """
    try:
        tree = tree_of(row) if row.source.strip() else None
    except ExpressionError:
        return  # told elsewhere
    if tree is None:
        return
    named = {node.name for node in walk(tree) if isinstance(node, Attribute)}
    if any(name.casefold() not in (_DELETED, _ENABLED) for name in named):
        return
    stays, leaves = (_sent(tree, named, gone=gone) for gone in (False, True))
    if stays == "false":
        everybody = "everybody" if leaves in ("false", "") else "everybody who works"
        turned = ", and switch on who left" if leaves == "true" else ""
        yield of_row(
            row,
            "active-turned-round",
            "error",
            f"active would be False for {everybody}: it would switch them off in Webex{turned}.",
            _FIX,
        )
    elif named and stays == "true" and leaves == "true":
        yield of_row(
            row,
            "active-never-off",
            "warning",
            "active stays True for people who left, so they would never be disabled in Webex.",
            _FIX,
        )


def _sent(tree: Node, named: set[str], *, gone: bool) -> str:
    """Return what is sent, in lower case, of somebody who works or is gone."""
    person = {name: gone if name.casefold() == _DELETED else not gone for name in named}
    try:
        return str(rendered(evaluate(tree, person))).lower()
    except ExpressionError:
        return ""

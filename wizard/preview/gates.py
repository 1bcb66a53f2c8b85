"""Whether the scoping filters let a person through, and which clause did not."""

from collections.abc import Mapping
from typing import Literal

from wizard.errors import MappingError
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.filters import Condition, conditions, stages
from wizard.words.text import plain_line

Left = Literal["filtered", "ignored"]
"""Switched off if it was provisioned; not looked at (reference/graph-entra.md 5)."""


class Gates:
    """The filters of a scope, asked of those whom they leave out.

    Args:
        scope: The scope.
    """

    def __init__(self, scope: Filter | None) -> None:
        self._stages: list[tuple[Left, tuple[tuple[Condition, ...], ...]]] = []
        for _, verdict, groups in stages(scope):
            left: Left = "ignored" if verdict == "ignored" else "filtered"
            try:
                self._stages.append((left, conditions(groups)))
            except MappingError:
                continue  # `Sending.knows_scope` tells of it

    def left_out(self, person: Mapping[str, object]) -> tuple[Left, str]:
        """Return how somebody who does not pass is left out, and by which clauses."""
        for left, filters in self._stages:
            failed = [next((c for c in each if not c.holds(person)), None) for each in filters]
            if None not in failed:
                told = " and ".join(dict.fromkeys(c.words for c in failed if c is not None))
                return left, plain_line(told, 300)
        return "filtered", ""

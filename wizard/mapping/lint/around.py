"""What is around a row: the other rows, and what the directories of the document list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from wizard.mapping import attributes
from wizard.mapping.document import MappingDocument, Row

_USER_NAME = attributes.parse_target("userName").key


@dataclass(frozen=True)
class Around:
    """What a row is judged beside."""

    listed_sources: frozenset[str]
    listed_targets: frozenset[str]
    by_target: Mapping[str, Row]
    """The first row of each target, by the target's key."""
    by_priority: Mapping[int, Row]
    """The first row of each matching priority."""

    @classmethod
    def of(cls, document: MappingDocument, rows: Iterable[Row]) -> Self:
        """Return what is around when these rows of a document are looked at."""
        by_target: dict[str, Row] = {}
        by_priority: dict[int, Row] = {}
        for row in rows:
            by_target.setdefault(attributes.parse_target(row.target).key, row)
            if row.matching_priority > 0:
                by_priority.setdefault(row.matching_priority, row)
        return cls(document.listed_sources, document.listed_targets, by_target, by_priority)

    @property
    def user_name(self) -> Row | None:
        """The first row of userName."""
        return self.by_target.get(_USER_NAME)

"""One thing that is wrong with a mapping, and how the checks word it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from wizard.mapping.document import MappingDocument, Row

Severity = Literal["error", "warning", "advice"]
"""Provisioning would fail or do harm; something would go wrong for some; worth a thought."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with the reason and the remedy."""

    target: str | None
    """The row it stands beside; None when it concerns the whole mapping."""
    code: str
    severity: Severity
    message: str
    """What is wrong and why it matters."""
    hint: str
    """What to do."""
    position: int | None = None
    """The row's place in the document, for targets that are mapped twice."""


RowCheck = Callable[[Row, MappingDocument], Iterator[Problem]]
"""A check of one row; it may look at the document around it."""

DocumentCheck = Callable[[MappingDocument], Iterator[Problem]]
"""A check of the mapping as a whole."""

ACTIVE_SOURCE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
"""The usual source of `active`; it is False for whoever was deleted, disabled or unassigned."""


def whole(code: str, severity: Severity, message: str, hint: str) -> Problem:
    """Return a problem of the mapping as a whole."""
    return Problem(None, code, severity, message, hint)


def beside(row: Row, code: str, severity: Severity, message: str, hint: str) -> Problem:
    """Return a problem that stands beside a row."""
    return Problem(row.target, code, severity, message, hint, row.position)

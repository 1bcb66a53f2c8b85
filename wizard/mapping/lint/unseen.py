"""Characters that nobody sees, which come along with text that was copied."""

from collections.abc import Iterator
from typing import Final

from wizard.mapping.document import MappingDocument
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.faults import is_unseen, name_of
from wizard.mapping.expression.parser import parse
from wizard.mapping.lint.finding import MappingFinding, Severity, of_row
from wizard.mapping.schema import source_text

_MEANT: Final = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Joiners and selectors: names of some languages and emoji need them."""


def unseen_findings(document: MappingDocument) -> Iterator[MappingFinding]:
    """Yield the first character of each source that nobody sees.

    A row shows such a character as the replacement character, so the document is asked.
    """
    for row, mapping in zip(document.rows, document.mappings, strict=True):
        text = source_text(mapping.source)
        spoilt = [at for at, character in enumerate(text) if is_unseen(character)]
        severity: Severity = "error"
        if spoilt and _can_be_read(text):  # so they stand inside of quotes
            spoilt, severity = [at for at in spoilt if text[at] not in _MEANT], "warning"
        if spoilt:
            yield of_row(
                row,
                "unseen-character",
                severity,
                "The source holds a character that nobody sees, and that counts: "
                f"{name_of(text[spoilt[0]])}.",
                "Delete it, or type this place anew.",
                column=spoilt[0],
            )


def _can_be_read(text: str) -> bool:
    try:
        parse(text)
    except ExpressionError:
        return False
    return True

"""What is wrong with the mappings beside that of users: of groups, or a second one of users.

They are looked at for what stops them: sources that cannot be read, no attribute that is matched
by, and filters that cannot be used. The facts are those of reference/graph-entra.md 2.8, 4 and 5.
"""

from collections.abc import Iterator

from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument, rows_of
from wizard.mapping.lint.finding import MappingFinding, Severity, of_whole
from wizard.mapping.schema import ObjectMapping
from wizard.mapping.scoping.filters import condition, stages
from wizard.mapping.trees import tree_of
from wizard.words.text import plain_line


def other_findings(document: MappingDocument) -> Iterator[MappingFinding]:
    """Yield what stops the other mappings; a warning where one is switched off."""
    for mapping in document.others:
        severity: Severity = "warning" if mapping.enabled is False else "error"
        for code, why, fix in _wrong(mapping):
            yield of_whole(code, severity, f"{_called(mapping)}: {why}", fix)


def _called(mapping: ObjectMapping) -> str:
    kind = mapping.source_object_name or ""
    name = f" ({plain_line(mapping.name, 60)})" if mapping.name else ""
    if kind == "Group":
        return f"The mapping of groups{name}"
    if kind == "User":
        return f"A further mapping of users{name}"
    return f"The mapping of {plain_line(kind, 40) or 'unnamed objects'}{name}"


def _wrong(mapping: ObjectMapping) -> Iterator[tuple[str, str, str]]:
    """Yield code, what is wrong, and what to do."""
    rows = rows_of(mapping)
    for row in rows:
        target = plain_line(row.target, 60) or "a row without a target"
        if not row.source.strip() and not row.default_value:
            why = f"{target} has no source, so it would never get a value."
            yield "other-source-empty", why, "Give it a source, or remove the row."
        elif row.source.strip():
            try:
                tree_of(row)
            except MappingError as error:
                yield f"other-{error.code}", f"{target}: {error.message}", error.hint
    if not any(row.matching_priority for row in rows):
        yield (
            "other-no-matching-attribute",
            "No attribute is used for matching, so Entra cannot find what is in Webex.",
            "Give one row the matching priority 1: displayName for groups, userName for users.",
        )
    for _, _, groups in stages(mapping.scope):
        for clause in (clause for group in groups for clause in group.clauses or ()):
            try:
                condition(clause)
            except MappingError as error:
                yield f"other-{error.code}", error.message, error.hint

"""Scoping filters that cannot be used, or that ask what Entra cannot answer."""

import re
from collections.abc import Iterator

from wizard.errors import MappingError
from wizard.mapping import guests, sources
from wizard.mapping.document import MappingDocument
from wizard.mapping.lint.finding import MappingFinding, of_whole
from wizard.mapping.lint.nobody import nobody_findings
from wizard.mapping.scoping.filters import Condition, condition, stages
from wizard.words.text import plain_line

_UNUSABLE = frozenset({"approleassignments", "manager", "usertype"})
"""Attributes that the documentation excludes by name; the others by their type."""
_STAR = re.compile(r"(?<!\\)\.\\[*+]")
"""What the marks of a web page make of .* and .+"""
_UNUSABLE_TYPES = frozenset({"DateTime", "Reference"})


def scope_findings(document: MappingDocument) -> Iterator[MappingFinding]:
    """Yield what is wrong with the scope of users."""
    yield from nobody_findings(document.users.scope)
    for _, _, groups in stages(document.users.scope):
        for at, group in enumerate(groups, 1):
            name = f'Filter "{plain_line(group.name, 60)}"' if group.name else f"Filter {at}"
            if not group.clauses:
                yield of_whole(
                    "scope-without-clauses",
                    "warning",
                    f"{name} has no clause, so it lets everybody in.",
                    "Add a clause, or remove the filter.",
                )
            for clause in group.clauses or ():
                try:
                    asked = condition(clause)
                except MappingError as error:
                    yield of_whole(error.code, "error", f"{name}: {error.message}", error.hint)
                else:
                    yield from _condition(name, asked, document)


def _condition(name: str, asked: Condition, document: MappingDocument) -> Iterator[MappingFinding]:
    known = sources.find_source(asked.attribute)
    shown = f"[{plain_line(asked.attribute, 60)}]"
    listed = asked.attribute.casefold()
    if known is None and listed not in document.listed_sources:
        if not listed.startswith("extension_"):
            yield of_whole(
                "scope-attribute-unknown",
                "warning",
                f"{name}: {shown} is not an attribute that Entra is known to have, so the "
                "clause may fail for everybody.",
                "Check the spelling in Entra.",
            )
    elif known is not None and (
        known.multi_valued or known.type in _UNUSABLE_TYPES or listed in _UNUSABLE
    ):
        yield of_whole(
            "scope-attribute-unusable",
            "error",  # documented like that of a source (reference/graph-entra.md 5)
            f"{name}: Entra cannot filter by {shown}.",
            "Use an attribute with one plain value, such as [department].",
        )
    elif known is not None and known.name != asked.attribute:
        yield of_whole(
            "scope-attribute-case",
            "warning",
            f"{name}: Entra calls {shown} [{known.name}], and upper and lower case may matter.",
            f"Choose [{known.name}].",
        )
    if asked.operator.takes == "pattern":
        yield from _anchors(name, asked)
    if listed == guests.UPN.casefold() and any(map(guests.has_mark, asked.values)):
        yield of_whole(
            "guest-mark-taken-out",
            "warning",
            f"{name} looks for #EXT# in {shown}, out of which Entra takes it before it looks, so "
            "guests are not told from members by it.",
            f"Ask [{guests.WHOLE_NAME}], which keeps it.",
        )


def _anchors(name: str, asked: Condition) -> Iterator[MappingFinding]:
    for value in asked.values:
        if _STAR.search(value):
            yield of_whole(
                "scope-pattern-star",
                "warning",
                f'{name}: in "{plain_line(value, 60)}" the star with a backslash stands for a star '
                "itself, so hardly anybody fits.",
                "Write .* where anything may stand, such as .*@contoso\\.com",
            )
        if not (value.startswith(("^", r"\A", ".*")) and value.endswith(("$", r"\z", r"\Z", ".*"))):
            yield of_whole(
                "scope-pattern-not-anchored",
                "advice",
                f'{name}: it is not documented whether "{plain_line(value, 60)}" must fit the '
                "whole value or any part of it. Here any part is enough.",
                "Begin the pattern with ^ and end it with $, with .* where anything may stand.",
            )

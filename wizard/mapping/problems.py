"""What is wrong with a mapping, said beside the row before anything is provisioned.

The facts come from reference/webex.md (attribute limits, never map) and
reference/graph-entra.md sections 1, 2.8 and 4.
"""

from collections import defaultdict
from collections.abc import Iterator

from wizard.mapping import attributes, sources
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.problem import (
    ACTIVE_SOURCE,
    DocumentCheck,
    Problem,
    Severity,
    beside,
    whole,
)
from wizard.mapping.target_problems import TARGET_CHECKS
from wizard.mapping.value_problems import VALUE_CHECKS

__all__ = ["Problem", "Severity", "problems"]

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "advice": 2}


def problems(document: MappingDocument) -> tuple[Problem, ...]:
    """Return everything that is wrong with the mapping of users, the worst first."""
    found = [problem for check in _DOCUMENT_CHECKS for problem in check(document)]
    for row in document.rows:
        for check in (*TARGET_CHECKS, *VALUE_CHECKS):
            found.extend(check(row, document))
    return tuple(sorted(found, key=lambda problem: _ORDER[problem.severity]))


def _rows_of(document: MappingDocument, target: str) -> list[Row]:
    return [row for row in document.rows if attributes.same(row.target, target)]


def _switched_off(document: MappingDocument) -> Iterator[Problem]:
    if not document.enabled:
        yield whole(
            "mapping-switched-off",
            "warning",
            "The mapping of users is switched off, so Entra provisions nobody.",
            "Switch it on before provisioning starts.",
        )


def _missing(document: MappingDocument) -> Iterator[Problem]:
    if not _rows_of(document, "userName"):
        yield whole(
            "required-unmapped",
            "error",
            "userName is not mapped. Webex creates nobody without it.",
            "Map userName from [userPrincipalName], or from [mail] if that is the mailbox.",
        )
    if not _rows_of(document, "active"):
        yield whole(
            "active-unmapped",
            "warning",
            "active is not mapped, so people who leave would never be disabled in Webex.",
            f"Map active from {ACTIVE_SOURCE}.",
        )
    if not _rows_of(document, "externalId"):
        yield whole(
            "external-id-unmapped",
            "advice",
            "externalId is not mapped, so a person in Webex cannot be traced back to Entra "
            "after a change of name.",
            "Map externalId from [objectId].",
        )


def _matching(document: MappingDocument) -> Iterator[Problem]:
    by_priority: dict[int, list[Row]] = defaultdict(list)
    for row in document.rows:
        if row.matching_priority > 0:
            by_priority[row.matching_priority].append(row)
    if not by_priority:
        yield whole(
            "no-matching-attribute",
            "error",
            "No attribute is used for matching, so Entra cannot find people who are in Webex.",
            "Give userName the matching priority 1.",
        )
    for priority, rows in by_priority.items():
        for row in rows[1:]:
            yield beside(
                row,
                "matching-priority-repeated",
                "warning",
                f"{row.target} and {rows[0].target} both have matching priority {priority}, "
                "so the order in which they are tried is not certain.",
                "Give each matching attribute a priority of its own.",
            )


def _repeated(document: MappingDocument) -> Iterator[Problem]:
    seen: set[str] = set()
    for row in document.rows:
        key = attributes.parse_target(row.target).key
        if key in seen:
            yield beside(
                row,
                "target-repeated",
                "error",
                f"{row.target} is mapped twice. Entra keeps both, and which one wins is not "
                "certain.",
                "Remove one of the two mappings.",
            )
        seen.add(key)


def _primary_mail(document: MappingDocument) -> Iterator[Problem]:
    names = _rows_of(document, "userName")
    for row in document.rows:
        path = attributes.parse_target(row.target)
        is_work = path.base.casefold() == "emails" and (path.type or "").casefold() == "work"
        if not is_work or not names:
            continue
        if sources.squeezed(row.source) != sources.squeezed(names[0].source):
            yield beside(
                row,
                "work-mail-differs",
                "warning",
                "Webex wants the primary work e-mail to equal userName, but the two have "
                "different sources. People for whom they differ would be refused.",
                f"Use {names[0].source or 'the source of userName'} for both, or remove this row.",
            )


_DOCUMENT_CHECKS: tuple[DocumentCheck, ...] = (
    _switched_off,
    _missing,
    _matching,
    _repeated,
    _primary_mail,
)

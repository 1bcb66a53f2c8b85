"""What is wrong with a mapping as a whole, and between its rows.

The facts come from reference/webex.md 6 and reference/graph-entra.md 1, 2.8 and 4.
"""

from collections.abc import Iterator

from wizard.mapping import attributes, sources
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.lint.around import Around
from wizard.mapping.lint.finding import MappingFinding, of_row, of_whole

ACTIVE_SOURCE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
"""The usual source of `active`; it is False for whoever was deleted, disabled or unassigned."""


def whole_findings(document: MappingDocument, around: Around) -> Iterator[MappingFinding]:
    """Yield what is wrong with no row in particular."""
    if not document.enabled:
        yield of_whole(
            "mapping-switched-off",
            "warning",
            "The mapping of users is switched off, so Entra provisions nobody.",
            "Switch it on before provisioning starts.",
        )
    if around.user_name is None:
        yield of_whole(
            "required-unmapped",
            "error",
            "userName is not mapped. Webex creates nobody without it.",
            "Map userName from [userPrincipalName], or from [mail] if that is the mailbox.",
        )
    if attributes.parse_target("active").key not in around.by_target:
        yield of_whole(
            "active-unmapped",
            "warning",
            "active is not mapped, so people who leave would never be disabled in Webex.",
            f"Map active from {ACTIVE_SOURCE}.",
        )
    if attributes.parse_target("externalId").key not in around.by_target:
        yield of_whole(
            "external-id-unmapped",
            "advice",
            "externalId is not mapped, so a person in Webex cannot be traced back to Entra "
            "after a change of name.",
            "Map externalId from [objectId].",
        )
    if not around.by_priority:
        yield of_whole(
            "no-matching-attribute",
            "error",
            "No attribute is used for matching, so Entra cannot find people who are in Webex.",
            "Give userName the matching priority 1.",
        )


def priority_findings(row: Row, around: Around) -> Iterator[MappingFinding]:
    """Yield that a row has the matching priority of a row before it."""
    first = around.by_priority.get(row.matching_priority)
    if first is not None and first.position < row.position:
        yield of_row(
            row,
            "matching-priority-repeated",
            "warning",
            f"{row.target} and {first.target} both have matching priority "
            f"{row.matching_priority}, so the order in which they are tried is not certain.",
            "Give each matching attribute a priority of its own.",
        )


def target_twice_findings(row: Row, around: Around) -> Iterator[MappingFinding]:
    """Yield that a row has the target of a row before it."""
    first = around.by_target.get(attributes.parse_target(row.target).key)
    if first is not None and first.position < row.position:
        yield of_row(
            row,
            "target-repeated",
            "error",
            f"{row.target} is mapped twice. Entra keeps both, and which one wins is not certain.",
            "Remove one of the two mappings.",
        )


def work_mail_findings(row: Row, around: Around) -> Iterator[MappingFinding]:
    """Yield that the work e-mail has another source than userName."""
    path, name = attributes.parse_target(row.target), around.user_name
    is_work = path.base.casefold() == "emails" and (path.type or "").casefold() == "work"
    if not is_work or name is None or path.part not in (None, "value"):
        return
    if sources.squeezed(row.source) != sources.squeezed(name.source):
        yield of_row(
            row,
            "work-mail-differs",
            "warning",
            "Webex wants the primary work e-mail to equal userName, but the two have "
            "different sources. People for whom they differ would be refused.",
            f"Use {name.source or 'the source of userName'} for both, or remove this row.",
        )

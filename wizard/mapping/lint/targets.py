"""Targets that Webex does not have, does not want mapped, or cannot search by."""

from collections.abc import Iterator

from wizard.mapping import attributes, sources
from wizard.mapping.document import Row
from wizard.mapping.lint.around import Around
from wizard.mapping.lint.finding import MappingFinding, of_row
from wizard.words.text import plain_line


def target_findings(row: Row, around: Around) -> Iterator[MappingFinding]:
    """Yield what is wrong with the target of a row, and with matching by it."""
    yield from _target(row, around)
    yield from _matching(row)


def _matching(row: Row) -> Iterator[MappingFinding]:
    if row.matching_priority < 1:
        return
    yield from _matching_source(row)
    if attributes.same(row.target, "userName"):
        return
    if row.attribute is not None and row.attribute.filterable:
        yield of_row(
            row,
            "matching-not-user-name",
            "advice",
            f"Matching by {row.target} finds people only if the value is unique in Webex; "
            "userName always is.",
            "Match by userName unless you have a reason not to.",
        )
    else:
        yield of_row(
            row,
            "matching-not-filterable",
            "warning",
            f"Webex is not known to search by {row.target}, so Entra may not find people who "
            "are in Webex and may create them again.",
            "Match by userName, and set the matching priority of this row to 0.",
        )


def _matching_source(row: Row) -> Iterator[MappingFinding]:
    """Yield that a matching row does not read exactly one attribute."""
    named = sources.mentioned(row.source)
    if len(named) > 1:
        shown = " and ".join(f"[{plain_line(name, 60)}]" for name in named[:3])
        yield of_row(
            row,
            "matching-several-sources",
            "error",
            f"Entra refuses a matching attribute that is made of several attributes: {shown}.",
            "Match by one attribute, or set the matching priority of this row to 0.",
        )
    elif not named and not attributes.same(row.target, "userName"):
        yield of_row(
            row,
            "matching-constant",
            "error",
            f"{row.target} comes from no attribute, so matching by it does not find the right "
            "people.",
            "Match by an attribute that is unique, and set the priority of this row to 0.",
        )


def _target(row: Row, around: Around) -> Iterator[MappingFinding]:
    if not row.target.strip():
        yield of_row(
            row,
            "target-empty",
            "error",
            "This mapping names no Webex attribute.",
            "Name the attribute, or remove the mapping.",
        )
        return
    base = attributes.find(attributes.parse_target(row.target).base)
    container = attributes.container(row.target)
    if base and base.kills_tokens:
        yield _kills_token(row)
    elif container is None:
        yield from _single(row, around)
    elif container.canonical_types and (finding := _type_finding(row, container)):
        yield finding
    elif not attributes.is_manager(row.target):
        yield from _single(row, around)


def _kills_token(row: Row) -> MappingFinding:
    return of_row(
        row,
        "kills-the-token",
        "error",
        f"Mapping {row.target} kills the token: when the account that made the token is "
        "provisioned and this value changes, Webex invalidates all of its tokens and "
        "provisioning stops.",
        "Remove this mapping and manage roles in Control Hub.",
    )


def _single(row: Row, around: Around) -> Iterator[MappingFinding]:
    known = row.attribute
    if known is not None and known.container:
        yield of_row(
            row,
            "target-is-a-container",
            "warning",
            f"{row.target} holds several values, and this mapping does not say which one.",
            f"Map its parts instead, such as {attributes.first_part_of(known)}.",
        )
    elif known is None:
        close = attributes.close_to(row.target)
        yield of_row(
            row,
            "target-unknown",
            "warning",
            f"{row.target} is not in Webex's table of attributes, so Webex probably ignores "
            "or refuses it.",
            f"Did you mean {close}?" if close else "Check the name, or remove the mapping.",
        )
    elif not known.mappable and not _is_plain_user_type(row):
        reason = f" {known.notes}" if known.notes else ""
        yield of_row(
            row,
            "never-map",
            "warning",
            f"{row.target} is not for mappings.{reason}",
            "Remove this mapping.",
        )
    elif around.listed_targets and row.target.casefold() not in around.listed_targets:
        yield of_row(
            row,
            "target-not-listed",
            "advice",
            f"Entra's attribute list for this application does not name {row.target}, so Entra "
            "may refuse it or not send it.",
            "Add it in Entra under Edit attribute list, then try one person with Provision on "
            "demand.",
        )


def _is_plain_user_type(row: Row) -> bool:
    return attributes.same(row.target, "userType") and sources.squeezed(row.source) == '"user"'


def _type_finding(row: Row, container: attributes.WebexAttribute) -> MappingFinding | None:
    path = attributes.parse_target(row.target)
    types = container.canonical_types
    example = f'{container.path}[type eq "{types[0]}"].{path.part or "value"}'
    if path.type is None:
        return of_row(
            row,
            "type-missing",
            "warning",
            f"{container.path} holds several values, and this mapping does not say which one. "
            "Webex refuses to create people that way.",
            f"Choose one by its type, such as {example}.",
        )
    if path.type.casefold() in types:
        return None
    return of_row(
        row,
        "type-unsafe",
        "warning",
        f'Webex is not certain to accept the type "{plain_line(path.type, 40)}" in '
        f"{container.path}.",
        f"Use one of {', '.join(types)}.",
    )

"""Sources that cannot be read, and values that Webex would refuse."""

from collections.abc import Iterator
from contextlib import suppress

from wizard.mapping import attributes, sources
from wizard.mapping.document import ALWAYS, ON_CREATION, Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.tree import Attribute, walk
from wizard.mapping.lint.active import active_findings
from wizard.mapping.lint.around import Around
from wizard.mapping.lint.finding import MappingFinding, of_row
from wizard.mapping.lint.relations import ACTIVE_SOURCE
from wizard.mapping.lint.values import LANGUAGE, LANGUAGE_SOURCE, TIME_ZONE
from wizard.mapping.trees import NO_SOURCE, tree_of
from wizard.words.text import plain_line

_MAIL_NAMES = frozenset({"userprincipalname", "mail"})
_CREATION_FLOWS = frozenset(
    {ON_CREATION.casefold(), "attributeaddonly", "valueaddonly", "multivalueaddonly"}
)
_KNOWN_FLOWS = _CREATION_FLOWS | {ALWAYS.casefold()}
"""Graph's attributeFlowType (reference/graph-entra.md 2.8)."""
_DIRECTORY_EXTENSION = "extension_"


def form_findings(row: Row, around: Around) -> Iterator[MappingFinding]:
    """Yield what is wrong with the source of a row, and with the form of what it yields."""
    yield from _source(row, around)
    for check in _CHECKS:
        yield from check(row)


def _source(row: Row, around: Around) -> Iterator[MappingFinding]:
    if not row.source.strip():
        if not row.default_value:  # Entra's type None, which sets a default value alone
            yield of_row(
                row,
                "source-empty",
                "error",
                f"{row.target} has no source, so it would never get a value.",
                'Type an attribute such as [mail], a constant such as "text", or an expression.',
            )
    elif reason := sources.unreadable(row.source):
        with suppress(ExpressionError):  # the parser says it better, and where
            tree_of(row)
            yield of_row(
                row,
                "source-unreadable",
                "error",
                f"The source cannot be read: {reason}.",
                "Close every quote, bracket and parenthesis; write attributes as [mail] and "
                'constants as "text".',
            )
    else:
        yield from _unknown_sources(row, around)


def _unknown_sources(row: Row, around: Around) -> Iterator[MappingFinding]:
    for name in sources.mentioned(row.source):
        if (
            sources.find_source(name)
            or name.casefold() in around.listed_sources
            or name.casefold().startswith(_DIRECTORY_EXTENSION)
            or name.casefold() in NO_SOURCE  # told as an error
        ):
            continue
        close = sources.close_to_source(name)
        yield of_row(
            row,
            "source-unknown",
            "warning",
            f"[{plain_line(name)}] is not an attribute that Entra is known to have, so the "
            "value may stay empty.",
            f"Did you mean [{close}]?" if close else "Check the spelling in Entra.",
            column=_column(row, name),
        )


def _column(row: Row, name: str) -> int | None:
    """Return where in its expression an attribute stands; None where that cannot be read."""
    try:
        nodes = walk(tree_of(row))
    except ExpressionError:
        return None
    return next((n.position for n in nodes if isinstance(n, Attribute) and n.name == name), None)


def _user_name(row: Row) -> Iterator[MappingFinding]:
    is_empty = not row.source.strip()
    if not attributes.same(row.target, "userName") or (is_empty and not row.default_value):
        return
    if is_empty or row.kind == "constant":
        yield of_row(
            row,
            "user-name-constant",
            "error",
            "userName has the same value for everybody, but it must be unique across Webex.",
            "Map userName from [userPrincipalName] or [mail].",
        )
        return
    named = {name.casefold() for name in sources.mentioned(row.source)}
    if not named or named - _MAIL_NAMES:
        yield of_row(
            row,
            "user-name-source",
            "warning",
            "userName is usually userPrincipalName or mail. It must be the person's e-mail "
            "address in Webex; otherwise a second account is created instead of a match.",
            "Map userName from [userPrincipalName], or from [mail] if that is the mailbox.",
        )


def _apply(row: Row) -> Iterator[MappingFinding]:
    if row.apply.casefold() not in _KNOWN_FLOWS:
        yield of_row(
            row,
            "apply-unknown",
            "warning",
            f'flowType of {row.target} is "{plain_line(row.apply, 40)}", which Microsoft does not '
            "document, so when the value flows is not certain.",
            "Write Always, or ObjectAddOnly for a value that is set only on creation.",
        )


def _active(row: Row) -> Iterator[MappingFinding]:
    if not attributes.same(row.target, "active"):
        return
    yield from active_findings(row)
    creation_only = row.apply.casefold() in _CREATION_FLOWS
    if row.kind == "constant" or creation_only or not row.source.strip():
        yield of_row(
            row,
            "active-fixed",
            "warning",
            "active never changes after creation, so people who leave would never be disabled "
            "in Webex.",
            f"Map active from {ACTIVE_SOURCE}, applied {ALWAYS}.",
        )


def _language(row: Row) -> Iterator[MappingFinding]:
    if row.attribute is None or row.attribute.format != "ll_CC":
        return
    if row.kind == "constant":
        wrong = not LANGUAGE.fullmatch(sources.name_of_source(row.source))
        hint = 'Write language and country with an underscore, such as "en_US".'
    else:
        named = {name.casefold() for name in sources.mentioned(row.source)}
        replaces = "Replace" in row.source and {"-", "_"} <= set(sources.constants(row.source))
        wrong = "preferredlanguage" in named and not replaces
        hint = f"Use {LANGUAGE_SOURCE}."
    if wrong:
        yield of_row(
            row,
            "language-form",
            "warning",
            f"Webex wants {row.target} with an underscore, such as en_US, and refuses other "
            "forms. Entra holds it with a hyphen, such as en-US.",
            hint,
        )


def _time_zone(row: Row) -> Iterator[MappingFinding]:
    if row.attribute is None or row.attribute.format != "iana-time-zone":
        return
    if row.kind != "constant":
        yield of_row(
            row,
            "time-zone-form",
            "advice",
            "Webex takes IANA names such as Europe/Madrid only; names of Windows time zones "
            "are refused.",
            "Make sure that the source holds IANA names.",
        )
    elif not TIME_ZONE.fullmatch(sources.name_of_source(row.source)):
        yield of_row(
            row,
            "time-zone-form",
            "warning",
            f"{plain_line(row.source, 60)} is not an IANA time zone, and Webex refuses others.",
            'Use a name such as "Europe/Madrid" or "America/Los_Angeles".',
        )


def _manager(row: Row) -> Iterator[MappingFinding]:
    if not attributes.is_manager(row.target):
        return
    if sources.squeezed(row.source).casefold() == "[manager]":
        yield of_row(
            row,
            "manager-in-scope",
            "advice",
            "A manager arrives in Webex only if the manager is provisioned too.",
            "Assign the managers to the application as well.",
        )
    else:
        yield of_row(
            row,
            "manager-not-a-reference",
            "warning",
            "Webex wants a reference to a person it knows. Only [manager] alone is resolved; "
            "a name, an e-mail address or a function of it is not.",
            "Map the manager from [manager].",
        )


_CHECKS = (_apply, _user_name, _active, _language, _time_zone, _manager)

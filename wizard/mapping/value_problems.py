"""Sources that cannot be read, and values that Webex would refuse."""

import re
from collections.abc import Iterator

from wizard.mapping import attributes, sources
from wizard.mapping.document import ALWAYS, MappingDocument, Row
from wizard.mapping.problem import ACTIVE_SOURCE, Problem, RowCheck, beside
from wizard.words.text import plain_line

LANGUAGE_SOURCE = 'Replace([preferredLanguage], "-", , , "_", ,  )'
"""Entra's language written as Webex wants it."""

_MAIL_NAMES = frozenset({"userprincipalname", "mail"})
_LANGUAGE = re.compile(r"[a-z]{2}_[A-Z]{2}")
_IANA = re.compile(r"UTC|GMT|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+")
_DIRECTORY_EXTENSION = "extension_"


def _source(row: Row, document: MappingDocument) -> Iterator[Problem]:
    if not row.source.strip():
        yield beside(
            row,
            "source-empty",
            "error",
            f"{row.target} has no source, so it would never get a value.",
            'Type an attribute such as [mail], a constant such as "text", or an expression.',
        )
    elif len(row.source) > sources.MAX_EXPRESSION:
        yield beside(
            row,
            "source-too-long",
            "error",
            f"The expression is longer than {sources.MAX_EXPRESSION:,} characters, "
            "which Entra refuses.",
            "Shorten the expression.",
        )
    elif reason := sources.unreadable(row.source):
        yield beside(
            row,
            "source-unreadable",
            "error",
            f"The source cannot be read: {reason}.",
            "Close every quote, bracket and parenthesis; write attributes as [mail] and "
            'constants as "text".',
        )
    else:
        yield from _unknown_sources(row, document)


def _unknown_sources(row: Row, document: MappingDocument) -> Iterator[Problem]:
    for name in sources.mentioned(row.source):
        if (
            sources.find_source(name)
            or name.casefold() in document.listed_sources
            or name.casefold().startswith(_DIRECTORY_EXTENSION)
        ):
            continue
        close = sources.close_to_source(name)
        yield beside(
            row,
            "source-unknown",
            "warning",
            f"[{plain_line(name)}] is not an attribute that Entra is known to have, so the "
            "value may stay empty.",
            f"Did you mean [{close}]?" if close else "Check the spelling in Entra.",
        )


def _user_name(row: Row, _document: MappingDocument) -> Iterator[Problem]:
    if not attributes.same(row.target, "userName") or not row.source.strip():
        return
    if row.kind == "constant":
        yield beside(
            row,
            "user-name-constant",
            "error",
            "userName has the same value for everybody, but it must be unique across Webex.",
            "Map userName from [userPrincipalName] or [mail].",
        )
        return
    named = {name.casefold() for name in sources.mentioned(row.source)}
    if not named or named - _MAIL_NAMES:
        yield beside(
            row,
            "user-name-source",
            "warning",
            "userName is usually userPrincipalName or mail. It must be the person's e-mail "
            "address in Webex; otherwise a second account is created instead of a match.",
            "Map userName from [userPrincipalName], or from [mail] if that is the mailbox.",
        )


def _active(row: Row, _document: MappingDocument) -> Iterator[Problem]:
    if attributes.same(row.target, "active") and (row.kind == "constant" or row.apply != ALWAYS):
        yield beside(
            row,
            "active-fixed",
            "warning",
            "active never changes after creation, so people who leave would never be disabled "
            "in Webex.",
            f"Map active from {ACTIVE_SOURCE}, applied {ALWAYS}.",
        )


def _language(row: Row, _document: MappingDocument) -> Iterator[Problem]:
    if row.attribute is None or row.attribute.format != "ll_CC":
        return
    if row.kind == "constant":
        wrong = not _LANGUAGE.fullmatch(sources.name_of(row.source))
        hint = 'Write language and country with an underscore, such as "en_US".'
    else:
        named = {name.casefold() for name in sources.mentioned(row.source)}
        replaces = "Replace" in row.source and {"-", "_"} <= set(sources.constants(row.source))
        wrong = "preferredlanguage" in named and not replaces
        hint = f"Use {LANGUAGE_SOURCE}."
    if wrong:
        yield beside(
            row,
            "language-form",
            "warning",
            f"Webex wants {row.target} with an underscore, such as en_US, and refuses other "
            "forms. Entra holds it with a hyphen, such as en-US.",
            hint,
        )


def _time_zone(row: Row, _document: MappingDocument) -> Iterator[Problem]:
    if row.attribute is None or row.attribute.format != "iana-time-zone":
        return
    if row.kind != "constant":
        yield beside(
            row,
            "time-zone-form",
            "advice",
            "Webex takes IANA names such as Europe/Madrid only; names of Windows time zones "
            "are refused.",
            "Make sure that the source holds IANA names.",
        )
    elif not _IANA.fullmatch(sources.name_of(row.source)):
        yield beside(
            row,
            "time-zone-form",
            "warning",
            f"{plain_line(row.source, 60)} is not an IANA time zone, and Webex refuses others.",
            'Use a name such as "Europe/Madrid" or "America/Los_Angeles".',
        )


def _manager(row: Row, _document: MappingDocument) -> Iterator[Problem]:
    if not attributes.is_manager(row.target):
        return
    if sources.squeezed(row.source).casefold() == "[manager]":
        yield beside(
            row,
            "manager-in-scope",
            "advice",
            "A manager arrives in Webex only if the manager is provisioned too.",
            "Assign the managers to the application as well.",
        )
    else:
        yield beside(
            row,
            "manager-not-a-reference",
            "warning",
            "Webex wants a reference to a person it knows. Only [manager] alone is resolved; "
            "a name, an e-mail address or a function of it is not.",
            "Map the manager from [manager].",
        )


def _length(row: Row, _document: MappingDocument) -> Iterator[Problem]:
    limit = row.attribute.max_length if row.attribute else None
    if limit is None or row.kind != "constant":
        return
    length = len(sources.name_of(row.source))
    if length > limit:
        yield beside(
            row,
            "constant-too-long",
            "warning",
            f"The constant has {length} characters; Webex takes at most {limit} in {row.target}.",
            "Shorten the constant.",
        )


VALUE_CHECKS: tuple[RowCheck, ...] = (
    _source,
    _user_name,
    _active,
    _language,
    _time_zone,
    _manager,
    _length,
)
"""The checks of this module."""

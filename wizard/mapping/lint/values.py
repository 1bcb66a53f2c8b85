"""Whether Webex takes a value, by the table of its attributes.

A check looks at one value of one target and returns the code of a refusal, or None; the words
are put around it once for all people it concerns.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from zoneinfo import available_timezones

from wizard.mapping import attributes
from wizard.mapping.attributes import WebexAttribute
from wizard.mapping.document import Row
from wizard.mapping.lint.finding import Severity
from wizard.words.text import plain_line

_MAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+[A-Za-z0-9-]{2,63}"
)
LANGUAGE = re.compile(r"[a-z]{2}_[A-Z]{2}")
TIME_ZONE = re.compile(r"UTC|GMT|[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+")
LANGUAGE_SOURCE = 'Replace([preferredLanguage], "-", , , "_", ,  )'
"""Entra's language written as Webex wants it."""
_URL = re.compile(r"https?://[^\s/]+\S*")

Accepts = Callable[[str], bool]
"""Tells whether Webex takes a value."""


@dataclass(frozen=True)
class Rule:
    """What one target demands of a value, and what to say where it is not met."""

    code: str
    severity: Severity
    accepts: Accepts
    demand: str
    """What Webex wants, as the rest of a sentence."""
    fix: str

    def why(self, target: str, value: str) -> str:
        """Return the sentence about a value that is refused."""
        return f'{target} would be "{plain_line(value, 60)}", and Webex wants {self.demand}.'


def rules_for(row: Row) -> tuple[Rule, ...]:
    """Return what the target of a row demands of every value."""
    known = row.attribute
    return tuple(_rules(row, known)) if known is not None else ()


def _rules(row: Row, known: WebexAttribute) -> Iterator[Rule]:
    is_name = attributes.same(row.target, "userName")
    if known.max_length is not None:
        yield _length(known.max_length, "error" if is_name else "warning")
    if known.format is not None and known.format in _FORMATS:
        yield _FORMATS[known.format]
    elif known.path.startswith("emails[") and known.path.endswith(".value"):
        yield _MAIL_ADDRESS
    if known.type == "Boolean":
        yield _BOOLEAN
    elif known.type == "Reference":
        yield _REFERENCE
    if known.canonical_values:
        yield _one_of(known.canonical_values)


def _length(limit: int, severity: Severity) -> Rule:
    return Rule(
        "value-too-long",
        severity,
        lambda value: len(value) <= limit,
        f"at most {limit} characters",
        f"Shorten it, for example with Left(..., {limit}).",
    )


def _one_of(values: tuple[str, ...]) -> Rule:
    return Rule(
        "value-not-listed",
        "warning",
        values.__contains__,
        f"one of {', '.join(values)}",
        "Map one of these values, or remove the mapping.",
    )


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _is_time_zone(value: str) -> bool:
    # Machines without a time zone database know none; the form must do there.
    return value in _zones() if _zones() else bool(TIME_ZONE.fullmatch(value))


_MAIL_ADDRESS = Rule(
    "not-an-email-address",
    "error",
    lambda value: _MAIL.fullmatch(value) is not None,
    "an e-mail address",
    "Use an attribute that holds one for everybody, such as [userPrincipalName] or [mail].",
)
_BOOLEAN = Rule(
    "not-true-or-false",
    "error",
    lambda value: value.lower() in ("true", "false"),
    "True or False",
    'Yield "True" or "False" for everybody.',
)
_REFERENCE = Rule(
    "not-a-url",
    "warning",
    lambda value: _URL.fullmatch(value) is not None,
    "a complete URL",
    "Write the whole address, such as https://contoso.com/ann.",
)
_FORMATS = MappingProxyType(
    {
        "email": _MAIL_ADDRESS,
        "ll_CC": Rule(
            "language-refused",
            "error",
            lambda value: LANGUAGE.fullmatch(value) is not None,
            "language and country with an underscore, such as en_US",
            f"Use {LANGUAGE_SOURCE}, and correct the people whose language has another form.",
        ),
        "iana-time-zone": Rule(
            "time-zone-refused",
            "error",
            _is_time_zone,
            "an IANA time zone, such as Europe/Madrid",
            "Map an attribute that holds IANA names, or translate with Switch.",
        ),
    }
)

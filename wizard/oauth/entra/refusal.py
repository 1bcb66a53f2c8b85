"""A refusal of Microsoft's sign-in as our error, whichever way it came."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator

from wizard.errors import AuthorizationError
from wizard.net.endpoints import Cloud, clouds
from wizard.oauth.entra.aadsts import NUMBERS, OAUTH_ERRORS
from wizard.words.meanings import Meaning, coded, meaning
from wizard.words.redact import redact
from wizard.words.text import plain_line, support_id

_LOOK_UP = "https://login.microsoftonline.com/error?code="
_CODE = re.compile(r"AADSTS([0-9]{4,8})")
_ID = r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
_TRACE = re.compile(rf"Trace ID: {_ID}")
_CORRELATION = re.compile(rf"Correlation ID: {_ID}")
_IDS = re.compile(r"\s*(?:Trace|Correlation) ID:.*")
_CLOUD = re.compile(r"(?i)national cloud '([a-z0-9.-]+)'")
_IN_ENTRA = "Entra shows each attempt under Sign-in logs > Service principal sign-ins."
_PARAMETER = re.compile(r"(?i)(?:parameter|field):?\s+'?([a-z0-9_.-]{1,40})")


def _integers(value: Any) -> tuple[int, ...]:
    return tuple(n for n in value if isinstance(n, int)) if isinstance(value, list) else ()


def _claims(value: Any) -> str | None:
    """Return claims that a request can be made of: a JSON object of objects, as text."""
    try:
        claims = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return None
    whole = isinstance(claims, dict) and all(isinstance(part, dict) for part in claims.values())
    return str(value) if whole else None


_Words = Annotated[str, BeforeValidator(lambda value: redact(plain_line(value, 600)))]
_Numbers = Annotated[tuple[int, ...], BeforeValidator(_integers)]
_Claims = Annotated[str | None, BeforeValidator(_claims)]


@dataclass(eq=False, repr=False, kw_only=True)
class EntraRefusal(AuthorizationError):
    """Microsoft said no to a sign-in.

    Args:
        number: The number after AADSTS, when there was one.
        claims: What a new sign-in has to ask for besides, as the JSON that came.
        cloud: The cloud the tenant is in, when it is known to be another one.
    """

    code = "sign-in-refused"
    number: int | None = None
    claims: str | None = None
    cloud: Cloud | None = None


class _ErrorAnswer(BaseModel):
    """An error response (RFC 6749 sections 4.1.2.1 and 5.2) with what Microsoft adds."""

    error: _Words = ""
    error_description: _Words = ""
    error_codes: _Numbers = ()
    trace_id: _Words = ""
    correlation_id: _Words = ""
    claims: _Claims = None

    def explained(self, first_of: tuple[Meaning, ...]) -> tuple[int | None, Meaning | None]:
        """Return the first number that is known, or else the first, and what the error means.

        A number that nobody knows leaves the meaning to the name of the error; Microsoft's own
        words are told beside it then, as they say more.

        Args:
            first_of: Rows that go before those for people.
        """
        rows = (*first_of, *NUMBERS)
        numbers = [*self.error_codes, *map(int, _CODE.findall(self.error_description))]
        for number in numbers:
            if known := meaning(rows, f"AADSTS{number}", words=self.error_description):
                return number, known
        first = numbers[0] if numbers else None
        named = meaning((*first_of, *OAUTH_ERRORS), self.error)
        return first, named and self._in_their_words(named, first)

    def _in_their_words(self, known: Meaning, number: int | None) -> Meaning:
        words = self.words.replace("{", "{{").replace("}", "}}")
        page = f" {_LOOK_UP}{number} explains the code." if number else ""
        said = f" Microsoft says: “{words}”" if words else ""
        return replace(known, message=f"{known.message}{said}", hint=f"{known.hint}{page}")

    @property
    def words(self) -> str:
        """What Microsoft says, without the ids, which stand apart."""
        return _IDS.sub("", self.error_description)

    @property
    def tracking_id(self) -> str | None:
        """The ids that Microsoft's support asks for."""
        ids = {
            "trace": support_id(self.trace_id) or _found(_TRACE, self.error_description),
            "correlation": support_id(self.correlation_id)
            or _found(_CORRELATION, self.error_description),
        }
        return ", ".join(f"{name} {given}" for name, given in ids.items() if given) or None


def entra_refusal(
    answer: Mapping[str, Any], consent_url: str, first_of: tuple[Meaning, ...] = ()
) -> EntraRefusal:
    """Return the error that explains an error response.

    Args:
        answer: Its parameters, from a redirect or from JSON.
        consent_url: Where an administrator consents for the tenant.
        first_of: Rows that go before those for people.
    """
    said = _ErrorAnswer.model_validate(dict(answer))
    number, known = said.explained(first_of)
    if known is None:
        words = said.words or said.error or "it gave no reason."
        page = f"{_LOOK_UP}{number} explains the code. " if number else ""
        known = Meaning(
            EntraRefusal.code,
            f"Microsoft refused the sign-in: {words}",
            f"{page}{_IN_ENTRA if first_of else 'Start the sign-in again.'}",
        )
        known = _numbered(known, number)
    elif known.code == "wrong-cloud":
        return wrong_cloud(_named_cloud(said.error_description), number, said.tracking_id)
    else:
        missing = _found(_PARAMETER, said.error_description) or "it does not say which"
        known = _numbered(known.filled(consent=consent_url, parameter=missing), number)
    return known.error(
        EntraRefusal, tracking_id=said.tracking_id, number=number, claims=said.claims
    )


def wrong_cloud(
    cloud: Cloud | None, number: int | None = None, tracking_id: str | None = None
) -> EntraRefusal:
    """Return the error of a tenant that is in another cloud.

    Args:
        cloud: The tenant's cloud, when it is known.
        number: The number after AADSTS, when there was one.
        tracking_id: Microsoft's ids of the failed request.
    """
    known = coded(NUMBERS, "wrong-cloud")
    if cloud is not None:
        known = replace(
            known,
            message=f"This tenant is in another of Microsoft's clouds: {cloud.title}.",
            hint="Choose that cloud, then start the sign-in again.",
        )
    facts = {"tracking_id": tracking_id, "number": number, "cloud": cloud}
    return _numbered(known, number).error(EntraRefusal, **facts)


def _numbered(known: Meaning, number: int | None) -> Meaning:
    is_told = number is None or f"AADSTS{number}" in known.message
    return known if is_told else replace(known, message=f"{known.message} (AADSTS{number})")


def _named_cloud(description: str) -> Cloud | None:
    named = _found(_CLOUD, description).lower()
    hosts = ((cloud, urlsplit(cloud.authority).hostname or "") for cloud in clouds().values())
    return next((cloud for cloud, host in hosts if named and host.endswith(named)), None)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match else ""

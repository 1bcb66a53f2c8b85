"""The document of facts: questions that nothing public answers, and what was seen here."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from wizard import __version__

NOT_SEEN = "not seen"

QUESTIONS: Mapping[str, str] = {
    "gallery-template": "Which template is Cisco Webex in the gallery, and is it the one in use?",
    "synchronization-template": "What is the connector of the application called?",
    "default-mapping": "What is the connector's mapping before anybody changes it?",
    "group-switch": "Are groups switched on, in the connector and in the job?",
    "unlisted-attributes": "Does the connector send attributes that its list does not have?",
    "masked-secret": "Does saving * keep the secret that is stored?",
    "masked-keys": "Which settings are shown as * only?",
    "recipients-separator": "What stands between several recipients of the notification?",
    "deletion-limit": "What is the limit of deletions?",
    "expression-only-source": "Is a mapping row accepted that has the expression only?",
    "credentials-refusals": "What does Entra's own test say where Webex answers 401, 403 or 404?",
    "filter-operators": "What are the operators of scoping filters called?",
    "pattern-match": "Does a filter's pattern match the whole value, or a part?",
    "function-edges": "What do Split, Coalesce, Append and NormalizeDiacritics make of edge cases?",
    "graph-page-size": "How many people does a page of Graph hold when 999 are asked for?",
    "token-lifetime": "How many seconds did Webex say that the token lives?",
    "granted-scopes": "Which of the scopes that were asked for came?",
    "redirect-refusals": "Does a refusal come in the query, or in the fragment?",
    "scim-list": "Does Webex answer Entra's search with a list as SCIM 2.0 has it?",
    "scim-page-size": "How many people does a page of Webex hold when 100 are asked for?",
    "scim-refusals": "What is the form of Webex's refusals to Entra?",
    "identity-accepts": "Does Common Identity take this token?",
    "own-tokens": "Does Webex tell how long this token still lives?",
    "government-hosts": "Which hosts has Webex for Government?",
    "webex-consent": "Does Webex ask for consent, and what does Decline send?",
    "forced-sign-in": "Does Webex's link ask for the password again?",
    "password-reset": "Does a new password end the token?",
}
"""What is not known from public pages (reference/graph-entra.md 10, reference/webex.md 9); the
keys are stable."""

Frozen = ConfigDict(frozen=True)


class AnswerForm(BaseModel):
    """One answer of a service, by its form."""

    model_config = Frozen

    asked: str
    """What was asked, without an id."""
    status: int | None = None
    """The HTTP status; null where no answer came."""
    trouble: str = ""
    """This program's code of why no answer came."""
    media_type: str = ""
    form: JsonValue = None


class Fact(BaseModel):
    """A question, and what was seen."""

    model_config = Frozen

    id: str
    question: str
    seen: JsonValue = NOT_SEEN


class Facts(BaseModel):
    """All that was seen, of a tenant and an organization that it does not name."""

    model_config = Frozen

    version: Literal[1] = 1
    program: str = f"webex-wizard {__version__}"
    practice: bool
    """Whether the practice tenants answered, which proves nothing about the real ones."""
    facts: tuple[Fact, ...]
    answers: tuple[AnswerForm, ...]

    @property
    def seen(self) -> int:
        """How many questions are answered."""
        return sum(fact.seen != NOT_SEEN for fact in self.facts)


def facts_from(
    seen: Mapping[str, JsonValue], answers: tuple[AnswerForm, ...], *, practice: bool
) -> Facts:
    """Return the document; a question that nobody looked at stays in it as not seen.

    Args:
        seen: What was seen, by question.
        answers: The answers it was seen in.
        practice: Whether the practice tenants answered.
    """
    facts = (
        Fact(id=name, question=text, seen=seen.get(name, NOT_SEEN))
        for name, text in QUESTIONS.items()
    )
    return Facts(practice=practice, facts=tuple(facts), answers=answers)

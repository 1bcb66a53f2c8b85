"""Asking a service, reading only, and keeping the form of what it answers."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from wizard.errors import WizardError
from wizard.net.transport import HttpAnswer
from wizard.reports.facts.document import AnswerForm
from wizard.reports.facts.forms import form_of, media_type

if TYPE_CHECKING:
    from pydantic import JsonValue


class Look:
    """What was seen so far.

    Attributes:
        seen: What answers a question, by its key.
        answers: The form of each answer.
    """

    def __init__(self) -> None:
        self.seen: dict[str, JsonValue] = {}
        self.answers: list[AnswerForm] = []

    async def at(self, asked: str, asking: Awaitable[HttpAnswer]) -> HttpAnswer | None:
        """Wait for an answer and keep its form; None where none came.

        Args:
            asked: What is asked, without an id.
            asking: Brings the answer.
        """
        try:
            answer = await asking
        except WizardError as error:
            self.answers.append(AnswerForm(asked=asked, trouble=error.code))
            return None
        kept = AnswerForm(
            asked=asked,
            status=answer.status,
            media_type=media_type(answer),
            form=form_of(answer.json),
        )
        self.answers.append(kept)
        return answer


def good_json(answer: HttpAnswer | None) -> Any:
    """Return the JSON of a good answer; None of any other."""
    return answer.json if answer is not None and answer.status == 200 else None


def entries(answer: HttpAnswer | None) -> list[dict[str, Any]]:
    """Return the entries of one of Graph's lists, as far as they are objects."""
    page = good_json(answer)
    found = page.get("value") if isinstance(page, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

"""What commands that write ask before: the number of each stop, and a step's own questions."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from wizard.commands.output import line_typed, narrate
from wizard.errors import PreviewError, WizardError
from wizard.preview.brakes import Stop
from wizard.steps.base import Question
from wizard.words.counting import so_many

_TRIES: Final = 3
"""How often something may be typed."""

Taken = TypeVar("Taken")


def asked_again(question: str, take: Callable[[str], Taken]) -> Taken:
    """Return what was typed, as it is taken; whoever mistypes is asked again, three times in all.

    Args:
        question: What is asked.
        take: Takes what was typed, or raises an error that says what is wrong with it.

    Raises:
        LeftByUser: The input has ended.
        WizardError: What was typed last is not taken either.
    """
    for left in range(_TRIES - 1, 0, -1):
        typed = line_typed(question)
        try:
            return take(typed)
        except WizardError as error:
            narrate(f"{error.message} {error.hint} {so_many(left, 'more try', 'more tries')}.")
    return take(line_typed(question))


def require_numbers(stops: Iterable[Stop]) -> None:
    """Let each stop pass by its number alone.

    Raises:
        LeftByUser: The input has ended.
        PreviewError: Something else was typed (`stop-number-wrong`).
    """
    for stop in stops:

        def take(typed: str, number: int = stop.number) -> None:
            if typed != str(number):
                raise PreviewError(
                    "That is not the number of this stop, so nothing was written.",
                    f"Type {number}, as it stands in the text, only if that may happen.",
                    code="stop-number-wrong",
                )

        narrate(f"Stop: {stop.message}")
        asked_again("Type its number to let it pass this once:", take)


def answers_to(questions: Iterable[Question], check: Callable[[str, str], None]) -> dict[str, str]:
    """Ask a step's questions, and return the answers by their ids.

    Args:
        questions: What is asked.
        check: Gets the id of a question and what was typed, and raises an error where that is no
            answer.

    Raises:
        LeftByUser: The input has ended.
        WizardError: What was typed last is no answer, or none of the choices
            (`start-unanswered`).
    """
    return {question.id: _answer_to(question, check) for question in questions}


def _answer_to(question: Question, check: Callable[[str, str], None]) -> str:
    """Ask one question; nothing typed takes what is recommended.

    Raises:
        WizardError: As of `answers_to`.
    """
    if question.caution:
        narrate(question.caution)
    if question.choices:
        return _choice_typed(question)

    def take(typed: str) -> str:
        check(question.id, typed)
        return typed or question.answer

    return asked_again(question.text, take)


def _choice_typed(question: Question) -> str:
    """Ask for one of several choices; nothing typed takes what is recommended."""
    narrate(question.text)
    for number, choice in enumerate(question.choices, 1):
        mark = " (recommended)" if choice.id == question.answer else ""
        narrate(f"{number}. {choice.text}{mark}")
    by_number = {str(number): each.id for number, each in enumerate(question.choices, 1)}
    answers = {"": question.answer, **by_number}

    def take(typed: str) -> str:
        if (answer := answers.get(typed)) is None:
            raise PreviewError(
                "That is none of the choices, so nothing was done.",
                "Type the number that stands before one of them.",
                code="start-unanswered",
            )
        return answer

    return asked_again("A number:", take)

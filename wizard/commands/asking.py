"""What commands that write ask before: the number of each stop, and a step's own questions."""

from collections.abc import Iterable

from wizard.commands.output import line_typed, narrate
from wizard.errors import PreviewError
from wizard.preview.brakes import Stop
from wizard.steps.base import Question


def require_numbers(stops: Iterable[Stop]) -> None:
    """Let each stop pass by its number alone.

    Raises:
        LeftByUser: The input has ended.
        PreviewError: Something else was typed (`stop-number-wrong`).
    """
    for stop in stops:
        narrate(f"Stop: {stop.message}")
        if line_typed("Type its number to let it pass this once:") != str(stop.number):
            raise PreviewError(
                "That is not the number of this stop, so nothing was written.",
                f"Type {stop.number}, as it stands in the text, only if that may happen.",
                code="stop-number-wrong",
            )


def answers_to(questions: Iterable[Question]) -> dict[str, str]:
    """Ask a step's questions, and return the answers by their ids.

    Raises:
        LeftByUser: The input has ended.
        PreviewError: What was typed is none of the choices (`start-unanswered`).
    """
    answers = {}
    for question in questions:
        if question.caution:
            narrate(question.caution)
        answers[question.id] = (
            choice_typed(question) if question.choices else line_typed(question.text)
        )
    return answers


def choice_typed(question: Question) -> str:
    """Ask for one of several choices; nothing typed takes what is recommended.

    Raises:
        LeftByUser: The input has ended.
        PreviewError: It is none of the choices (`start-unanswered`).
    """
    narrate(question.text)
    for number, choice in enumerate(question.choices, 1):
        mark = " (recommended)" if choice.id == question.answer else ""
        narrate(f"{number}. {choice.text}{mark}")
    typed = line_typed("A number:")
    by_number = {str(number): each.id for number, each in enumerate(question.choices, 1)}
    if (answer := {"": question.answer, **by_number}.get(typed)) is None:
        raise PreviewError(
            "That is none of the choices, so nothing was done.",
            "Type the number that stands before one of them.",
            code="start-unanswered",
        )
    return answer

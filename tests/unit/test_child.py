"""A process of ours says what went wrong in it as it was, and how it ended, as far as is known."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wizard.errors import MachineError, TransportError, UnexpectedError, WizardError
from wizard.graph.errors import GraphError
from wizard.machine.child import Child, error_said, refused

ROOT = Path(__file__).parents[2]


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    child = started()
    yield child
    child.close()


def started() -> Child:
    gone = MachineError("It has ended.", code="gone")
    return Child("tests.answering", does="answers", code="not-started", gone=lambda: gone)


def test_a_process_that_cannot_be_started_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(ROOT / "nothing here"))
    with pytest.raises(MachineError) as refused:
        started()
    told = "The process that answers cannot be started: No such file or directory."
    assert (refused.value.message, refused.value.code) == (told, "not-started")


def asked(child: Child, *questions: str) -> list[Any]:
    """Ask one after the other; return what came of each."""

    async def ask() -> list[Any]:
        came: list[Any] = []
        for question in questions:
            try:
                came.append(await child.ask({"ask": question}, lambda _: None))
            except WizardError as error:
                came.append(error)
        return came

    return asyncio.run(ask())


def test_a_refusal_keeps_its_class_its_code_and_its_tracking_id(child: Child) -> None:
    error, well = asked(child, "refusal", "anything")
    assert isinstance(error, TransportError)
    assert (error.message, error.hint) == ("Nobody answers.", "Wait.")
    assert (error.code, error.tracking_id) == ("nobody", "T-1")
    assert well == "well"


@pytest.mark.parametrize(
    ("question", "kind"), [("mistake", "ZeroDivisionError"), ("late mistake", "KeyError")]
)
def test_a_mistake_is_told_by_its_kind_and_place_without_its_words(
    child: Child, question: str, kind: str
) -> None:
    error, well = asked(child, question, "anything")
    assert isinstance(error, UnexpectedError)
    assert error.code == "unexpected"
    assert kind in error.message
    assert "contoso" not in str(error)
    assert well == "well"


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such signals")
def test_what_ends_by_a_signal_says_by_which(child: Child) -> None:
    (error,) = asked(child, "signal")
    assert error.message == "It has ended. It was ended by the signal SIGTERM."


def test_what_ends_by_itself_says_its_code(child: Child) -> None:
    (error,) = asked(child, "code")
    assert error.message == "It has ended. It ended with code 7."


def test_an_error_of_a_class_that_not_every_process_knows_is_one_of_the_nearest() -> None:
    given = GraphError("No.", "Ask.", code="c", tracking_id="T", status=403, graph_code="x")
    error = error_said(refused(given))
    assert type(error).__name__ == "AnswerError"
    assert (error.message, error.tracking_id) == ("No.", "T")

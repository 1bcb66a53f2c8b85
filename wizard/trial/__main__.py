"""Answer a trial's questions as ``python -P -m wizard.trial`` until standard input closes.

What goes to and fro: `wizard.machine.child`.
"""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any, BinaryIO

from pydantic_core import to_json

from wizard.errors import MappingError, WizardError
from wizard.machine.sealing import MEMORY, bound_memory, seal
from wizard.trial.bench import Bench
from wizard.trial.questions import read_question

QUICK = 0.0005
"""Seconds after which the thread that reads may interrupt long work."""


class Desk:
    """Takes questions as they come, the oldest first, long work whenever nobody else asks.

    Args:
        reply: Returns the answer to a question, or the long work that comes to it.
        requests: Where questions come in.
        answers: Where answers go out.
    """

    def __init__(
        self, reply: Callable[[dict[str, Any]], Any], requests: BinaryIO, answers: BinaryIO
    ) -> None:
        self._reply = reply
        self._answers = answers
        self._inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._asked: dict[int, dict[str, Any]] = {}
        self._work: dict[int, Generator[int, None, Any]] = {}
        threading.Thread(target=self._read, args=(requests,), daemon=True).start()

    def serve(self) -> None:
        """Answer until the process ends."""
        while True:
            self._take()
            if self._asked:
                number, request = next(iter(self._asked.items()))
                del self._asked[number]
                self._answer(number, request)
            else:
                self._go_on()

    def _read(self, requests: BinaryIO) -> None:
        for line in requests:
            self._inbox.put(line)
        # At once: nobody is left who could be answered.
        os._exit(0)

    def _take(self) -> None:
        """Take all that has come; wait when there is nothing to do."""
        while not self._inbox.empty() or not (self._asked or self._work):
            request = json.loads(self._inbox.get())
            if "cancel" in request:
                self._asked.pop(request["cancel"], None)
                self._work.pop(request["cancel"], None)
            else:
                self._asked[request["id"]] = request

    def _answer(self, number: int, request: dict[str, Any]) -> None:
        try:
            answer = self._reply(request)
        except WizardError as error:
            self._refuse(number, error)
        except MemoryError:
            self._refuse(number, _too_large())
        else:
            if isinstance(answer, Generator):
                self._work[number] = answer
            else:
                self._say({"id": number, "answer": answer})

    def _go_on(self) -> None:
        """Do one slice of the oldest long work."""
        number, work = next(iter(self._work.items()))
        try:
            done = next(work)
        except StopIteration as end:
            del self._work[number]
            self._say({"id": number, "answer": end.value})
        except (WizardError, MemoryError) as error:
            del self._work[number]
            self._refuse(number, error if isinstance(error, WizardError) else _too_large())
        else:
            self._say({"id": number, "done": done})

    def _refuse(self, number: int, error: WizardError) -> None:
        told = {"message": error.message, "hint": error.hint, "code": error.code}
        self._say({"id": number, "error": told})

    def _say(self, answer: dict[str, Any]) -> None:
        self._answers.write(to_json(answer) + b"\n")
        self._answers.flush()


def _too_large() -> WizardError:
    return MappingError(
        f"This needs more memory than the {MEMORY // 2**30} GB that trying a mapping may take.",
        "Try fewer people, or a simpler expression.",
        code="trial-memory",
    )


if __name__ == "__main__":
    seal()
    bound_memory()
    sys.setswitchinterval(QUICK)
    bench = Bench()
    Desk(
        lambda request: read_question(request).answer(bench), sys.stdin.buffer, sys.stdout.buffer
    ).serve()

"""A process of ours that answers questions, seen from inside; from outside: `child`."""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Generator
from typing import Any, BinaryIO

from pydantic_core import to_json

from wizard.errors import WizardError
from wizard.machine.child import refused
from wizard.machine.sealing import bound_memory
from wizard.words.unexpected import unexpected

Answering = Callable[[dict[str, Any]], Any]
"""Returns the answer to a question, or the long work that comes to it."""

QUICK = 0.0005
"""Seconds after which the thread that reads may interrupt long work."""


class Serving:
    """Takes questions as they come, the oldest first, long work whenever nobody else asks.

    Of several that take long, each gets a slice in its turn.

    Args:
        reply: Returns the answer to a question, or the long work that comes to it.
        requests: Where questions come in.
        answers: Where answers go out.
        too_large: What is said where the memory that `sealing` allows does not suffice.
    """

    def __init__(
        self,
        reply: Answering,
        requests: BinaryIO,
        answers: BinaryIO,
        too_large: WizardError,
    ) -> None:
        self._reply, self._too_large = reply, too_large
        self._answers = answers
        self._inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._asked: dict[int, dict[str, Any]] = {}
        self._work: dict[int, Generator[Any, None, Any]] = {}
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
        for line in iter(requests.readline, b""):
            request = json.loads(line)
            if size := request.get("bytes"):
                request["body"] = requests.read(size)
            self._inbox.put(request)
        # At once: nobody is left who could be answered.
        os._exit(0)

    def _take(self) -> None:
        """Take all that has come; wait when there is nothing to do."""
        while not self._inbox.empty() or not (self._asked or self._work):
            request = self._inbox.get()
            if "cancel" in request:
                self._asked.pop(request["cancel"], None)
                self._work.pop(request["cancel"], None)
            else:
                self._asked[request["id"]] = request

    def _answer(self, number: int, request: dict[str, Any]) -> None:
        try:
            answer = self._reply(request)
        except Exception as error:
            self._refuse(number, error)
        else:
            if isinstance(answer, Generator):
                self._work[number] = answer
            else:
                self._say({"id": number, "answer": answer})

    def _go_on(self) -> None:
        """Do one slice of the long work that waited longest."""
        number, work = next(iter(self._work.items()))
        del self._work[number]
        try:
            done = next(work)
        except StopIteration as end:
            self._say({"id": number, "answer": end.value})
        except Exception as error:
            self._refuse(number, error)
        else:
            self._work[number] = work
            self._say({"id": number, "done": done})

    def _refuse(self, number: int, error: Exception) -> None:
        told = self._too_large if isinstance(error, MemoryError) else error
        told = told if isinstance(told, WizardError) else unexpected(told)
        self._say({"id": number, "error": refused(told)})

    def _say(self, answer: dict[str, Any]) -> None:
        self._answers.write(to_json(answer) + b"\n")
        self._answers.flush()


def serve_questions(reply: Answering, too_large: WizardError) -> None:
    """Answer what comes by standard input until it closes, within bounds."""
    bound_memory()
    sys.setswitchinterval(QUICK)
    Serving(reply, sys.stdin.buffer, sys.stdout.buffer, too_large).serve()

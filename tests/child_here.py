"""A process of ours in this process: the same questions and answers, without a process."""

import asyncio
import json
from collections.abc import Generator, Mapping
from typing import Any

from pydantic_core import to_json

from wizard.errors import WizardError
from wizard.machine.child import Child, Done, error_said, refused
from wizard.machine.questions import ProcessQuestion


class ChildHere(Child):
    """What answers as the process does, one question after the other."""

    def __init__(self, kind: Any, held: Any) -> None:
        self.ended = False
        self._kind: type[ProcessQuestion[Any, Any]] = kind
        self._held = held

    async def ask(
        self, request: Mapping[str, Any], report: Done | None = None, *, body: bytes = b""
    ) -> Any:
        await asyncio.sleep(0)
        came = {**json.loads(json.dumps(request)), "body": body}
        try:
            answer = self._kind.came(came).answer(self._held)
            if isinstance(answer, Generator):
                answer = await _worked(answer, report)
        except WizardError as error:
            raise error_said(refused(error)) from error
        return json.loads(to_json(answer))

    def close(self) -> None:
        self.ended = True


async def _worked(work: Generator[Any, None, Any], report: Done | None) -> Any:
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            return end.value
        if report is not None:
            report(json.loads(to_json(done)))
        await asyncio.sleep(0)

"""A trial in this process: the same questions and answers, without a process."""

import asyncio
import json
from collections.abc import Generator, Mapping
from typing import Any

from pydantic_core import to_json

from wizard.errors import MappingError, WizardError
from wizard.machine.child import Child, Done
from wizard.trial.bench import Bench
from wizard.trial.process import Trial
from wizard.trial.questions import read_question


class Here(Child):
    """What answers as the process of a trial does, one question after the other."""

    def __init__(self) -> None:
        self.ended = False
        self._bench = Bench()

    async def ask(self, request: Mapping[str, Any], report: Done | None = None) -> Any:
        await asyncio.sleep(0)
        try:
            answer = read_question(json.loads(json.dumps(request))).answer(self._bench)
            if isinstance(answer, Generator):
                answer = await _worked(answer, report)
        except WizardError as error:
            raise MappingError(error.message, error.hint, code=error.code) from error
        return json.loads(to_json(answer))

    def close(self) -> None:
        self.ended = True


async def _worked(work: Generator[int, None, Any], report: Done | None) -> Any:
    while True:
        try:
            done = next(work)
        except StopIteration as end:
            return end.value
        if report is not None:
            report(done)
        await asyncio.sleep(0)


def trial_here() -> Trial:
    """Return a trial that starts no process."""
    return Trial(Here)

"""A process that answers questions, and stumbles as it is asked to: for `test_child.py`."""

import os
import signal
from collections.abc import Generator
from typing import Any

from wizard.errors import MappingError, TransportError
from wizard.machine.serving import serve_questions


def reply(request: dict[str, Any]) -> Any:
    """Answer, or stumble."""
    wanted = request["ask"]
    if wanted == "mistake":
        return 1 // int("0")
    if wanted == "late mistake":
        return _late()
    if wanted == "refusal":
        raise TransportError("Nobody answers.", "Wait.", code="nobody", tracking_id="T-1")
    if wanted == "signal":
        os.kill(os.getpid(), signal.SIGTERM)
    if wanted == "code":
        os._exit(7)
    return "well"


def _late() -> Generator[int, None, None]:
    yield 1
    raise KeyError("somebody@contoso.example")


if __name__ == "__main__":
    serve_questions(reply, MappingError("Too large."))

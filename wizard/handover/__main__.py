"""Seal or unseal once, as ``python -P -m wizard.handover``: one JSON object in, one out.

`{"ask": "seal" | "unseal", "passphrase", "content"}` comes in and `{"content"}` or `{"error"}` goes
out; content is base64.
"""

import base64
import json
import sys
from contextlib import suppress

from wizard.errors import HandoverError
from wizard.handover.age import seal, unseal

WORK = {"seal": seal, "unseal": unseal}


def answer(request: dict[str, str]) -> dict[str, object]:
    """Return the answer to a request."""
    work = WORK[request["ask"]]
    try:
        made = work(base64.b64decode(request["content"]), request["passphrase"])
    except HandoverError as error:
        return {"error": {"message": error.message, "hint": error.hint, "code": error.code}}
    return {"content": base64.b64encode(made).decode()}


def _leave_no_core() -> None:
    """Keep passphrase and token out of a core file, should memory not suffice."""
    with suppress(ImportError):  # Windows writes none
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _leave_no_core()
    json.dump(answer(json.load(sys.stdin.buffer)), sys.stdout)

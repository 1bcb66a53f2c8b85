"""Seal or unseal once, as ``python -P -m wizard.handover``: one JSON object in, one out.

`{"ask": "seal" | "unseal", "passphrase", "content"}` comes in and `{"content"}` or `{"error"}` goes
out; content is base64.
"""

import base64
import json
import sys

from wizard.errors import HandoverError
from wizard.handover import age
from wizard.machine.sealing import seal

WORK = {"seal": age.seal, "unseal": age.unseal}


def answer(request: dict[str, str]) -> dict[str, object]:
    """Return the answer to a request."""
    work = WORK[request["ask"]]
    try:
        made = work(base64.b64decode(request["content"]), request["passphrase"])
    except HandoverError as error:
        return {"error": {"message": error.message, "hint": error.hint, "code": error.code}}
    return {"content": base64.b64encode(made).decode()}


if __name__ == "__main__":
    seal()
    json.dump(answer(json.load(sys.stdin.buffer)), sys.stdout)

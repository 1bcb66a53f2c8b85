"""Seal or unseal once, as ``python -P -m wizard.handover``: one JSON line in, one out.

`{"id", "ask": "seal" | "unseal", "passphrase", "content"}` comes in; what goes out is that of
`wizard.machine.child`, its answer the content in base64, too.
"""

import base64
import json
import sys
from typing import Any

from wizard.errors import HandoverError
from wizard.handover import age
from wizard.machine.child import refused
from wizard.machine.sealing import seal

WORK = {"seal": age.encrypt, "unseal": age.decrypt}


def answer(request: dict[str, Any]) -> dict[str, object]:
    """Return the answer to a request."""
    work = WORK[request["ask"]]
    try:
        made = work(base64.b64decode(request["content"]), request["passphrase"])
    except HandoverError as error:
        return {"id": request["id"], "error": refused(error)}
    return {"id": request["id"], "answer": base64.b64encode(made).decode()}


if __name__ == "__main__":
    seal()
    json.dump(answer(json.loads(sys.stdin.buffer.readline())), sys.stdout)

"""Run the practice tenant as ``python -P -m wizard.practice`` until standard input closes."""

import argparse
import json
import os
import sys
import threading
from pathlib import Path

from wizard.errors import InvalidInput, MachineError
from wizard.machine.sealing import seal


def main() -> int:
    """Serve until the parent is gone; return 2 when the tenant cannot be started."""
    parser = argparse.ArgumentParser(prog="wizard.practice", description=__doc__)
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="WHERE:FAULT[:ARGUMENT]",
        help="misbehave, for example scim:429:1:times=2; may be repeated",
    )
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep both halves in this file")
    parser.add_argument(
        "--port", type=int, default=0, help="for http; the next one is for https; 0 takes any two"
    )
    given = parser.parse_args()
    return serve(given.fault, given.state, given.port)


def serve(arguments: list[str], state: Path | None, port: int) -> int:
    """Bind, announce on standard output, and serve until standard input closes.

    Where no port can be had, the error is announced.
    """
    from wizard.practice.faults import Faults, from_argument

    faults = Faults()
    try:
        for argument in arguments:
            faults.add(from_argument(argument))
    except InvalidInput as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from wizard.practice.network import bind

    try:
        tenants, *servers = bind(faults, state, port)
    except MachineError as error:
        told = {"message": error.message, "hint": error.hint, "code": error.code}
        sys.stdout.write(json.dumps({"error": told}) + "\n")
        return 2
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(json.dumps(tenants.announcement()) + "\n")
    sys.stdout.flush()
    try:
        while os.read(sys.stdin.fileno(), 4096):
            pass
    except KeyboardInterrupt:
        pass
    from wizard.practice.entra.certificate import remove_certificate

    remove_certificate()
    # At once: answers under way have nobody to go to, and nothing here needs tidying up.
    os._exit(0)


if __name__ == "__main__":
    seal()
    sys.exit(main())

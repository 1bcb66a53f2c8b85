"""`webex-wizard practice`: the practice tenants alone, for programs that nobody here wrote."""

import signal
import sys
import threading

from wizard import DONE, FAILED, USAGE
from wizard.commands.output import data, narrate, tell_error, write_document
from wizard.errors import WizardError
from wizard.options import Options
from wizard.workspace import in_shell, serve_practice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wizard.practice.process import PracticeTenant

_LOOK_SECONDS = 1.0
"""Between two looks whether the tenants are still there; Windows hears Ctrl+C only then."""


def run(options: Options) -> int:
    """Serve until Ctrl+C or `kill`; 2 when the tenants cannot start, 1 when they end themselves."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with serve_practice(options.faults, options.port) as tenants:
            _announce(tenants, options)
            while tenants.lives():
                threading.Event().wait(_LOOK_SECONDS)
    except KeyboardInterrupt:
        return DONE
    except WizardError as error:
        tell_error(error, command="practice", as_json=options.json)
        return USAGE
    narrate("The practice tenants have ended by themselves.")
    return FAILED


def _announce(tenants: "PracticeTenant", options: Options) -> None:
    told = tenants.described()
    if options.json:
        write_document({"version": 1, "command": "practice"} | told)
        return
    narrate(
        "PRACTICE: nothing here is real, and nothing leaves this machine. Ctrl+C ends it.\n"
        f"  Graph        {told['graph']}\n"
        f"  Authority    {told['authority']}\n"
        f"  Webex        {told['webex']}\n"
        f"  Tenant URL   {told['tenant_url']}\n"
        f"  Certificate  {told['certificate']}\n"
        f"Sign in as {told['accounts'][0]['email']}; the page names others. No password.\n"
        "For the shell your program runs in:\n"
    )
    shell = options.shell or ("powershell" if sys.platform == "win32" else "posix")
    data(in_shell(told["environment"], shell))

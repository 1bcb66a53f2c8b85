"""A shell in which the practice tenants answer in place of the real ones."""

import os

from wizard.errors import MachineError
from wizard.options import PRACTICE_SHELL, Options


def require_real_shell(options: Options) -> None:
    """Let nobody take the practice tenants for the real ones.

    Raises:
        MachineError: They answer here, and the command is about the real ones (`practice-shell`).
    """
    if not options.practice and os.environ.get(PRACTICE_SHELL):
        raise MachineError(
            "In this shell the practice tenants answer in place of Microsoft and Webex, so nothing "
            "was asked and nothing was sent.",
            "Use a shell of its own for the real ones, or add --practice.",
            code="practice-shell",
        )

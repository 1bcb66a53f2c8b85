"""The command line: arguments to one front end, and exit codes.

Only the standard library is loaded here; every command loads what it needs (design 8).
"""

import contextlib
import os
import sys

from wizard import SUMMARY
from wizard.arguments import MAPPING, columns, parse, split

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from wizard.options import Options

_LEFT_WORDS = "Left. What was done so far is kept; the next start goes on there.\n"

DONE, FAILED, USAGE, NO_TOKEN, LEFT = 0, 1, 2, 3, 130


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    _prepare_streams()
    try:
        given = sys.argv[1:] if arguments is None else arguments
        command, rest = split(given)
        code = _mapping(rest) if command == MAPPING else _run(parse(given))
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{_LEFT_WORDS}")
        return LEFT
    except BrokenPipeError:
        # Whoever read our output has gone; what is left goes nowhere, also at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def _prepare_streams() -> None:
    """Let no closed stream and no unusual character end the program."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for good
        with contextlib.suppress(AttributeError):  # a stream of a test may be simpler
            getattr(sys, name).reconfigure(errors="replace")


def _run(options: "Options") -> int:
    asks_in_lines = options.plain or _is_dumb()
    if options.command in {"setup", "renew"} and asks_in_lines:
        from wizard.linear import walk

        return walk.run(options)
    if options.command in {"setup", "renew"} or (
        options.command == "undo" and not asks_in_lines and _is_terminal()
    ):
        return _interactive(options)
    from importlib import import_module

    package = "linear" if options.command in {"undo", "handover"} else "commands"
    command = import_module(f"wizard.{package}.{options.command}")
    code: int = command.run(options)
    return code


def _mapping(arguments: list[str]) -> int:
    from wizard.commands.mapping import main

    return main(arguments)


def _interactive(options: "Options") -> int:
    if not _is_terminal():
        return _refuse(
            f"webex-wizard {options.command} needs a terminal.",
            f"Use `webex-wizard {options.command} --plain` for plain prompts, or "
            "`webex-wizard test` to check a connection.",
        )
    # Something to read while the interface loads, which takes ten times as long as this line.
    sys.stdout.write(f"webex-wizard: {SUMMARY}"[: columns() - 1])
    sys.stdout.flush()
    from screens.app import WizardApp

    sys.stdout.write("\r\x1b[2K")
    sys.stdout.flush()
    code = WizardApp(options).run()
    if code == LEFT:
        sys.stderr.write(_LEFT_WORDS)
    return FAILED if code is None else code


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _is_dumb() -> bool:
    """Tell whether the terminal says that it can only show lines."""
    return os.environ.get("TERM") in {"dumb", "unknown"} and _is_terminal()


def _refuse(what: str, instead: str) -> int:
    sys.stderr.write(f"{what}\n{instead}\n")
    return USAGE

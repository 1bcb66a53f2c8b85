"""The command line: arguments to one front end, and exit codes.

Only the standard library is loaded here; every command loads what it needs (design 8).
"""

import sys

from wizard import FAILED, LEFT, NOT_LOOKED, SUMMARY, USAGE
from wizard.commands.arguments import DEFAULT, MAPPING, parse_arguments, split_command
from wizard.machine import streams

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from wizard.options import Options

_LEFT_WORDS = "Left. What was done so far is kept; the next start goes on there.\n"

_ASKING_NOBODY = frozenset({"completion", "practice", "preview", "report"})
"""Commands that never ask a service, but for `report --facts` and `preview` without files."""

_FOUND = frozenset({"drift", "log", MAPPING, "preview", "status", "test"})
"""Commands that end with 1 for what they found, or never, and so not for what went wrong.

`mapping apply` is none of them but with `--preview`, and `report --verify` is one.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code.

    Args:
        arguments: Those of the command line by default; then the process is this program's own,
            with its streams and all that it holds.
    """
    given = sys.argv[1:] if arguments is None else arguments
    own = arguments is None
    streams.prepare(own=own)
    try:
        try:
            if "nagios" in " ".join(given):
                from wizard.commands.monitors import as_plugin, is_plugin

                if is_plugin(given):
                    return as_plugin(lambda: _command(given, own=own))
            return _command(given, own=own)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write(f"\n{_LEFT_WORDS}")
        return LEFT
    except BrokenPipeError:
        streams.give_up_output()  # whoever read it has gone
    except streams.OutputLost as error:
        streams.give_up_output()
        _explain_lost_output(error)
    except Exception as error:
        _explain_mistake(error, given)
    return _failed(given)


def _failed(given: list[str]) -> int:
    """Return the exit code of a command that something kept from its work."""
    command, rest = split_command(given)
    applies = command == MAPPING and split_command(rest)[0] == "apply"
    writes = applies and "--preview" not in rest
    finds = (command in _FOUND and not writes) or "--verify" in rest
    return NOT_LOOKED if finds else FAILED


def _command(given: list[str], *, own: bool) -> int:
    command, rest = split_command(given)
    options = None if command == MAPPING else parse_arguments(given)
    if own:
        # Not before: `--version` and `--help` have a budget, and no argument is a secret.
        from wizard.machine.sealing import bound_memory, seal

        seal()
        if options is None:
            bound_memory()
    return _mapping(rest) if options is None else _run(options, given)


def _explain_lost_output(error: streams.OutputLost) -> None:
    sys.stderr.write(
        f"Problem: What this command says cannot be written to standard output: {error}.\n"
        "Next: Make room there, or send it elsewhere. What the command has done is done.\n"
        "Code: output-lost\n"
    )


def _explain_mistake(error: Exception, given: list[str]) -> None:
    from wizard.words.unexpected import line, unexpected

    if "--json" not in given:
        sys.stderr.write(f"{line(error)}\n")
        return
    from wizard.commands.output import tell_error

    tell_error(unexpected(error), command=split_command(given)[0] or DEFAULT, as_json=True)


def _run(options: "Options", given: list[str]) -> int:
    asks = options.command not in _ASKING_NOBODY or options.facts is not None or options.asks_both
    if asks and _is_in_practice_shell(options):
        return _failed(given)
    asks_in_lines = options.plain or streams.wants_lines()
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


def _is_in_practice_shell(options: "Options") -> bool:
    """Tell whether practice tenants answer here in place of what is asked for, and say so."""
    from wizard.commands.output import tell_error
    from wizard.commands.practice_shell import require_real_shell
    from wizard.errors import MachineError

    try:
        require_real_shell(options)
    except MachineError as error:
        if options.format == "nagios":
            raise
        tell_error(error, command=options.command, as_json=options.json)
        return True
    return False


def _mapping(arguments: list[str]) -> int:
    from wizard.commands.mapping import main

    return main(arguments)


def _interactive(options: "Options") -> int:
    if not _is_terminal():
        return _refuse_without_terminal(options)
    # Something to read while the interface loads, which takes ten times as long as this line.
    sys.stdout.write(f"webex-wizard: {SUMMARY}"[: streams.columns() - 1])
    sys.stdout.flush()
    from wizard.machine.sealing import blinded

    if names := blinded():
        told = f"Ignored: {', '.join(names)}. It could record what is typed or shown here."
        sys.stderr.write(f"\r\x1b[2K{told}\n")
    import gc

    gc.disable()  # what is loaded stays, and need not be looked through again and again
    from screens.app import WizardApp

    gc.freeze()
    gc.enable()
    sys.stdout.write("\r\x1b[2K")
    sys.stdout.flush()
    app = WizardApp(options)
    code = app.run()
    if app.mistake:
        sys.stderr.write(f"{app.mistake}\n")
    if app.farewell:
        from wizard.commands.output import narrate

        *words, command = app.farewell
        for each in words:
            narrate(each)
        sys.stderr.write(f"{command}\n")  # in one piece, to be copied
    elif code == LEFT:
        sys.stderr.write(_LEFT_WORDS)
    return FAILED if code is None else code


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _refuse_without_terminal(options: "Options") -> int:
    """Say first what is wrong with the arguments: no terminal helps against that."""
    from wizard.commands.output import tell_error
    from wizard.errors import WizardError
    from wizard.walk.beforehand import require_usable

    try:
        require_usable(options)
    except WizardError as error:
        tell_error(error, command=options.command, as_json=options.json)
        return USAGE
    sys.stderr.write(
        f"webex-wizard {options.command} needs a terminal.\n"
        f"Use `{options.line(options.command, '--plain')}` for plain prompts, or "
        f"`{options.line('test')}` to check a connection.\n"
    )
    return USAGE

"""The command line: arguments to one front end, and exit codes.

Only the standard library is loaded here; every command loads what it needs (design 8).
"""

import argparse
import contextlib
import os
import sys

from wizard import SUMMARY, __version__

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from pathlib import Path

    from wizard.options import Options

_LEFT_WORDS = "Left. What was done so far is kept; the next start goes on there.\n"

DONE, FAILED, USAGE, NO_TOKEN, LEFT = 0, 1, 2, 3, 130

_COMMANDS = {
    "setup": "the wizard; goes on with an unfinished profile (default)",
    "renew": "renew the token without a gap",
    "test": "test the connection; reads only",
    "status": "how each profile stands; exit code 1 when one needs attention",
    "report": "a redacted report as Markdown or JSON",
    "handover": "give the Webex half to a colleague (--to), or take it over (--from)",
    "undo": "take back what this program made in Entra; asks first",
    "forget": "revoke the tokens, empty the keyring, drop the profile",
}
_MAPPING = "try an expression, check a mapping; has options of its own"


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    _prepare_streams()
    try:
        given = sys.argv[1:] if arguments is None else arguments
        code = _mapping(given[1:]) if given[:1] == ["mapping"] else _run(parse(given))
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


def parse(arguments: list[str]) -> "Options":
    """Return the options that the arguments ask for; exit with 2 when they are wrong."""
    parser = _parser()
    # A default command: `webex-wizard --practice` means `webex-wizard setup --practice`.
    found = parser.parse_args(arguments)
    if found.faults and not found.practice:
        parser.error("--fault goes with --practice")
    if found.endpoints and found.practice:
        parser.error("--endpoints does not go with --practice, which has endpoints of its own")
    if found.token_stdin and found.command != "test":
        parser.error("--token-stdin goes with the command test")
    if found.token_stdin and not found.organization:
        parser.error("--token-stdin needs --organization")
    _check_files(parser, found)
    from wizard.options import Options

    return Options(
        command=found.command,
        profile=found.profile,
        practice=found.practice,
        plain=found.plain,
        json=found.json,
        endpoints=found.endpoints,
        use_browser=not found.no_browser,
        allow_keyring=found.allow_keyring,
        organization=found.organization,
        token_stdin=found.token_stdin,
        keep_profile=found.keep_profile,
        to_file=found.to_file,
        from_file=found.from_file,
        time_limit=found.time_limit,
        faults=tuple(found.faults),
    )


def _check_files(parser: argparse.ArgumentParser, found: argparse.Namespace) -> None:
    files = [file for file in (found.to_file, found.from_file) if file is not None]
    if found.command != "handover" and files:
        parser.error("--to and --from go with the command handover")
    if found.command == "handover" and len(files) != 1:
        parser.error("handover takes --to FILE or --from FILE")


def _parser() -> argparse.ArgumentParser:
    named = _COMMANDS | {"mapping": _MAPPING}
    commands = "\n".join(f"  {name:<8} {what}" for name, what in named.items())
    parser = argparse.ArgumentParser(
        prog="webex-wizard",
        description="Set up, test and renew automatic provisioning of Cisco Webex users from "
        "Microsoft Entra ID.",
        epilog=f"commands:\n{commands}\n\nFirst time? Try: webex-wizard --practice",
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("command", nargs="?", default="setup", choices=_COMMANDS, metavar="command")
    add("--profile", metavar="NAME", help="which stored profile to work with")
    add("--practice", action="store_true", help="use the built-in practice tenants")
    add("--plain", action="store_true", help="plain prompts, no screens (setup, renew, undo)")
    add("--json", action="store_true", help="one JSON document (test, status, report)")
    add("--endpoints", type=_path, metavar="FILE", help="TOML file that overrides hosts")
    add("--no-browser", action="store_true", help="never open a browser; only show links")
    add("--organization", metavar="ID", help="the Webex organization, in any form (test, renew)")
    add("--token-stdin", action="store_true", help="read the token from standard input (test)")
    add("--to", type=_path, dest="to_file", metavar="FILE", help="write a hand-over (handover)")
    add("--from", type=_path, dest="from_file", metavar="FILE", help="take one over (handover)")
    add("--time-limit", type=_seconds, default=60.0, metavar="SECONDS", help="for a whole test")
    add("--keep-profile", action="store_true", help="forget the tokens only (forget)")
    add("--allow-keyring", default="", metavar="MODULE", help="permit a keyring backend by name")
    add("--fault", action="append", default=[], dest="faults", metavar="WHERE:FAULT",
        help="let the practice tenant misbehave")  # fmt: skip
    add("--version", action="version", version=f"webex-wizard {__version__}")
    return parser


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return a formatter that knows the width; left alone, it loads shutil to find it."""
    return argparse.RawDescriptionHelpFormatter(prog, width=max(_columns() - 2, 40))


def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        return 80


def _path(text: str) -> "Path":
    from pathlib import Path

    return Path(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("takes 1 to 3600 seconds")
    return seconds


def _run(options: "Options") -> int:
    asks_in_lines = options.command == "undo" and (options.plain or not _is_terminal())
    if options.command in {"setup", "renew", "undo"} and not asks_in_lines:
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
    if options.plain:
        from wizard.linear.walk import run

        return run(options)
    if not _is_terminal():
        return _refuse(
            f"webex-wizard {options.command} needs a terminal.",
            f"Use `webex-wizard {options.command} --plain` for plain prompts, or "
            "`webex-wizard test` to check a connection.",
        )
    # Something to read while the interface loads, which takes ten times as long as this line.
    sys.stdout.write(f"webex-wizard: {SUMMARY}"[: _columns() - 1])
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


def _refuse(what: str, instead: str) -> int:
    sys.stderr.write(f"{what}\n{instead}\n")
    return USAGE

"""The arguments of the command line: which command takes which options, and their words.

Only the parser of the command that was asked for is built, and only the standard library is loaded:
`--help` and `--version` have a budget (design 8).
"""

import argparse
import os

from wizard import SUMMARY, __version__

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from wizard.options import Options

PROGRAM = "webex-wizard"
DEFAULT = "setup"
MAPPING = "mapping"
"""The command that has actions, and parses its own arguments."""

COMMANDS = {
    DEFAULT: "the wizard; goes on with an unfinished profile (default)",
    "renew": "renew the token without a gap",
    "test": "test the connection; reads only",
    "status": "how each profile stands; exit code 1 when one needs attention",
    "report": "a redacted report as Markdown or JSON",
    "handover": "give the Webex half to a colleague (--to), or take it over (--from)",
    "undo": "take back what this program made in Entra; asks first",
    "forget": "revoke the tokens, empty the keyring, drop the profile",
    MAPPING: "try an expression, check a mapping",
}
"""What each command does, in the order in which they are shown."""

_EVERYWHERE = ("--profile", "--practice", "--fault", "--endpoints")
_WITH_KEYRING = (*_EVERYWHERE, "--allow-keyring")
_GUIDED = (*_WITH_KEYRING, "--plain", "--no-browser")

_TAKES = {
    DEFAULT: (*_GUIDED, "--organization"),
    "renew": (*_GUIDED, "--organization"),
    "test": (*_WITH_KEYRING, "--organization", "--token-stdin", "--time-limit", "--json"),
    "status": (*_WITH_KEYRING, "--json"),
    "report": (*_WITH_KEYRING, "--json"),
    "handover": _WITH_KEYRING,
    "undo": _GUIDED,
    "forget": (
        *_WITH_KEYRING,
        "--keep-profile",
        "--drop-journal",
        "--without-keyring",
        "--yes",
        "--json",
    ),
}
"""The options of each command, beside those of which it takes exactly one."""

_TAKES_ONE = {"handover": ("--to", "--from")}


def split(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Return the command that is named, wherever it stands, and the other arguments."""
    is_value = False
    for place, text in enumerate(arguments):
        if not is_value and not text.startswith("-"):
            return text, arguments[:place] + arguments[place + 1 :]
        is_value = not is_value and "metavar" in _OPTIONS.get(text, {})
    return None, arguments


def parse(arguments: list[str]) -> "Options":
    """Return the options that the arguments ask for; exit with 2 when they are wrong."""
    command, rest = split(arguments)
    if command not in _TAKES and (command is not None or not {"-h", "--help"}.isdisjoint(rest)):
        _overview().parse_args(["--help"] if command is None else [command])
    # A default command: `webex-wizard --practice` means `webex-wizard setup --practice`.
    command = command or DEFAULT
    parser = _parser(command)
    found = vars(parser.parse_args(rest))
    _refuse_what_does_not_fit(parser, found)
    from wizard.options import Options

    return Options(command, **found | {"faults": tuple(found.get("faults", ()))})


def _overview() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<8} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description=f"{SUMMARY}: set up, test, renew.",
        usage=f"{PROGRAM} [command] [options]",
        epilog=f"commands:\n{commands}\n\nOptions of a command: {PROGRAM} COMMAND --help\n"
        f"First time? Try: {PROGRAM} --practice",
        formatter_class=_formatter,
        allow_abbrev=False,
    )
    parser.add_argument("command", choices=COMMANDS, help=argparse.SUPPRESS)
    _add_version(parser)
    return parser


def _parser(command: str) -> argparse.ArgumentParser:
    """Return the parser of one command; what is not given is left to `Options`."""
    parser = argparse.ArgumentParser(
        prog=f"{PROGRAM} {command}",
        description=f"{COMMANDS[command][0].upper()}{COMMANDS[command][1:]}.",
        formatter_class=_formatter,
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    if command in _TAKES_ONE:
        one = parser.add_mutually_exclusive_group(required=True)
        for name in _TAKES_ONE[command]:
            one.add_argument(name, **_OPTIONS[name])
    for name in _TAKES[command]:
        parser.add_argument(name, **_OPTIONS[name])
    _add_version(parser)
    return parser


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")


def _refuse_what_does_not_fit(parser: argparse.ArgumentParser, found: "dict[str, Any]") -> None:
    """Exit with 2 where options contradict each other."""
    if "faults" in found and "practice" not in found:
        parser.error("--fault goes with --practice")
    if "endpoints" in found and "practice" in found:
        parser.error("--endpoints does not go with --practice, which has endpoints of its own")
    if "keep_profile" in found and not {"drop_journal", "without_keyring"}.isdisjoint(found):
        parser.error("--keep-profile goes with neither --drop-journal nor --without-keyring")
    if "token_stdin" in found and "organization" not in found:
        parser.error("--token-stdin needs --organization")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return a formatter that knows the width; left alone, it loads shutil to find it."""
    return argparse.RawDescriptionHelpFormatter(prog, width=max(columns() - 2, 40))


def columns() -> int:
    """Return the width of the terminal, or of a usual one."""
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


_FLAG: "dict[str, Any]" = {"action": "store_true"}

_OPTIONS: "dict[str, dict[str, Any]]" = {
    "--profile": {"metavar": "NAME", "help": "which stored profile to work with"},
    "--practice": {**_FLAG, "help": "use the built-in practice tenants"},
    "--fault": {
        "action": "append",
        "dest": "faults",
        "metavar": "WHERE:FAULT",
        "help": "let the practice tenants misbehave",
    },
    "--endpoints": {"type": _path, "metavar": "FILE", "help": "TOML file that overrides hosts"},
    "--allow-keyring": {"metavar": "MODULE", "help": "permit a keyring backend by name"},
    "--plain": {**_FLAG, "help": "plain prompts, no screens"},
    "--no-browser": {
        "action": "store_false",
        "dest": "use_browser",
        "help": "never open a browser; only show links",
    },
    "--organization": {"metavar": "ID", "help": "the Webex organization, in any form"},
    "--token-stdin": {**_FLAG, "help": "read the token from standard input"},
    "--time-limit": {"type": _seconds, "metavar": "SECONDS", "help": "for the whole test"},
    "--json": {**_FLAG, "help": "one JSON document instead of prose"},
    "--keep-profile": {**_FLAG, "help": "forget the tokens only"},
    "--drop-journal": {**_FLAG, "help": "remove the journal too; undo then knows of nothing"},
    "--without-keyring": {**_FLAG, "help": "drop the files only, where no keyring can be used"},
    "--yes": {**_FLAG, "help": "do not ask"},
    "--to": {"type": _path, "dest": "to_file", "metavar": "FILE", "help": "write a hand-over"},
    "--from": {"type": _path, "dest": "from_file", "metavar": "FILE", "help": "take one over"},
}
"""How each option is parsed; the names in `dest` are those of `Options`."""

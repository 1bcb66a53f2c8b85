"""The arguments of the command line: which command takes which options, and their words.

Only the parser of the command that was asked for is built, and only the standard library is loaded:
`--help` and `--version` have a budget (design 8).
"""

import argparse

from wizard import PROGRAM, SUMMARY, __version__
from wizard.commands.contradictions import refuse_contradictions
from wizard.commands.help_below import FAULT_PLACES, MORE, WITHOUT_PERSON
from wizard.commands.options import OPTIONS, OWN_OPTIONS
from wizard.machine.streams import columns

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from typing import Any

    from wizard.options import Options

DEFAULT = "setup"
MAPPING = "mapping"
"""The command that has actions, and parses its own arguments."""
_PRACTICE = "practice"
_COMPLETION = "completion"

COMMANDS = {
    DEFAULT: "the wizard; goes on with an unfinished profile (default)",
    "renew": "renew the token without a gap",
    "test": "test the connection; reads only",
    "status": "how each profile stands, for people and for monitoring",
    "preview": "what would happen to whom, online or from files; writes nothing",
    "start": "start provisioning as a plan says; refuse where more would happen",
    "log": "the provisioning log, with what each entry means; reads only",
    "drift": "what differs in Entra from what was set up, the template included",
    "report": "a redacted report as Markdown or JSON",
    "handover": "give the Webex half to a colleague (--to), or take it over (--from)",
    "undo": "take back what this program made in Entra; asks first",
    "forget": "revoke the tokens, empty the keyring, drop the profile",
    MAPPING: "try, check, compare a mapping; keep it as a text and apply it",
    _PRACTICE: "the practice tenants alone, for your own scripts",
    _COMPLETION: "a script that completes commands and options in your shell",
}
"""What each command does, in the order in which they are shown."""

_EVERYWHERE = ("--profile", "--practice", "--fault", "--endpoints")
_WITH_KEYRING = (*_EVERYWHERE, "--allow-keyring")
_UNATTENDED = ("--tenant", "--application", "--certificate", "--assertion")
_GUIDED = (*_WITH_KEYRING, "--plain", "--no-browser")

_TAKES = {
    DEFAULT: (*_GUIDED, "--organization"),
    "renew": (*_GUIDED, "--organization"),
    "test": (*_WITH_KEYRING, "--organization", "--token-stdin", "--time-limit", "--json"),
    "status": (
        *_WITH_KEYRING,
        *_UNATTENDED,
        "--all",
        "--format",
        "--output",
        "--time-limit",
        "--json",
    ),
    "preview": (
        *_WITH_KEYRING,
        *_UNATTENDED,
        "--entra",
        "--webex",
        "--groups",
        "--mapping",
        "--assigned",
        "--job",
        "--since",
        "--save",
        "--values",
        "--json",
        "--csv",
        "--limit",
    ),
    "start": (*_WITH_KEYRING, "--plan", "--limit", "--json"),
    "log": (
        *_WITH_KEYRING,
        *_UNATTENDED,
        "--since",
        "--person",
        "--limit",
        "--time-limit",
        "--jsonl",
    ),
    "report": (*_WITH_KEYRING, "--facts", "--verify", "--json"),
    "drift": (*_WITH_KEYRING, *_UNATTENDED, "--accept", "--time-limit", "--json"),
    "handover": _WITH_KEYRING,
    "undo": _GUIDED,
    "forget": (
        *_WITH_KEYRING,
        "--keep-profile",
        "--drop-journal",
        "--without-keyring",
        "--all",
        "--yes",
        "--json",
    ),
    _PRACTICE: ("--port", "--fault", "--shell", "--json"),
    _COMPLETION: ("shell",),
}
"""The options of each command, beside those of which it takes exactly one."""

_TAKES_ONE = {"handover": ("--to", "--from")}


def split_command(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Return the command that is named, wherever it stands, and the other arguments."""
    is_value = False
    for place, text in enumerate(arguments):
        if not is_value and not text.startswith("-"):
            return text, arguments[:place] + arguments[place + 1 :]
        is_value = not is_value and "metavar" in OPTIONS.get(text, {})
    return None, arguments


def parse_arguments(arguments: list[str]) -> "Options":
    """Return the options that the arguments ask for; exit with 2 when they are wrong."""
    command, rest = split_command(arguments)
    if command not in _TAKES and (command is not None or not {"-h", "--help"}.isdisjoint(rest)):
        _overview().parse_args(["--help"] if command is None else [command])
    # A default command: `webex-wizard --practice` means `webex-wizard setup --practice`.
    command = command or DEFAULT
    parser = _parser(command)
    found = vars(parser.parse_args(rest))
    refuse_contradictions(command, parser, found)
    from wizard.options import Options

    several = {name: tuple(found.get(name, ())) for name in ("faults", "groups")}
    return Options(command, **found | several)


def add_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Let a parser take options under which a command works with a profile, and further ones."""
    for name in (*_WITH_KEYRING, *names):
        parser.add_argument(name, **{"default": argparse.SUPPRESS} | OPTIONS[name])


def require_fitting(parser: argparse.ArgumentParser, found: "dict[str, Any]") -> None:
    """Exit with 2 where options of an action contradict each other."""
    refuse_contradictions(MAPPING, parser, found)


def _overview() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<10} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description=f"{SUMMARY}:\nset up, test, renew.",
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
        epilog=_below(command) or None,
        formatter_class=_formatter,
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    fill_parser(parser, command)
    return parser


def fill_parser(parser: argparse.ArgumentParser, command: str) -> None:
    """Let a parser take the options of a command."""
    if command in _TAKES_ONE:
        one = parser.add_mutually_exclusive_group(required=True)
        for name in _TAKES_ONE[command]:
            one.add_argument(name, **OPTIONS[name])
    for name in _TAKES[command]:
        parser.add_argument(name, **OPTIONS[name] | OWN_OPTIONS.get(command, {}).get(name, {}))
    _add_version(parser)


def _below(command: str) -> str:
    """Return what the help of a command says below its options."""
    options = _TAKES[command]
    parts = (
        MORE.get(command, ""),
        WITHOUT_PERSON if "--application" in options else "",
        FAULT_PLACES if command == _PRACTICE else "",
    )
    return "\n\n".join(filter(None, parts))


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return a formatter that knows the width; left alone, it loads shutil to find it."""
    return argparse.RawDescriptionHelpFormatter(prog, width=max(columns() - 2, 40))

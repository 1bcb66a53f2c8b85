"""The arguments of the command line: which command takes which options, and their words.

Only the parser of the command that was asked for is built, and only the standard library is loaded:
`--help` and `--version` have a budget (design 8).
"""

import argparse

from wizard import PROGRAM, SUMMARY, __version__
from wizard.commands.help_below import FAULT_PLACES, MORE, WITHOUT_PERSON
from wizard.machine.streams import columns

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from pathlib import Path
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
_UNATTENDED_PROOFS = ("certificate", "assertion")
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
    "log": (*_WITH_KEYRING, *_UNATTENDED, "--since", "--person", "--limit", "--jsonl"),
    "report": (*_WITH_KEYRING, "--facts", "--verify", "--json"),
    "drift": (*_WITH_KEYRING, *_UNATTENDED, "--accept", "--json"),
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

_MOST_HELD = 10_000
"""Entries of the log that are held, where the newest alone are asked for."""

_TAKES_ONE = {"handover": ("--to", "--from")}


def split_command(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Return the command that is named, wherever it stands, and the other arguments."""
    is_value = False
    for place, text in enumerate(arguments):
        if not is_value and not text.startswith("-"):
            return text, arguments[:place] + arguments[place + 1 :]
        is_value = not is_value and "metavar" in _OPTIONS.get(text, {})
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
    _refuse_what_does_not_fit(command, parser, found)
    from wizard.options import Options

    several = {name: tuple(found.get(name, ())) for name in ("faults", "groups")}
    return Options(command, **found | several)


def add_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Let a parser take options under which a command works with a profile, and further ones."""
    for name in (*_WITH_KEYRING, *names):
        parser.add_argument(name, **{"default": argparse.SUPPRESS} | _OPTIONS[name])


def require_fitting(parser: argparse.ArgumentParser, found: "dict[str, Any]") -> None:
    """Exit with 2 where options of an action contradict each other."""
    _refuse_what_does_not_fit(MAPPING, parser, found)


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
            one.add_argument(name, **_OPTIONS[name])
    for name in _TAKES[command]:
        parser.add_argument(name, **_OPTIONS[name] | _OWN.get(command, {}).get(name, {}))
    _add_version(parser)


def _below(command: str) -> str:
    """Return what the help of a command says below its options."""
    options = _TAKES[command]
    parts = (
        MORE.get(command, ""),
        WITHOUT_PERSON if "--application" in options else "",
        FAULT_PLACES if "--fault" in options else "",
    )
    return "\n\n".join(filter(None, parts))


def _add_version(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")


def _refuse_what_does_not_fit(
    command: str, parser: argparse.ArgumentParser, found: "dict[str, Any]"
) -> None:
    """Exit with 2 where options contradict each other."""
    if "faults" in found and "practice" not in found and command != _PRACTICE:
        parser.error("--fault goes with --practice")
    if "endpoints" in found and "practice" in found:
        parser.error("--endpoints does not go with --practice, which has endpoints of its own")
    if "keep_profile" in found and not {"drop_journal", "without_keyring"}.isdisjoint(found):
        parser.error("--keep-profile goes with neither --drop-journal nor --without-keyring")
    if {"facts", "verify"} <= found.keys():
        parser.error("--facts goes without --verify")
    if {"json", "csv"} <= found.keys():
        parser.error("--json goes without --csv")
    if {"json", "format"} <= found.keys():
        parser.error("--json goes without --format")
    if "output" in found and (
        found.get("format") != "prometheus" or found["output"].suffix != ".prom"
    ):
        parser.error("--output goes with --format prometheus, and takes a name that ends in .prom")
    if "values" in found and "save" not in found:
        parser.error("--values goes with --save")
    _refuse_half_an_application(parser, found)
    if {"all", "profile"} <= found.keys():
        parser.error("--all goes without --profile")
    if "token_stdin" in found and "organization" not in found:
        parser.error("--token-stdin needs --organization")


def _refuse_half_an_application(parser: argparse.ArgumentParser, found: "dict[str, Any]") -> None:
    """Exit with 2 where what names an application and what proves it do not go together."""
    given = {name.removeprefix("--") for name in _UNATTENDED} & found.keys()
    if given and given not in ({"tenant", "application", proof} for proof in _UNATTENDED_PROOFS):
        parser.error("--tenant and --application go together, with --certificate or --assertion")
    if given and not {"entra", "webex", "assigned", "groups"}.isdisjoint(found):
        parser.error("--application goes without files of --entra and --webex")


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return a formatter that knows the width; left alone, it loads shutil to find it."""
    return argparse.RawDescriptionHelpFormatter(prog, width=max(columns() - 2, 40))


def _path(text: str) -> "Path":
    from pathlib import Path

    return Path(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_534:
        raise argparse.ArgumentTypeError("takes 0 to 65534")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError("takes a whole number")
    return int(text)


def _some(text: str) -> int:
    count = _count(text)
    if not 0 < count <= _MOST_HELD:
        raise argparse.ArgumentTypeError(f"takes 1 to {_MOST_HELD}")
    return count


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
    "--tenant": {"metavar": "ID_OR_DOMAIN", "help": "the tenant that an application reads in"},
    "--application": {"metavar": "CLIENT_ID", "help": "which reads where nobody can sign in"},
    "--certificate": {
        "type": _path,
        "metavar": "FILE",
        "help": "its certificate with the key, as PEM, its owner's alone",
    },
    "--assertion": {
        "type": _path,
        "metavar": "FILE",
        "help": "or what another issuer signed for it, read whenever it is needed",
    },
    "--token-stdin": {**_FLAG, "help": "read the token from standard input"},
    "--port": {
        "type": _port,
        "metavar": "NUMBER",
        "help": "for http; the next one is for https (3100; 0 takes any two)",
    },
    "--shell": {"choices": ("posix", "powershell"), "help": "for which the variables are"},
    "shell": {"choices": ("bash", "zsh", "fish", "powershell", "tcsh"), "help": "which shell"},
    "--time-limit": {"type": _seconds, "metavar": "SECONDS", "help": "for all that is asked (60)"},
    "--json": {**_FLAG, "help": "one JSON document of version 1 instead of prose"},
    "--format": {"choices": ("nagios", "prometheus"), "help": "for which monitoring"},
    "--output": {"type": _path, "metavar": "FILE.prom", "help": "where the metrics go, whole"},
    "--facts": {
        "type": _path,
        "metavar": "FILE",
        "help": "write what your services answered, without a value of yours",
    },
    "--verify": {**_FLAG, "help": "tell whether the journal is what was written; reads only"},
    "--entra": {
        "type": _path,
        "metavar": "FILE",
        "help": "people of Entra, as Graph answers /users",
    },
    "--webex": {
        "type": _path,
        "metavar": "FILE",
        "help": "accounts of Webex, as SCIM answers /Users",
    },
    "--groups": {
        "type": _path,
        "action": "append",
        "metavar": "FILE",
        "help": "groups with their members, of Graph or of SCIM; may be given twice",
    },
    "--mapping": {"type": _path, "metavar": "SCHEMA", "help": "the mapping, as Entra exports it"},
    "--assigned": {
        "type": _path,
        "metavar": "FILE",
        "help": "who is assigned, as Graph answers appRoleAssignedTo, or ids",
    },
    "--job": {
        "choices": ("never", "running", "restarted"),
        "help": "how the job stands: it never ran, it runs, or it was restarted with everything "
        "forgotten (as Entra tells; of files, never)",
    },
    "--since": {"type": _path, "metavar": "PLAN", "help": "tell what differs from a plan"},
    "--save": {"type": _path, "metavar": "FILE", "help": "write a plan, for approval"},
    "--plan": {
        "type": _path,
        "required": True,
        "metavar": "FILE",
        "help": "the plan, as preview --save wrote it",
    },
    "--person": {"metavar": "TEXT", "help": "of whom alone: a part of a name, address or id"},
    "--jsonl": {**_FLAG, "help": "a line of JSON for each entry instead of prose"},
    "--accept": {**_FLAG, "help": "take what Entra has as the new base, after showing it"},
    "--values": {**_FLAG, "help": "names and values in that plan too"},
    "--csv": {**_FLAG, "help": "a table for spreadsheets, one line for each"},
    "--limit": {"type": _count, "metavar": "N", "help": "how many are told one by one"},
    "--keep-profile": {**_FLAG, "help": "forget the tokens only"},
    "--drop-journal": {**_FLAG, "help": "remove the journal too; undo then knows of nothing"},
    "--without-keyring": {**_FLAG, "help": "drop the files only, where no keyring can be used"},
    "--all": {**_FLAG, "help": "every profile, one after the other"},
    "--yes": {**_FLAG, "help": "do not ask"},
    "--to": {"type": _path, "dest": "to_file", "metavar": "FILE", "help": "write a hand-over"},
    "--from": {"type": _path, "dest": "from_file", "metavar": "FILE", "help": "take one over"},
}
"""How each option is parsed; the names in `dest` are those of `Options`."""

_OWN: "dict[str, dict[str, dict[str, Any]]]" = {
    "log": {
        "--since": {
            "type": str,
            "dest": "log_since",
            "metavar": "WHEN",
            "help": "a date, a time, 90m, 12h, 2d; or the file written so far, to go on behind it",
        },
        "--limit": {"type": _some, "help": "the newest N alone"},
    }
}
"""What an option is under one command, where it is another than elsewhere."""

"""The options of the command line: how each is parsed, and its words."""

import argparse

TYPE_CHECKING = False  # as in `arguments`
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

_MOST_HELD = 10_000
"""Entries of the log that are held, where the newest alone are asked for."""


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

OPTIONS: "dict[str, dict[str, Any]]" = {
    "--profile": {"metavar": "NAME", "help": "which stored profile to work with"},
    "--practice": {**_FLAG, "help": "use the built-in practice tenants"},
    "--fault": {
        "action": "append",
        "dest": "faults",
        "metavar": "WHERE:FAULT",
        "help": "let the practice tenants misbehave; practice --help says how",
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

OWN_OPTIONS: "dict[str, dict[str, dict[str, Any]]]" = {
    "log": {
        "--since": {
            "type": str,
            "dest": "log_since",
            "metavar": "WHEN",
            "help": "a date, a time, 90m, 12h, 2d; or the file written so far, to go on behind it",
        },
        "--limit": {"type": _some, "help": "the newest N alone"},
        "--time-limit": {"help": "for all that is read (3600)"},
    },
    "drift": {"--time-limit": {"help": "for all that is read (600)"}},
}
"""What an option is under one command, where it is another than elsewhere."""

"""The command lines that the README and its pages show, and those that install or need a clone."""

import re
import shlex
from pathlib import Path

from wizard.commands.arguments import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "assets/commands.md", "assets/security.md", "assets/monitoring/README.md")

FIRST = "python3 -m pip install --target .uv uv && .uv/bin/uv run webex-wizard --practice"
FORGET = ".uv/bin/uv run webex-wizard forget --all --drop-journal --practice"
PRACTISED = (FIRST, "uv run webex-wizard --practice", "pipx run uv run webex-wizard --practice")
INSTALLED = {
    'uv tool install ".[handover,practice]"': "uv tool uninstall webex-wizard",
    'pipx install ".[handover,practice]"': "pipx uninstall webex-wizard",
}
"""What installs, and what takes it away again."""
IN_A_CLONE = {FORGET, *PRACTISED, *INSTALLED, *INSTALLED.values()}
"""Run by `tests/peers/test_readme.py` as printed, in a fresh clone."""
IN_CI = {"python3 -m pip install --target .uv uv && .uv/bin/uv run pytest": "pytest"}
"""Run by `.ci/run` as printed, by the word it is found with there."""
READ_BY_OTHERS = {
    "jq -r 'select(.outcome == \"disable\").key' plan.jsonl": "keys",
    "jq -r 'select(.outcome == \"disable\").values[4]' plan.jsonl": "names",
    "jq -r '.people[] | select(.outcome == \"disable\").name' preview.json": "names",
    'jq -r \'select(.outcome == "failed") | "\\(.at) \\(.name): \\(.next)"\' log.jsonl': "failures",
    "duckdb -c \"FROM 'preview.csv' SELECT outcome, count(*) GROUP BY ALL\"": "counts",
    "duckdb -c \"FROM 'plan.jsonl' SELECT outcome, count(*) WHERE outcome IS NOT NULL "
    'GROUP BY ALL"': "counts",
}
"""What programs of others make of what a preview and the log write, by what comes out; run by
`tests/peers/test_exports.py`."""
KEY_MADE = (
    "(umask 077 && openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj /CN=webex-wizard "
    "-keyout monitor.pem -out monitor.crt && cat monitor.crt >> monitor.pem)"
)
"""What makes the key of an application; run by `tests/peers/test_key_by_openssl.py`."""
WINDOWS = ("py -m pip install --target .uv uv", r".uv\bin\uv run webex-wizard --practice")
"""The halves of the first one, where nobody here has run them."""

_FENCED = re.compile(r"^```\w*\n(.+?)\n```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_PROGRAMS = re.compile(
    r"(webex-wizard|\.uv[/\\]bin[/\\]uv|uvx?|pipx?|py|python3?|printf|bash|git|sudo|curl|jq|duckdb)\s"
)


def command_lines(text: str) -> list[str]:
    """Return every command line of a page: all that is fenced, and what begins with a program."""
    fenced = [line for block in _FENCED.findall(text) for line in block.splitlines() if line]
    return fenced + [found for span in _spans(text) if (found := _command(span))]


def options(text: str) -> set[str]:
    """Return the options that a page names by themselves."""
    return {span.split()[0] for span in _spans(text) if span.startswith("--")}


def programs_arguments(line: str) -> list[str]:
    """Return what our own program gets in a command line, without where that comes and goes."""
    words = shlex.split(re.split(r" >>? ", line.rpartition("|")[2])[0])
    assert words[0] == "webex-wizard", f"nobody runs {line!r}"
    return words[1:]


def _spans(text: str) -> list[str]:
    return _SPAN.findall(_FENCED.sub("", text))


def _command(span: str) -> str:
    """Return the command line that a span is; one of ours may be named without the program."""
    if _PROGRAMS.match(f"{span} "):
        return span
    return f"webex-wizard {span}" if span.split(maxsplit=1)[0] in COMMANDS and " " in span else ""

"""The README says nothing that does not run, and its first page stays one."""

import io
import json
import re
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from tests.conversation_here import ConversationHere
from tests.practice_here import start_here
from tests.readme import (
    FIRST,
    IN_A_CLONE,
    IN_CI,
    KEY_MADE,
    PAGES,
    READ_BY_OTHERS,
    ROOT,
    WINDOWS,
    command_lines,
    options,
    programs_arguments,
)
from tests.sessions import session_in, webex_token
from wizard.assets import ASSETS, asset
from wizard.checks.check import RUNGS
from wizard.cli import main
from wizard.commands import mapping, report_facts
from wizard.commands.arguments import COMMANDS, parse_arguments, split_command
from wizard.flow.plan import SETUP
from wizard.mapping.as_text import mapping_text
from wizard.mapping.schema import read_schema
from wizard.store.places import settings_folder
from wizard.workspace import open_workspace

README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
LINES = sorted({line for text in TEXTS.values() for line in command_lines(text)})
ELSEWHERE = {*IN_A_CLONE, *IN_CI, *READ_BY_OTHERS, *WINDOWS, KEY_MADE}
OURS = [line for line in LINES if line not in ELSEWHERE]

PLACEHOLDERS = {
    "COMMAND": "status",
    "EXPRESSION": "[givenName]",
    "FILE": "file",
    "ID": "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701",
    "NAME": "default",
    "SHELL": "bash",
    "TENANT": "practice.example",
}
IN_LINES = frozenset({"setup", "renew", "undo"})
"""What asks, and is asked here to leave, by the end of its input."""
ENDS = {
    "setup": 130,
    "renew": 130,
    "undo": 0,
    "webex-wizard test": 3,  # no stored token
    "test": 1,  # a token that no Webex has given
    "status": 1,  # the profile here is not finished
    "webex-wizard status --format nagios": 3,  # so there is nothing to watch
    "webex-wizard status --profile NAME --format nagios --time-limit 40": 3,
    "drift": 4,  # the setup of the profile here has not come to Entra
    "webex-wizard status --tenant TENANT --application ID --certificate monitor.pem": 4,  # no key
    "report": 0,
    "webex-wizard report --verify": 4,  # nothing has sealed the journal here
    "completion": 0,
    "webex-wizard handover --from FILE": 1,  # there is no such file
    "handover": 2,  # no terminal
    "webex-wizard preview --entra entra.json --webex webex.json --job running": 0,
    "webex-wizard preview --entra entra.json --webex webex.json --job running "
    "--csv > preview.csv": 0,
    "preview": 2,  # there are no such files
    "start": 2,  # there is no such file
    "log": 4,  # no provisioning yet
    "forget": 0,
    "eval": 0,
    "check": 0,
    "export": 2,  # there is no profile but of practice
    "webex-wizard mapping export --schema mapping.txt": 0,
    "diff": 2,  # the same
    "apply": 2,  # no terminal
}
"""How each ends here, as the page of the commands says it does."""


@pytest.fixture
def practised(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a profile of practice, and with the files that the lines speak of."""
    folder = Path(env["HOME"])
    session_in(settings_folder(practice=True)).change(at_step="organization")
    person = {"givenName": "Ana", "surname": "Ruiz", "userPrincipalName": "ana@contoso.example"}
    (folder / "person.json").write_text(json.dumps(person), encoding="utf-8")
    (folder / "people.json").write_text(json.dumps([person]), encoding="utf-8")
    known = person | {"id": "1", "mail": "ana@contoso.example", "displayName": "Ana Ruiz"}
    (folder / "entra.json").write_text(json.dumps({"value": [known]}), encoding="utf-8")
    (folder / "webex.json").write_text(json.dumps({"totalResults": 0}), encoding="utf-8")
    (folder / "log.jsonl").touch()
    text = mapping_text(read_schema(asset("mapping/default-schema.json")))
    (folder / "mapping.txt").write_text(text, encoding="utf-8")
    schema = (ASSETS / "mapping" / "default-schema.json").read_bytes()
    (folder / "schema.json").write_bytes(schema)
    monkeypatch.setattr(sys, "stdin", io.StringIO(webex_token()))
    return folder


def ended(arguments: list[str]) -> tuple[str, int]:
    """Run what our program is asked for, in practice; return what that was, and its exit code."""
    command, _ = split_command(arguments)
    if "--help" in arguments or command == "practice":  # which runs until somebody ends it
        with pytest.raises(SystemExit) as helped:
            main([*arguments, "--help"])
        return "--help", int(str(helped.value.code))
    if command == "mapping":
        return arguments[1], mapping.main(arguments[1:])
    practising = {"--practice"} - {*arguments} if command not in {"completion", "preview"} else ()
    options = parse_arguments([*arguments, *practising])
    if options.command in IN_LINES:
        with ConversationHere([*arguments, *({"--practice"} - {*arguments}), "--plain"]) as asked:
            asked.close_input()
            return options.command, asked.end()
    if options.facts is not None:
        opening = partial(open_workspace, start=start_here)
        return options.command, report_facts.run(options, options.facts, opening)
    package = "linear" if options.command == "handover" else "commands"
    run = import_module(f"wizard.{package}.{options.command}").run
    if options.command in {"test", "forget", "log"}:
        options = parse_arguments(
            [*arguments, "--practice", *["--yes"] * (options.command == "forget")]
        )
        return options.command, run(options, partial(open_workspace, start=start_here))
    return options.command, run(options)


@pytest.mark.port_3000
@pytest.mark.usefixtures("practised")
@pytest.mark.parametrize("line", OURS)
def test_a_command_line_runs_and_ends_as_it_is_said_to(line: str) -> None:
    arguments = [PLACEHOLDERS.get(word, word) for word in programs_arguments(line)]
    command, code = ended(arguments)
    assert code == (0 if command == "--help" else ENDS.get(line, ENDS[command]))


def test_what_installs_is_run_in_a_fresh_clone_or_by_ci() -> None:
    assert {*IN_A_CLONE, *IN_CI, *READ_BY_OTHERS, KEY_MADE} <= {*LINES}, (
        "a line is run that is not on a page any more"
    )
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for line, word in IN_CI.items():
        assert f"readme {word}\n" in ci
        assert next(each for each in README.splitlines() if f"uv run {word}" in each) == line


def test_what_windows_is_told_is_the_first_command_in_its_own_spelling() -> None:
    halves = [half.replace("py ", "python3 ").replace("\\", "/") for half in WINDOWS]
    assert " && ".join(halves) == FIRST
    assert {*WINDOWS} <= {*LINES}


def test_a_line_that_nobody_runs_is_found() -> None:
    shown = "Do `sudo rm -rf /` or\n\n```\nwebex-wizard mend\n```\nand `forget --everything`.\n"
    found = command_lines(shown)
    assert found == ["webex-wizard mend", "sudo rm -rf /", "webex-wizard forget --everything"]
    with pytest.raises(AssertionError, match="nobody runs"):
        programs_arguments(found[1])
    for line in (found[0], found[2]):
        with pytest.raises(SystemExit) as refused:
            ended(programs_arguments(line))
        assert refused.value.code == 2


def test_every_option_that_a_page_names_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (
        *COMMANDS,
        *(f"mapping {each}" for each in ("check", "eval", "export", "diff", "apply")),
    ):
        with pytest.raises(SystemExit):
            main([*command.split(), "--help"])
    known = {*re.findall(r"--[a-z-]+", capsys.readouterr().out)}
    assert {option for text in TEXTS.values() for option in options(text)} <= known


def test_every_command_stands_on_the_page_of_the_commands() -> None:
    told = TEXTS["assets/commands.md"]
    assert {name for name in COMMANDS if f"| `webex-wizard {name}" not in told} == set()


def test_the_readme_is_a_first_page() -> None:
    assert len(README.splitlines()) < 120
    order = ("# webex-wizard", "**Whom it does not suit.**", "![", "## Try it", "## Install")
    places = [README.index(part) for part in order]
    assert places == sorted(places)
    assert (len(SETUP), len(RUNGS)) == (17, 16), "it says so many steps and checks"
    assert "Seventeen steps" in README
    assert "Sixteen checks" in README


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_points_to_is_there(page: str) -> None:
    for target in re.findall(r"\]\(([^)#\s]*)(?:#[^)\s]*)?\)", TEXTS[page]):
        if target and not target.startswith("https://"):
            assert ((ROOT / page).parent / target).is_file(), target
    for target, heading in re.findall(r"\]\(([^)#\s]*)#([^)\s]+)\)", TEXTS[page]):
        lines = ((ROOT / page).parent / target).read_text(encoding="utf-8").splitlines()
        anchors = [line.lstrip("# ").lower().replace(" ", "-") for line in lines if line[:1] == "#"]
        assert heading in [re.sub(r"[^a-z-]", "", anchor) for anchor in anchors]

"""The arguments of the command line: each command knows its own options, and no others."""

import io
from pathlib import Path

import pytest

from wizard.cli import main
from wizard.commands.arguments import COMMANDS, MAPPING, parse_arguments, split_command
from wizard.options import Options
from wizard.practice.faults import FAULTS

ONE_OF = {"completion": ["bash"], "handover": ["--to", "hand-over.age"],
          "start": ["--plan", "plan.jsonl"]}  # fmt: skip
"""What a command cannot be parsed without."""
MAPPING_ACTIONS = ("eval", "check", "export", "diff", "apply")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], None),
        (["--practice"], None),
        (["--profile", "renew"], None),
        (["renew", "--practice"], "renew"),
        (["--practice", "renew"], "renew"),
        (["--profile", "test", "renew"], "renew"),
        (["--profile=test", "renew"], "renew"),
        (["--fault", "scim:401", "--practice", "status"], "status"),
        (["mapping", "eval", "1"], "mapping"),
    ],
)
def test_a_command_is_found_wherever_it_stands(arguments: list[str], command: str | None) -> None:
    found, rest = split_command(arguments)
    assert found == command
    assert rest == [text for text in arguments if text != command or command is None]


def test_without_a_command_it_is_the_setup_that_is_asked_for() -> None:
    assert parse_arguments(["--practice"]) == Options("setup", practice=True)


def test_what_is_not_given_stays_as_options_has_it() -> None:
    commands = [name for name in COMMANDS if name not in {MAPPING, *ONE_OF}]
    assert [parse_arguments([name]) for name in commands] == [Options(name) for name in commands]


def test_each_option_arrives() -> None:
    arguments = "setup --profile x --endpoints a.toml --plain --no-browser --allow-keyring m"
    assert parse_arguments(arguments.split()) == Options(
        profile="x", endpoints=Path("a.toml"), plain=True, use_browser=False, allow_keyring="m"
    )
    arguments = "test --practice --fault a:1 --fault b:2 --json --time-limit 5"
    assert parse_arguments(arguments.split()) == Options(
        "test", practice=True, faults=("a:1", "b:2"), json=True, time_limit=5
    )


@pytest.mark.parametrize(
    "command", ["", *COMMANDS, *(f"{MAPPING} {each}" for each in MAPPING_ACTIONS)]
)
def test_no_line_of_a_help_is_wider_than_a_terminal(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out.splitlines()
    assert told
    assert not [line for line in told if len(line) > 80]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_its_own(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert said.startswith(f"usage: webex-wizard {command} ")
    for option, owners in {
        "[--all]": {"forget", "status"},
        "--format": {"status"},
        "--keep-profile": {"forget"},
        "--token-stdin": {"test"},
        "--organization": {"setup", "renew", "test"},
        "--plain": {"setup", "renew", "undo"},
        "--to FILE": {"handover"},
    }.items():
        assert (option in said) is (command in owners), option


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != MAPPING])
def test_a_wrong_option_is_told_by_the_command(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments([command, *ONE_OF.get(command, []), "--no-such-option"])
    assert ended.value.code == 2
    assert f"webex-wizard {command}: error: " in capsys.readouterr().err


def test_the_help_of_practice_alone_tells_every_place_of_a_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    helps = {}
    for command in ("setup", "practice"):
        with pytest.raises(SystemExit):
            parse_arguments([command, "--help"])
        helps[command] = capsys.readouterr().out
    told = helps["practice"].partition("Places of --fault: ")[2].partition(".")[0]
    assert set(told.replace(",", "").split()) == set(FAULTS)
    assert "practice --help says how" in " ".join(helps["setup"].split())
    assert "Places of --fault" not in helps["setup"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("setup", "--practice", "--fault", "nonsense"), "invalid-input"),
        (("setup", "--profile", "a/b"), "profile-name"),
        (("renew", "--profile", "typo"), "no-such-profile"),
        (("setup", "--organization", "nonsense"), "organization"),
        (("setup", "--endpoints", "/no/such.toml"), "endpoints"),
        (("undo", "--plain", "--profile", "typo"), "no-such-profile"),
        (("handover", "--to", "x.age", "--profile", "typo"), "no-such-profile"),
        (("handover", "--from", "/no/such.age"), "handover-unreadable"),
        (("forget", "--without-keyring", "--profile", "typo"), "no-such-profile"),
    ],
)
def test_what_is_wrong_with_an_argument_is_told_before_a_terminal_is_asked_for(
    given: tuple[str, ...],
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main([*given]) in {1, 2, 3}
    told = "".join(capsys.readouterr())
    assert f"Code: {code}" in told
    assert "terminal" not in told

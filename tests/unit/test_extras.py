"""A missing extra is told with the one command that adds it, and that command exists."""

import sys
from pathlib import Path

import pytest

from wizard.errors import MachineError
from wizard.handover.exchange import content_of
from wizard.machine.extras import require


@pytest.fixture
def without_age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)


def hint_in(environment: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "prefix", str(environment))
    with pytest.raises(MachineError) as raised:
        require("handover")
    return raised.value.hint


@pytest.mark.parametrize("extra", ["practice", "handover"])
def test_what_is_installed_is_not_spoken_of(extra: str) -> None:
    require(extra)


@pytest.mark.usefixtures("without_age")
def test_a_hand_over_file_is_not_opened_without_the_library(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as raised:
        content_of(tmp_path / "hand-over.age")
    assert raised.value.code == "handover-missing"
    assert raised.value.message.startswith("Hand-over files need pyrage, which")


@pytest.mark.usefixtures("without_age")
@pytest.mark.parametrize(
    ("mark", "command"),
    [
        ("uv-receipt.toml", 'uv tool install ".[handover,practice]"'),
        ("pipx_metadata.json", 'pipx install --force ".[handover,practice]"'),
        ("pyvenv.cfg", "uv sync --all-extras"),
    ],
)
def test_the_command_is_that_of_the_tool_that_installed(
    mark: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / mark).touch()
    assert hint_in(tmp_path, monkeypatch) == (
        f"In the folder of webex-wizard's repository, run: {command}"
    )

"""What is shipped: the wheel and the source archive, and that the shipped files work alone."""

import itertools
import os
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from wizard import __version__

ROOT = Path(__file__).parents[1]
TREES = ("wizard", "screens", "assets")

HEADLESS = """
from screens.app import WizardApp
from wizard.errors import WizardError
from wizard.options import Options

class Watched(WizardApp):
    async def workspace(self):
        seen = type(self.screen).__name__, self.screen.css_path
        print(*seen)
        self.exit(0)
        raise WizardError("Seen enough.")

Watched(Options()).run(headless=True)
"""

PRACTICE = """
from wizard.practice.process import PracticeTenant

tenant = PracticeTenant.start()
print(tenant.organization_id, len(tenant.accounts))
tenant.close()
"""

DATA = """
from wizard.net.endpoints import bundled
from wizard.mapping.document import MappingDocument

print(bundled().webex.api_base, len(MappingDocument.default().rows))
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


def build(target: str, folder: Path) -> Path:
    """Build one kind of archive without a network, and return it."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel once."""
    return build("wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay the wheel's files out as an installer would."""
    folder = tmp_path_factory.mktemp("installed")
    unpack = [sys.executable, "-m", "zipfile", "-e", str(wheel), str(folder)]
    subprocess.run(unpack, check=True, timeout=60)
    return folder


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Run an interpreter that finds the installed files and not the checkout."""

    def started(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", *arguments],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": str(installed),
                "WEBEX_WIZARD_HOME": str(tmp_path / "home"),
                "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return started


def names(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def needed(wanted: Iterable[str]) -> set[str]:
    """Return the names of some distributions and of all that they stand on, here."""
    found: set[str] = set()
    waiting = [(Requirement(text), "") for text in wanted]
    while waiting:
        requirement, asked = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": asked}):
            continue
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if f"{name}[{extra}]" not in found:
                found.add(f"{name}[{extra}]")
                lines = distribution(requirement.name).requires or []
                waiting += [(Requirement(line), extra) for line in lines]
    return {canonicalize_name(each.partition("[")[0]) for each in found}


def described(installed: Path) -> Distribution:
    (folder,) = installed.glob("*.dist-info")
    return Distribution.at(folder)


def test_the_wheel_holds_three_trees_and_its_own_description(wheel: Path) -> None:
    top = {name.split("/")[0] for name in names(wheel)}
    assert top == {*TREES, f"webex_wizard-{__version__}.dist-info"}


def test_the_wheel_holds_every_file_of_the_three_trees(wheel: Path) -> None:
    expected = {
        file.relative_to(ROOT).as_posix()
        for tree in TREES
        for file in (ROOT / tree).rglob("*")
        if file.is_file() and not {"__pycache__", "reference"} & {*file.parts}
    }
    shipped = {name for name in names(wheel) if name.split("/")[0] in TREES}
    assert shipped == expected


@pytest.mark.parametrize(
    "name",
    [
        "assets/callback.html",
        "assets/endpoints.toml",
        "assets/help/welcome.md",
        "assets/mapping/default-schema.json",
        "assets/practice/people.json",
        "assets/first.tcss",
        "assets/wizard.tcss",
        "screens/app.py",
        "wizard/cli.py",
        "wizard/py.typed",
    ],
)
def test_the_wheel_holds_what_the_program_reads(name: str, wheel: Path) -> None:
    assert name in names(wheel)


def test_the_wheel_describes_itself_truly(installed: Path) -> None:
    distribution = described(installed)
    metadata = distribution.metadata
    assert metadata["Name"] == "webex-wizard"
    assert metadata["Version"] == __version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "MIT"
    assert (ROOT / "README.md").read_text(encoding="utf-8").strip() in metadata.json["description"]
    assert "practice" in metadata.get_all("Provides-Extra", [])


def test_every_dependency_has_an_upper_bound_and_no_address(installed: Path) -> None:
    for requirement in described(installed).requires or []:
        assert "://" not in requirement
        assert "<" in requirement or "==" in requirement.split(";")[0], requirement


def test_what_not_everybody_needs_is_an_extra(installed: Path) -> None:
    requirements = [Requirement(text) for text in described(installed).requires or []]
    extras = {
        found.name: str(found.marker) for found in requirements if "extra" in str(found.marker)
    }
    assert extras == {
        "pyrage": 'extra == "handover"',
        "scim2-models": 'extra == "practice"',
        "scim2-server": 'extra == "practice"',
        "trustme": 'extra == "practice"',
    }


def test_readme_begins_with_the_two_commands_that_need_only_python_and_pip() -> None:
    blocks = re.findall(r"```\n(.+?)\n```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    install = "python3 -m pip install --target .uv uv && .uv/bin/uv run"
    assert blocks[:2] == [f"{install} webex-wizard --practice", f"{install} pytest"]


def test_nothing_installs_the_program_by_its_name() -> None:
    """It is not published, and anyone could claim the name."""
    by_name = re.compile(r"((?<!un)install|run --spec|--from|uvx) +[\"'`]?webex-wizard\b", re.I)
    shown = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
    shown += [
        file
        for tree in TREES
        for file in (ROOT / tree).rglob("*")
        if file.suffix in {".py", ".md", ".html", ".toml", ".json"}
    ]
    assert len(shown) > 100
    assert [file for file in shown if by_name.search(file.read_text(encoding="utf-8"))] == []


def test_a_clone_installs_what_was_tested_and_names_no_registry() -> None:
    tool = project()["tool"]["uv"]
    assert tool["default-groups"] == ["test"]
    pinned = [Requirement(text) for text in tool["constraint-dependencies"]]
    pinned += [Requirement(text) for text in tool["build-constraint-dependencies"]]
    assert all(re.fullmatch(r"==[^,*]+", str(each.specifier)) for each in pinned)
    assert not any(each.url for each in pinned)
    assert not {"index", "index-url", "extra-index-url", "find-links", "sources"} & tool.keys()


def test_the_version_of_everything_that_runs_and_tests_is_written_down() -> None:
    described = project()
    pinned = {
        canonicalize_name(Requirement(text).name)
        for text in described["tool"]["uv"]["constraint-dependencies"]
    }
    own = described["project"]
    wanted = [*own["dependencies"], *itertools.chain(*own["optional-dependencies"].values())]
    wanted += [text for text in described["dependency-groups"]["test"] if "webex" not in text]
    assert needed(wanted) - pinned == set()


def test_the_wheel_brings_one_command(installed: Path) -> None:
    (command,) = described(installed).entry_points
    assert command.group == "console_scripts"
    assert command.name == "webex-wizard"
    assert command.value == "wizard.cli:main"


def test_the_installed_files_are_the_ones_that_run(run: Run, installed: Path) -> None:
    asked = run("-c", "import wizard, screens; print(wizard.__file__, screens.__file__)")
    assert asked.stdout.split() == [
        str(installed / tree / "__init__.py") for tree in ("wizard", "screens")
    ]


def test_the_installed_program_says_its_version(run: Run) -> None:
    asked = run("-m", "wizard", "--version")
    assert (asked.returncode, asked.stdout) == (0, f"webex-wizard {__version__}\n")


def test_the_installed_program_says_that_nothing_is_set_up(run: Run) -> None:
    asked = run("-m", "wizard", "status")
    assert (asked.returncode, asked.stdout) == (3, "Nothing is set up yet.\n")


def test_the_installed_program_finds_its_data(run: Run) -> None:
    asked = run("-c", DATA)
    assert asked.returncode == 0, asked.stderr
    address, rows = asked.stdout.split()
    assert address.startswith("https://")
    assert int(rows) >= 1


def test_the_installed_interface_starts_with_its_style_sheet(run: Run) -> None:
    asked = run("-c", HEADLESS)
    assert asked.returncode == 0, asked.stderr
    assert "WelcomeScreen" in asked.stdout


def test_the_installed_practice_tenant_starts(run: Run) -> None:
    asked = run("-c", PRACTICE)
    assert asked.returncode == 0, asked.stderr
    assert int(asked.stdout.split()[1]) >= 1


def test_the_installed_program_practises_and_says_that_it_has_no_token(run: Run) -> None:
    asked = run("-m", "wizard", "test", "--practice")
    assert asked.returncode == 3, asked.stderr
    assert "Code: no-token" in asked.stderr
    assert asked.stdout == ""


def test_the_source_archive_holds_what_a_packager_needs(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"README.md", "LICENSE", "pyproject.toml", "PKG-INFO"} <= held
    assert {"tests/conftest.py", "tests/test_packaging.py", "wizard/cli.py"} <= held
    assert "assets/wizard.tcss" in held
    assert not [name for name in held if "__pycache__" in name or name.startswith(".venv")]

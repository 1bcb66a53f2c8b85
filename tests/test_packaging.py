"""What is shipped: the wheel and the source archive, and that the shipped files work alone."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib.metadata import Distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

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
from wizard.practice.tenant import PracticeTenant

tenant = PracticeTenant.start()
print(tenant.organization_id, len(tenant.accounts))
tenant.close()
"""

DATA = """
from wizard.endpoints import bundled
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
        if file.is_file() and "__pycache__" not in file.parts
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

"""What a new step costs: a line in the plan, a file, a help page; and everything walks it."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.conversation import environment

ROOT = Path(__file__).resolve().parent.parent
TOY = ROOT / "tests" / "new_step"
LINE = '    StepInfo("toy", "Toy", "wizard.steps.toy:ToyStep"),\n'


def house(folder: Path) -> Path:
    """Return a copy of the product, compiled as far as it is, and of what walks it."""
    unused = shutil.ignore_patterns("*.pyc.*", "snapshots", "pictures", "peers", "unit")
    for tree in ("wizard", "screens", "assets", "tests"):
        shutil.copytree(ROOT / tree, folder / tree, ignore=unused)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_a_new_step_is_a_line_a_file_and_a_help_page(tmp_path: Path) -> None:
    copy = house(tmp_path / "copy")
    plan = copy / "wizard" / "flow" / "plan.py"
    before, after = plan.read_text().split("    SIGN_IN,\n", 1)
    plan.write_text(f"{before}    SIGN_IN,\n{LINE}{after}")
    shutil.copy(TOY / "toy.py", copy / "wizard" / "steps")
    shutil.copy(TOY / "toy.md", copy / "assets" / "help")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/new_step/walks.py"],
        cwd=copy,
        env=environment(tmp_path / "home"),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert "4 passed" in ran.stdout

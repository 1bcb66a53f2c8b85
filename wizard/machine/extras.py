"""Optional parts of the program, and the one command that adds one that is missing.

webex-wizard is not published: every command here installs from a checkout of its repository.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from wizard.errors import MachineError

_PARTS = {
    "practice": ("The practice tenants", ("scim2_server", "trustme")),
    "handover": ("Hand-over files", ("pyrage",)),
}
"""What each extra is for, and the packages that it brings."""

_ALL = f".[{','.join(sorted(_PARTS))}]"


def require(extra: str) -> None:
    """Go on only where an extra is installed.

    Raises:
        MachineError: It is not (`practice-missing`, `handover-missing`).
    """
    what, packages = _PARTS[extra]
    missing = [name.replace("_", "-") for name in packages if find_spec(name) is None]
    if missing:
        raise MachineError(
            f"{what} need {' and '.join(missing)}, which this installation does not have.",
            f"In the folder of webex-wizard's repository, run: {_command(Path(sys.prefix))}",
            code=f"{extra}-missing",
        )


def _command(environment: Path) -> str:
    """Return what adds all extras to an environment, by the tool that made it."""
    if (environment / "pipx_metadata.json").exists():
        return f'pipx install --force "{_ALL}"'
    if (environment / "uv-receipt.toml").exists() or not _is_checkout():
        return f'uv tool install "{_ALL}"'
    return "uv sync --all-extras"


def _is_checkout() -> bool:
    return (Path(__file__).parents[2] / "pyproject.toml").exists()

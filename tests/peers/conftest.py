"""What the peer tests need on the machine: skipped without it, except in CI, which must have it."""

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.peers.desktop import Desktop

PROGRAMS = {
    "chromium": ("chromium",),
    "gnome-keyring": ("gnome-keyring-daemon",),
    "dbus": ("dbus-run-session", "dbus-daemon", "dbus-monitor"),
    "libsecret-tools": ("secret-tool",),
    "nodejs": ("node",),
    "npm": ("npm",),
    "openssl": ("openssl",),
    "zsh": ("zsh",),
    "fish": ("fish",),
    "jq": ("jq",),
    "duckdb-cli": ("duckdb",),
    "prometheus": ("promtool",),
    "systemd": ("systemd-analyze",),
    "cron": ("crontab",),
    "libmonitoring-plugin-perl": ("perl", "/usr/share/perl5/Monitoring/Plugin.pm"),
}
"""Debian package, or one of Python, and the programs that are wanted of it."""


HERE = Path(__file__).parent

PACKAGES = {"from playwright": "playwright", "graph_program": "msgraph"}
"""What stands in a test that needs a package."""

NOT_COLLECTED = {
    file.name: package
    for file in sorted(HERE.glob("test_*.py"))
    for mark, package in PACKAGES.items()
    if mark in file.read_text(encoding="utf-8")
    and find_spec(package) is None
    and not os.environ.get("CI")  # which must have it, and fails without it
}

collect_ignore = list(NOT_COLLECTED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was not collected, so that nobody takes it for passed."""
    for name, package in NOT_COLLECTED.items():
        terminalreporter.write_line(
            f"NOT COLLECTED {(HERE / name).relative_to(terminalreporter.config.rootpath)}: "
            f"needs the package {package}; `uv sync --all-groups` installs it"
        )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Look for the packages that `@pytest.mark.peer(...)` names; without names, for chromium."""
    wanted = {name for mark in item.iter_markers("peer") for name in mark.args or ("chromium",)}
    missing = [name for name in sorted(wanted) if not all(map(program, PROGRAMS[name]))]
    if not missing:
        return
    reason = f"needs the package {' and '.join(missing)}"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, which CI must have", pytrace=False)
    pytest.skip(reason)


def program(name: str) -> str | None:
    """Return where a program is: on the path, or in the environment that this one runs in.

    What has a path of its own is a library, and only has to be there.
    """
    if Path(name).is_absolute():
        return name if Path(name).exists() else None
    here = Path(sys.prefix, "bin")
    return shutil.which(name) or shutil.which(name, path=here)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    """A session bus with nothing on it, and a home of its own."""
    with Desktop(tmp_path / "home") as desktop:
        yield desktop


@pytest.fixture
def unlocked(desktop: Desktop) -> Desktop:
    """A session whose gnome-keyring is open."""
    desktop.start_keyring("the login password")
    return desktop

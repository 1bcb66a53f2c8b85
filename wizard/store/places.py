"""Where this program keeps its files."""

import os
from pathlib import Path

HOME_VARIABLE = "WEBEX_WIZARD_HOME"
"""Moves everything to another folder, for tests and for a stick; holds no secret."""


def settings_folder(*, practice: bool) -> Path:
    """Return the folder of the profiles; practice has its own and never meets real ones."""
    return _home() / ("practice" if practice else "profiles")


def settings_file() -> Path:
    """Return the file of what is remembered of the program itself."""
    return _home() / "settings.json"


def _home() -> Path:
    moved = os.environ.get(HOME_VARIABLE)
    if moved:
        return Path(moved)
    from platformdirs import user_config_path

    return user_config_path("webex-wizard", appauthor=False)


def practice_tenant_file() -> Path:
    """Return the file in which the practice tenant keeps both halves between two commands."""
    return settings_folder(practice=True) / "tenant.state"

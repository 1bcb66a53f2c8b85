"""What is remembered of the program itself, whatever profile is worked on: how it looks."""

from contextlib import suppress
from typing import Any

from wizard.store.places import settings_file

_MOST = 100_000


def chosen_theme() -> str:
    """Return the name of the theme that was chosen; empty when none was, or nobody can tell."""
    theme = _read().get("theme")
    return theme if isinstance(theme, str) else ""


def choose_theme(name: str) -> None:
    """Remember a theme; what another version keeps beside it stays.

    Raises:
        ProfileError: It cannot be written.
    """
    import json

    from wizard.machine.files import write_private

    write_private(settings_file(), json.dumps(_read() | {"theme": name}, indent=2) + "\n")


def _read() -> dict[str, Any]:
    file = settings_file()
    if file.is_file():
        import json

        from wizard.machine.files import read_file

        with suppress(OSError, ValueError, RecursionError):
            found = json.loads(read_file(file, _MOST))
            return found if isinstance(found, dict) else {}
    return {}

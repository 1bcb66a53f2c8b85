"""The names of profiles, and which files are whose."""

import re
from pathlib import Path

from wizard.errors import InvalidInput, ProfileError
from wizard.machine.files import reason_of
from wizard.words.text import plain_line

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that Windows keeps for devices, whatever stands after a dot."""
LOCK = re.compile(r"\.(sealing~|[a-z0-9][a-z0-9._-]{0,39}\.)?lock")
"""What our own locks are named."""
SNAPSHOT = r"[0-9]{8}T[0-9]{6}-[0-9a-f]{8}"
"""What the name of a kept copy of a mapping looks like, as a regular expression."""


def stored_names(folder: Path) -> list[str]:
    """Return the names of all profiles that are stored in a folder, sorted.

    Raises:
        ProfileError: The folder cannot be read.
    """
    try:
        files = [file for file in folder.iterdir() if file.suffix == ".json"]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ProfileError(
            f"The folder {plain_line(folder)} cannot be read: {reason_of(error)}.",
            "Make the folder readable and try again.",
            code="profiles-unreadable",
        ) from error
    return sorted(file.stem for file in files if is_name(file.stem))


def checked_name(name: str) -> str:
    """Return a profile name that is safe as a file name.

    Raises:
        InvalidInput: The name has other characters than letters, digits, dot, dash, underscore.
    """
    if not is_name(name):
        raise InvalidInput(
            "A profile name has 1 to 40 letters, digits, dots, dashes and underscores, "
            "and starts with a letter or a digit.",
            "Example: --profile contoso",
            code="profile-name",
        )
    return name


def files_of(name: str) -> re.Pattern[str]:
    """Return what the names of the files of one profile, but its own, look like.

    What a crash left of a file that was being written belongs to it. `x.mapping-eu` is another
    profile than `x`. A lock belongs to none: another window may hold it.
    """
    kind = rf"(mapping|journal|plan|drift|mapping-{SNAPSHOT}|(mapping|drift)\.damaged-[0-9]{{1,9}})"
    left = rf"\.{re.escape(name)}\.(json|{kind})\.[a-z0-9_]{{8}}"
    return re.compile(rf"{re.escape(name)}\.{kind}|{left}")


def files_of_undo(name: str) -> re.Pattern[str]:
    """Return how the files are named that `undo` stands on."""
    return re.compile(rf"{re.escape(name)}\.(journal|mapping-{SNAPSHOT})")


def is_name(text: str) -> bool:
    """Tell whether a profile can be named so."""
    return bool(_NAME.fullmatch(text)) and not _DEVICE.fullmatch(text)


def differs_by_case(name: str, known: str) -> InvalidInput:
    """Return the error for a name that is another profile's but for its case."""
    return InvalidInput(
        f"The profile {known} exists already, and {name} differs from it only by case.",
        f"Use --profile {known}, or a name that differs by more than case.",
        code="profile-ambiguous",
    )

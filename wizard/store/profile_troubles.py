"""What is said of a profile that is not there, is new, or cannot be understood."""

from collections.abc import Sequence
from pathlib import Path

from wizard.errors import InvalidInput, ProfileError
from wizard.store.profile_names import checked_name
from wizard.words.text import plain_line


def no_such(name: str, known: Sequence[str], setup: str) -> InvalidInput:
    """Return the error for a profile that is not there; it names those that are.

    Args:
        name: The profile.
        known: Those that are there.
        setup: The command that sets it up.
    """
    return InvalidInput(
        f"There is no profile {checked_name(name)}.",
        f"Stored profiles: {', '.join(known) or 'none'}. `{setup}` sets it up.",
        code="no-such-profile",
    )


def newly(name: str, known: Sequence[str]) -> str:
    """Say that a profile is a new one, and name those that there are: it may be mistyped."""
    told = f"The profile {name} is a new one."
    if not known:
        return told
    from difflib import get_close_matches  # seldom needed

    lower = {each.lower(): each for each in known}
    close = get_close_matches(name.lower(), lower, n=1)
    meant = f" Did you mean {lower[close[0]]}? Then leave, and name that one." if close else ""
    return f"{told} Stored profiles: {', '.join(known)}.{meant}"


def damaged(file: Path, what: str, setup: str, more: str = "") -> ProfileError:
    """Return the error for a profile file that cannot be understood.

    Args:
        file: The file.
        what: What is wrong with it, after its name.
        setup: The command that sets it up anew.
        more: What else helps, as a sentence.
    """
    return ProfileError(
        f"The profile file {plain_line(file)} {what}.",
        f"It was left as it is, and so was the keyring. Move the file away and run `{setup}` "
        f"again, or work under another name with --profile. {more}".rstrip(),
        code="profile-damaged",
    )


def newer(file: Path) -> ProfileError:
    """Return the error for a profile file of a newer version."""
    return ProfileError(
        f"The profile file {plain_line(file)} was written by a newer webex-wizard.",
        "Update webex-wizard, or work under another name with --profile.",
        code="profile-newer",
    )

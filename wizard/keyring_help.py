"""What to tell an administrator whose keyring cannot be used, per platform."""

import sys

from wizard.errors import KeystoreError
from wizard.redact import redact
from wizard.text import plain_line

_NEVER = "Tokens are never written to a file instead."


def missing() -> KeystoreError:
    """Return the error for a machine without a keyring."""
    fixes = {
        "linux": "Install gnome-keyring (or KeePassXC with its Secret Service) and start this "
        "program inside a desktop or D-Bus session. Over SSH: `dbus-run-session -- bash`, then "
        "`gnome-keyring-daemon --unlock`, then webex-wizard.",
        "darwin": "Run this program as the user who is signed in; the login keychain must exist.",
        "win32": "Run this program as a normal user; Credential Manager must be running.",
    }
    return KeystoreError(
        f"This machine has no keyring to keep the token in. {_NEVER}",
        fixes.get(sys.platform, fixes["linux"]),
        code="keyring-missing",
    )


def locked() -> KeystoreError:
    """Return the error for a keyring that is locked or was never opened."""
    return KeystoreError(
        "The keyring is locked.",
        "Unlock it (sign in to the desktop, open your keychain, or run "
        "`gnome-keyring-daemon --unlock`) and try again.",
        code="keyring-locked",
    )


def frozen(seconds: float) -> KeystoreError:
    """Return the error for a keyring that does not answer in time."""
    return KeystoreError(
        f"The keyring did not answer within {seconds:g} seconds.",
        "It may be waiting for you to unlock it in a window, or it may be stuck. "
        "Unlock or restart it and try again.",
        code="keyring-frozen",
    )


def forgetful(name: str) -> KeystoreError:
    """Return the error for a keyring that does not give back what was stored."""
    return KeystoreError(
        f"The keyring ({plain_line(name)}) takes a secret but does not give it back.",
        "Switch to the system's own keyring: remove PYTHON_KEYRING_BACKEND and the file "
        "keyringrc.cfg, if they name another one.",
        code="keyring-forgetful",
    )


def too_small(size: int, limit: int) -> KeystoreError:
    """Return the error for a keyring that does not take so many characters.

    Args:
        size: Characters that were to be kept.
        limit: Characters that fit into one entry everywhere.
    """
    return KeystoreError(
        f"The keyring did not take the sign-in, probably because of its {size:,} characters; "
        f"Windows takes {limit:,}.",
        "Nothing was left in the keyring. You stay signed in until the program ends.",
        code="keyring-too-small",
    )


def clear_text(module: str) -> KeystoreError:
    """Return the error for a backend that is not the system's own."""
    return KeystoreError(
        f"The keyring library would use {plain_line(module, 80)}, which is not the system's own "
        f"keyring and may write clear text. {_NEVER}",
        "Uninstall that backend, or permit it with "
        f"--allow-keyring {plain_line(module, 80)} if you know that it is safe.",
        code="keyring-foreign",
    )


def refused(error: BaseException) -> KeystoreError:
    """Return the error for a keyring that failed in its own way."""
    return KeystoreError(
        f"The keyring refused: {type(error).__name__}: {redact(plain_line(error, 160))}.",
        "Open the system's keyring program, see whether it works there, and try again.",
        code="keyring-refused",
    )

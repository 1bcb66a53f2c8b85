"""What to tell an administrator whose keyring cannot be used, per platform."""

import sys
from collections.abc import Iterator

from wizard.errors import KeystoreError
from wizard.words.redact import redact
from wizard.words.text import plain_line

_NEVER = "Tokens are never written to a file instead."

_NOT_ALLOWED = -25308
"""errSecInteractionNotAllowed of macOS: locked, and no window can ask, as over SSH."""

_NO_LOGON = 1312
"""ERROR_NO_SUCH_LOGON_SESSION of Windows."""


_OPEN = 'read -rs p; printf %s "$p" | gnome-keyring-daemon --replace --unlock; unset p'
"""Without the end of the line, which would become part of the password."""

_OPEN_WORDS = (
    "The second line waits for the keyring's password, does not show it, and hands it over on "
    "standard input. A first password makes a new keyring; where you also sign in at this "
    "machine's desktop, it is the password of that sign-in."
)


UNREADABLE = "keyring-entry-damaged"
"""The code of an entry that is there and cannot be understood."""


def missing() -> KeystoreError:
    """Return the error for a machine without a keyring."""
    fixes = {
        "linux": "Install gnome-keyring (or KeePassXC with its Secret Service) and start this "
        "program inside a desktop session. Over SSH, run these in bash, and then this program:\n"
        f"  dbus-run-session -- bash\n  {_OPEN}\n{_OPEN_WORDS}",
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
    fixes = {
        "linux": "Sign in to the desktop, or open it in the keyring's own program, and try again. "
        f"Over SSH, in bash:\n  {_OPEN}\nIt waits for the keyring's password, does not show it, "
        "and hands it over on standard input.",
        "darwin": "Over SSH, run `security unlock-keychain`, which asks for the keychain's "
        "password. At the desktop, allow this program to use the keychain when a window asks. "
        "Then try again.",
        "win32": "Sign in to Windows again, and try again.",
    }
    return KeystoreError(
        "The keyring is locked.",
        fixes.get(sys.platform, fixes["linux"]),
        code="keyring-locked",
    )


def without_logon() -> KeystoreError:
    """Return the error for a sign-in to Windows that brings no credentials along."""
    return KeystoreError(
        "Windows keeps no secrets for this kind of sign-in, such as one over SSH with a key.",
        "No command opens its keyring from here. Sign in at the desktop, or over SSH with a "
        "password instead of a key, and try again.",
        code="keyring-no-logon",
    )


def frozen(seconds: float) -> KeystoreError:
    """Return the error for a keyring that does not answer in time."""
    return KeystoreError(
        f"The keyring did not answer within {seconds:g} seconds.",
        "It may be waiting for you to unlock it in a window, or it may be stuck. "
        "Unlock or restart it and try again.",
        code="keyring-frozen",
    )


def unreadable(what: str) -> KeystoreError:
    """Return the error for an entry that is there and cannot be understood."""
    return KeystoreError(
        f"{what} is in the keyring, but cannot be understood: it is damaged, or was written by "
        "another version of webex-wizard.",
        "It was left as it is. Update webex-wizard if you have used a newer one; or take it out "
        "with `webex-wizard forget`, and revoke it in Webex.",
        code=UNREADABLE,
    )


def forgetful(name: str) -> KeystoreError:
    """Return the error for a keyring that does not give back what was stored."""
    return KeystoreError(
        f"The keyring ({plain_line(name)}) takes a secret but does not give it back.",
        "Switch to the system's own keyring: remove PYTHON_KEYRING_BACKEND and the file "
        "keyringrc.cfg, if they name another one.",
        code="keyring-forgetful",
    )


def too_small(what: str, size: int, limit: int, hint: str) -> KeystoreError:
    """Return the error for a keyring that does not take so many characters.

    Args:
        what: What was to be kept.
        size: Its characters.
        limit: Characters that fit into one entry everywhere.
        hint: What is left of it, and what to do.
    """
    return KeystoreError(
        f"The keyring did not take {what}, probably because of its {size:,} characters; "
        f"Windows takes {limit:,}.",
        hint,
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


def explained(error: BaseException) -> KeystoreError:
    """Return what a keyring raised in our words."""
    name, numbers = type(error).__name__, set(_numbers(error))
    if name in {"KeyringLocked", "InitError", "LockedException"} or _NOT_ALLOWED in numbers:
        return locked()
    if _NO_LOGON in numbers:
        return without_logon()
    if name == "NoKeyringError":
        return missing()
    return _refused(error)


def _numbers(error: BaseException | None) -> Iterator[int]:
    """Yield the platform's own numbers in an error and in what it came from."""
    while error is not None:
        yield from (number for number in error.args if isinstance(number, int))
        error = error.__cause__


def _refused(error: BaseException) -> KeystoreError:
    """Return the error for a keyring that failed in its own way."""
    return KeystoreError(
        f"The keyring refused: {type(error).__name__}: {redact(plain_line(error, 160))}.",
        "Open the system's keyring program, see whether it works there, and try again.",
        code="keyring-refused",
    )


def unusable(backend: object) -> KeystoreError:
    """Return the error for a backend that is no keyring of the system."""
    module = type(backend).__module__
    if module.startswith("keyring.backends.fail"):
        return missing()
    if module.startswith("keyring.backends.null"):
        return forgetful("the null keyring")
    return clear_text(module)

"""What to tell an administrator whose keyring cannot be used, per platform."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace

from wizard.errors import KeystoreError
from wizard.words.meanings import Meaning, coded, meaning
from wizard.words.redact import redact
from wizard.words.text import plain_line

DAMAGED, NEWER = "keyring-entry-damaged", "keyring-entry-newer"
"""The codes of an entry that is there and cannot be used."""

_NEVER = "Tokens are never written to a file instead."

_OPEN = 'read -rs p; printf %s "$p" | gnome-keyring-daemon --replace --unlock; unset p'
"""Without the end of the line, which would become part of the password."""

_LOCKED, _LOCKED_CODES = "The keyring is locked.", "KeyringLocked InitError LockedException -25308"
"""-25308 is errSecInteractionNotAllowed of macOS: locked, and no window can ask, as over SSH."""
_MISSING = f"This machine has no keyring to keep the token in. {_NEVER}"
_MISSING_CODES = "NoKeyringError keyring.backends.fail*"

_GONE = "The keyring's program has stopped, so nothing can be kept or read. It is not locked."
_GONE_CODES = (
    "SecretServiceNotAvailableException DBusException RouterClosed FileNotFoundError "
    "ConnectionRefusedError ConnectionResetError BrokenPipeError 1058 1062 1722"
)
"""From below the keyring library: nobody answers for it, the bus is gone, or on Windows
ERROR_SERVICE_DISABLED, ERROR_SERVICE_NOT_ACTIVE and RPC_S_SERVER_UNAVAILABLE."""

_DENIED = Meaning(
    "keyring-denied",
    "The keyring asked in a window of its own, and was told not to let this program in.",
    "Try again, and allow it there.",
    theirs="-128",  # errSecUserCanceled of macOS, which the library calls locked
)
_CANCELLED = replace(
    _DENIED,
    theirs="PasswordSetError PasswordDeleteError",
    words="cancelled by user",  # of KWallet, which has no code for it
)

KEYRING_MEANINGS = (
    _DENIED,
    _CANCELLED,
    Meaning(
        "keyring-gone",
        _GONE,
        "Try again: it may start by itself. Otherwise sign out of the desktop and in again. "
        f"Over SSH, run these in bash, and then this program:\n  dbus-run-session -- bash\n"
        f"  {_OPEN}\nThe second line waits for the keyring's password, does not show it, and "
        "hands it over on standard input.",
        theirs=_GONE_CODES,
    ),
    Meaning(
        "keyring-locked",
        _LOCKED,
        "Sign in to the desktop, or open it in the keyring's own program, and try again. "
        f"Over SSH, in bash:\n  {_OPEN}\nIt waits for the keyring's password, does not show it, "
        "and hands it over on standard input.",
        theirs=_LOCKED_CODES,
    ),
    Meaning(
        "keyring-no-logon",
        "Windows keeps no secrets for this kind of sign-in, such as one over SSH with a key.",
        "No command opens its keyring from here. Sign in at the desktop, or over SSH with a "
        "password instead of a key, and try again.",
        theirs="1312",  # ERROR_NO_SUCH_LOGON_SESSION
    ),
    Meaning(
        "keyring-missing",
        _MISSING,
        "{install}At a desktop, start this program inside the desktop session. Over SSH:\n"
        "1. Begin a session with a bus:\n  dbus-run-session -- bash\n"
        "2. Open a keyring there. This waits for its password and Enter, does not show it, and "
        f"hands it over on standard input:\n  {_OPEN}\n"
        "3. Start this program there.\n"
        "A first password makes a new keyring; where you also sign in at this machine's desktop, "
        "it is the password of that sign-in.",
        theirs=_MISSING_CODES,
    ),
    Meaning(
        "keyring-forgetful",
        "The keyring ({name}) takes a secret but does not give it back.",
        "Switch to the system's own keyring: remove PYTHON_KEYRING_BACKEND and the file "
        "keyringrc.cfg, if they name another one.",
        theirs="keyring.backends.null*",
    ),
)
"""Their codes are exceptions of the keyring library, modules of its backends, and numbers of the
platform."""

_FOUND_HERE = (
    Meaning(
        "keyring-foreign",
        "The keyring library would use {name}, which is not the system's own keyring and may "
        f"write clear text. {_NEVER}",
        "Uninstall that backend, or permit it with --allow-keyring {name} if you know that it is "
        "safe.",
    ),
    Meaning(
        "keyring-refused",
        "The keyring refused: {name}: {words}.",
        "Open the system's keyring program, see whether it works there, and try again.",
    ),
    Meaning(
        "keyring-frozen",
        "The keyring did not answer within {seconds:g} seconds.",
        "It may be waiting for you to unlock it in a window, or it may be stuck. "
        "Unlock or restart it and try again.",
    ),
    Meaning(
        DAMAGED,
        "{what} is in the keyring, but damaged: {why}. It was written by half, or something else "
        "than webex-wizard has changed it.",
        "It was left as it is. {way}",
    ),
    Meaning(
        NEWER,
        "{what} is in the keyring, and was written by a newer webex-wizard.",
        "It was left as it is. Update webex-wizard on this machine, and try again.",
    ),
    Meaning(
        "keyring-not-used",
        "No keyring is used in this session.",
        "Use this program where the system's keyring can be used.",
    ),
    Meaning(
        "keyring-too-small",
        "The keyring did not take {what}, probably because of its {size:,} characters; Windows "
        "takes {limit:,}.",
        "{hint}",
    ),
)
"""What no code of theirs tells."""

_ELSEWHERE = {
    "darwin": (
        _DENIED,
        Meaning(
            "keyring-closed-to-us",
            "The keychain does not let this program in, or its entry belongs to another Python.",
            "Lock and unlock the keychain “login” in Keychain Access, try again, and choose Always "
            "Allow when a window asks. If it stays so, restart this Mac. After a change of Python, "
            "the one that was used before still has its entry.",
            # errSecInvalidOwnerEdit, errSecAuthFailed, and what an unsigned Python gets
            theirs="-25244 -25293 -67030",
        ),
        Meaning(
            "keyring-gone",
            _GONE,
            "Sign out of this Mac and in again, and try again.",
            theirs=f"{_GONE_CODES} -25291",  # errSecNotAvailable
        ),
        Meaning(
            "keyring-locked",
            _LOCKED,
            "Over SSH, run `security unlock-keychain`, which asks for the keychain's password. At "
            "the desktop, allow this program to use the keychain when a window asks. Then try "
            "again.",
            theirs=_LOCKED_CODES,
        ),
        Meaning(
            "keyring-missing",
            _MISSING,
            "Run this program as the user who is signed in; the login keychain must exist.",
            theirs=f"{_MISSING_CODES} -25294 -25307",  # errSecNoSuchKeychain, NoDefaultKeychain
        ),
    ),
    "win32": (
        Meaning(
            "keyring-gone",
            "The service behind Credential Manager does not run, so nothing can be kept or read.",
            "Start the service Credential Manager (VaultSvc), and try again.",
            theirs=_GONE_CODES,
        ),
        Meaning(
            "keyring-locked",
            _LOCKED,
            "Sign in to Windows again, and try again.",
            theirs=_LOCKED_CODES,
        ),
        Meaning(
            "keyring-missing",
            _MISSING,
            "Run this program as a normal user; Credential Manager must be running.",
            theirs=_MISSING_CODES,
        ),
    ),
}


def trouble(code: str, **shown: object) -> KeystoreError:
    """Return the error of one of our codes.

    Args:
        code: The code of a row.
        shown: What stands in its texts in braces.
    """
    found = coded((*KEYRING_MEANINGS, *_FOUND_HERE), code)
    return found.filled(**{"install": _install()} | shown).error(KeystoreError)


def too_small(what: str, size: int, limit: int, hint: str) -> KeystoreError:
    """Return the error for a keyring that does not take so many characters.

    Args:
        what: What was to be kept.
        size: Its characters.
        limit: Characters that fit into one entry everywhere.
        hint: What is left of it, and what to do.
    """
    return trouble("keyring-too-small", what=what, size=size, limit=limit, hint=hint)


def keyring_error(error: BaseException) -> KeystoreError:
    """Return what a keyring raised in our words."""
    name = type(error).__name__
    words = redact(plain_line(error, 160))
    known = _known(*_codes(error), words=words)
    if known is None:
        return trouble("keyring-refused", name=name, words=words)
    return known.filled(install=_install()).error(KeystoreError)


def unusable_backend(backend: object) -> KeystoreError:
    """Return the error for a backend that is no keyring of the system."""
    module = type(backend).__module__
    if known := _known(module):
        return known.filled(name="the null keyring", install=_install()).error(KeystoreError)
    return trouble("keyring-foreign", name=plain_line(module, 80))


def _install() -> str:
    """Return what the recipe for Linux needs and this machine lacks, as a sentence."""
    needed = {"gnome-keyring-daemon": "gnome-keyring", "dbus-run-session": "dbus"}
    lacking = [package for program, package in needed.items() if not shutil.which(program)]
    if not lacking:
        return ""
    return f"Install {' and '.join(lacking)} (or KeePassXC with its Secret Service). "


def _known(*codes: str, words: str = "") -> Meaning | None:
    """Return what their codes mean; the rows of this platform come before those of Linux."""
    return meaning((*_ELSEWHERE.get(sys.platform, ()), *KEYRING_MEANINGS), *codes, words=words)


def _codes(error: BaseException) -> Iterator[str]:
    """Yield the class of a keyring's error and the platform's numbers in it, and of its causes.

    Without a cause, what it was raised in the handling of counts as one, where it says so. What
    happened before that is no cause of it.
    """
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    chain = [error]
    while cause is not None and cause not in chain:  # one that is raised again may go round
        chain.append(cause)
        cause = cause.__cause__
    for each in chain:
        yield type(each).__name__
        yield from (str(number) for number in each.args if isinstance(number, int))


def backend_name(backend: object) -> str:
    """Return the name of a keyring as an administrator knows it."""
    names = {
        "SecretService": "Secret Service (GNOME Keyring, KeePassXC …)",
        "libsecret": "libsecret",
        "kwallet": "KWallet",
        "macOS": "macOS Keychain",
        "Windows": "Windows Credential Manager",
        "memory_keyring": "this process's memory",
    }
    return names.get(type(backend).__module__.removesuffix(".api").rsplit(".", 1)[-1], "keyring")

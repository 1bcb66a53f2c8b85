"""The administrator's browser: whether there is one, and how to open an address in it."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Thread

from wizard.words.links import is_safe_url

_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]+")
"""RFC 3986 characters without the apostrophe, so that no quoting can be left early."""

_OPEN_SECONDS = 10
_SETTLE_SECONDS = 5
"""An opener that still runs after this time has become the browser itself."""


def can_open(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Tell whether a graphical browser can be opened in front of the administrator.

    A text browser does not count: it would take over the terminal this program runs in.
    """
    return bool(_opener("https://", environ, platform))


async def open_url(
    url: str, environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> bool:
    """Open an https address, or our own page on this machine, in the browser.

    Returns:
        Whether a browser seems to have started, after ten seconds at the latest.
    """
    command = _opener(url, environ, platform)
    if not command or not is_safe_url(url) or not _PLAIN_URL.fullmatch(url):
        return False
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[bool] = loop.create_future()

    def settle(success: bool) -> None:
        if not opened.done():
            opened.set_result(success)

    def report(success: bool) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, success)

    Thread(target=_run, args=(command, environ, report), name="browser", daemon=True).start()
    try:
        return await asyncio.wait_for(opened, _OPEN_SECONDS)
    except TimeoutError:
        return False


def ssh_forward_hint(environ: Mapping[str, str] = os.environ, *, forward: int = 3000) -> str | None:
    """Return the command that brings a port of this machine to the administrator's own.

    To be run there, in a second terminal. None when this is no SSH session.
    """
    connection = environ.get("SSH_CONNECTION", "").split()
    if not connection:
        return None
    host, port = connection[2:4] if len(connection) == 4 else ("HOST", "22")
    user = environ.get("USER") or environ.get("LOGNAME") or "USER"
    if not re.fullmatch(r"[0-9A-Za-z.:%_-]+", host):
        host = "HOST"
    if not re.fullmatch(r"[\w.][\w.@-]*", user):
        user = "USER"
    port_option = f"-p {port} " if port.isdecimal() and port != "22" else ""
    return f"ssh {port_option}-L {forward}:localhost:{forward} {user}@{host}"


def _run(command: list[str], environ: Mapping[str, str], report: Callable[[bool], None]) -> None:
    """Start a browser away from our terminal, and tell whether it started."""
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell, and the address is checked
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return report(False)
    try:
        report(process.wait(_SETTLE_SECONDS) == 0)
    except subprocess.TimeoutExpired:
        report(True)
        process.wait()


def _opener(url: str, environ: Mapping[str, str], platform: str) -> list[str]:
    """Return the command that opens an address; empty when there is none."""
    remote = "SSH_CONNECTION" in environ or "SSH_TTY" in environ
    if platform == "win32":
        system = environ.get("SystemRoot", r"C:\Windows") + r"\System32"
        handler = [rf"{system}\rundll32.exe", "url.dll,FileProtocolHandler", url]
        return [] if remote else handler
    if platform == "darwin":
        return [] if remote else ["open", url]
    if not remote and ("WSL_DISTRO_NAME" in environ or "WSL_INTEROP" in environ):
        command = _windows_opener(url, environ)
        if command:
            return command
    return _desktop_opener(url, environ)


def _windows_opener(url: str, environ: Mapping[str, str]) -> list[str]:
    """Reach the Windows browser from WSL, where the Linux side has none of its own."""
    if wslview := _which("wslview", environ):
        return [wslview, url]
    if powershell := _which("powershell.exe", environ):
        # Single quotes keep PowerShell from reading `&` and `$`.
        return [powershell, "-NoProfile", "-NonInteractive", "-Command", f"Start-Process '{url}'"]
    return []


def _desktop_opener(url: str, environ: Mapping[str, str]) -> list[str]:
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return []
    names = ("xdg-open", "x-www-browser", "firefox", "chromium", "google-chrome")
    found = (_which(name, environ) for name in names)
    return next(([program, url] for program in found if program), [])


def _which(name: str, environ: Mapping[str, str]) -> str | None:
    return shutil.which(name, path=environ.get("PATH", ""))

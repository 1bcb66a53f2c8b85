"""A port of this machine: who holds it, and how to hold it on both loopback addresses."""

import asyncio
import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

from wizard.errors import MachineError
from wizard.words.text import plain_line

LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
"""Both, because browsers disagree on which of them `localhost` is (reference/webex.md 7)."""

TOKEN_PORT = 3000
"""Where Webex sends the token: registered with Cisco, and taken for nothing else."""

_EVERY_ADDRESS = {"127.0.0.1": ("0.0.0.0", "::"), "::1": ("::",)}  # noqa: S104 - never bound
_NO_IPV6 = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})
_WSAEACCES = 10013
_BACKLOG = 32
_ATTEMPTS = 20
"""How often a port is drawn until one is free on both addresses."""

_KNOCK_SECONDS = 0.5
"""A listener answers at once; without one, Windows takes two seconds to say so."""


def owner(port: int, host: str) -> str | None:
    """Return the program that listens on a port, such as `node (process 1234)`.

    Takes a moment: call it off the event loop.

    Args:
        port: The TCP port.
        host: The address, `127.0.0.1` or `::1`.

    Returns:
        None when nobody listens there, or when the platform does not tell.
    """
    listeners = dict(_listeners(port))
    for address in (host, f"::ffff:{host}", *_EVERY_ADDRESS.get(host, ())):
        if address in listeners:
            return _program(listeners[address])
    return None


async def claim(port: int) -> list[socket.socket]:
    """Listen on a port of 127.0.0.1 and of ::1, or name who is in the way.

    A machine without IPv6 gets one socket. The caller closes what it gets.

    Raises:
        MachineError: `port-taken`, `port-reserved` or `port-unavailable`.
    """
    for family, host in LOOPBACK:
        if await _answers(family, host, port):
            raise await asyncio.to_thread(unavailable, port, host)
    with ExitStack() as claimed:
        sockets = []
        for family, host in LOOPBACK:
            try:
                sockets.append(claimed.enter_context(_listen(family, host, port)))
            except OSError as error:
                if family == socket.AF_INET6 and error.errno in _NO_IPV6:
                    continue
                raise await asyncio.to_thread(unavailable, port, host, error) from error
        claimed.pop_all()
    return sockets


def claim_free() -> list[socket.socket]:
    """Listen on a port that nobody uses, the same on 127.0.0.1 and on ::1.

    A machine without IPv6 gets one socket. The caller closes what it gets.

    Raises:
        MachineError: `port-unavailable`.
    """
    for _ in range(_ATTEMPTS):
        try:
            first = _listen(*LOOPBACK[0], 0)
        except OSError:
            continue
        port = first.getsockname()[1]
        try:
            if port != TOKEN_PORT:
                return [first, _listen(*LOOPBACK[1], port)]
        except OSError as error:
            if error.errno in _NO_IPV6:
                return [first]
        first.close()  # somebody else has it on ::1
    raise MachineError(
        "No free port could be opened on this machine for the answer of the browser.",
        "Check what restricts this program on this machine, or sign in with a device code.",
        code="port-unavailable",
    )


async def probe(port: int) -> None:
    """Prove that a port could be claimed, and let go of it at once.

    Raises:
        MachineError: `port-taken`, `port-reserved` or `port-unavailable`.
    """
    for listener in await claim(port):
        listener.close()


def unavailable(port: int, host: str, cause: OSError | None = None) -> MachineError:
    """Return the error that says why a port cannot be had.

    Args:
        port: The TCP port.
        host: The address that could not be bound.
        cause: What the operating system said; None when somebody answered there.
    """
    holder = owner(port, host)
    if holder is None and cause is not None and _is_forbidden(cause):
        return MachineError(
            f"Windows keeps port {port} on {host} for itself, although no program uses it. "
            "Hyper-V, WSL and Docker reserve such ranges.",
            "Look with: netsh int ipv4 show excludedportrange tcp - then free the range "
            "(net stop winnat, net start winnat, as administrator) and try again.",
            code="port-reserved",
        )
    if holder is None and cause is not None and cause.errno != errno.EADDRINUSE:
        return MachineError(
            f"Port {port} on {host} cannot be opened: {plain_line(cause.strerror or 'unknown')}.",
            "Check what restricts this program on this machine, then try again.",
            code="port-unavailable",
        )
    if holder is not None and "webex-wizard" in holder:
        return MachineError(
            f"Another webex-wizard is waiting for a token: {holder} holds port {port} on {host}.",
            "Finish or leave it there, then try again.",
            code="port-taken",
        )
    return MachineError(
        f"Port {port} on {host} is in use by {holder or 'another program'}. Webex sends the token "
        "to exactly this port, so that program would receive it.",
        "Stop that program, then try again.",
        code="port-taken",
    )


def _is_forbidden(error: OSError) -> bool:
    return _WSAEACCES in (getattr(error, "winerror", None), error.errno)


async def _answers(family: socket.AddressFamily, host: str, port: int) -> bool:
    """Knock, because macOS and Windows let a second program bind what another one holds."""
    try:
        knocker = socket.socket(family)
    except OSError:
        return False
    with knocker:
        knocker.setblocking(False)
        try:
            async with asyncio.timeout(_KNOCK_SECONDS):
                await asyncio.get_running_loop().sock_connect(knocker, (host, port))
        except OSError:  # TimeoutError is one of them
            return False
        return True


def _listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listener = socket.socket(family)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let any program take the port over.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.setblocking(False)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _listeners(port: int) -> Iterator[tuple[str, int]]:
    """Yield address and process id of everything that listens on a port."""
    import psutil  # type: ignore[import-untyped]  # psutil ships no types

    for connection, process_id in _connections(psutil):
        listening = connection.status == psutil.CONN_LISTEN
        if listening and connection.laddr.port == port and process_id:
            yield connection.laddr.ip, process_id


def _connections(psutil: Any) -> Iterator[tuple[Any, int | None]]:
    try:
        yield from [(found, found.pid) for found in psutil.net_connections(kind="tcp")]
    except (psutil.Error, OSError):
        # macOS tells the whole table to root only, but a program's own part to its owner.
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                yield from [(found, process.pid) for found in process.net_connections(kind="tcp")]


def _program(process_id: int) -> str:
    import psutil

    try:
        name = plain_line(psutil.Process(process_id).name(), 60)
    except (psutil.Error, OSError):
        return f"process {process_id}"
    return f"{name} (process {process_id})"

"""The practice tenants on the network: a port for http and one for https, both on loopback.

The http port is a proxy as well (RFC 9110 section 9.3.6), which leads to these tenants alone: a
program that is told of it by its environment asks Microsoft's own hosts, and is answered here.
"""

import contextlib
import re
import ssl
import sys
from collections.abc import Iterable
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from wizard.errors import MachineError
from wizard.practice.faults import Faults
from wizard.practice.fronts import inside, real_hosts
from wizard.practice.server import PracticeSite

_HOST = re.compile(r"[\w.-]+(?::\d+)?")
_LONGEST = 65_536
"""Bytes of the first line of a request."""


_Server = TypeVar("_Server", bound="PracticeServer")


class PracticeServer(ThreadingMixIn, WSGIServer):
    """A quiet server with a thread per request."""

    daemon_threads = True
    request_queue_size = 128
    # On Windows it would let a second program have the port.
    allow_reuse_address = sys.platform != "win32"

    def server_bind(self) -> None:
        """Bind without asking DNS for a name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients may go away in the middle of an answer."""


class SecureServer(PracticeServer):
    """The same over TLS; the certificate is made when it is wanted."""

    def get_request(self) -> tuple[Any, Any]:
        """Accept a connection; its handshake is done by the thread that answers it."""
        from wizard.practice.entra.certificate import server_context

        connection, address = super().get_request()
        return (
            server_context().wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            ),
            address,
        )


class TunnelHandler(WSGIRequestHandler):
    """Answers one request, or one inside of a tunnel; keeps no access log: the recorder does."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the base class
        """Say nothing."""

    def parse_request(self) -> bool:
        """Read a request; of one that wants a tunnel, the one inside."""
        good = super().parse_request()
        return self._tunnelled() if good and self.command == "CONNECT" else good

    def _tunnelled(self) -> bool:
        from wizard.practice.entra.certificate import server_context

        host = self.path.partition(":")[0].lower()
        if host not in real_hosts():
            self.send_error(403, "The practice tenants lead nowhere else")
            return False
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.connection = server_context(host).wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.raw_requestline = self.rfile.readline(_LONGEST)
        return super().parse_request()

    def finish(self) -> None:
        """End the tunnel too: the server only knows the socket that it was made of."""
        with contextlib.suppress(OSError):
            super().finish()
        if isinstance(self.connection, ssl.SSLSocket):
            self.connection.close()

    def get_environ(self) -> dict[str, Any]:
        """Return the request with the path that it means inside."""
        environ = super().get_environ()
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        host = self.headers.get("Host", "")
        if not _HOST.fullmatch(host):
            host = f"127.0.0.1:{environ['SERVER_PORT']}"
        environ["wsgi.url_scheme"] = scheme
        environ["PATH_INFO"], environ["practice.front"] = inside(scheme, host, environ["PATH_INFO"])
        return environ


def bind(
    faults: Faults, state: Path | None = None, port: int = 0
) -> tuple[PracticeSite, PracticeServer, SecureServer]:
    """Return what answers, and its two servers on loopback.

    Args:
        faults: What goes wrong.
        state: The file in which both halves are kept; None forgets them at the end.
        port: The port for http; the next one is for https. 0 takes any two.

    Raises:
        MachineError: A port cannot be had (`practice-port`).
    """
    plain = _made(port, PracticeServer)
    try:
        secure = _made(port + 1 if port else 0, SecureServer)
    except MachineError:
        plain.server_close()
        raise
    tenants = PracticeSite(
        f"http://127.0.0.1:{plain.server_port}",
        f"https://127.0.0.1:{secure.server_port}",
        faults,
        state,
    )
    plain.set_app(tenants)
    secure.set_app(tenants)
    return tenants, plain, secure


def _made(port: int, server: type[_Server]) -> _Server:
    try:
        return make_server("127.0.0.1", port, _not_ready, server, TunnelHandler)
    except (OSError, OverflowError) as error:
        from wizard.machine.ports import owner

        holder = owner(port, "127.0.0.1") if port else None
        why = f"is in use by {holder}" if holder else f"cannot be opened: {error}"
        raise MachineError(
            f"Port {port} on 127.0.0.1 {why}.",
            "Choose another one with --port; 0 takes any two that are free."
            if port
            else "Close other programs and try again.",
            code="practice-port",
        ) from error


def _not_ready(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [])
    return [b""]

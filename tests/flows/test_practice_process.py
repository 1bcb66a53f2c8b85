"""The practice tenant as a process: how it starts, lasts and ends."""

import contextlib
import http.client
import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]  # psutil ships no types
import pytest

from tests.conversation import environment
from tests.practice import Asker, outcome, sign_in
from wizard.errors import AuthorizationError, MachineError
from wizard.practice.process import PracticeTenant
from wizard.practice.visitor import Landing, deliver


def wait_until_gone(host: str, port: int) -> None:
    """Return when nobody listens; an idle connection ends only when the process behind it does."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(ConnectionResetError):
            try:
                watch = socket.create_connection((host, port), timeout=60)
            except ConnectionRefusedError:
                return
            with watch:
                watch.recv(1)
    pytest.fail("the practice tenant outlived its parent")


def test_a_huge_answer_is_not_held_in_memory() -> None:
    with PracticeTenant.start(["people:huge"]) as tenant:
        process = next(
            child
            for child in psutil.Process().children()
            if urlsplit(tenant.base_url).port
            in {connection.laddr.port for connection in child.net_connections("tcp")}
        )
        before = process.memory_info().rss
        parts = urlsplit(tenant.base_url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        connection.request("GET", "/v1/people/me")
        response, size = connection.getresponse(), 0
        while chunk := response.read(1 << 20):
            size += len(chunk)
        connection.close()
        assert size > 299_000_000
        assert process.memory_info().rss - before < 30_000_000


def test_a_restarted_tenant_accepts_the_old_token() -> None:
    with PracticeTenant.start() as first:
        token = sign_in(first).token
    with PracticeTenant.start(["scim:429:1:times=1"]) as second:
        assert Asker(second, token).people_me().status_code == 200
        answers = [Asker(second, token).at("scim") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [429, 200]
        assert answers[0].headers["retry-after"] == "1"


def test_a_fault_on_the_command_line_that_does_not_exist_is_named() -> None:
    with pytest.raises(MachineError, match="opaque"):
        PracticeTenant.start(["scim:opaque"])


def test_the_tenant_ends_when_its_parent_is_killed() -> None:
    code = (
        "import sys; from wizard.practice.process import PracticeTenant\n"
        "t = PracticeTenant.start(); print(t.base_url, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout
        address = urlsplit(parent.stdout.readline().decode().strip())
        os.kill(parent.pid, signal.SIGKILL)
    wait_until_gone(str(address.hostname), address.port or 0)


def test_the_parent_stays_light() -> None:
    code = (
        "import sys, wizard.practice.process\n"
        "print([m for m in ('scim2_server', 'scim2_models', 'httpx', 'pydantic') "
        "if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_scim_and_the_entra_half_wait_until_somebody_asks() -> None:
    code = (
        "import sys\n"
        "from wizard.practice.faults import Faults\n"
        "from wizard.practice.network import bind\n"
        "_, *servers = bind(Faults())\n"
        "late = ('wizard.practice.entra.half', 'trustme', 'cryptography', 'scim2_server')\n"
        "print([m for m in late if m in sys.modules])\n"
        "for server in servers: server.server_close()"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


class _Listener(http.server.BaseHTTPRequestHandler):
    """What the loopback listener of the wizard promises, and a record of what it got."""

    seen: list[tuple[str, str, str, str]]

    def do_GET(self) -> None:
        self._note("")

    def do_POST(self) -> None:
        self._note(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _note(self, body: str) -> None:
        self.seen.append((self.command, self.path, self.headers.get("Origin", ""), body))
        self.send_response(200)
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def test_a_redirect_is_delivered_as_the_callback_page_does() -> None:
    seen: list[tuple[str, str, str, str]] = []
    handler = type("Listener", (_Listener,), {"seen": seen})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as listener:
        thread = threading.Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        origin = f"http://localhost:{listener.server_port}"
        landing = Landing("http://localhost:3000/auth/code?a=1&b=%20#access_token=x%2By&state=s")
        deliver(landing, origin)
        listener.shutdown()
        thread.join()
    (_, got, _, _), (_, posted_to, posted_from, body) = seen
    assert got == "/auth/code?a=1&b=%20"
    assert (posted_to, posted_from) == ("/auth/code", origin)
    assert outcome(body) == {"query": "a=1&b=%20", "fragment": "access_token=x%2By&state=s"}
    with pytest.raises(AuthorizationError):
        deliver(Landing("http://localhost:3000/auth/code#x=y"), origin)


def test_without_the_extra_the_command_that_adds_it_is_told(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.modules['scim2_server'] = None\n"
        "from wizard.cli import main\nsys.exit(main(['setup', '--practice', '--plain']))"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 1
    assert "need scim2-server, which" in ran.stdout
    assert "run: uv sync --all-extras\nCode: practice-missing" in ran.stdout

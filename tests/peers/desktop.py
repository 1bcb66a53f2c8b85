"""A desktop session without a desktop: dbus-run-session, gnome-keyring and a home folder."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from tests.conversation import environment

SECRETS = "org.freedesktop.secrets"
LIMIT = 20.0

_LOCK = """
import contextlib, secretstorage
with contextlib.closing(secretstorage.dbus_init()) as bus:
    secretstorage.get_default_collection(bus).lock()
"""

_PROMPTER = """
from jeepney import DBusAddress, new_method_call, new_method_return, MessageType
from jeepney.io.blocking import open_dbus_connection
bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
with open_dbus_connection() as connection:
    name = ("org.gnome.keyring.SystemPrompter", 0)
    connection.send_and_get_reply(new_method_call(bus, "RequestName", "su", name))
    print("ready", flush=True)
    while True:
        message = connection.receive()
        if message.header.message_type is MessageType.method_call:
            connection.send(new_method_return(message))
"""


class Desktop:
    """One session; everything in it ends with it.

    Attributes:
        home: The home folder; all settings and caches are below it.
        env: The environment for programs of this session.
    """

    def __init__(self, home: Path, configuration: Path | None = None) -> None:
        self.home = home
        self.env = environment(home)
        self._configuration = configuration
        self.daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        config = [f"--config-file={self._configuration}"] if self._configuration else []
        self._session = subprocess.Popen(
            [
                "dbus-run-session",
                *config,
                "--",
                "sh",
                "-c",
                'echo "$DBUS_SESSION_BUS_ADDRESS"; cat',
            ],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._session.stdout is not None
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self._session.stdout.readline().decode().strip()
        assert self.env["DBUS_SESSION_BUS_ADDRESS"]
        return self

    def start_keyring(self, password: str | None) -> None:
        """Start gnome-keyring and wait until it is on the bus; open it if a password is given."""
        unlock = ["--unlock"] if password else []
        self.daemon = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--components=secrets", *unlock],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self.daemon.stdin is not None
        self.daemon.stdin.write((password or "").encode())
        self.daemon.stdin.close()
        self._wait_for_owner()

    @contextmanager
    def prompter(self) -> Iterator[Callable[[], None]]:
        """Let the keyring's questions stay open; yields what takes them away unanswered."""
        process = subprocess.Popen(
            [sys.executable, "-c", _PROMPTER],
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            try:
                yield process.kill
            finally:
                process.kill()

    def end_bus(self) -> None:
        """End the bus, as signing out of the desktop does; the keyring ends with it."""
        assert self._session.stdin is not None
        self._session.stdin.close()
        self._session.wait(LIMIT)

    def lock(self) -> None:
        """Lock the keyring, as a screen saver may do."""
        subprocess.run([sys.executable, "-c", _LOCK], env=self.env, check=True, timeout=LIMIT)

    @contextmanager
    def stopped_at(self, member: str, times: int = 1) -> Iterator[None]:
        """Stop the keyring once a method of it was called so often, until this is left.

        It may have done what it was asked for, and it may have answered already.
        """
        assert self.daemon is not None
        watched = f"type='method_call',member='{member}'"
        with subprocess.Popen(
            ["dbus-monitor", "--session", watched],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as monitor:
            assert monitor.stdout is not None
            told = iter(monitor.stdout.readline, "")
            next(line for line in told if "NameAcquired" in line)
            stopping = Thread(target=self._stop_when, args=(told, f"member={member}", times))
            stopping.start()
            try:
                yield
            finally:
                monitor.terminate()
                stopping.join()
                self.daemon.send_signal(signal.SIGCONT)

    def _stop_when(self, told: Iterator[str], member: str, times: int) -> None:
        assert self.daemon is not None
        calls = (line for line in told if member in line)
        if next(islice(calls, times - 1, None), ""):
            self.daemon.send_signal(signal.SIGSTOP)

    def secret(self, service: str, username: str) -> str:
        """Return a secret as Debian's own tool finds it; empty when there is none."""
        found = subprocess.run(
            ["secret-tool", "lookup", "service", service, "username", username],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
        return found.stdout

    def files_with(self, text: str) -> list[Path]:
        """Return the files below the home folder that hold a text."""
        needle = text.encode()
        files = (file for file in self.home.rglob("*") if file.is_file())
        return [file for file in files if needle in file.read_bytes()]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()
        assert self._session.stdin is not None
        assert self._session.stdout is not None
        self._session.stdin.close()
        self._session.wait(LIMIT)
        self._session.stdout.close()

    def _wait_for_owner(self) -> None:
        # Imported here, because only Linux has it.
        from jeepney import DBusAddress, new_method_call  # type: ignore[import-untyped]  # no types
        from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

        name = "org.freedesktop.DBus"
        question = new_method_call(
            DBusAddress("/org/freedesktop/DBus", name, name), "NameHasOwner", "s", (SECRETS,)
        )
        deadline = time.monotonic() + LIMIT
        with open_dbus_connection(self.env["DBUS_SESSION_BUS_ADDRESS"]) as bus:
            # Each question takes a trip to the bus; asking never starts a daemon by itself.
            while not bus.send_and_get_reply(question, timeout=LIMIT).body[0]:
                assert time.monotonic() < deadline, "gnome-keyring did not reach the bus"

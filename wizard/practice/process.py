"""The practice tenant as its parent sees it: started, asked, closed."""

import json
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

from wizard.errors import AuthorizationError, EndpointsError, InvalidInput, MachineError
from wizard.machine import child
from wizard.machine.files import set_aside
from wizard.net.endpoints import Endpoints, bundled, override
from wizard.practice.kept_file import kept_text
from wizard.practice.recorder import RecordedExchange, RecordedRequest
from wizard.practice.visitor import Send, approve_device, complete, deliver, over_loopback
from wizard.words.text import plain, plain_line

START_SECONDS = 20.0
"""How long the practice tenant may take until it listens."""

_END_SECONDS = 5.0


class PracticeAccount(NamedTuple):
    """An account that can sign in to the practice tenant."""

    email: str
    name: str
    description: str


def set_aside_notice(state: Path) -> str:
    """Set a kept directory aside that is damaged, and say in a sentence or two what is aside.

    Returns:
        Empty when nothing is.
    """
    try:
        json.loads(kept_text(state))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, RecursionError):
        set_aside(state)
    aside = sorted(file.name for file in state.parent.glob(f"{state.name}.damaged-*"))
    if not aside:
        return ""
    return (
        f"What an earlier practice had kept could not be read. It was set aside as {aside[-1]} in "
        f"{plain_line(state.parent)}, and the practice began anew; delete it when you do not need "
        "it."
    )


class PracticeTenant:
    """A running practice tenant, as whoever started it sees it.

    Args:
        said: What it says of itself when it listens.
        send: What asks it.
        end: What ends it.
        lives: Tells whether it has not ended by itself.

    Attributes:
        endpoints: The table of hosts in which Webex is the practice tenant.
        organization_id: The practice organization.
        accounts: Who can sign in; the first is a full administrator.
        base_url: Scheme, host and port of everything.
    """

    def __init__(
        self,
        said: dict[str, Any],
        send: Send,
        end: Callable[[], None],
        lives: Callable[[], bool] = lambda: True,
    ) -> None:
        self.send = send
        self._end = end
        self.lives = lives
        self.endpoints: Endpoints = override(bundled(), said["endpoints"])
        self.organization_id: str = said["organization_id"]
        self.accounts = tuple(PracticeAccount(**account) for account in said["accounts"])
        self.base_url: str = said["base_url"]

    @classmethod
    def start(
        cls, faults: Iterable[str] = (), state: Path | None = None, port: int = 0
    ) -> "PracticeTenant":
        """Start a practice tenant in a process of its own and wait until it listens.

        It ends with `close()`, and when this process is gone.

        Args:
            faults: What it does wrong, as `where:fault[:argument]`.
            state: The file in which both halves are kept; None forgets them at the end.
            port: The port for http; the next one is for https. 0 takes any two.

        Raises:
            MachineError: It did not start in time, or said why it cannot.
        """
        told = [text for fault in faults for text in ("--fault", fault)]
        if state is not None:
            told += ["--state", str(state)]
        told += ["--port", str(port)]
        try:
            errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        except OSError as error:
            raise _not_started("there is no room for a temporary file") from error
        try:
            process = child.start("wizard.practice", *told, errors=errors)
        except OSError as error:
            errors.close()
            raise _not_started(error.strerror or "the program cannot be run") from error
        try:
            end = partial(_end, process, errors)
            said = _announcement(process, end)
            return cls(said, over_loopback, end, lambda: process.poll() is None)
        except (ValueError, KeyError, TypeError, EndpointsError) as error:
            process.kill()
            process.wait()
            reason = _tail(errors)
            _end(process, errors)
            raise _not_started(reason) from error

    def sign_in(
        self, authorization_url: str, account: str | None = None, decline: bool = False
    ) -> None:
        """Do the browser's part of a sign-in, and hand the result to our listener.

        Args:
            authorization_url: What the browser would be opened with.
            account: The e-mail address to sign in with; the full administrator's by default.
            decline: Press Decline instead of Accept.

        Raises:
            AuthorizationError: The sign-in or the listener said no.
        """
        email = account or self.accounts[0].email
        deliver(complete(authorization_url, email, decline, self.send))

    def approve_device(
        self, user_code: str, account: str | None = None, decline: bool = False
    ) -> None:
        """Do the browser's part of a sign-in by device code.

        Args:
            user_code: The code that the device shows.
            account: The e-mail address to sign in with; the full administrator's by default.
            decline: Press Decline instead of Accept.

        Raises:
            AuthorizationError: The sign-in said no.
        """
        page = f"{self.base_url}/entra/device"
        email = account or self.accounts[0].email
        approve_device(page, user_code, email, decline, self.send)

    def certificate(self) -> Path:
        """Return the file with the certificate that vouches for `endpoints.entra.authority`.

        It is made at the first call, and gone when the tenant is.
        """
        return Path(self._ask("GET", "certificate")["file"])

    def described(self) -> dict[str, Any]:
        """Return what a program that nobody here wrote must know, a new Webex token included."""
        entra, webex = self.endpoints.entra, self.endpoints.webex
        return {
            "graph": f"{entra.authority}/v1.0",
            "authority": entra.authority,
            "webex": webex.api_base,
            "tenant_url": self.endpoints.tenant_url(self.organization_id),
            "control": f"{self.base_url}/practice",
            "certificate": str(self.certificate()),
            "accounts": [account._asdict() for account in self.accounts],
            "environment": self._ask("GET", "environment"),
        }

    def entra(self) -> dict[str, Any]:
        """Return what there is in the practice directory; secrets as digests only."""
        return self._ask("GET", "entra")

    def tell_entra(self, **instructions: Any) -> dict[str, Any]:
        """Change the Entra half from outside, as other people and time would.

        Args:
            instructions: `advance` (seconds), `activate` (an e-mail address whose eligible roles
                become active), `add_application` (a display name), `change_user` (a user's id or
                name, and the properties to change), `delete_user` (a user's id or name), `people`
                and `groups` (lists of properties of Graph; of groups, `members` too), `log`
                (entries of the provisioning log), `register` (of the program that only reads: a
                `certificate`, or an `issuer` it is trusted by, with `subject` and `key`), `grant`
                (its application permissions, and no others).

        Returns:
            What there is afterwards.

        Raises:
            InvalidInput: There is no such instruction.
        """
        return self._ask("POST", "entra", instructions)

    def reset_entra(self) -> None:
        """Begin the Entra half anew."""
        self._ask("DELETE", "entra")

    def webex(self) -> dict[str, Any]:
        """Return who and what is in Webex, as SCIM resources: `users` and `groups`."""
        return self._ask("GET", "webex")

    def fill_webex(self, users: Iterable[Mapping[str, Any]]) -> None:
        """Add people to Webex, as another connector or somebody in Control Hub would.

        Args:
            users: SCIM users.
        """
        self._ask("POST", "webex", {"users": list(users)})

    def requests(self) -> list[RecordedRequest]:
        """Return the last requests the tenant saw, oldest first."""
        answer = self._ask("GET", "requests")
        return [RecordedRequest(**request) for request in answer["requests"]]

    def exchanges(self) -> list[RecordedExchange]:
        """Return the last conversations with Graph word for word, oldest first; never a token."""
        answer = self._ask("GET", "exchanges")
        return [RecordedExchange(**exchange) for exchange in answer["exchanges"]]

    def forget_requests(self) -> None:
        """Start the record of requests anew."""
        self._ask("DELETE", "requests")

    def misbehave(self, where: str, fault: str, **options: Any) -> None:
        """Put a fault in force.

        Args:
            where: One of authorization, people, identity, tokens, scim, scim-v2, and of the Entra
                half authority, device, graph, applications, assignments, directory,
                synchronization, logs.
            fault: One of the faults that are possible there.
            options: `times`, `after`, `shape`, `method`, and `retry_after`, `seconds`, `megabytes`
                or `people`.

        Raises:
            InvalidInput: There is no such fault.
        """
        self._ask("POST", "faults", {"where": where, "fault": fault, **options})

    def behave(self) -> None:
        """Clear all faults."""
        self._ask("DELETE", "faults")

    def close(self) -> None:
        """End the practice tenant; a second call does nothing."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, method: str, name: str, content: Any = None) -> dict[str, Any]:
        body = None if content is None else json.dumps(content).encode()
        try:
            status, _, told = self.send(method, f"{self.base_url}/practice/{name}", body)
            if status >= 400:
                raise InvalidInput(plain(told.decode("utf-8", "replace")))
            answer: dict[str, Any] = json.loads(told)
        except (AuthorizationError, ValueError) as error:
            raise MachineError(
                "The practice tenant does not answer.",
                "Start the practice again.",
                code="practice-gone",
            ) from error
        return answer


def _announcement(process: subprocess.Popen[bytes], end: Callable[[], None]) -> dict[str, Any]:
    """Return what the process says when it listens; end it and raise what it says if it cannot."""
    said: dict[str, Any] = json.loads(_first_line(process))
    if "error" in said:
        end()
        refusal = said["error"]
        raise MachineError(refusal["message"], refusal["hint"], code=refusal["code"])
    return said


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """Return what the process says when it listens, or nothing when it is late or ended."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    output = process.stdout

    def read() -> None:
        lines.put(output.readline() if output else b"")

    threading.Thread(target=read, daemon=True).start()
    try:
        return lines.get(timeout=START_SECONDS)
    except queue.Empty:
        return b""


def _end(process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
    errors.close()
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _tail(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode("utf-8", "replace").strip()[-500:]


def _not_started(reason: str) -> MachineError:
    return MachineError(
        f"The practice tenant did not start: {plain(reason) or 'it said nothing in time.'}",
        "Close other programs and try again.",
        code="practice-not-started",
    )

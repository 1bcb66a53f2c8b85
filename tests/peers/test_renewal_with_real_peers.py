"""A whole renewal: our process, a real browser, a real keyring, servers nobody here wrote."""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_iam import Server

from tests.conversation import WIZARD, Conversation
from tests.peers.desktop import Desktop
from tests.peers.scim import behind, scim_application
from wizard.net.endpoints import bundled

pytestmark = pytest.mark.peer("chromium", "gnome-keyring", "dbus", "libsecret-tools")

ORGANIZATION = "2f6b1c9e-5a3d-4d70-9c1b-7e08d4a1f235"
ROOT = Path(__file__).parents[2]
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
LIMIT = 30_000.0
"""Milliseconds the browser may take for one thing."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Say nothing."""


def not_found(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [("Content-Length", "0")])
    return []


SignIn = Callable[[Page], None]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """django-oauth-toolkit and scim2-server in a process of their own; yields the address."""
    module = "tests.peers.implicit_server"
    with subprocess.Popen(
        [sys.executable, "-m", module, ORGANIZATION, bundled().webex.client_id],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        assert process.stdin is not None
        process.stdin.close()
        process.wait(20)


def endpoints(folder: Path, authorization: str, scim: str) -> Path:
    """Write an endpoints file without the parts that only Webex has."""
    file = folder / "endpoints.toml"
    file.write_text(
        f'[webex]\nauthorization_endpoint = "{authorization}"\n'
        f'api_base = ""\nscim_base = "{scim}"\n'
    )
    return file


def django_endpoints(folder: Path, server: str) -> Path:
    return endpoints(folder, f"{server}/o/authorize/", f"{server}/v1/scim")


def renew(desktop: Desktop, file: Path) -> Conversation:
    command = [*WIZARD, "renew", "--plain", "--no-browser"]
    return Conversation([*command, "--endpoints", file], desktop.env)


def issued(server: str) -> list[str]:
    """Return the tokens that the server gave out, oldest first."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{server}/issued", timeout=10) as answer:
        tokens: list[str] = json.load(answer)["tokens"]
    return tokens


def accept_at_django(page: Page) -> None:
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("right horse")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Authorize").click()


def visit(url: str, sign_in: SignIn, heading: str = "Received") -> None:
    """Open the printed link in chromium, sign in, and wait for our own page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*QUIET, ALONE], timeout=LIMIT
        )
        page = browser.new_page()
        page.set_default_timeout(LIMIT)
        page.goto(url, wait_until="domcontentloaded")
        sign_in(page)
        page.get_by_role("heading", name=heading).wait_for()
        assert page.url == "http://localhost:3000/auth/code"
        browser.close()


def printed_link(told: Conversation) -> str:
    told.until("Waiting at localhost:3000")
    link = re.search(r"^(http\S+response_type=token\S+)$", told.output, re.MULTILINE)
    assert link, told.output
    return link[1]


def processes_that_show(token: str) -> list[str]:
    """Return what each process on this machine shows of itself and that holds the token."""
    shown = []
    for file in [*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")]:
        try:
            content = file.read_bytes()
        except OSError:  # gone since, or somebody else's
            continue
        if token.encode() in content:
            shown.append(str(file))
    return shown


def say_organization(told: Conversation) -> None:
    """Answer the first question of a profile that does not know its organization."""
    told.until("Organization ID:")
    told.answer(ORGANIZATION)


def renewed(
    desktop: Desktop, file: Path, sign_in: SignIn, *, is_first: bool = True
) -> tuple[str, str]:
    """Renew to the end; return the new token, and what was printed."""
    with renew(desktop, file) as told:
        if is_first:
            say_organization(told)
        visit(printed_link(told), sign_in)
        told.until("Keep this token?")
        told.answer("y")
        told.until("The token is in the keyring.")
        told.until("; or: hand,")
        told.answer("hand")
        told.until("Done? y = yes")
        waiting = json.loads(desktop.secret("webex-wizard", "default/pending"))["token"]
        assert processes_that_show(waiting) == []
        told.answer("y")
        told.until("Save the report")
        told.answer("y")
        assert told.end() == 0
        assert waiting not in told.output
    assert json.loads(desktop.secret("webex-wizard", "default/current"))["token"] == waiting
    assert desktop.secret("webex-wizard", "default/pending") == ""
    assert (desktop.home / "webex-default-renewal.ics").exists()
    assert desktop.files_with(waiting) == []
    return waiting, told.output


def test_a_renewal_ends_with_the_new_token_in_the_keyring_and_nowhere_else(
    unlocked: Desktop, server: str, tmp_path: Path
) -> None:
    file = django_endpoints(tmp_path, server)
    before = issued(server)
    token, output = renewed(unlocked, file, accept_at_django)
    assert issued(server) == [*before, token]
    assert "The keyring has no old token, so none was revoked." in output
    assert "Whether creating and changing users would work is not known." in output

    second, output = renewed(unlocked, file, accept_at_django, is_first=False)
    assert issued(server) == [*before, token, second]
    assert "The old token could not be revoked" in output
    assert unlocked.files_with(token) == []


def test_a_renewal_with_pytest_iam_ends_in_the_keyring(
    unlocked: Desktop, iam_server: Server, tmp_path: Path
) -> None:
    client = iam_server.models.Client(
        client_id=bundled().webex.client_id,
        client_name="Webex provisioning",
        redirect_uris=["http://localhost:3000/auth/code"],
        grant_types=["implicit"],
        response_types=["token"],
        token_endpoint_auth_method="none",
        scope=bundled().webex.scope.split(),
    )
    iam_server.backend.save(client)
    iam_server.login(iam_server.random_user())

    def is_good(token: str) -> bool:
        with iam_server.app.app_context():
            found = iam_server.backend.get(iam_server.models.Token, access_token=token)
            return found is not None

    application = behind(ORGANIZATION, scim_application(is_good), not_found)
    with make_server("127.0.0.1", 0, application, handler_class=_Quiet) as scim:
        Thread(target=scim.serve_forever, daemon=True).start()
        file = endpoints(
            tmp_path,
            f"{iam_server.url}oauth/authorize",
            f"http://127.0.0.1:{scim.server_port}/v1/scim",
        )
        _, output = renewed(
            unlocked,
            file,
            lambda page: page.get_by_role("button", name="Accept").click(),
        )
        scim.shutdown()
    assert "By your word, Entra has the new token" in output


def test_a_declined_renewal_leaves_the_keyring_empty(
    unlocked: Desktop, server: str, tmp_path: Path
) -> None:
    def decline(page: Page) -> None:
        page.get_by_label("Username").fill("admin")
        page.get_by_label("Password").fill("right horse")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Cancel").click()

    with renew(unlocked, django_endpoints(tmp_path, server)) as told:
        say_organization(told)
        visit(printed_link(told), decline, "Webex did not give a token")
        told.until("Code: access-denied")
        told.close_input()
        assert told.end() == 1
    assert unlocked.secret("webex-wizard", "default/pending") == ""


def test_the_offered_scim_server_refuses_a_token_it_does_not_know(
    unlocked: Desktop, server: str, tmp_path: Path
) -> None:
    with renew(unlocked, django_endpoints(tmp_path, server)) as told:
        say_organization(told)
        told.until("Waiting at localhost:3000")
        told.answer("MadeUpToken0123456789MadeUpToken")
        told.until("Keep this token?")
        told.answer("y")
        told.until("Token accepted: Webex does not accept the token")
        told.until("A new token from")
        told.until("no other token in the keyring.")
        told.until("Get another token?")
        told.answer("n")
        told.until("Test again?")
        told.answer("n")
        told.until("Go on with:\n")
        assert told.end() == 1
        assert told.output.rstrip().endswith("/endpoints.toml --plain")
        assert "Not possible before" not in told.output
    assert unlocked.secret("webex-wizard", "default/current") == ""


@contextmanager
def held(family: socket.AddressFamily, host: str) -> Iterator[int]:
    """Hold port 3000 in a process that is not the test's own; yields its process id."""
    code = (
        "import socket, sys\n"
        "held = socket.socket(int(sys.argv[1]))\n"
        "held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
        "held.bind((sys.argv[2], 3000)); held.listen()\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(int(family)), host]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"held\n"
        try:
            yield holder.pid
        finally:
            holder.stdin.close()


@pytest.mark.parametrize(
    ("family", "host", "named"),
    [
        (socket.AF_INET6, "::1", "::1"),
        (socket.AF_INET, "127.0.0.1", "127.0.0.1"),
        (socket.AF_INET, "0.0.0.0", "127.0.0.1"),  # noqa: S104 (that is the accident)
        (socket.AF_INET6, "::", "127.0.0.1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_taken_port_ends_the_renewal_before_a_link_is_shown(
    family: socket.AddressFamily, host: str, named: str, unlocked: Desktop, tmp_path: Path
) -> None:
    nowhere = "http://127.0.0.1:9"
    with held(family, host) as owner, renew(unlocked, django_endpoints(tmp_path, nowhere)) as told:
        say_organization(told)
        assert told.end() == 1
        assert f"Port 3000 on {named} is in use by" in told.output
        assert f"(process {owner})" in told.output
        assert re.search(r"in use by [\w.]*python[\w.]* \(", told.output)
        assert "Code: port-taken" in told.output
        assert "response_type" not in told.output

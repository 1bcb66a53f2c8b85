"""Whether there is a browser, and what is run to open an address in it."""

from pathlib import Path

import pytest

from wizard.machine.browser import can_open, open_url, ssh_forward_hint

URL = "https://idbroker.example/authorize?type=login&goto=https%3A%2F%2Fx%2F%3Fa%3Db%26c%24HOME"


def install(folder: Path, name: str, exit_code: int = 0) -> None:
    """Put a program there that writes down what it was asked to open."""
    program = folder / name
    program.write_text(
        f'#!/bin/sh\nfor word in "$@"; do echo "$word" >> {folder}/asked; done\nexit {exit_code}\n'
    )
    program.chmod(0o755)


def asked(folder: Path) -> list[str]:
    file = folder / "asked"
    return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def desktop(tmp_path: Path) -> dict[str, str]:
    install(tmp_path, "xdg-open")
    return {"PATH": str(tmp_path), "DISPLAY": ":0"}


def test_a_desktop_can_open_a_browser(desktop: dict[str, str]) -> None:
    assert can_open(desktop, "linux")
    wayland = {"PATH": desktop["PATH"], "WAYLAND_DISPLAY": "wayland-0"}
    assert can_open(wayland, "linux")


def test_a_machine_without_display_cannot(desktop: dict[str, str]) -> None:
    assert not can_open({"PATH": desktop["PATH"]}, "linux")
    assert not can_open({"PATH": desktop["PATH"], "DISPLAY": ""}, "linux")


def test_a_text_browser_does_not_count(tmp_path: Path) -> None:
    for name in ("lynx", "w3m", "links", "www-browser"):
        install(tmp_path, name)
    assert not can_open({"PATH": str(tmp_path), "DISPLAY": ":0", "BROWSER": "lynx"}, "linux")


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_a_remote_session_cannot_unless_it_has_a_display(
    platform: str, desktop: dict[str, str]
) -> None:
    remote = {"PATH": desktop["PATH"], "SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22"}
    assert not can_open(remote, platform)
    assert can_open(desktop | remote, "linux")


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_a_local_mac_or_windows_machine_can(platform: str) -> None:
    assert can_open({}, platform)


async def test_wsl_opens_the_windows_browser(tmp_path: Path) -> None:
    environ = {"PATH": str(tmp_path), "WSL_DISTRO_NAME": "Debian"}
    assert not can_open(environ, "linux")
    install(tmp_path, "powershell.exe")
    assert await open_url(URL, environ, "linux")
    assert asked(tmp_path)[-2:] == ["-Command", f"Start-Process '{URL}'"]
    install(tmp_path, "wslview")
    assert await open_url(URL, environ, "linux")
    assert asked(tmp_path)[-1] == URL


async def test_the_address_reaches_the_browser_unchanged(
    tmp_path: Path, desktop: dict[str, str]
) -> None:
    assert await open_url(URL, desktop, "linux")
    assert asked(tmp_path) == [URL]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://example.com/ --new-window",
        "https://example.com/'; calc '",
        'https://example.com/"&calc',
        "https://example.com/\n",
        "https://exämple.com/",
        "--help",
        "",
    ],
)
async def test_nothing_but_a_harmless_https_or_loopback_address_is_opened(
    url: str, tmp_path: Path, desktop: dict[str, str]
) -> None:
    assert not await open_url(url, desktop, "linux")
    assert asked(tmp_path) == []


async def test_our_own_page_is_opened(tmp_path: Path, desktop: dict[str, str]) -> None:
    assert await open_url("http://localhost:3000/auth/code", desktop, "linux")
    assert asked(tmp_path) == ["http://localhost:3000/auth/code"]


async def test_a_browser_that_cannot_start_is_a_false_and_no_error(tmp_path: Path) -> None:
    environ = {"PATH": str(tmp_path), "DISPLAY": ":0"}
    assert not await open_url(URL, environ, "linux")
    install(tmp_path, "xdg-open", exit_code=4)
    assert not await open_url(URL, environ, "linux")
    (tmp_path / "xdg-open").write_text("#!/no/such/interpreter\n")
    assert not await open_url(URL, environ, "linux")
    assert not await open_url(URL, {"SystemRoot": str(tmp_path)}, "win32")


@pytest.mark.parametrize(
    ("environ", "hint"),
    [
        ({}, None),
        (
            {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22", "USER": "admin"},
            "ssh -L 3000:localhost:3000 admin@192.0.2.8",
        ),
        (
            {"SSH_CONNECTION": "::1 50000 2001:db8::8 2222", "LOGNAME": "a.b"},
            "ssh -p 2222 -L 3000:localhost:3000 a.b@2001:db8::8",
        ),
        ({"SSH_CONNECTION": "odd"}, "ssh -L 3000:localhost:3000 USER@HOST"),
        (
            {"SSH_CONNECTION": "a 1 $(reboot) 22", "USER": "-oProxyCommand=x"},
            "ssh -L 3000:localhost:3000 USER@HOST",
        ),
    ],
)
def test_a_remote_session_gets_the_line_that_forwards_the_port(
    environ: dict[str, str], hint: str | None
) -> None:
    assert ssh_forward_hint(environ) == hint

"""What the process holds stays in it: no core, no log of keys, no traceback, whatever happens."""

import ast
import json
import os
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from tests.broken import spoiled
from tests.command_here import run_here
from tests.conversation import WIZARD, Conversation
from tests.pilot.driver import wizard
from tests.screen import TerminalScreen

pytestmark = pytest.mark.port_3000

ROOT = Path(__file__).parents[2]
SECRET = "Secret-in-the-words-and-beside-them"
BROKEN = [sys.executable, "-m", "tests.broken"]
LINE = "webex-wizard met a mistake of its own: LookupError at "
WHERE = "(code unexpected, version "


@pytest.fixture
def env(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    more = {"PYTHONPATH": str(ROOT), "SECRET": SECRET}
    for name, value in more.items():
        monkeypatch.setenv(name, value)
    return env | more


def is_one_calm_line(said: str) -> None:
    (told,) = said.splitlines()
    assert told.startswith((f"{LINE}wizard.", f"{LINE}screens."))
    assert WHERE in told
    assert told.endswith("where you got webex-wizard; it holds no data of yours.")


@pytest.mark.parametrize(
    "place",
    ["wizard.reports.status:standings", "wizard.commands.arguments:_parser"],
    ids=["at work", "before anything is sealed"],
)
def test_a_mistake_ends_the_process_with_one_calm_line(place: str, env: dict[str, str]) -> None:
    ran = subprocess.run(
        [*BROKEN, place, "status"],
        env=env, cwd=env["HOME"], capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 4, ran
    is_one_calm_line(ran.stderr)
    assert SECRET not in ran.stdout + ran.stderr


@pytest.mark.usefixtures("env", "no_keyring")
@pytest.mark.parametrize(
    ("place", "code", "arguments"),
    [
        ("wizard.commands.status:standings", 4, ("status",)),
        ("wizard.preview.plan:read_plan", 4, ("preview", "--since", "x.plan")),
        ("wizard.commands.report:_report", 1, ("report",)),
        ("wizard.commands.report:looked_through", 4, ("report", "--verify")),
        ("async wizard.commands.test:_test", 4, ("test",)),
        ("wizard.commands.forget:_unconfirmed", 1, ("forget",)),
        ("wizard.commands.mapping_check:check", 4, ("mapping", "check", "x.json")),
        ("wizard.commands.mapping:evaluate", 4, ("mapping", "eval", '"x"')),
        ("wizard.commands.mapping_diff:mappings_named", 4, ("mapping", "diff", "x", "y")),
        ("wizard.commands.mapping_apply:read_part", 1, ("mapping", "apply", "x.txt")),
        (
            "wizard.commands.mapping_apply:read_part",
            4,
            ("mapping", "apply", "x.txt", "--preview"),
        ),
        ("wizard.workspace:Anchor", 1, ("undo",)),
        ("async wizard.linear.walk:ask", 1, ("setup", "--plain")),
        ("async wizard.linear.walk:renewal", 1, ("renew", "--plain")),
    ],
)
def test_a_mistake_in_any_command_is_one_calm_line_and_no_finding(
    place: str, code: int, arguments: tuple[str, ...]
) -> None:
    with spoiled(place):
        ran = run_here(*arguments)
    assert ran.returncode == code, ran
    is_one_calm_line(ran.stderr)
    assert SECRET not in ran.stdout + ran.stderr


@pytest.mark.usefixtures("env", "no_keyring")
@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("status", "wizard.commands.status:standings"),
        ("test", "async wizard.commands.test:_test"),
        ("report", "wizard.commands.report:_report"),
        ("forget", "wizard.commands.forget:_unconfirmed"),
    ],
)
def test_a_mistake_is_a_document_where_one_was_asked_for(command: str, place: str) -> None:
    with spoiled(place):
        ran = run_here(command, "--json")
    assert (ran.returncode, ran.stderr) == (4 if command in {"status", "test"} else 1, "")
    told = json.loads(ran.stdout)
    assert (told["command"], told["error"]["code"]) == (command, "unexpected")
    assert SECRET not in ran.stdout


@pytest.mark.anyio
@pytest.mark.usefixtures("env")
@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ("async screens.errands:Errands.walk", 0),
        ("async wizard.steps.prepare:PrepareStep.apply", 1),
        ("wizard.steps.organization:OrganizationStep.understand", 2),
    ],
)
async def test_a_mistake_in_the_screens_ends_them_and_is_told_afterwards(
    place: str, keys: int
) -> None:
    told: list[str] = []

    async def walked() -> None:
        async with wizard() as driver:
            for arrived in (driver.welcomed, partial(driver.at, "prepare"))[:keys]:
                await arrived()
                await driver.press("enter")
            await driver.until(lambda: driver.app.mistake)
            told.append(driver.app.mistake)

    with spoiled(place), pytest.raises((LookupError, WorkerFailed)):
        await walked()
    is_one_calm_line(*told)
    assert SECRET not in told[0]


def test_a_token_that_came_is_revoked_before_a_mistake_ends_the_screens(
    env: dict[str, str],
) -> None:
    command = [*BROKEN, "async wizard.steps.issued:Issued.judge", "--practice"]
    with TerminalScreen(command, env, size=(200, 40)) as screen:
        for text in ("Set up provisioning", "Clock", "Understood"):
            screen.until(text)
            screen.press("enter")
        screen.until("Waiting for the browser")
        screen.press("f8")
        assert screen.exit_code() == 1
        before, _, told = screen.raw.decode("utf-8", "replace").partition(LINE)
        assert "\x1b[?1049l" in before  # the other screen is left
        assert WHERE in told
        assert "it holds no data of yours.\r\n" in told
        assert "revoked" in told.splitlines()[1]
        assert LINE not in told
        assert "Traceback" not in before + told
        assert SECRET not in before + told


@contextmanager
def token_in_hand(env: dict[str, str]) -> Iterator[TerminalScreen]:
    """Walk a renewal in the screens up to a token that came and is not kept."""
    with TerminalScreen([*WIZARD, "renew", "--practice"], env, size=(200, 40)) as screen:
        screen.until("Understood")
        screen.press("enter")
        screen.until("Waiting for the browser")
        screen.press("f8")
        screen.until("Is this the right account?")
        yield screen


def test_the_end_by_request_revokes_a_token_in_hand_before_the_screens_end(
    env: dict[str, str],
) -> None:
    with token_in_hand(env) as screen:
        os.kill(screen.pid, signal.SIGTERM)
        assert screen.exit_code() == 130
        _, _, told = screen.raw.partition(b"\x1b[?1049l")  # the other screen is left
        assert b"The token that came is revoked." in told


def test_ctrl_z_stops_it_with_the_terminal_as_it_was_and_it_goes_on_with_its_token(
    env: dict[str, str],
) -> None:
    with token_in_hand(env) as screen:
        screen.press("ctrl+z")
        _, status = os.waitpid(screen.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        os.kill(screen.pid, signal.SIGCONT)
        screen.until_written(b"\x1b[?2004h", 2)  # what comes before is typed to a terminal half set
        assert screen.raw.count(b"\x1b[?1049l") == 1, "the shell had the terminal meanwhile"
        screen.press("ctrl+q")
        screen.until("Leave? The token that came")
        screen.press("ctrl+q")
        assert screen.exit_code() == 130
        _, _, told = screen.raw.rpartition(b"\x1b[?1049l")
        assert b"The token that came is revoked." in told
        assert b"webex-wizard renew --practice" in told or b"webex-wizard --practice" in told


@pytest.mark.parametrize("ignored", ["", "trap '' HUP; "], ids=["", "nohup"])
def test_a_terminal_that_is_closed_ends_the_screens_in_order(
    ignored: str, env: dict[str, str]
) -> None:
    command = ["/bin/sh", "-c", f"{ignored}exec {shlex.join([*WIZARD, '--practice'])}"]
    with TerminalScreen(command, env, size=(200, 40)) as screen:
        screen.until("Set up provisioning")
        screen.press("enter")
        screen.until("Clock")
        screen.hang_up()
        assert screen.exit_code() == 130


def test_no_writer_to_a_terminal_that_is_gone_ends_or_waits(env: dict[str, str]) -> None:
    program = """
import contextlib, signal, sys
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread
from wizard.machine import streams
signal.signal(signal.SIGHUP, signal.SIG_IGN)
streams.prepare(own=True)
print("ready")
with contextlib.suppress(OSError):  # some systems call the end of a terminal an error
    sys.stdin.read()
thread = WriterThread(sys.__stderr__)
thread.start()
for _ in range(2 * MAX_QUEUED_WRITES):
    thread.write("nobody reads this")
thread.stop()
print("nor this")
sys.exit(7)
"""
    with TerminalScreen([sys.executable, "-P", "-c", program], env) as screen:
        screen.until("ready")
        screen.hang_up()
        assert screen.exit_code() == 7


def test_what_fails_unheard_is_told_without_its_words(env: dict[str, str]) -> None:
    program = """
import asyncio, logging, sys, threading
from wizard.machine.sealing import seal
seal()
secret = "SECRET"
def fail():
    raise LookupError(secret)
async def main():
    async def lost():
        fail()
    task = asyncio.ensure_future(lost())
    await asyncio.wait({task})
    task = None
    logging.getLogger("keyring").error("trouble with %s", secret, exc_info=LookupError(secret))
asyncio.run(main())
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Odd:
    def __del__(self):
        fail()
Odd()
fail()
"""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program.replace("SECRET", SECRET)],
        env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr.count(LINE) == 3
    assert len(ran.stderr.splitlines()) == 3
    assert SECRET not in ran.stderr


def test_every_process_of_ours_is_sealed_before_it_does_anything() -> None:
    texts = {file: file.read_text() for file in (ROOT / "wizard").rglob("*.py")}
    (starter,) = [file for file, text in texts.items() if '"-m"' in text]
    assert starter.name == "child.py"
    starting = [ast.parse(text) for text in texts.values() if "Child(" in text or ".start(" in text]
    started = {module for tree in starting for module in _modules_started(tree)}
    packages = {"wizard.trial", "wizard.handover", "wizard.practice", "wizard.preview"}
    assert started == packages | {"wizard.preview.reading"}
    for module in started:
        run = f"{module}.__main__" if module in packages else module
        tree = ast.parse(texts[(ROOT / run.replace(".", "/")).with_suffix(".py")])
        (main,) = [node for node in tree.body if isinstance(node, ast.If)]
        assert ast.unparse(main.body[0]) == "seal()"


def _modules_started(tree: ast.Module) -> list[str]:
    """Return the modules that a program has run in a process of their own."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    starts = [call for call in calls if ast.unparse(call.func) in {"Child", "child.start"}]
    return [ast.literal_eval(call.args[0]) for call in starts]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has prctl")
def test_a_sealed_process_leaves_no_core_and_lets_nobody_look_in() -> None:
    program = (
        "import ctypes, resource; from wizard.machine.sealing import seal; seal(); "
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True,
        preexec_fn=_allow_cores,
    )  # fmt: skip
    assert ran.stdout.split() == ["(0,", "0)", "0"]


def _allow_cores() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


@pytest.mark.skipif(sys.platform != "linux", reason="the product sets this limit on Linux only")
def test_an_expression_that_wants_more_memory_than_is_stated_fails_by_itself(
    env: dict[str, str],
) -> None:
    program = (
        "from wizard.machine.sealing import MEMORY\n"
        "import wizard.commands.mapping as mapping, sys\n"
        "mapping.evaluate = lambda *_given: bytes(MEMORY)\n"
        "from wizard.cli import main; sys.argv[1:] = ['mapping', 'eval', 'x']; sys.exit(main())"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program.replace("'x'", "'\"x\"'")],
        env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "The expression needs more memory than there is." in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(
    not Path("/proc/self/limits").exists(), reason="this system tells no limits of a process"
)
def test_an_aborted_command_and_its_processes_leave_no_core(env: dict[str, str]) -> None:
    allowing = ["sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh"]
    with Conversation([*allowing, *WIZARD, "setup", "--plain", "--practice"], env) as told:
        told.until("Enter goes on:")
        processes = [told.pid, *_children(told.pid)]
        assert len(processes) > 1  # the practice tenants
        for pid in processes:
            limits = Path(f"/proc/{pid}/limits").read_text()
            assert "Max core file size        0                    0 " in limits
        for pid in reversed(processes):
            os.kill(pid, signal.SIGABRT)
        assert told.end() == -signal.SIGABRT
    assert not [file for file in Path(env["HOME"]).rglob("*") if "core" in file.name]


def _children(pid: int) -> list[int]:
    files = Path(f"/proc/{pid}/task").glob("*/children")  # each thread has its own
    return [int(child) for file in files for child in file.read_text().split()]


def test_no_key_is_logged_whatever_the_interface_is_told(
    env: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "keys.log"
    told = {
        "TEXTUAL": "devtools,debug",
        "TEXTUAL_LOG": str(log),
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_SHOW_RETURN": "1",
        "TEXTUAL_THEME": "textual-light",
    }
    with TerminalScreen([*WIZARD, "--practice"], env | told, size=(120, 40)) as screen:
        screen.until("Set up provisioning")
        screen.press("ctrl+q")
        assert screen.exit_code() == 130
        names = b"TEXTUAL, TEXTUAL_DEBUG, TEXTUAL_LOG, TEXTUAL_SHOW_RETURN"
        assert b"Ignored: " + names + b". It could record what is typed" in screen.raw
    assert not log.exists()

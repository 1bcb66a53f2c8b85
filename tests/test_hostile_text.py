"""Text from servers is text: no markup acts, and no control sequence reaches the terminal."""

import re
from pathlib import Path

import pytest

from tests.conversation import WIZARD, environment
from tests.screen import TerminalScreen
from wizard.flow.plan import SETUP
from wizard.store.profiles import Profile, ProfileStore, utc_now

FAULTS = [f"{where}:hostile" for where in ("authorization", "people", "identity", "tokens", "scim")]
FORBIDDEN = re.compile(
    rb"\x1b\]52;c;aGk="  # the hostile text's own clipboard write
    rb"|\x1b\]0;"  # a window title
    rb"|\xc2[\x80-\x9f]"  # C1 controls
    rb"|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"  # bidirectional overrides
    rb"|\xe2\x80[\x8b-\x8d]|\xe2\x81\xa0|\xef\xbb\xbf"  # what takes no place on the screen
)


pytestmark = pytest.mark.port_3000


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(
        tmp_path / "home",
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        WEBEX_WIZARD_HOME=str(tmp_path / "settings"),
    )


def left_at(step_id: str, env: dict[str, str]) -> None:
    """Store a profile whose setup was left at a step."""
    left = {"at_step": step_id, "reached": tuple(step.id for step in SETUP)}
    store = ProfileStore(Path(env["WEBEX_WIZARD_HOME"], "practice"))
    store.save(Profile.new("default", utc_now()).with_changes(**left))


def test_hostile_answers_change_no_screen_and_reach_no_terminal(env: dict[str, str]) -> None:
    left_at("prepare", env)
    shapes = ("rest", "ci", "scim", "oauth")
    refusals = [f"people:403:{shape}:times=1" for shape in shapes]
    faults = [*refusals, *FAULTS, "graph:hostile"]
    options = [part for fault in faults for part in ("--fault", fault)]
    with TerminalScreen([*WIZARD, "--practice", *options], env, size=(120, 40)) as screen:
        screen.until("Set up provisioning")
        screen.press("enter")
        screen.until("This machine", " passed", "Check again")
        screen.press("enter")
        screen.until("Understood")
        screen.press("enter")
        for _ in shapes:
            screen.until("Waiting for the browser")
            screen.press("f8")
            screen.until("Problem:", "403")
            screen.press("f5")
        screen.until("Waiting for the browser")
        screen.press("f8")
        screen.until("Is this the right account?", "[@click=app.quit]pwn[/]")
        # One without the scope that is needed is not armed to be kept.
        screen.press("up", "enter")
        # The way on is one key further.
        screen.until("own test should say", "Scopes", "Get another token")
        screen.press("tab", "enter")
        screen.until("Nobody is signed in.")
        screen.press("enter")
        screen.until("Waiting for the browser at port")
        screen.press("f8")
        screen.until("Signed in.", "[@click=app.quit]pwn[/]")
        screen.press("f2")
        screen.until("Mapping", "Finish")
        screen.press("down", "down", "down", "down", "enter")
        people_of_the_directory_are_text(screen)
        screen.press("f2")
        screen.until("Mapping", "Finish")
        screen.press("up", "up", "up", "enter")
        screen.until("Application", "By hand")
        screen.press("ctrl+q")
        assert screen.exit_code() == 130
        assert not FORBIDDEN.search(screen.raw)


def people_of_the_directory_are_text(screen: TerminalScreen) -> None:
    screen.until("invented people")
    screen.press("g")
    screen.until("65 found")
    screen.press("f3")
    screen.until("Take these people", "[@click=app.quit]pwn[/]")
    screen.press("enter")
    screen.until("of your directory,")
    screen.press("enter")
    screen.until("For [/x] [@click=app.quit]pwn[/]")

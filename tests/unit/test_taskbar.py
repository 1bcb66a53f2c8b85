"""Progress goes to the terminals that understand it, whole, and is taken away at the end."""

import pytest

from screens.taskbar import Taskbar, understands_progress

GHOSTTY = {"TERM": "xterm-ghostty"}


@pytest.mark.parametrize(
    ("environ", "understood"),
    [
        ({"WT_SESSION": "1", "TERM": "xterm-256color"}, True),
        ({"ConEmuANSI": "ON"}, True),
        ({"ConEmuANSI": "OFF"}, False),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "wezterm"}, True),
        (GHOSTTY, True),
        ({"TERM_PROGRAM": "ghostty", "TMUX": "x,1,0"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "tmux-256color"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TERM": "screen", "STY": "1.pts"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal", "TERM": "xterm-256color"}, False),
        ({"TERM": "linux"}, False),
        ({}, False),
    ],
)
def test_only_terminals_that_are_known_get_it(environ: dict[str, str], understood: bool) -> None:
    written: list[str] = []
    taskbar = Taskbar(written.append, environ)
    taskbar.show()
    taskbar.clear()
    assert understands_progress(environ) is understood
    assert bool(written) is understood


def test_what_is_written_is_the_state_once_and_the_end() -> None:
    written: list[str] = []
    taskbar = Taskbar(written.append, GHOSTTY)
    taskbar.clear()
    taskbar.show()
    taskbar.show()
    taskbar.clear()
    taskbar.clear()
    states = ["3;0", "0;0"]
    assert written == [f"\x1b]9;4;{state}\x1b\\" for state in states]

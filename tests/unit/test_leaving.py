"""What is said at the end is true by the marks, and its command goes on with the same profile."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.sessions import NOW, facts
from wizard.commands.arguments import parse_arguments
from wizard.flow.plan import SETUP
from wizard.options import Options
from wizard.reports.leaving import parting_words, words_after_forgetting
from wizard.reports.status import standing
from wizard.store.marks import Mark
from wizard.store.profiles import Profile, StepRecord

GOES_ON = "Go on with: "
DONE_OF = r"\d+ of \d+ steps done \(.*?\)"


def done(**marks: Mark) -> dict[str, StepRecord]:
    return {name: StepRecord(at=NOW, mark=mark) for name, mark in marks.items()}


def words(options: Options, *, left: bool = True, **changes: object) -> tuple[str, ...]:
    profile = Profile.new(options.profile or "default", NOW).with_changes(**changes)
    return parting_words(profile, options, NOW, left=left)


def test_who_has_done_nothing_is_told_so() -> None:
    assert words(Options(practice=True)) == (
        "Left; what was done is kept. default: nothing is done yet.",
        "Next: This machine.",
        "Go on with: webex-wizard --practice",
    )


def test_what_was_found_is_told_from_what_was_said() -> None:
    steps = done(prepare=Mark.SEEN, organization=Mark.SEEN, token=Mark.SEEN, application=Mark.SAID)
    said = words(Options(profile="contoso"), steps=steps, token=facts())
    assert said == (
        "Left; what was done is kept. contoso: 4 of 17 steps done (3 found so, 1 by your word).",
        "Next: Test connection.",
        "Go on with: webex-wizard --profile contoso",
    )


@pytest.mark.parametrize("mark", [Mark.SEEN, Mark.SAID, Mark.ATTENTION, Mark.UNTOLD])
@pytest.mark.parametrize("in_memory", [False, True])
def test_whoever_leaves_is_told_of_as_many_steps_as_status_tells(
    mark: Mark, in_memory: bool
) -> None:
    steps = done(prepare=Mark.SEEN, token=mark, scope=Mark.SAID, **{"sign-in": mark})
    profile = Profile.new("default", NOW).with_changes(
        steps=steps, token=facts(in_memory=in_memory)
    )
    (told,) = re.findall(
        r"\d+ of \d+ steps done \(.*?\)", parting_words(profile, Options(), NOW)[0]
    )
    assert told in standing(profile, NOW).sentence


@pytest.mark.parametrize(
    ("days", "line", "command"),
    [
        (300, "Next: see now and then how it stands.", "webex-wizard status"),
        (20, "Renew the token soon. Next: Renew the token.", "webex-wizard renew"),
        (-1, "The token has expired: renew it. Next: Renew the token.", "webex-wizard renew"),
    ],
)
def test_what_presses_comes_first_after_a_whole_setup(days: int, line: str, command: str) -> None:
    steps = done(**{step.id: Mark.SEEN for step in SETUP})
    said = words(Options(), left=False, steps=steps, token=facts(days=days, lifetime=365))
    assert said == ("default: 17 of 17 steps done (17 found so).", line, GOES_ON + command)


def test_a_sign_in_that_is_left_open_is_not_what_comes_next() -> None:
    needed = {step.id: Mark.SAID for step in SETUP if not step.optional}
    said = words(Options(), steps=done(**needed), token=facts())
    assert said[-1] == "Go on with: webex-wizard status"


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(practice=True, profile="contoso"),
        Options(plain=True, profile="contoso"),
        Options(endpoints=Path("my hosts.toml"), allow_keyring="keyrings.alt"),
    ],
)
def test_the_command_is_one_that_this_program_takes(options: Options) -> None:
    import shlex

    line = words(options)[-1].removeprefix(GOES_ON)
    taken = parse_arguments(shlex.split(line)[1:])
    differing = [
        f.name for f in fields(taken) if getattr(taken, f.name) != getattr(options, f.name)
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("can_be_undone", "line", "command"),
    [
        (True, "Next: take back what was made in Entra.", "webex-wizard undo --profile contoso"),
        (False, "Nothing is left to do. It can be set up anew.", "webex-wizard --profile contoso"),
    ],
)
def test_whoever_forgot_a_profile_is_told_what_is_left_of_it(
    can_be_undone: bool, line: str, command: str
) -> None:
    said = words_after_forgetting("contoso", Options("forget"), can_be_undone=can_be_undone)
    assert said == (line, GOES_ON + command)


def test_a_sign_in_at_which_somebody_left_is_what_comes_next() -> None:
    before = done(**dict.fromkeys(("prepare", "organization", "token", "connection"), Mark.SEEN))
    said = words(Options(), steps=before, at_step="sign-in", token=facts(days=300, lifetime=365))
    assert said[1] == "Next: Microsoft sign-in."

"""What is said at the end: what is done, what comes next, and the command for it."""

from dataclasses import replace
from datetime import datetime

from wizard.errors import WizardError
from wizard.flow.marks import done_steps, outcome_of
from wizard.flow.plan import SETUP
from wizard.options import Options
from wizard.reports.attention import Urgency, most_urgent, needs, renewal_is_next
from wizard.store.marks import DONE_MARKS
from wizard.store.profiles import Profile

_GO_ON = "Go on with: "
_LOOK = "See all profiles with: "


def parting_words(
    profile: Profile, options: Options, now: datetime, *, left: bool = True
) -> tuple[str, ...]:
    """Return two or three lines for whoever leaves.

    Args:
        profile: What was worked on, as it is kept.
        options: Those of the command that ends.
        now: The time.
        left: Whether somebody left, rather than that all was gone through.
    """
    kept = "Left; what was done is kept. " if left else ""
    found = most_urgent(needs(profile, now, options.line))
    pressing = found.sentence if found.urgency <= Urgency.SOON else ""
    command, following = _next(profile, now)
    return tuple(
        filter(
            None,
            (
                f"{kept}{profile.name}: {_done(profile)}.",
                " ".join(filter(None, (pressing, following))),
                f"{_GO_ON}{_line(options, command, profile.name)}",
            ),
        )
    )


def words_after_forgetting(name: str, options: Options, *, can_be_undone: bool) -> tuple[str, ...]:
    """Return what comes next where a profile is gone, and the command for it.

    Args:
        name: That of the profile.
        options: Those of the command that ends.
        can_be_undone: Whether its journal is there, and tells of something in Entra.
    """
    if can_be_undone:
        return "Next: take back what was made in Entra.", f"{_GO_ON}{_line(options, 'undo', name)}"
    return (
        "Nothing is left to do. It can be set up anew.",
        f"{_GO_ON}{_line(options, 'setup', name)}",
    )


def words_after_failure(error: WizardError, options: Options) -> tuple[str, ...]:
    """Return why nothing could begin, what to do, and the command that tells which profiles are.

    Args:
        error: What happened.
        options: Those of the command that ends.
    """
    known = replace(options, endpoints=None, profile=None).line("status")
    return tuple(filter(None, (error.message, error.hint, f"{_LOOK}{known}")))


def _done(profile: Profile) -> str:
    """Return how far the setup is, and who says so."""
    found = done_steps(profile)
    return found.words if found.seen + found.said else "nothing is done yet"


def _next(profile: Profile, now: datetime) -> tuple[str, str]:
    """Return the command that comes next, and what it is about."""
    if renewal_is_next(profile, now):
        return "renew", "Next: Renew the token."
    for step in SETUP:
        may_wait = step.optional and step.id != profile.at_step
        if not may_wait and outcome_of(profile, step.id) not in DONE_MARKS:
            return "setup", f"Next: {step.title}."
    return "status", "Next: see now and then how it stands."


def _line(options: Options, command: str, profile: str) -> str:
    """Return the command line that goes on with a profile as it was worked on."""
    more = ("--plain",) if options.plain and command != "status" else ()
    own = "" if command == "setup" else command
    return options.line(own, *more, profile=profile)

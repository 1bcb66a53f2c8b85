"""The steps of the setup and of the renewal, in order: names only, cheap to import."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby


@dataclass(frozen=True)
class StepInfo:
    """A step's name and what must be done before it."""

    id: str
    title: str
    """At most 18 characters, and no other step's."""
    at: str
    """Where its class is: `module:Class`."""
    needs: frozenset[str] = frozenset()
    optional: bool = False
    """May be left open without the setup being unfinished."""
    sets_nothing: bool = False
    """Only looks: however it stands, nothing of the setup is left undone by it."""
    group: str = ""
    """What it stands among; empty for a step on its own."""


def _group(title: str, *steps: StepInfo) -> tuple[StepInfo, ...]:
    return tuple(replace(step, group=title) for step in steps)


def grouped(steps: Iterable[StepInfo]) -> list[tuple[str, tuple[StepInfo, ...]]]:
    """Return steps by their groups, in order."""
    return [(title, tuple(members)) for title, members in groupby(steps, lambda step: step.group)]


ORGANIZATION = StepInfo(
    "organization", "Organization", "wizard.steps.organization:OrganizationStep"
)

CONNECTION = StepInfo(
    "connection",
    "Test connection",
    "wizard.steps.connection:ConnectionStep",
    frozenset({"organization", "token"}),
)

SIGN_IN = StepInfo("sign-in", "Microsoft sign-in", "wizard.steps.sign_in:SignInStep", optional=True)

PREVIEW = StepInfo(
    "preview", "Preview", "wizard.steps.preview:PreviewStep", optional=True, sets_nothing=True
)

SETUP = (
    *_group(
        "Webex",
        StepInfo("prepare", "This machine", "wizard.steps.prepare:PrepareStep"),
        ORGANIZATION,
        StepInfo(
            "token", "Secret token", "wizard.steps.token:TokenStep", frozenset({"organization"})
        ),
        CONNECTION,
    ),
    *_group(
        "Entra",
        SIGN_IN,
        StepInfo("application", "Application", "wizard.steps.application:ApplicationStep"),
        StepInfo(
            "credentials",
            "Credentials",
            "wizard.steps.credentials:CredentialsStep",
            frozenset({"organization", "token"}),
        ),
        StepInfo("notification", "Notification", "wizard.steps.notification:NotificationStep"),
    ),
    *_group(
        "People",
        StepInfo("mapping", "Mapping", "wizard.steps.mapping:MappingStep"),
        StepInfo("scoping", "Filters", "wizard.steps.scoping:ScopingStep", optional=True),
        StepInfo("assignment", "Assignment", "wizard.steps.assignment:AssignmentStep"),
        StepInfo("scope", "Who is in scope", "wizard.steps.scope:ScopeStep"),
        PREVIEW,
    ),
    *_group(
        "Go live",
        StepInfo(
            "on-demand", "Try one person", "wizard.steps.on_demand:OnDemandStep", optional=True
        ),
        StepInfo("start", "Start", "wizard.steps.start:StartStep", frozenset({"credentials"})),
        StepInfo("watch", "First cycle", "wizard.steps.watch:WatchStep"),
        StepInfo("finish", "Finish", "wizard.steps.finish:FinishStep"),
    ),
)
"""First-time onboarding, in the order and the groups of the design's section 2."""

RENEWAL = _group(
    "Renewal",
    StepInfo("new-token", "New token", "wizard.steps.token:NewTokenStep"),
    StepInfo(
        "new-connection",
        "Test connection",
        "wizard.steps.connection:NewConnectionStep",
        frozenset({"new-token"}),
    ),
    replace(SIGN_IN, needs=frozenset({"new-token", "new-connection"})),
    StepInfo(
        "replacement",
        "Put it into Entra",
        "wizard.steps.replacement:ReplacementStep",
        frozenset({"new-token", "new-connection"}),
    ),
    StepInfo("renewed", "Done", "wizard.steps.finish:RenewedStep", frozenset({"replacement"})),
)
"""Renewal: the old token stays in force until the last step but one is confirmed."""

STEPS = {step.id: step for step in (*RENEWAL, *SETUP)}
"""Every step by its id, as journals name it."""


def title_of(step_id: str) -> str:
    """Return the title of a step, as every front end names it; of one unknown here, its id."""
    step = STEPS.get(step_id)
    return step.title if step else step_id

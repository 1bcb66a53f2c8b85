"""The steps of the setup and of the renewal, in order: names only, cheap to import."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class StepInfo:
    """A step's name and what must be done before it."""

    id: str
    title: str
    needs: frozenset[str] = frozenset()
    optional: bool = False
    """May be left open without the setup being unfinished."""


ORGANIZATION = StepInfo("organization", "Organization")

CONNECTION = StepInfo("connection", "Test connection", frozenset({"organization", "token"}))

SIGN_IN = StepInfo("sign-in", "Microsoft sign-in", optional=True)

SETUP = (
    StepInfo("prepare", "Prepare"),
    ORGANIZATION,
    StepInfo("token", "Secret token", frozenset({"organization"})),
    CONNECTION,
    SIGN_IN,
    StepInfo("application", "Application"),
    StepInfo("credentials", "Credentials", frozenset({"organization", "token"})),
    StepInfo("notification", "Notification"),
    StepInfo("mapping", "Attribute mapping"),
    StepInfo("scoping", "Scoping filters", optional=True),
    StepInfo("assignment", "Assignment"),
    StepInfo("scope", "Scope"),
    StepInfo("on-demand", "Try one person", optional=True),
    StepInfo("start", "Start", frozenset({"credentials"})),
    StepInfo("watch", "First cycle"),
    StepInfo("finish", "Finish"),
)
"""First-time onboarding, in the order of the design's section 2."""

RENEWAL = (
    StepInfo("new-token", "New token"),
    StepInfo("new-connection", "Test connection", frozenset({"new-token"})),
    replace(SIGN_IN, needs=frozenset({"new-token", "new-connection"})),
    StepInfo("replacement", "Put it into Entra", frozenset({"new-token", "new-connection"})),
    StepInfo("renewed", "Done", frozenset({"replacement"})),
)
"""Renewal: the old token stays in force until the last step but one is confirmed."""

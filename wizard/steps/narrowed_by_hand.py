"""What is said by hand of changes that may switch people off (reference/graph-entra.md 11).

Whether provisioning has run is what this profile knows of it; of Entra nothing more is seen by
hand, unless somebody is signed in.
"""

from types import MappingProxyType

from wizard.flow.session import Session

_RESTART = "It takes effect with Provisioning > Overview > Restart provisioning"

NARROWS = MappingProxyType(
    {
        "scope": "going from everybody to only assigned may switch off in Webex everybody who is "
        f"not assigned. {_RESTART}; the deletion limit counts them.",
        "scoping": "who falls out of a new or changed filter may be switched off in Webex. "
        f"{_RESTART}, if not before; the deletion limit counts them.",
        "assignment": "whoever is unassigned may be switched off in Webex with the next cycle.",
        "mapping": "changing the row that finds people, or active, may have people taken for "
        f"another account, made anew or switched off in Webex. {_RESTART}, if not before.",
    }
)
"""By the step's id; it goes on after `Once provisioning has run, `."""


def caution(step_id: str) -> str:
    """Return what a guide says of a change that leaves people out."""
    return f"Once provisioning has run, {NARROWS[step_id]}"


def confirmation(session: Session, step_id: str, seen: str = "") -> str:
    """Return what is asked before a step counts as done by hand.

    Args:
        session: The profile.
        step_id: The step.
        seen: Who would be switched off, where somebody has looked.

    Returns:
        A question; empty where the step leaves nobody out, or nothing has run as far as the
        profile knows.
    """
    if step_id not in NARROWS or not _has_run(session):
        return ""
    told = " ".join(filter(None, (NARROWS[step_id], seen)))
    return f"Provisioning has run: {told} Is it done, and is that meant?"


def _has_run(session: Session) -> bool:
    health = session.profile.entra.health
    return (
        session.is_done("start")
        or session.is_done("watch")
        or (health is not None and health.last_cycle is not None)
        or session.history.has_run
    )

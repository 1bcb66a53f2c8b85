"""Whether anybody is in scope at all: where only who is assigned is, nobody may be."""

from wizard.errors import AnswerError, InvalidInput
from wizard.flow.plan import STEPS
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.steps.target import principal_of

NOBODY = "Nobody is in scope: only who is assigned is, and nobody is assigned."
_PERHAPS = (
    "Nobody is assigned, and Entra does not say yet who is in scope: if only who is assigned, "
    "nobody is."
)
WHERE = (
    f"Assign somebody in the step {STEPS['assignment'].title}, or change who is in scope in the "
    f"step {STEPS['scope'].title}."
)
_ASSIGNMENTS = 200
"""Assignments among which people and groups are looked for."""
_KINDS = frozenset({"user", "group"})


async def nobody_in_scope(session: Session, graph: GraphClient) -> str:
    """Look whether nobody is in scope because nobody is assigned; changes nothing.

    Returns:
        That, as a sentence; empty where somebody may be in scope, or it cannot be read.
    """
    return await nobody_assigned(principal_of(session), graph)


async def nobody_assigned(principal_id: str, graph: GraphClient) -> str:
    """Look whether nobody is in scope of an application; returns what `nobody_in_scope` does."""
    try:
        everybody = (await graph.secrets.read(principal_id)).syncs_all
        if everybody:
            return ""
        listing = await graph.assignments.list(principal_id, most=_ASSIGNMENTS)
    except (AnswerError, InvalidInput):
        return ""
    if any(each.principal_type.lower() in _KINDS for each in listing.items):
        return ""
    return _PERHAPS if everybody is None or not listing.is_complete else NOBODY


def nobody_told(found: Finding, nobody: str) -> Finding:
    """Return what was found, and that nobody is in scope where that is so."""
    if not nobody:
        return found
    state = State.OPEN if found.state is State.OPEN else State.ATTENTION
    return Finding(state, f"{found.text} {nobody}", f"{found.hint} {WHERE}".lstrip())


def note_somebody(session: Session) -> None:
    """Forget that nobody was in scope, because that was changed.

    Raises:
        ProfileError: It could not be saved.
    """
    entra = session.profile.entra
    if entra.health is not None and entra.health.nobody:
        health = entra.health.model_copy(update={"nobody": ""})
        session.change(entra=entra.model_copy(update={"health": health}))

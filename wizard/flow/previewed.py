"""What makes a preview old: a step that saved something else than the preview rests on."""

from types import MappingProxyType

from wizard.flow.plan import PREVIEW
from wizard.flow.session import Session
from wizard.store.marks import Mark

CHANGED = MappingProxyType(
    {
        "mapping": "the mapping was changed",
        "scoping": "the filters were changed",
        "assignment": "the assignments were changed",
        "scope": "who is in scope was changed",
    }
)
"""What is said of a preview that was made before, by the step that saved."""


def note_changed(session: Session, step_id: str) -> None:
    """Let the mark of a preview say that it is old, once a step has saved what it rests on.

    Whether it is old indeed the next look tells; of a start that was made nothing is old.

    Raises:
        ProfileError: It could not be saved.
    """
    if step_id in CHANGED and session.is_done(PREVIEW.id) and not session.is_done("start"):
        session.tick(PREVIEW.id, f"made before {CHANGED[step_id]}", Mark.ATTENTION)

"""A desk in this process: the same questions and answers, without a process."""

from tests.child_here import ChildHere
from wizard.preview.ledger import Ledger
from wizard.preview.questions import PreviewQuestion


def started_here() -> ChildHere:
    """Return what answers a desk's questions without a process; a desk takes it as `start`."""
    return ChildHere(PreviewQuestion, Ledger())

"""A trial in this process: the same questions and answers, without a process."""

from tests.child_here import ChildHere
from wizard.trial.bench import Bench
from wizard.trial.process import Trial
from wizard.trial.questions import TrialQuestion


def trial_here() -> Trial:
    """Return a trial that starts no process."""
    return Trial(lambda: ChildHere(TrialQuestion, Bench()))

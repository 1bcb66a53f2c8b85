"""Answer a trial's questions as ``python -P -m wizard.trial`` until standard input closes.

What goes to and fro: `wizard.machine.child`.
"""

from wizard.errors import MappingError
from wizard.machine.sealing import MEMORY, seal
from wizard.machine.serving import serve_questions
from wizard.trial.bench import Bench
from wizard.trial.questions import TrialQuestion


def _too_large() -> MappingError:
    return MappingError(
        f"This needs more memory than the {MEMORY // 2**30} GB that trying a mapping may take.",
        "Try fewer people, or a simpler expression.",
        code="trial-memory",
    )


if __name__ == "__main__":
    seal()
    bench = Bench()
    serve_questions(lambda request: TrialQuestion.came(request).answer(bench), _too_large())

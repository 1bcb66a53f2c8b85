"""Answer a desk's questions as ``python -P -m wizard.preview`` until standard input closes.

What goes to and fro: `wizard.machine.child`.
"""

import gc
import os

from wizard.errors import PreviewError
from wizard.machine.sealing import MEMORY, seal
from wizard.machine.serving import serve_questions
from wizard.preview import log_questions  # noqa: F401 - questions of the same kind
from wizard.preview.beside import leave_a_core
from wizard.preview.ledger import Ledger
from wizard.preview.questions import PreviewQuestion


def _too_large() -> PreviewError:
    return PreviewError(
        f"This needs more memory than the {MEMORY // 2**30} GB that a preview may take.",
        "Look whether the files, or the mapping, hold something that is larger than it should be.",
        code="preview-memory",
    )


if __name__ == "__main__":
    seal()
    # What is made here lives until the end; to look through it again and again costs a third.
    gc.disable()
    if hasattr(os, "nice"):
        os.nice(10)  # where all cores are busy, a key goes first
    leave_a_core()
    ledger = Ledger()
    serve_questions(lambda request: PreviewQuestion.came(request).answer(ledger), _too_large())

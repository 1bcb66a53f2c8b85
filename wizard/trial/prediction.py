"""What provisioning should do with one person, and what it did, attribute by attribute."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wizard.errors import MappingError
from wizard.mapping.attributes import bare, same
from wizard.mapping.document import MappingDocument
from wizard.mapping.expression.values import Context
from wizard.mapping.named import named_in
from wizard.mapping.people import Person, askable
from wizard.mapping.scoping.filters import decide
from wizard.mapping.sent import sent_by
from wizard.trial.outcome import Reading
from wizard.words.text import plain_line

Agreement = Literal["as predicted", "differs", "not sent", "unchanged", "not predicted"]

_SENT = frozenset({"value", "default"})
_NOT_KNOWN = "not known"
_SHOWN = 200
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Predicted:
    """What one row of the mapping should send."""

    target: str
    reading: Reading


@dataclass(frozen=True)
class Prediction:
    """What should become of a person."""

    verdict: str
    """`in scope`, `out of scope` or `ignored`, by the scoping filters alone; `not known` where
    they cannot be read."""
    why: str
    rows: tuple[Predicted, ...]

    @property
    def is_left_out(self) -> bool:
        """Whether the filters leave the person out."""
        return self.verdict not in {"in scope", _NOT_KNOWN}


@dataclass(frozen=True)
class Compared:
    """One attribute as it was predicted and as it was sent."""

    target: str
    predicted: str
    sent: str
    verdict: Agreement


def predict(document: MappingDocument, person: Person) -> Prediction:
    """Return what the mapping and the filters of a document make of a person of Graph."""
    context = Context()
    rows = []
    for row in document.rows:
        known = named_in(row) <= askable(named_in(row))
        found = Reading.of(sent_by(row, person, context)) if known else Reading("unasked", "")
        rows.append(Predicted(row.target, found))
    try:
        decision = decide(document.users.scope, person)
    except MappingError as error:
        return Prediction(_NOT_KNOWN, error.message, tuple(rows))
    return Prediction(decision.verdict, decision.why, tuple(rows))


def compare(
    prediction: Prediction, sent: Mapping[str, str | None], *, creating: bool
) -> tuple[Compared, ...]:
    """Lay what was sent beside what was predicted.

    Args:
        prediction: What should be sent.
        sent: The new values by attribute, as Graph tells them.
        creating: Whether the person was created, so that every value should have been sent.
    """
    left = dict(sent)
    found = []
    for row in prediction.rows:
        name = next((name for name in left if same(name, row.target)), None)
        value = left.pop(name) if name is not None else None
        if name is None and row.reading.kind not in _SENT:
            continue
        verdict = _verdict(row, value, is_there=name is not None, creating=creating)
        found.append(Compared(row.target, row.reading.words, _shown(value), verdict))
    others = (Compared(name, "", _shown(value), "not predicted") for name, value in left.items())
    return (*found, *others)


def _verdict(row: Predicted, value: str | None, *, is_there: bool, creating: bool) -> Agreement:
    if not is_there:
        return "not sent" if creating else "unchanged"
    if row.reading.kind == "unasked":
        return "not predicted"
    if row.reading.kind not in _SENT:
        return "as predicted" if row.reading.kind == "empty" and not bare(value) else "differs"
    return "as predicted" if bare(value) == bare(row.reading.text) else "differs"


def _shown(value: str | None) -> str:
    return plain_line(value or "", _SHOWN)

"""What rows of a mapping send, as plain values that can be compared with what Webex has.

A value of a row is a text that is always sent, a tuple with a text that is sent only while the
person is created, or None: what is empty is never sent (reference/graph-entra.md 4).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeAlias

from wizard.mapping import attributes, sources
from wizard.mapping.document import ON_CREATION, Row
from wizard.mapping.sent import IGNORED, Sent, Special, text_of

RowValue: TypeAlias = str | tuple[str] | None

_OBJECT_ID = "objectid"
_TEXTS = frozenset({str})
_BOOLEANS = ("True", "False")
_TRUTH = {"true": "True", "false": "False"}


@dataclass(frozen=True)
class Problem:
    """Why a person cannot be sent as the mapping stands."""

    target: str
    code: str
    why: str


@dataclass(frozen=True)
class Columns:
    """The rows that are sent, and what the service does with some of them.

    Attributes:
        rows: In their order.
        matching: Places of the rows by which accounts are found, most important first.
        active: Place of the row that switches accounts on and off.
        link: Place of the row that writes the object id into externalId, which stands for Entra's
            own link; None where nothing stands for it.
        booleans: Places of rows whose target is true or false.
        on_creation: Places of rows that are sent only while a person is created.
        managers: Places of rows that refer to the manager: what Webex has is an id of its own.
    """

    rows: tuple[Row, ...]
    matching: tuple[int, ...]
    active: int | None
    link: int | None
    booleans: tuple[int, ...]
    on_creation: tuple[int, ...]
    managers: tuple[int, ...]

    @classmethod
    def of(cls, rows: tuple[Row, ...]) -> Self:
        """Return what rows that can be read mean."""
        places = range(len(rows))
        ranked = [at for at in places if rows[at].matching_priority > 0]
        return cls(
            rows,
            tuple(sorted(ranked, key=lambda at: rows[at].matching_priority)),
            _place(rows, "active"),
            next((at for at in places if _is_link(rows[at])), None),
            tuple(at for at in places if rows[at].type == "Boolean"),
            tuple(at for at in places if rows[at].apply == ON_CREATION),
            tuple(at for at in places if attributes.is_manager(rows[at].target)),
        )

    @cached_property
    def user_name(self) -> int | None:
        """Place of the row of the one attribute that Webex demands (reference/webex.md 6)."""
        return _place(self.rows, "userName")

    def values(self, sent: tuple[Sent, ...]) -> tuple[tuple[RowValue, ...] | None, Problem | None]:
        """Return what is sent as values; None when the mapping leaves the person alone."""
        if _TEXTS.issuperset(map(type, sent)) and not self.on_creation:
            for at in self.booleans:
                if sent[at] not in _BOOLEANS:
                    break
            else:
                return sent, None  # type: ignore[return-value]  # texts alone: nearly everybody
        values: list[Any] = list(sent)
        problem: Problem | None = None
        for at, each in enumerate(sent):
            if isinstance(each, str):
                continue
            if each is IGNORED:
                return None, None
            values[at], wrong = self._special(at, each)
            problem = problem or wrong
        for at in self.booleans:
            said = values[at]
            if isinstance(said, str):
                values[at] = _TRUTH.get(said.lower(), said)
        for at in self.on_creation:
            said = values[at]
            if isinstance(said, str):
                values[at] = (said,)
        return tuple(values), problem

    def _special(self, at: int, each: Special) -> tuple[RowValue, Problem | None]:
        target = self.rows[at].target
        if each.error is not None:
            return None, Problem(target, each.error.code, each.error.message)
        if each.several:
            told = f"{target} would get {len(each.several)} values at once."
            return None, Problem(target, "several-values", told)
        text = text_of(each)
        return (text,) if text else None, None


def text_sent(value: RowValue, *, creating: bool) -> str | None:
    """Return what is sent of a value; None where nothing is."""
    if isinstance(value, tuple):
        return value[0] if creating else None
    return value


def as_sent(value: Any) -> str | None:
    """Return what Webex has as the text that Entra would send of it; None where it is nothing."""
    if value is True or value is False:
        return _BOOLEANS[not value]
    if value is None or value in ("", []):
        return None
    return str(value)


def _place(rows: tuple[Row, ...], target: str) -> int | None:
    return next((at for at, row in enumerate(rows) if attributes.same(row.target, target)), None)


def _is_link(row: Row) -> bool:
    source = sources.squeezed(row.source).casefold()
    return (
        attributes.same(row.target, "externalId")
        and source == f"[{_OBJECT_ID}]"
        and row.apply != ON_CREATION
    )

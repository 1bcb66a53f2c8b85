"""What would become of one person, account or group, and why: data that everything is told from."""

from typing import Any, Final, Literal, NamedTuple

from wizard.preview.outcome import Prospect
from wizard.preview.rules import Reason

FateKind = Literal["person", "account", "group"]
"""A person of Entra, an account of nobody there, a group of either."""

FieldChange = tuple[str, str | None, str | None]
"""A target, what it has, and what is sent; None is nothing."""


def key_of(kind: FateKind, identifier: str) -> str:
    """Return what tells one from all others: what it is, and its id, that in Entra first."""
    return f"{kind}:{identifier}"


FATE_IDS: Final = (2, 3)
"""Where the ids are among its plain values."""

_PROSPECTS = {str(each): each for each in Prospect}


class Fate(NamedTuple):
    """What would become of one."""

    outcome: Prospect
    kind: FateKind
    id: str
    """The object id in Entra; empty for an account of nobody."""
    account: str
    """The id in Webex; empty where there is none, or where it does not matter."""
    name: str
    reasons: tuple[Reason, ...]
    """What decided, in its order."""
    changes: tuple[FieldChange, ...] = ()
    dangers: tuple[str, ...] = ()
    """Codes of `wizard.preview.dangers`."""

    @property
    def key(self) -> str:
        """What tells it from all others, also in another preview of the same tenant."""
        return key_of(self.kind, self.id or self.account)

    def plain(self) -> tuple[Any, ...]:
        """Return it as plain values for a store."""
        return (str(self.outcome), *self[1:])

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "Fate":
        """Return it from its plain values."""
        return cls._make((_PROSPECTS[row[0]], *row[1:]))

"""Faults on demand: what the practice tenant is told to do wrong, where, and how often."""

import math
import threading
from dataclasses import asdict, dataclass, field
from types import NoneType
from typing import Any

from wizard.errors import InvalidInput
from wizard.practice.aadsts import REFUSAL_NAMES
from wizard.practice.problems import SHAPES
from wizard.words.text import plain_line

STATUSES = frozenset({"401", "403", "404", "409", "429", "500", "503"})
"""Answers that say no, each in any of the four shapes."""

ANYWHERE = STATUSES | {"html", "empty", "slow", "cut", "huge", "hostile"}
"""Faults of the answer itself."""

TOKEN_FAULTS = frozenset({"expired", "revoked", "wrong-organization"})
"""In the authorization: the issued token is such a one. Elsewhere: it is answered as such a one."""

OF_GRAPH = ANYWHERE | {
    "expired",
    "insufficient-claims",
    "no-role",
    "not-granted",
    "lost",
    "landed-404",
    "landed-503",
}
"""Faults of every resource of Graph. `lost` cuts the connection before anything is done; with
`cut` and `landed-` the request takes effect although nobody is told."""

TEMPLATE_CHANGES = frozenset({"template-row", "template-default", "template-credentials"})
"""Faults that are none: Microsoft's template has a row more, another default, or asks for client
credentials instead of a token. `empty-templates` takes it away."""

LISTING = frozenset({"no-listing", "ignores-count", "repeats-page", "total-lies"})
"""Faults of listing everybody over SCIM. What is searched by a filter never meets them."""

QUARANTINE_REASONS = {
    "quarantine": "EncounteredQuarantineException",
    "quarantine-deletes": "TooManyDeletes",
    "quarantine-escrows": "EncounteredEscrowProportionThreshold",
    "quarantine-on-demand": "QuarantinedOnDemand",
    "quarantine-ingestion": "IngestionInterrupted",
    "quarantine-unknown": "Unknown",
}
"""Faults that put a started job into quarantine, and the reason it then gives."""

FAULTS: dict[str, frozenset[str]] = {
    "authorization": ANYWHERE
    | TOKEN_FAULTS
    | {"granted-less", "deny-in-fragment", "no-expires-in", "success-in-query-too"},
    "people": ANYWHERE | TOKEN_FAULTS | {"no-roles", "opaque-roles"},
    "identity": ANYWHERE | TOKEN_FAULTS | {"no-roles", "opaque-roles"},
    "tokens": ANYWHERE | {"expired", "revoked"},
    "scim": ANYWHERE | TOKEN_FAULTS | LISTING | {"not-listresponse"},
    "scim-v2": ANYWHERE | TOKEN_FAULTS | LISTING | {"not-listresponse"},
    "authority": ANYWHERE | REFUSAL_NAMES | {"expired", "granted-less"},
    "device": ANYWHERE | REFUSAL_NAMES | {"expired", "granted-less", "slow-down"},
    "graph": OF_GRAPH,
    "applications": OF_GRAPH | {"late"},
    "assignments": OF_GRAPH | {"late", "repeats-page"},
    "directory": OF_GRAPH | {"crowd", "no-premium", "repeats-page"},
    "synchronization": OF_GRAPH
    | set(QUARANTINE_REASONS)
    | TEMPLATE_CHANGES
    | {"empty-templates", "changed-by-another", "late"},
    "logs": OF_GRAPH | {"repeats-page", "unordered"},
}
"""Which faults are possible where."""

PARTS_OF_GRAPH = frozenset({"applications", "assignments", "directory", "synchronization", "logs"})
"""Places that meet the faults of `graph` too."""

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

_AMOUNTS = ("retry_after", "seconds", "megabytes", "people")
_COUNTS = ("times", "after")
_MAX_AMOUNT = 3600


@dataclass
class Fault:
    """One fault: it stays until it is cleared, or until it was met `times` times."""

    where: str
    fault: str
    amount: float | None = None
    """Seconds of `Retry-After`, of waiting or of being late, megabytes of a huge answer, people of
    a page, or how many there are said to be."""
    shape: str = ""
    """The shape of an answer that says no; empty means what is usual there."""
    method: str = ""
    """Only requests with this HTTP method; empty means all."""
    times: int | None = None
    after: int = 0
    """Requests that fit and are let through first: what breaks does so in the middle."""

    def __post_init__(self) -> None:
        """Refuse what does not exist.

        Raises:
            InvalidInput: There is no such fault, shape, method or number.
        """
        if self.where not in FAULTS:
            raise _unknown("place", self.where, FAULTS)
        if self.fault not in FAULTS[self.where]:
            raise _unknown(f"fault of {self.where}", self.fault, FAULTS[self.where])
        if self.shape and self.shape not in SHAPES:
            raise _unknown("shape", self.shape, SHAPES)
        if self.method and self.method not in METHODS:
            raise _unknown("method", self.method, METHODS)
        if self.amount is not None and not 0 <= self.amount <= _MAX_AMOUNT:
            raise InvalidInput(f"The number of a fault is between 0 and {_MAX_AMOUNT}.")
        if self.times is not None and self.times < 1:
            raise InvalidInput("A fault happens at least once.")
        if self.after < 0:
            raise InvalidInput("A fault lets no fewer requests through than none.")


@dataclass
class Faults:
    """The faults in force; the first that fits a request is the one it meets."""

    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """Put a fault in force."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._faults.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Return the faults in force as JSON."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def take(self, where: str, method: str, among: frozenset[str]) -> Fault | None:
        """Return the fault a request meets, and count it."""
        wheres = {where, "graph"} if where in PARTS_OF_GRAPH else {where}
        with self._lock:
            for fault in self._faults:
                fits = fault.where in wheres and fault.fault in among
                if not fits or fault.method not in {"", method}:
                    continue
                if fault.after:
                    fault.after -= 1
                    continue
                self._count(fault)
                return fault
        return None

    def _count(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times < 1:
                # By identity: two equal faults are two faults.
                self._faults = [other for other in self._faults if other is not fault]


def from_json(document: Any) -> list[Fault]:
    """Return the faults of a JSON object, or of a list of them.

    Raises:
        InvalidInput: It is not a fault, or names something that does not exist.
    """
    entries = document if isinstance(document, list) else [document]
    return [_from_object(entry) for entry in entries]


def _from_object(entry: Any) -> Fault:
    if not isinstance(entry, dict):
        raise InvalidInput("A fault is a JSON object with `where` and `fault`.")
    options = dict(entry)
    for name in _AMOUNTS:
        if name in options:
            options["amount"] = options.pop(name)
    texts = ("where", "fault", "shape", "method")
    if unknown := options.keys() - {*texts, "amount", *_COUNTS}:
        raise InvalidInput(f"A fault has no option {plain_line(sorted(unknown)[0], 40)}.")
    for name in texts:
        if not isinstance(options.setdefault(name, ""), str):
            raise InvalidInput(f"The option {name} of a fault is text.")
    amount = options.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int | float | None):
        raise InvalidInput("The number of a fault is a number.")
    for name in _COUNTS:
        if type(options.get(name, 0)) not in {int, NoneType}:
            raise InvalidInput("How often a fault happens, and after how many, is a whole number.")
    if options.get("after", 0) is None:
        del options["after"]
    return Fault(**options)


def from_argument(text: str) -> Fault:
    """Return the fault of a command-line argument.

    Args:
        text: `where:fault`, then any of: a number, a shape, an HTTP method, `times=N`, `after=N`;
            each after a colon, as in `scim:429:1:times=2`.

    Raises:
        InvalidInput: It names something that does not exist.
    """
    where, _, rest = text.partition(":")
    fault, *items = rest.split(":")
    options: dict[str, Any] = {"where": where, "fault": fault}
    for item in items:
        options |= _option(item)
    return _from_object(options)


def _option(item: str) -> dict[str, Any]:
    if item in SHAPES:
        return {"shape": item}
    if item in METHODS:
        return {"method": item}
    name, _, number = item.partition("=")
    if name in _COUNTS and number.isdecimal():
        return {name: int(number)}
    try:
        amount = float(item)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount):
        raise InvalidInput(f"A fault has no option {plain_line(item, 40)}.")
    return {"amount": amount}


def _unknown(what: str, name: str, known: Any) -> InvalidInput:
    return InvalidInput(
        f"There is no {what} named {plain_line(name, 40) or 'nothing'}.",
        f"Choose one of: {', '.join(sorted(known))}.",
    )

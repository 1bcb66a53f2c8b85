"""Brakes: where a preview stops and asks for a number; a table in `assets/preview/brakes.json`.

A stop is waived by its number, and by nothing else: no option, no missing terminal, no environment.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from wizard.assets import asset
from wizard.preview.outcome import Prospect
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wizard.preview.fate import Fate

_COUNTED = {
    "off": (Prospect.DISABLE, Prospect.DELETE),
    "updates": (Prospect.UPDATE, Prospect.RENAME, Prospect.LINK, Prospect.REACTIVATE),
}
"""Which outcomes a measure counts."""
_NUMBERS = ("number", "limit")
ENTRAS_LIMIT: Final = "reaches-deletion-limit"
"""Not ours, but what Entra does; target and counts of a plan tell it already."""
_NAMED = 20
"""Names that a stop tells."""


class Braked(Protocol):
    """What brakes measure: all that would happen, or what an edit alone does."""

    @property
    def people(self) -> int:
        """How many people the directory has."""

    @property
    def linked(self) -> int:
        """How many active accounts belong to people."""

    @property
    def counts(self) -> "Mapping[Prospect, int]":
        """How many people and accounts come to each outcome."""

    @property
    def maybe_off(self) -> int:
        """How many may be switched off."""

    @property
    def sizes(self) -> "Mapping[str, tuple[int, int]]":
        """Members of groups before and after, by the key of a group's fate."""

    def groups(self) -> "Iterator[Fate]":
        """Yield the groups."""

    def with_outcome(self, outcome: Prospect) -> "Iterator[Fate]":
        """Yield those of one outcome."""


@dataclass(frozen=True)
class Stop:
    """What is more than anybody should let pass unseen."""

    code: str
    severity: Literal["stop", "warning"]
    number: int
    limit: int
    unit: str
    message: str
    names: tuple[str, ...] = ()
    group: str = ""
    """The key of the group that it is about; empty where it is about all."""
    way: str = ""
    """How it is let pass, where that is not by its number."""

    @property
    def allow(self) -> str:
        """How to let it pass once."""
        if self.way:
            return self.way
        if self.severity == "warning":
            return "Look at the largest pattern; nothing has to be typed."
        return f"Let it pass only knowingly, once, and by its number: {self.number}."


@cache
def _brakes() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(asset("preview/brakes.json"))["brakes"])


def stops_of(
    preview: Braked, before: int | None = None, deletion_limit: int | None = None
) -> tuple[Stop, ...]:
    """Return what stops, stops first.

    Args:
        preview: What would happen.
        before: How many people the directory had in the plan of before.
        deletion_limit: Entra's own; None where none is known.
    """
    found = (
        stop
        for brake in _brakes()
        for stop in (
            _held_back(brake, preview, deletion_limit)
            if brake["measures"] == "entra"
            else _measured(brake, preview, before)
        )
    )
    return tuple(sorted(found, key=lambda stop: stop.severity != "stop"))


def stops_planned(told: Any) -> tuple[Stop, ...]:
    """Return what stopped when a plan was made, as its body tells; whoever it was is not in it.

    Args:
        told: The stops and warnings of the body.
    """
    words = {brake["code"]: brake.get("planned", "") for brake in _brakes()}
    return tuple(
        _planned(words, each)
        for each in (told if isinstance(told, list) else ())
        if isinstance(each, dict) and each.get("severity") == "stop"
    )


def stops_beyond(now: Iterable[Stop], asked: Iterable[Stop]) -> tuple[Stop, ...]:
    """Return what stops now and was not asked about, or with a smaller number.

    Args:
        now: What stops.
        asked: What was asked about; of plans of before, no stop says which group it is about.
    """
    known = {
        (stop.code, stop.group): stop.number for stop in sorted(asked, key=lambda each: each.number)
    }
    return tuple(
        stop
        for stop in now
        if stop.number > known.get((stop.code, stop.group), known.get((stop.code, ""), -1))
    )


def _planned(words: dict[str, str], told: dict[str, Any]) -> Stop:
    code, unit = plain_line(told.get("code"), 60), plain_line(told.get("unit"), 40)
    number, limit = (n if isinstance(n := told.get(name), int) else 0 for name in _NUMBERS)
    known = words.get(code, "").format(number=number, limit=limit)
    known = known or f"{code}: {number:,} {unit}."
    return Stop(code, "stop", number, limit, unit, known, group=str(told.get("group", "")))


def _measured(brake: dict[str, Any], preview: Braked, before: int | None) -> Iterator[Stop]:
    measures = brake["measures"]
    if measures == "group":
        for fate in preview.groups():
            was, will = preview.sizes.get(fate.key, (0, 0))
            if was >= brake["least"]:
                for stop in _over(
                    brake | {"least": 0, "size": brake["least"]}, was - will, was, (fate.name,)
                ):
                    yield replace(stop, group=fate.key)
    elif measures == "administrators":
        names = tuple(
            fate.name
            for outcome in (Prospect.DELETE, Prospect.DISABLE)
            for fate in preview.with_outcome(outcome)
            if {"administrator", "own-account"} & set(fate.dangers)
        )
        yield from _over(brake, len(names), 0, names)
    elif measures == "fell":
        yield from _over(brake, (before or 0) - preview.people, before or 0)
    else:
        number = sum(preview.counts[outcome] for outcome in _COUNTED[measures])
        unsure = preview.maybe_off if measures == "off" else 0
        for stop in _over(brake, number + unsure, preview.linked):
            yield _with_unsure(stop, unsure)


def _held_back(brake: dict[str, Any], preview: Braked, limit: int | None) -> Iterator[Stop]:
    """Yield that Entra itself stops a cycle: a limit of 500 lets 499 pass."""
    if limit:
        number = sum(preview.counts[outcome] for outcome in _COUNTED["off"])
        own = brake | {"least": limit - 1, "size": limit}
        for stop in _over(own, number + preview.maybe_off, 0):
            yield _with_unsure(replace(stop, limit=limit), preview.maybe_off)


def _with_unsure(stop: Stop, unsure: int) -> Stop:
    """Return a stop that says of how many it is not known whether they are switched off."""
    told = f" Of {unsure:,} of them Entra may not know the account." if unsure else ""
    return replace(stop, message=stop.message + told)


def _over(
    brake: dict[str, Any], number: int, whole: int, names: tuple[str, ...] = ()
) -> Iterator[Stop]:
    share = brake.get("share", 0)
    limit = max(brake["least"], whole * share // 100)
    if number > limit:
        words = brake.get("words_of_one") if number == 1 else None
        told = (words or brake["words"]).format(
            number=number,
            limit=limit,
            share=share,
            whole=whole,
            least=brake["least"],
            size=brake.get("size", 0),
        )
        of, way = (brake["code"], brake["severity"]), brake.get("allow", "")
        yield Stop(*of, number, limit, brake["unit"], told, names[:_NAMED], way=way)

""".NET regular expressions, carried out by the `regex` library within a time limit.

Microsoft Learn, "Regular Expression Language - Quick Reference". Balancing groups, numbered
names, conditions, and the options n and x are refused, because they mean nothing here or
something else.
"""

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import regex

from wizard.mapping.expression.functions.arguments import check_length
from wizard.mapping.expression.functions.dotnet import translate
from wizard.mapping.expression.functions.errors import EvaluationError, shown

MATCHING_LIMIT = 0.5
"""Seconds that one search may take."""

LEAST_TIME = 0.005
"""Seconds that a search may take while others run out of time."""

REST = 60
"""Seconds after which searches that ran out of time are forgotten."""

MOST_PARTS = 10_000
"""Size of a pattern with its counted repetitions written out, which the library does: thirty
characters such as `(((a{1000}){1000}){1000}){1000}` would fill the memory. A part takes up to a
kilobyte, so this many make 10 MB."""

_KEPT = 64
"""Compiled patterns that are kept; with the limit above, they stay below 1 GB at the worst."""

_Found = TypeVar("_Found")

_PART = re.compile(
    r"\\."  # an escape
    r"|\[\^?\]?(?:\\.|[^\]\\])*\]"  # a class of characters
    r"|\{(?P<count>[0-9]{1,9}(?:,[0-9]{0,9})?)\}"
    r"|.",
    re.DOTALL,
)


class TimeBudget:
    """How long a search may take: with each one that runs out of time half as long for all.

    So neither a bad pattern and ten thousand people nor a thousand bad patterns take long.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = MATCHING_LIMIT
        self._lost_at = 0.0
        self._clock = clock

    @property
    def seconds(self) -> float:
        """The seconds for the next search."""
        if self._seconds < MATCHING_LIMIT and self._clock() - self._lost_at > REST:
            self.restore()
        return self._seconds

    def lose(self) -> None:
        """Note that a search ran out of time."""
        self._seconds = max(self._seconds / 2, LEAST_TIME)
        self._lost_at = self._clock()

    def restore(self) -> None:
        """Give searches all their time again."""
        self._seconds = MATCHING_LIMIT


TIME_BUDGET = TimeBudget()
"""The patience of this process."""


class Pattern:
    """A .NET regular expression that can be searched for."""

    def __init__(self, source: str) -> None:
        translated, self.groups = translate(source)
        if expanded(translated) > MOST_PARTS:
            raise EvaluationError(
                f'The pattern "{shown(source)}" repeats repetitions too often.',
                "Use smaller numbers in braces.",
                code="bad-pattern",
            )
        try:
            self._compiled = regex.compile(translated, regex.VERSION1, cache_pattern=False)
        except (regex.error, RecursionError, ValueError, OverflowError, MemoryError) as error:
            raise EvaluationError(
                f'"{shown(source)}" is not a regular expression that can be used.',
                "Check its parentheses, brackets and ranges.",
                code="bad-pattern",
            ) from error

    def group(self, name: str) -> int:
        """Return the place of a group, by its name or .NET number.

        Raises:
            EvaluationError: The pattern has no such group.
        """
        if name not in self.groups:
            raise EvaluationError(
                f'The regular expression has no group named "{shown(name)}".',
                "Write the group as (?<name>...) and repeat the name exactly.",
                code="no-such-group",
            )
        return self.groups[name]

    def search(self, text: str) -> "regex.Match[str] | None":
        """Return the first place where the pattern fits."""
        return _in_time(self._compiled.search, text)

    def fits(self, text: str) -> bool:
        """Tell whether the pattern fits anywhere in a text, as .NET's IsMatch does."""
        return self.search(text) is not None

    def replace(self, text: str, replacement: Callable[["regex.Match[str]"], str]) -> str:
        """Return a text with every place where the pattern fits replaced."""
        growth = len(text)

        def bounded(found: "regex.Match[str]") -> str:
            nonlocal growth
            put = replacement(found)
            growth += len(put)
            check_length(growth)
            return put

        return _in_time(self._compiled.sub, bounded, text)


def _in_time(search: Callable[..., _Found], *arguments: object) -> _Found:
    try:
        return search(*arguments, timeout=TIME_BUDGET.seconds)
    except (TimeoutError, MemoryError) as error:
        TIME_BUDGET.lose()
        raise EvaluationError(
            "The regular expression takes too long for this value.",
            "Avoid repetitions inside repetitions, such as (a+)+, and end it with what "
            "must follow.",
            code="pattern-too-slow",
        ) from error


@lru_cache(maxsize=_KEPT)
def pattern(source: str) -> Pattern:
    """Return the pattern of a .NET regular expression, compiled once.

    Raises:
        EvaluationError: It cannot be read, or uses what only .NET has.
    """
    return Pattern(source)


def expanded(text: str) -> int:
    """Return about how many parts a pattern has with its counted repetitions written out."""
    total, last, outer = 0, 0, list[int]()
    for match in _PART.finditer(text):
        part = match[0]
        if match["count"]:
            times = max(int(number) for number in match["count"].split(",") if number)
            total += last * (min(times, MOST_PARTS + 1) - 1)
            last *= max(times, 1)
        elif part == "(":
            outer.append(total)
            total = last = 0
        elif part == ")" and outer:
            last = max(total, 1)
            total = outer.pop() + last
        else:
            last = 1
            total += 1
        if total > MOST_PARTS:
            break
    return total + sum(outer)

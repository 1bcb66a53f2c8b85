"""Regular expressions of scoping filters: those of the functions, with a limit on their size."""

import re

from wizard.errors import MappingError
from wizard.mapping.functions.patterns import Pattern
from wizard.mapping.functions.patterns import pattern as dotnet_pattern
from wizard.text import plain_line

MOST_PARTS = 50_000
"""Size of a pattern with its counted repetitions written out, which the library does: thirty
characters such as `(((a{1000}){1000}){1000}){1000}` would fill the memory."""

_PART = re.compile(
    r"\\."  # an escape
    r"|\[\^?\]?(?:\\.|[^\]\\])*\]"  # a class of characters
    r"|\{(?P<count>[0-9]{1,9}(?:,[0-9]{0,9})?)\}"
    r"|.",
    re.DOTALL,
)


def pattern(text: str) -> Pattern:
    """Return the pattern of a .NET regular expression.

    Raises:
        MappingError: It is too large, or no regular expression.
    """
    if expanded(text) > MOST_PARTS:
        raise MappingError(
            f'The pattern "{plain_line(text, 60)}" repeats repetitions too often.',
            "Use smaller numbers in braces.",
            code="bad-pattern",
        )
    return dotnet_pattern(text)


def found(compiled: Pattern, text: str) -> bool:
    """Tell whether a pattern matches anywhere in a text, as .NET's IsMatch does.

    Raises:
        MappingError: It takes too long.
    """
    return compiled.search(text) is not None


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

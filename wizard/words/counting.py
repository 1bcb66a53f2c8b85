"""Numbers of things in words."""

from collections.abc import Sequence


def so_many(number: int, one: str, several: str) -> str:
    """Return so many things, such as `1 group` and `2,113 people`."""
    return f"{number:,} {one if number == 1 else several}"


def examples(count: int, names: Sequence[str]) -> str:
    """Return who some are, as a sentence; empty where nobody is named.

    Args:
        count: How many they are.
        names: What some of them are called.
    """
    if not names:
        return ""
    if count == 1:
        return f"It is {names[0]}."
    told, rest = ", ".join(names), count - len(names)
    return f"For example {told}, and {rest:,} more." if rest > 0 else f"They are {told}."

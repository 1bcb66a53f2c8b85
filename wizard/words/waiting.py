"""What is said of work that takes a while: how long already, and how it is stopped."""

NOTICED = 0.3
"""Seconds after which somebody notices that there is a wait."""
LONG = 30.0
"""Seconds after which somebody wonders whether anything goes on at all."""


def elapsed_in_words(seconds: float, stop: str = "") -> str:
    """Return how long something has been going on, and how it is stopped.

    Args:
        seconds: Since it began.
        stop: How it is stopped, as a sentence.

    Returns:
        Nothing before anybody has noticed that there is a wait.
    """
    if seconds < NOTICED:
        return ""
    so_far = in_units(seconds)
    told = f"{so_far} so far." if seconds < LONG else f"Still at it after {so_far}."
    return f"{told} {stop}".rstrip()


def in_units(seconds: float) -> str:
    """Return a stretch of time: `0.9 s`, `34 s`, `2 min 5 s`, `1 h 3 min`."""
    whole = int(seconds)
    if whole < 1:
        return f"{seconds:.1f} s"
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
